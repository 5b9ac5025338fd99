"""How each member wants to be told

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("alerts", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("member", "alerts")
