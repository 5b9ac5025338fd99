"""Remember in which currency the money of a guard's day is counted

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "guard_period", sa.Column("currency", sqlmodel.AutoString(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("guard_period", "currency")
