"""What the paper account says against what the service has in its books: orders, trades, instruments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fault_account import TRADES, Account, Life, Stored, exact, mean, money, same_price
from fault_world import World

from bot_service.domain.trading import ExitCause, Intent, IntentState, Purpose
from bot_service.terminals.paper import constants as c

DOUBLED, LOST_TRADE, LOST_ALERT = "doubled_orders", "lost_trades", "lost_alerts"
WRONG, UNTRUE, STUCK = "wrong_instrument", "untrue_alerts", "not_recovered"
KEYS = (DOUBLED, LOST_TRADE, LOST_ALERT, WRONG, UNTRUE, STUCK)
EXECUTED = frozenset((IntentState.FILLED, IntentState.PARTIAL))
STOPS = {
    c.DEAL_REASON_SL: ExitCause.STOP_LOSS,
    c.DEAL_REASON_TP: ExitCause.TAKE_PROFIT,
    c.DEAL_REASON_SO: ExitCause.STOP_OUT,
}
HANDS = frozenset((c.DEAL_REASON_CLIENT, c.DEAL_REASON_MOBILE, c.DEAL_REASON_WEB))
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Finding:
    """Something that must not be; `key` is the number that it counts into."""

    key: str
    text: str


def compare(world: World, account: Account, stored: Stored) -> list[Finding]:
    """Return everything in the books that the account contradicts."""
    parts = (doubled, unexplained, unsettled, trades, deals_and_balance, instruments)
    return [finding for part in parts for finding in part(world, account, stored)]


def doubled(_world: World, account: Account, stored: Stored) -> Iterator[Finding]:
    """Look for two openings of one intent, bot and bar, and for two positions of one bot."""
    orders = {(deal.comment, deal.order) for deal in account.opened}
    for ref, count in Counter(ref for ref, _ in orders).items():
        if count > 1:
            yield Finding(DOUBLED, f"{count} opening orders carry the reference {ref}")
    by_ref = {intent.ref: intent for intent in stored.intents}
    bars = Counter(_bar(by_ref.get(ref), ref) for ref, _ in orders)
    for bar, count in bars.items():
        if count > 1:
            yield Finding(DOUBLED, f"{count} openings of bot and bar {bar}")
    yield from _together(account)
    for life in account.lives.values():
        if life.open_lots < 0:
            yield Finding(DOUBLED, f"#{life.position_id} was closed for more than it had")


def _bar(intent: Intent | None, ref: str) -> tuple[int, datetime | None, str]:
    # Without an intent nobody knows the bar; the finding of the missing intent is another one.
    return (intent.bot_id, intent.bar_time, "") if intent is not None else (0, None, ref)


def _together(account: Account) -> Iterator[Finding]:
    held: dict[int, dict[int, float]] = {}
    ours = set(account.lives)
    for deal in account.deals:
        if deal.position_id not in ours or deal.type not in TRADES:
            continue
        life = account.lives[deal.position_id]
        mine = held.setdefault(life.bot_id, {})
        if deal.entry != c.DEAL_ENTRY_IN:
            mine[deal.position_id] = round(mine.get(deal.position_id, 0.0) - deal.volume, 8)
            if mine[deal.position_id] <= 0:
                del mine[deal.position_id]
            continue
        same_order = any(one.order == deal.order for one in life.ins if one.ticket < deal.ticket)
        if mine and not same_order:
            yield Finding(DOUBLED, f"bot {life.bot_id} opened #{deal.position_id} beside {sorted(mine)}")
        mine[deal.position_id] = mine.get(deal.position_id, 0.0) + deal.volume


def unexplained(world: World, account: Account, stored: Stored) -> Iterator[Finding]:
    """Look for executed orders without their intent, and for intents that say what was not."""
    by_ref = {intent.ref: intent for intent in stored.intents}
    executed: dict[str, list[Any]] = {}
    for deal in account.deals:
        if deal.type in TRADES and deal.magic in account.magics and deal.ticket not in world.foreign:
            executed.setdefault(deal.comment, []).append(deal)
    for ref, deals in executed.items():
        intent, by_broker = by_ref.get(ref), ref.startswith(("[", "so:"))
        if intent is None and not by_broker:
            key = DOUBLED if deals[0].entry == c.DEAL_ENTRY_IN else LOST_TRADE
            yield Finding(key, f"no intent explains order {deals[0].order} ({ref!r})")
        elif intent is not None:
            yield from _outcome(intent, deals)
    for intent in stored.intents:
        if intent.state in EXECUTED and intent.ref not in executed:
            yield Finding(LOST_TRADE, f"intent {intent.id} says {intent.state}, the account has no such deal")


def _outcome(intent: Intent, deals: list[Any]) -> Iterator[Finding]:
    name = f"intent {intent.id} ({intent.purpose})"
    if intent.state not in EXECUTED:
        yield Finding(LOST_TRADE, f"{name} says {intent.state}, but was executed")
        return
    lots, price = sum(deal.volume for deal in deals), mean(deals)
    if intent.filled_lots != exact(lots):
        yield Finding(LOST_TRADE, f"{name} says {intent.filled_lots} lots, were {lots:g}")
    if not same_price(intent.fill_price, price):
        yield Finding(LOST_TRADE, f"{name} says a price of {intent.fill_price}, was {price}")
    if intent.position_id != deals[0].position_id or intent.symbol != deals[0].symbol:
        yield Finding(LOST_TRADE, f"{name} names #{intent.position_id}, was #{deals[0].position_id}")
    opens = all(deal.entry == c.DEAL_ENTRY_IN for deal in deals)
    if opens != (intent.purpose is Purpose.OPEN):
        yield Finding(DOUBLED, f"{name} was executed as {'an opening' if opens else 'a closing'}")


def unsettled(_world: World, _account: Account, stored: Stored) -> Iterator[Finding]:
    """Look for orders whose outcome is still open, and for ticks that never ended."""
    for intent in stored.intents:
        if not intent.state.settled:
            yield Finding(LOST_TRADE, f"intent {intent.id} ({intent.purpose}) is still {intent.state}")
    for bot in stored.bots.values():
        if bot.claimed_at is not None:
            yield Finding(STUCK, f"bot {bot.id} is claimed for ever")


def trades(_world: World, account: Account, stored: Stored) -> Iterator[Finding]:
    """Compare each closed trade of a bot with the deals of its position."""
    of_bots = [trade for trade in stored.trades if trade.bot_id is not None]
    told = {trade.position_id: trade for trade in of_bots}
    closed = account.closed()
    for position in closed.keys() - told.keys():
        yield Finding(LOST_TRADE, f"#{position} has ended, and no trade of a bot is in the books")
    for position in told.keys() - closed.keys():
        yield Finding(LOST_TRADE, f"the books have a trade of #{position}, which has not ended")
    for position in told.keys() & closed.keys():
        life, trade = closed[position], told[position]
        true = (life.bot_id, life.ins[0].symbol, life.lots, life.net)
        said = (trade.bot_id, trade.symbol, trade.lots, trade.net)
        if said != true:
            yield Finding(LOST_TRADE, f"the books say {said} of #{position}, true is {true}")
        prices = ((trade.price_open, mean(life.ins)), (trade.price_close, life.price_close))
        if not all(same_price(*pair) for pair in prices):
            yield Finding(LOST_TRADE, f"the books have other prices of #{position}: {prices}")
        if abs(trade.closed_at - life.closed_at) > SECOND:
            yield Finding(
                LOST_TRADE, f"the books close #{position} at {trade.closed_at}, was {life.closed_at}"
            )
        cause = true_cause(life, stored.intents)
        if trade.cause is not cause:
            yield Finding(UNTRUE, f"the books close #{position} by {trade.cause}, was {cause}")
    still = {life.position_id for life in account.lives.values() if life.open_lots}
    if set(stored.open) != still:
        yield Finding(LOST_TRADE, f"open by the books {sorted(stored.open)}, by the account {sorted(still)}")


def true_cause(life: Life, intents: tuple[Intent, ...]) -> ExitCause:
    """Return what closed a position, by the broker's reason and our own orders."""
    last = life.outs[-1]
    if last.reason in STOPS:
        return STOPS[last.reason]
    ours = [intent for intent in intents if intent.ref == last.comment and intent.purpose is Purpose.CLOSE]
    if ours and ours[0].cause is not None:
        return ours[0].cause
    if ours:
        return ExitCause.OPERATOR if ours[0].bar_time is None else ExitCause.SIGNAL
    return ExitCause.BY_HAND if last.reason in HANDS else ExitCause.OTHER


def deals_and_balance(world: World, account: Account, stored: Stored) -> Iterator[Finding]:
    """Compare the stored deals and their sum with the account's."""
    true, said = {deal.ticket for deal in account.deals}, {deal.ticket for deal in stored.deals}
    if true != said:
        yield Finding(LOST_TRADE, f"deals missing {sorted(true - said)}, made up {sorted(said - true)}")
    if stored.balance != money(world.truth.balance):
        yield Finding(LOST_TRADE, f"balance by the books {stored.balance}, true {world.truth.balance}")


def instruments(world: World, account: Account, _stored: Stored) -> Iterator[Finding]:
    """Look for trades in something else than the bot was made for, or on another account."""
    for deal in account.opened:
        wanted = world.wanted[account.magics[deal.magic]]
        if deal.symbol not in wanted.symbols or world.truth.source(deal.symbol) != wanted.source:
            yield Finding(WRONG, f"{wanted.name} traded {deal.symbol}, was made for {wanted.symbols}")
    for sent in world.notes.sent:
        if not sent.only_checked and sent.deals and sent.login != world.account.identity.login:
            yield Finding(WRONG, f"order {sent.ref} went to account {sent.login}")
