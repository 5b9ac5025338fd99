"""Know all messages of a post that may be edited later

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('outbox', sa.Column('parts', sa.JSON(none_as_null=True), nullable=True))
