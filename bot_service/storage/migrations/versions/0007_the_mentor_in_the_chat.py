"""Promises, check-ins that ask by themselves, answers to the mentor, letters, and days that may end elsewhere

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from bot_service.storage.types import Money

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'weekly_letter',
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column('written_at', sqlmodel.UTCDateTime(), nullable=False),
        sa.Column('letter', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('user_id', 'week', name=op.f('pk_weekly_letter'))
    )
    op.create_table(
        'braked_act',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('chat_id', sa.BigInteger(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('promise_ids', sa.JSON(), nullable=False),
        sa.Column('reasons', sa.JSON(), nullable=False),
        sa.Column('brake', sa.Text(), nullable=False),
        sa.Column('deed', sa.JSON(), nullable=False),
        sa.Column('happened_at', sqlmodel.UTCDateTime(), nullable=False),
        sa.Column('asked_at', sqlmodel.UTCDateTime(), nullable=False),
        sa.Column('free_at', sqlmodel.UTCDateTime(), nullable=True),
        sa.Column('state', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_braked_act_account_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_braked_act')),
        sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_braked_act_state_user_id'), 'braked_act', ['state', 'user_id'], unique=False)
    op.create_table(
        'check_in_prompt',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('slot', sqlmodel.AutoString(), nullable=False),
        sa.Column('cause', sa.Text(), nullable=False),
        sa.Column('asked_at', sqlmodel.UTCDateTime(), nullable=False),
        sa.Column('answer', sa.Text(), nullable=True),
        sa.Column('answered_at', sqlmodel.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_check_in_prompt_account_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_check_in_prompt')),
        sa.UniqueConstraint('user_id', 'day', 'slot', name=op.f('uq_check_in_prompt_user_id_day_slot')),
        sqlite_autoincrement=True
    )
    op.create_table(
        'objection',
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('code', sqlmodel.AutoString(), nullable=False),
        sa.Column('at', sqlmodel.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_objection_account_id_account')),
        sa.PrimaryKeyConstraint('user_id', 'account_id', 'day', 'code', name=op.f('pk_objection'))
    )
    op.create_table(
        'promise',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('made_at', sqlmodel.UTCDateTime(), nullable=False),
        sa.Column('brake', sa.Text(), nullable=False),
        sa.Column('loss_r', Money(), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('most', sa.Integer(), nullable=False),
        sa.Column('text', sqlmodel.AutoString(), nullable=False),
        sa.Column('until', sqlmodel.UTCDateTime(), nullable=True),
        sa.Column('ended_at', sqlmodel.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_promise_account_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_promise')),
        sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_promise_user_id'), 'promise', ['user_id'], unique=False)
    op.create_table(
        'step_answer',
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('reply', sa.Text(), nullable=False),
        sa.Column('at', sqlmodel.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_step_answer_account_id_account')),
        sa.PrimaryKeyConstraint('user_id', 'account_id', 'day', name=op.f('pk_step_answer'))
    )
    op.create_table(
        'promise_occasion',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('promise_id', sa.Integer(), nullable=False),
        sa.Column('at', sqlmodel.UTCDateTime(), nullable=False),
        sa.Column('mark', sa.Text(), nullable=False),
        sa.Column('command', sqlmodel.AutoString(), nullable=False),
        sa.Column('reason', sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(['promise_id'], ['promise.id'], name=op.f('fk_promise_occasion_promise_id_promise')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_promise_occasion'))
    )
    op.create_index(op.f('ix_promise_occasion_promise_id_at'), 'promise_occasion', ['promise_id', 'at'], unique=False)
    op.add_column('account', sa.Column('earlier_days', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('check_in', sa.Column('message_id', sa.BigInteger(), nullable=True))
    op.add_column('member', sa.Column('mentor', sa.JSON(), server_default='{}', nullable=False))


def downgrade() -> None:
    op.drop_column('member', 'mentor')
    op.drop_column('check_in', 'message_id')
    op.drop_column('account', 'earlier_days')
    for table in (
        'promise_occasion',
        'braked_act',
        'check_in_prompt',
        'objection',
        'promise',
        'step_answer',
        'weekly_letter',
    ):
        op.drop_table(table)
