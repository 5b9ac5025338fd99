from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from bot_service.domain.bots import BotStatus
from bot_service.domain.errors import Conflict, IntentExists
from bot_service.domain.trading import IntentState, Purpose, Side


@pytest.fixture
def bot(new_bot):
    return new_bot(BotStatus.ACTIVE)


@pytest.fixture
def closing(make, bot):
    return make.intent(bot, purpose=Purpose.CLOSE, side=Side.SELL, bar_time=None, position_id=70)


def test_an_added_intent_is_pending_with_its_own_id_and_reference(database, bot, make):
    draft = make.intent(bot, id=99, ref="mine", state=IntentState.FILLED)
    with database.write() as uow:
        intent = uow.intents.add(draft)
        uow.commit()
    assert intent == replace(draft, id=intent.id, ref=intent.ref, state=IntentState.PENDING)
    assert intent.ref != "mine"
    assert intent.ref.isascii()
    assert 0 < len(intent.ref) <= 16
    with database.read() as uow:
        assert uow.intents.get(intent.id) == intent
        assert uow.intents.by_ref(bot.account_id, intent.ref) == intent
        assert uow.intents.by_ref(bot.account_id, "mine") is None
        assert uow.intents.by_ref(bot.account_id + 1, intent.ref) is None


def test_references_differ(database, bot, make):
    with database.write() as uow:
        bars = [make.noon + timedelta(minutes=minute) for minute in range(50)]
        intents = [uow.intents.add(make.intent(bot, bar_time=bar)) for bar in bars]
    assert len({intent.ref for intent in intents}) == 50


@pytest.mark.parametrize("state", list(IntentState))
def test_one_bar_gets_one_opening_per_bot_whatever_became_of_it(database, new_bot, bot, make, state):
    other = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        first = uow.intents.add(make.intent(bot))
        uow.intents.settle(replace(first, state=state))
        with pytest.raises(IntentExists) as caught:
            uow.intents.add(make.intent(bot))
        assert isinstance(caught.value, Conflict)
        assert caught.value.fields == {"bot_id": bot.id, "purpose": "open"}
        uow.intents.add(make.intent(other))
        uow.intents.add(make.intent(bot, bar_time=make.noon + timedelta(minutes=5)))
        uow.commit()


@pytest.mark.parametrize("state", [IntentState.PENDING, IntentState.UNKNOWN])
def test_a_position_has_one_closing_without_outcome(database, closing, state):
    with database.write() as uow:
        uow.intents.settle(replace(uow.intents.add(closing), state=state))
        with pytest.raises(IntentExists):
            uow.intents.add(closing)
        uow.intents.add(replace(closing, position_id=71))


@pytest.mark.parametrize("state", [state for state in IntentState if state.settled])
def test_a_settled_closing_may_be_followed_by_another(database, closing, state):
    with database.write() as uow:
        first = uow.intents.add(closing)
        uow.intents.settle(replace(first, state=state))
        assert uow.intents.add(closing).id > first.id


def test_an_intent_of_a_bot_that_does_not_exist_is_no_conflict(database, bot, make):
    with database.write() as uow, pytest.raises(IntegrityError):
        uow.intents.add(make.intent(replace(bot, id=99)))


def test_settling_keeps_every_outcome_field(database, bot, make):
    with database.write() as uow:
        intent = uow.intents.add(make.intent(bot))
        settled = replace(
            intent,
            state=IntentState.PARTIAL,
            position_id=9_000_000_000_000_000_001,
            order_ticket=5_000_000_001,
            deal_ticket=5_000_000_002,
            filled_lots=Decimal("0.10"),
            fill_price=Decimal("1.0832100"),
            retcode=10010,
        )
        uow.intents.settle(settled)
        uow.commit()
    with database.read() as uow:
        stored = uow.intents.get(intent.id)
    assert stored == settled
    assert str(stored.fill_price) == "1.0832100"


def test_an_unknown_intent_id_is_an_error(database, bot, make):
    with database.write() as uow:
        with pytest.raises(LookupError):
            uow.intents.get(5)
        with pytest.raises(LookupError):
            uow.intents.settle(make.intent(bot, id=5))


