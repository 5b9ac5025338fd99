from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from bot_service.domain.bots import SizingMethod
from bot_service.domain.errors import (
    BotMustStopFirst,
    BotNotFound,
    InvalidValue,
    MagicBlockTaken,
    OutcomePending,
    PositionStillOpen,
    SymbolRefused,
    TerminalUnavailable,
    UnknownStrategy,
    VersionConflict,
)
from bot_service.domain.events import BotCreated, BotDeleted, BotEdited, DueReset, OrderFilled
from bot_service.domain.market import LinkCause, Timeframe
from bot_service.domain.risk import DenialReason
from bot_service.domain.trading import Side

UP, DOWN, FLAT = 101, 97, 100


def test_a_bot_is_made_stopped_with_the_brokers_name_of_its_symbol(world, fast):
    bot = world.control.create(world.actor(), replace(fast, strategy="ma_crossover", parameters={}))
    assert (bot.status, bot.version, bot.settings.broker_symbol) == ("stopped", 1, "EURUSD")
    assert bot.settings.strategy == "MA_CROSSOVER"
    assert bot.settings.parameters == {"fast_period": 20, "slow_period": 50}
    assert world.events(BotCreated)[0].name == "Fast"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"symbol": "DOGEUSD"}, SymbolRefused),
        ({"strategy": "NONE_SUCH"}, UnknownStrategy),
        ({"parameters": {"fast_period": 60, "slow_period": 50}}, InvalidValue),
        ({"size": Decimal(0)}, InvalidValue),
        ({"stop_atr": Decimal(0)}, InvalidValue),
    ],
)
def test_what_can_not_trade_is_not_made(world, change, error):
    with pytest.raises(error):
        world.make(**change)
    with world.database.read() as uow:
        assert uow.bots.all() == ()


def test_a_bot_is_not_made_while_its_symbol_can_not_be_resolved(world):
    world.terminal.broken["instrument"] = TerminalUnavailable(LinkCause.TIMEOUT)
    with pytest.raises(TerminalUnavailable):
        world.make()


def test_the_preview_shows_the_loss_at_the_stop(world, fast):
    preview = world.control.preview(
        world.actor(), None, replace(fast, sizing=SizingMethod.RISK_PERCENT, size=Decimal(1))
    )
    assert preview.denied is None
    assert Decimal(98) <= preview.sized.planned_risk <= Decimal(100)
    assert (preview.currency, preview.digits) == ("USD", 2)


def test_the_preview_says_why_an_entry_would_be_denied(world, fast):
    preview = world.control.preview(world.actor(), None, replace(fast, size=Decimal(90)))
    assert preview.denied.reason is DenialReason.RISK_ABOVE_CAP
    assert preview.sized is None


def test_a_preview_without_an_answer_says_neither(world, fast):
    world.terminal.cut()
    world.terminal.broken["instrument"] = TerminalUnavailable(LinkCause.TIMEOUT)
    preview = world.control.preview(world.actor(), None, fast)
    assert (preview.sized, preview.denied) == (None, None)


def test_the_preview_includes_the_commission_that_was_paid_before(world, fast):
    free = world.control.preview(world.actor(), None, fast).sized.planned_risk
    world.running()
    world.bars(UP, FLAT, FLAT, FLAT)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "client", "100.00")
    world.watch()
    # 0.35 at each end of 0.10 lots: 7 per lot
    assert Decimal(world.value(f"commission:{world.account.id}:EURUSD")) == 7
    assert world.control.preview(world.actor(), None, fast).sized.planned_risk > free


def test_the_first_entrys_risk_counts_the_commission_that_its_deal_told(world):
    world.running()
    world.bars(UP)
    (first,) = world.events(OrderFilled)
    # 0.35 to enter 0.10 lots, and as much to leave
    assert Decimal(world.value(f"commission:{world.account.id}:EURUSD")) == 7
    (intent,) = world.intents()
    assert intent.planned_risk == first.planned_risk
    distance = -world.terminal.profit(intent.side, "EURUSD", intent.lots, intent.fill_price, intent.stop_loss)
    assert first.planned_risk == distance + Decimal("0.70")


def test_editing_makes_a_new_version_and_tells_what_changed(world):
    bot_id = world.make()
    bot = world.read(bot_id)
    edited = world.control.edit(
        world.actor(), bot_id, bot.version, replace(bot.settings, size=Decimal("0.2"))
    )
    assert edited.version == bot.version + 1
    (event,) = world.events(BotEdited)
    assert event.changes == {"lot": ("0.10", "0.2")}
    with world.database.read() as uow:
        assert [version for version, _, _ in uow.bots.settings_of(bot_id)] == [1, 2]


