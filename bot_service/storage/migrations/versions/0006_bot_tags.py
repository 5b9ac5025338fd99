"""Let people call several bots by one word

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'bot_tag',
        sa.Column('bot_id', sa.Integer(), nullable=False),
        sa.Column('tag', sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(['bot_id'], ['bot.id'], name=op.f('fk_bot_tag_bot_id_bot')),
        sa.PrimaryKeyConstraint('bot_id', 'tag', name=op.f('pk_bot_tag')),
    )