def test_unsettled_are_pending_and_unknown_oldest_first(database, new_bot, bot, make):
    other = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        intents = [
            uow.intents.add(make.intent(bot, bar_time=make.noon + timedelta(minutes=minute)))
            for minute in range(len(IntentState))
        ]
        for intent, state in zip(intents, IntentState, strict=True):
            uow.intents.settle(replace(intent, state=state))
        theirs = uow.intents.add(make.intent(other))
        found = uow.intents.unsettled()
        assert [intent.state for intent in found[:2]] == [IntentState.PENDING, IntentState.UNKNOWN]
        assert [intent.id for intent in found] == sorted(intent.id for intent in found)
        assert found[2:] == (theirs,)
        assert uow.intents.unsettled(bot_id=other.id) == (theirs,)
        assert uow.intents.unsettled(account_id=bot.account_id) == found
        assert uow.intents.unsettled(account_id=bot.account_id + 1) == ()
        assert uow.intents.unsettled(bot.account_id, other.id) == (theirs,)
        assert uow.intents.unsettled(bot.account_id + 1, other.id) == ()


def test_a_position_knows_its_intents(database, bot, make, closing):
    with database.write() as uow:
        opening = uow.intents.add(make.intent(bot))
        filled = replace(opening, state=IntentState.FILLED, position_id=70)
        uow.intents.settle(filled)
        close = uow.intents.add(closing)
        assert uow.intents.of_position(bot.account_id, 70) == (filled, close)
        assert uow.intents.of_position(bot.account_id, 71) == ()


def test_an_open_position_stays_open_until_its_trade_is_booked(database, bot, make):
    with database.write() as uow:
        opening = replace(uow.intents.add(make.intent(bot)), state=IntentState.FILLED, position_id=70)
        uow.intents.settle(opening)
        assert uow.intents.open_positions(bot.account_id) == {70: opening}
        assert uow.intents.open_positions(bot.account_id + 1) == {}
        assert uow.books.add_trade(make.trade(bot.account_id, 70, bot_id=bot.id))
        assert uow.intents.open_positions(bot.account_id) == {}


def test_a_bot_asks_for_its_own_open_positions_only(database, new_bot, make):
    bots = [new_bot(), new_bot()]
    with database.write() as uow:
        for number, bot in enumerate(bots):
            opening = uow.intents.add(make.intent(bot))
            uow.intents.settle(replace(opening, state=IntentState.FILLED, position_id=70 + number))
        account_id = bots[0].account_id
        assert set(uow.intents.open_positions(account_id, bots[1].id)) == {71}
        assert set(uow.intents.open_positions(account_id)) == {70, 71}
        assert uow.intents.open_positions(account_id + 1, bots[1].id) == {}
        assert uow.intents.owners(account_id) == {70: bots[0].id, 71: bots[1].id}
        assert uow.books.add_trade(make.trade(account_id, 70, bot_id=bots[0].id))
        assert uow.intents.owners(account_id) == {71: bots[1].id}
        assert uow.intents.owners(account_id + 1) == {}


def test_a_position_that_was_booked_before_its_opening_was_settled_is_not_open(database, bot, make):
    with database.write() as uow:
        opening = uow.intents.add(make.intent(bot))
        uow.books.add_trade(make.trade(bot.account_id, 70, bot_id=bot.id))
        uow.intents.settle(replace(opening, state=IntentState.FILLED, position_id=70))
        assert uow.intents.open_positions(bot.account_id) == {}


@pytest.mark.parametrize("state", [IntentState.REJECTED, IntentState.UNKNOWN, IntentState.ABANDONED])
def test_only_a_filled_opening_makes_a_position(database, bot, make, state):
    with database.write() as uow:
        opening = uow.intents.add(make.intent(bot))
        uow.intents.settle(replace(opening, state=state, position_id=70))
        assert uow.intents.open_positions(bot.account_id) == {}


def test_the_bars_of_executed_openings_are_each_told_once_and_in_order(database, new_bot, make):
    bots = [new_bot(BotStatus.ACTIVE) for _ in range(3)]
    hour = timedelta(hours=1)
    cases = (
        (0, 2, {}),
        (1, 2, {}),
        (0, 1, {}),
        (0, 3, {"symbol": "GBPUSD"}),
        (1, 3, {"state": IntentState.REJECTED, "position_id": None}),
        (2, 4, {}),
    )
    with database.write() as uow:
        for number, (bot, hours, changes) in enumerate(cases):
            symbol = changes.pop("symbol", "EURUSD.m")
            added = uow.intents.add(make.intent(bots[bot], symbol=symbol, bar_time=make.noon + hours * hour))
            done = {"state": IntentState.FILLED, "position_id": 70 + number} | changes
            uow.intents.settle(replace(added, **done))
        account = bots[0].account_id
        assert uow.intents.opening_bars(account, "EURUSD.m", make.noon, make.noon + 4 * hour) == (
            make.noon + hour,
            make.noon + 2 * hour,
        )
        assert uow.intents.newest_opening(account, "EURUSD.m", make.noon + 2 * hour).bar_time == (
            make.noon + hour
        )
