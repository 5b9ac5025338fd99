"""Book interventions, and keep what the broker's balance was at a day's end

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from bot_service.storage.types import Money

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account_day", sa.Column("broker_closing", Money(), nullable=True))
    op.create_table(
        "intervention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.UTCDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position_id", sa.BigInteger(), nullable=False),
        sa.Column("bot_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sqlmodel.AutoString(), nullable=False),
        sa.Column("actual_r", Money(), nullable=False),
        sa.Column("rule_r", Money(), nullable=False),
        sa.Column("rule_cause", sa.Text(), nullable=True),
        sa.Column("rule_at", sqlmodel.UTCDateTime(), nullable=True),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sqlmodel.UTCDateTime(), nullable=True),
        sa.Column("trades", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_intervention_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
        sa.UniqueConstraint(
            "account_id",
            "at",
            "kind",
            "position_id",
            "bot_id",
            name=op.f("uq_intervention_account_id_at_kind_position_id_bot_id"),
        ),
    )
    op.create_index(
        op.f("ix_intervention_account_id_decided_at"), "intervention", ["account_id", "decided_at"]
    )


def downgrade() -> None:
    op.drop_table("intervention")
    op.drop_column("account_day", "broker_closing")
