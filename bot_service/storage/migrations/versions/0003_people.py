"""Names, invitations, groups with their alerts, and what the audit was about

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sqlmodel.AutoString(), server_default="", nullable=False)


def upgrade() -> None:
    op.add_column("member", _text("name"))
    op.add_column("stranger", _text("name"))
    op.add_column("stranger", _text("language"))
    op.add_column("audit", _text("bots"))
    op.add_column("pairing_code", sa.Column("invited_by", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("thread_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "chat_group",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sqlmodel.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.AutoString(), nullable=False),
        sa.Column("time_zone", sqlmodel.AutoString(), nullable=False),
        sa.Column("bound_by", sa.BigInteger(), nullable=False),
        sa.Column("bound_at", sqlmodel.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chat_group")),
    )
    op.create_table(
        "alert_route",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", "kind", "value", name=op.f("pk_alert_route")),
    )


def downgrade() -> None:
    op.drop_table("alert_route")
    op.drop_table("chat_group")
    op.drop_column("outbox", "thread_id")
    op.drop_column("pairing_code", "invited_by")
    op.drop_column("audit", "bots")
    op.drop_column("stranger", "language")
    op.drop_column("stranger", "name")
    op.drop_column("member", "name")