def test_an_edit_of_an_old_version_is_refused(world):
    bot_id = world.make()
    bot = world.read(bot_id)
    world.start(bot_id)
    with pytest.raises(VersionConflict):
        world.control.edit(world.actor(), bot_id, bot.version, bot.settings)


def test_the_edit_preview_says_whether_risk_rises(world):
    bot_id = world.make()
    up = world.control.edit_preview(world.actor(), bot_id, {"lot": "0.5"})
    down = world.control.edit_preview(world.actor(), bot_id, {"lot": "0.05"})
    assert (up.raises_risk, down.raises_risk) == (True, False)
    assert up.changes == {"lot": ("0.10", "0.5")}
    assert up.bot.id == bot_id


def test_an_edit_never_enters_on_an_old_bar(world):
    bot_id = world.running()
    world.bar(FLAT)
    world.terminal.add_bar(UP)
    world.clock.advance(timedelta(minutes=1))
    bot = world.read(bot_id)
    world.control.edit(world.actor(), bot_id, bot.version, replace(bot.settings, size=Decimal("0.2")))
    world.advance(timedelta(seconds=30))
    assert world.terminal.requests == []


def test_a_shorter_timeframe_takes_its_own_due_time(world):
    world.terminal.first_open = world.clock.now() - 300 * timedelta(hours=1)
    bot_id = world.running(timeframe=Timeframe.H1)
    bot = world.read(bot_id)
    edited = world.control.edit(
        world.actor(), bot_id, bot.version, replace(bot.settings, timeframe=Timeframe.M1)
    )
    assert edited.due_at - world.clock.now() <= timedelta(minutes=2)
    world.advance(timedelta(minutes=3))
    assert world.events(DueReset) == []


@pytest.mark.parametrize("change", [{"symbol": "GBPUSD", "broker_symbol": ""}, {"timeframe": Timeframe.H1}])
def test_symbol_and_timeframe_can_not_change_while_a_position_is_open(world, change):
    bot_id = world.running()
    world.bar(UP)
    world.stop()
    bot = world.read(bot_id)
    with pytest.raises(PositionStillOpen):
        world.control.edit(world.actor(), bot_id, bot.version, replace(bot.settings, **change))
    world.control.edit(world.actor(), bot_id, bot.version, replace(bot.settings, size=Decimal("0.3")))


def test_a_bot_is_marked_deleted_and_its_number_never_comes_back(world):
    bot_id = world.make()
    world.control.delete(world.actor(), bot_id, world.read(bot_id).version)
    assert world.read(bot_id).deleted_at is not None
    assert world.make() > bot_id
    assert len(world.events(BotDeleted)) == 1
    with pytest.raises(BotNotFound):
        world.control.delete(world.actor(), bot_id, 1)


def test_a_bot_is_not_deleted_while_it_runs_holds_or_waits_for_an_outcome(world):
    bot_id = world.running()
    with pytest.raises(BotMustStopFirst):
        world.control.delete(world.actor(), bot_id, world.read(bot_id).version)
    world.terminal.script = ["hidden"]
    world.bar(UP)
    world.stop()
    with pytest.raises(OutcomePending):
        world.control.delete(world.actor(), bot_id, world.read(bot_id).version)
    world.terminal.invisible.clear()
    world.watch()
    with pytest.raises(PositionStillOpen):
        world.control.delete(world.actor(), bot_id, world.read(bot_id).version)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "client", "100.00")
    world.watch()
    world.control.delete(world.actor(), bot_id, world.read(bot_id).version)


def test_a_deleted_bots_late_deal_still_finds_its_name(world):
    bot_id = world.running(name="Gone")
    world.bar(UP)
    world.stop()
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "client", "100.00")
    world.watch()
    world.control.delete(world.actor(), bot_id, world.read(bot_id).version)
    (trade,) = world.services.queries.deals().trades
    assert world.services.queries.deals().names[trade.bot_id] == "Gone"


def test_an_account_keeps_its_magic_block(world):
    again = world.again()
    assert again.account == world.stored_account()


def test_a_magic_block_that_others_use_is_not_drawn(world):
    first = Random(7).randint(1_000, 999_999)
    world.terminal.enter_by_hand(Side.BUY, "0.1", first * 1_000_000 + 3)
    world.control._registration._random = Random(7)
    identity = replace(world.account.identity, login=4242)
    account = world.control.ensure_account(
        identity, world.terminal.account(), "second", "UTC", world.terminal
    )
    assert account.magic_block != first


def test_an_account_without_a_free_magic_block_is_refused(world):
    class Stuck(Random):
        def randint(self, low, high):
            return world.account.magic_block

    world.control._registration._random = Stuck()
    identity = replace(world.account.identity, login=4242)
    with pytest.raises(MagicBlockTaken):
        world.control.ensure_account(identity, world.terminal.account(), "second", "UTC", world.terminal)
