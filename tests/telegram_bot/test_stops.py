"""The button of an alert that puts a removed stop back, pressed in both languages over the local chat."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.domain.bots import magic_of
from bot_service.domain.people import Role
from bot_service.domain.trading import Intent, IntentState, OrderRequest, Purpose, Side

PATIENCE_S = 15.0


class Hand:
    """A position that a bot opened, and somebody who changes it in the terminal."""

    def __init__(self, world):
        self.world = world
        self.account_id = next(iter(world.house.terminals))
        bot_id = world.new_bot(f"Bare {time.monotonic_ns() % 10_000}")
        quote = self.ask(lambda terminal: terminal.tick("EURUSD"))
        self.stop = (quote.bid - Decimal("0.02")).quantize(Decimal("0.00001"))
        with world.house.database.write() as uow:
            account = uow.accounts.get(self.account_id)
            intent = uow.intents.add(
                Intent(
                    0, "", account.id, bot_id, magic_of(account.magic_block, bot_id), Purpose.OPEN, "EURUSD",
                    Side.BUY, Decimal("0.02"), IntentState.PENDING, datetime.now(UTC), datetime.now(UTC),
                    stop_loss=self.stop, planned_risk=Decimal(40), strategy="MA_CROSSOVER",
                )
            )  # fmt: skip
            uow.commit()
        order = OrderRequest("EURUSD", Side.BUY, intent.lots, intent.magic, intent.ref, self.stop)
        self.ticket = self.ask(lambda terminal: terminal.place(order)).order_ticket
        self.until(lambda: self.known() is not None)

    @property
    def stop_shown(self):
        """The price of the stop up to its last digit that is no zero: a terminal's floats know no more."""
        return f"{self.stop.normalize():f}"

    def ask(self, question):
        return self.world.house.lanes.ask(self.account_id, question)

    def send(self, **fields):
        api = self.world.house.market.paper
        request = {"symbol": "EURUSD", "position": self.ticket, **fields}
        answer = self.ask(lambda _terminal: api.order_send(request))
        assert answer.retcode == 10009, answer

    def take_the_stop_away(self):
        self.send(action=6, sl=0.0, tp=0.0)

    def close_part(self, lots):
        bid = float(self.ask(lambda terminal: terminal.tick("EURUSD")).bid)
        self.send(action=1, type=1, volume=lots, price=bid, type_filling=1)

    def known(self):
        with self.world.house.database.read() as uow:
            return uow.protections.get(self.account_id, self.ticket)

    def position(self):
        return next(one for one in self.ask(lambda t: t.positions()) if one.ticket == self.ticket)

    def until(self, true):
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end
            time.sleep(0.05)

    def alert(self, talk, *words):
        return talk.told(*words)


@pytest.fixture
def hand(world):
    return Hand(world)


@pytest.mark.parametrize(
    ("language", "removed", "label", "back", "again"),
    [
        ("en", "was removed, not by me", "Put SL", "has a stop loss again", "already has an SL"),
        ("id", "dihapus, bukan oleh saya", "Pasang lagi SL", "sudah punya SL lagi", "sudah punya SL ("),
    ],
)
def test_a_removed_stop_is_told_and_put_back_by_its_button_once(
    world, talk, hand, labels, first_button, language, removed, label, back, again
):
    world.services.chats.set_language(world.actor(), language)
    talk.forget()
    hand.take_the_stop_away()
    alert = hand.alert(talk, removed)
    assert "[PAPER]" in alert["text"]
    assert label in labels(alert)[0]
    assert hand.stop_shown in alert["text"]
    assert back in talk.press(alert, first_button(alert))["text"]
    assert hand.position().stop_loss == hand.stop
    assert again in talk.press(alert, first_button(alert))["text"]


@pytest.mark.parametrize(("language", "words"), [("en", "has already passed"), ("id", "sudah melewati SL")])
def test_a_stop_that_the_price_has_passed_is_said_honestly(world, talk, hand, first_button, language, words):
    world.services.chats.set_language(world.actor(), language)
    talk.forget()
    hand.take_the_stop_away()
    alert = hand.alert(talk, hand.stop_shown)
    with world.house.database.write() as uow:
        uow.protections.save(replace(hand.known(), lost_stop=hand.stop + 1))
        uow.commit()
    assert words in talk.press(alert, first_button(alert))["text"]
    assert hand.position().stop_loss is None


@pytest.mark.parametrize(
    ("language", "head", "part"),
    [
        ("en", "was changed, not by me", "Partly closed"),
        ("id", "diubah, bukan oleh saya", "Ditutup sebagian"),
    ],
)
def test_a_part_closed_in_the_terminal_is_told_with_the_risk_that_is_left(
    world, talk, hand, language, head, part
):
    world.services.chats.set_language(world.actor(), language)
    talk.forget()
    hand.close_part(0.01)
    alert = hand.alert(talk, head)
    assert part in alert["text"]


@pytest.mark.parametrize(("viewer", "language"), [(4004, "en"), (4005, "id")])
def test_a_viewer_can_not_press_the_button(world, talk, hand, viewer, language):
    world.add_member(viewer, Role.VIEWER, language)
    shown = talk.say("/positions", user_id=viewer)
    hand.take_the_stop_away()
    hand.until(lambda: hand.known().stop_loss is None)
    answer = talk.press(shown, f"putback:{hand.account_id}:{hand.ticket}:1", user_id=viewer)
    assert "operator" in answer["text"].lower()
    assert hand.position().stop_loss is None


def test_a_made_up_button_is_refused_kindly(world, talk, hand):
    world.services.chats.set_language(world.actor(), "en")
    shown = talk.say("/positions")
    assert "earlier change" in talk.press(shown, "putback:x:1")["text"]
    assert "already closed" in talk.press(shown, f"putback:{hand.account_id}:999999999:1")["text"]


@pytest.mark.parametrize(
    ("language", "typed", "words"), [("en", "/positions", "no SL"), ("id", "/posisi", "tanpa SL")]
)
def test_positions_and_the_bots_card_say_that_there_is_no_stop(world, talk, hand, language, typed, words):
    world.services.chats.set_language(world.actor(), language)
    hand.take_the_stop_away()
    hand.until(lambda: hand.known().stop_loss is None)
    bot = next(
        line for line in world.services.queries.positions().lines if line.position.ticket == hand.ticket
    ).bot
    assert words in talk.say(f"/bot {bot.id}")["text"]
    assert words in talk.say(typed)["text"]
