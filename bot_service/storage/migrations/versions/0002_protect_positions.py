"""Protect positions: what is known of their stops, and why an order closes one

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from bot_service.storage.types import Money

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('protection',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('position_id', sa.BigInteger(), nullable=False),
    sa.Column('lots', Money(), nullable=False),
    sa.Column('own_lots', Money(), nullable=False),
    sa.Column('stop_loss', Money(), nullable=True),
    sa.Column('take_profit', Money(), nullable=True),
    sa.Column('lost_stop', Money(), nullable=True),
    sa.Column('removals', sa.Integer(), nullable=False),
    sa.Column('setting', Money(), nullable=True),
    sa.Column('missing_since', sqlmodel.UTCDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('tried_at', sqlmodel.UTCDateTime(), nullable=True),
    sa.Column('cause', sqlmodel.AutoString(), nullable=False),
    sa.Column('closing', sa.Boolean(), nullable=False),
    sa.Column('reminders', sa.Integer(), nullable=False),
    sa.Column('told_at', sqlmodel.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_protection_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'position_id', name=op.f('pk_protection'))
    )
    with op.batch_alter_table('intent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cause', sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('intent', schema=None) as batch_op:
        batch_op.drop_column('cause')
    op.drop_table('protection')
