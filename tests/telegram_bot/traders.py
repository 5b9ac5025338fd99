"""Somebody with bots and positions of his own, who taps what he sees."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal

from bot_service.domain.bots import magic_of
from bot_service.domain.trading import Intent, IntentState, OrderRequest, Purpose, Side

PATIENCE_S = 15.0


class Trader:
    """Somebody with bots and positions of his own."""

    def __init__(self, world, talk):
        self.world, self.talk = world, talk
        self.account_id = next(iter(world.house.terminals))

    def ask(self, question):
        return self.world.house.lanes.ask(self.account_id, question)

    def with_bot(self, lots="0.02", stop=True):
        """Return a running bot and the ticket of its position."""
        bot_id = self.world.new_bot(f"Closer {time.monotonic_ns() % 100_000}")
        quote = self.ask(lambda terminal: terminal.tick("EURUSD"))
        level = (quote.bid - Decimal("0.02")).quantize(Decimal("0.00001")) if stop else None
        with self.world.house.database.write() as uow:
            account = uow.accounts.get(self.account_id)
            intent = uow.intents.add(
                Intent(
                    0, "", account.id, bot_id, magic_of(account.magic_block, bot_id), Purpose.OPEN, "EURUSD",
                    Side.BUY, Decimal(lots), IntentState.PENDING, datetime.now(UTC), datetime.now(UTC),
                    stop_loss=level, strategy="MA_CROSSOVER",
                )
            )  # fmt: skip
            uow.commit()
        self.world.services.control.start(self.world.actor(), [bot_id])
        order = OrderRequest("EURUSD", Side.BUY, intent.lots, intent.magic, intent.ref, level)
        ticket = self.ask(lambda terminal: terminal.place(order)).order_ticket
        self.until(lambda: ticket in [line.position.ticket for line in self.preview().lines])
        return bot_id, ticket

    def by_hand(self):
        order = OrderRequest("EURUSD", Side.SELL, Decimal("0.03"), 0, "by hand")
        ticket = self.ask(lambda terminal: terminal.place(order)).order_ticket
        self.until(lambda: ticket in [line.position.ticket for line in self.preview().manual])
        return ticket

    def preview(self):
        return self.world.services.closing.preview()

    def open(self):
        return {item.ticket for item in self.ask(lambda terminal: terminal.positions())}

    def lots(self, ticket):
        return next(item.lots for item in self.ask(lambda t: t.positions()) if item.ticket == ticket)

    def until(self, true):
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end
            time.sleep(0.05)

    def tap(self, message, label, **more):
        self.talk.post(
            "/sim/press", {"message_id": message["message_id"], "data": data_of(message, label), **more}
        )

    def told(self, *words):
        return self.talk.told(*words)


def data_of(message, label):
    found = [item for row in message["reply_markup"]["inline_keyboard"] for item in row]
    return next(item["callback_data"] for item in found if label in item["text"])
