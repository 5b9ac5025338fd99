"""Know which updates were executed and not answered

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('executed_update', sa.Column('owed', sa.JSON(none_as_null=True), nullable=True))
