"""Keep what the Writer may say

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'phrase',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('language', sqlmodel.AutoString(), nullable=False),
        sa.Column('sentence', sqlmodel.AutoString(), nullable=False),
        sa.Column('text', sqlmodel.AutoString(), nullable=False),
        sa.Column('at', sqlmodel.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_phrase_account_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_phrase')),
    )
    op.create_index(op.f('ix_phrase_account_id_day_language'), 'phrase', ['account_id', 'day', 'language'])
