"""Remember at which price an order was decided and what its fill cost more

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from bot_service.storage.types import Money

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('intent', sa.Column('price', Money(), nullable=True))
    op.add_column('intent', sa.Column('worst_price', Money(), nullable=True))
    op.add_column('intent', sa.Column('slippage', Money(), nullable=True))
