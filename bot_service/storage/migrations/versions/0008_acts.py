"""Find what people did by market time

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("market_at", sqlmodel.UTCDateTime(), nullable=True))
    op.execute("UPDATE audit SET market_at = at")
    op.create_index(op.f("ix_audit_market_at"), "audit", ["market_at"])
    op.create_index(op.f("ix_history_code_happened_at"), "history", ["code", "happened_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_history_code_happened_at"), "history")
    op.drop_index(op.f("ix_audit_market_at"), "audit")
    op.drop_column("audit", "market_at")
