"""Whether another copy of this service is running: it trades with our numbers, or reads our updates.

Two copies double every order, and neither sees the other's. So entries are held until the owner says that the
other one is off, or until it shows by itself. Exits go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Held, bot_of
from bot_service.domain.closing import OPENS, carries
from bot_service.domain.events import SecondCopyListens, SecondCopyOver, SecondCopyTrades, TelegramRestored
from bot_service.domain.people import Actor
from bot_service.domain.trading import Deal, DealKind, Intent, IntentState, Purpose
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services import holds
from bot_service.services.holds import Hold

GRACE = timedelta(seconds=10)
"""How long our own books may be behind a deal before it counts as somebody else's (wall time)."""

SENT_BY_PROGRAM = "expert"
TOLD_AFTER = timedelta(seconds=60)
"""How long Telegram was away before its return is told (wall time)."""

_TRADES = "deals"
_LISTENS = "telegram"
_CONFLICT = "telegram_conflict"


@dataclass(frozen=True)
class _Noted:
    ticket: int
    position_id: int
    at: datetime


@dataclass(frozen=True)
class _Pending:
    deals: tuple[_Noted, ...] = ()


def note(uow: UnitOfWork, account: Account, deals: Iterable[Deal], wall: datetime) -> None:
    """Remember new deals with our numbers that no order of ours explains yet."""
    strange = [deal for deal in deals if _may_tell(account, deal) and not _explained(uow, account, deal)]
    if strange:
        noted = tuple(_Noted(deal.ticket, deal.position_id, wall) for deal in strange)
        _save(uow, account.id, (*_pending(uow, account.id), *noted))


def unexplained(uow: UnitOfWork, account: Account) -> tuple[Deal, ...]:
    """Return the deals that still wait for an explanation."""
    deals = (_deal(uow, account, noted) for noted in _pending(uow, account.id))
    return tuple(deal for deal in deals if deal is not None)


def judge(uow: UnitOfWork, account: Account, wall: datetime, market: datetime) -> None:
    """Hold the account's entries where deals stay unexplained; an order without outcome may explain them."""
    pending = _pending(uow, account.id)
    if not pending:
        return
    waiting, strange = list[_Noted](), list[Deal]()
    for noted in pending:
        deal = _deal(uow, account, noted)
        if deal is None or _explained(uow, account, deal):
            continue
        if wall - noted.at < GRACE or uow.intents.unsettled(bot_id=bot_of(account.magic_block, deal.magic)):
            waiting.append(noted)
        else:
            strange.append(deal)
    if len(waiting) < len(pending):
        _save(uow, account.id, tuple(waiting))
    if strange and holds.put(uow, account.id, Hold(Held.SECOND_COPY, wall, source=_TRADES)):
        uow.record(_trades_event(account, strange, market))


def heard_since(uow: UnitOfWork) -> datetime | None:
    """Return since when another program reads the updates (wall time), None where none does."""
    stored = uow.get_value(_CONFLICT)
    return datetime.fromisoformat(stored) if stored else None


class Copies:
    """What the chat knows of another copy: who else reads the updates, and what the owner says."""

    def __init__(self, database: Database, wall: Clock, market: Clock) -> None:
        self._database = database
        self._wall = wall
        self._market = market

    def conflict_since(self) -> datetime | None:
        """Return since when another program reads the updates, also when an earlier run noticed it."""
        with self._database.read() as uow:
            return heard_since(uow)

    def listens(self, since: datetime) -> None:
        """Hold all entries, because somebody else has been reading the updates for too long."""
        now = self._wall.now()
        with self._database.write() as uow:
            hold = Hold(Held.SECOND_COPY, now, source=_LISTENS)
            news = [holds.put(uow, account.id, hold) for account in uow.accounts.all()]
            if uow.get_value(_CONFLICT) and not any(news):
                return
            uow.set_value(_CONFLICT, since.isoformat())
            lasting = int((now - since).total_seconds())
            uow.record(SecondCopyListens(happened_at=self._market.now(), lasting_s=lasting))
            uow.commit()

    def silent(self) -> None:
        """End what somebody else's reading has held; deals of that time were the same copy's."""
        with self._database.write() as uow:
            since = heard_since(uow)
            if since is None:
                return
            uow.set_value(_CONFLICT, "")
            for account in uow.accounts.all():
                for hold in holds.of_account(uow, account.id):
                    if hold.reason is Held.SECOND_COPY and (hold.source == _LISTENS or hold.since >= since):
                        holds.lift(uow, account.id, Held.SECOND_COPY, source=hold.source)
            uow.record(SecondCopyOver(happened_at=self._market.now()))
            uow.commit()

    def is_off(self, actor: Actor) -> bool:
        """Let entries go on, because the owner has switched the other copy off; False if nothing was held."""
        with self._database.write() as uow:
            accounts = uow.accounts.all()
            ended = [hold for one in accounts for hold in holds.lift(uow, one.id, Held.SECOND_COPY)]
            if not ended:
                return False
            uow.set_value(_CONFLICT, "")
            over = SecondCopyOver(happened_at=self._market.now(), actor=actor.user_id)
            uow.record(over, answered_chat=actor.chat_id)
            uow.commit()
        return True

    def reached_again(self, lost: timedelta) -> None:
        """Tell that Telegram was away, if it was for long."""
        if lost < TOLD_AFTER:
            return
        with self._database.write() as uow:
            lost_s = int(lost.total_seconds())
            uow.record(TelegramRestored(happened_at=self._market.now(), lost_s=lost_s))
            uow.commit()


def _may_tell(account: Account, deal: Deal) -> bool:
    # A closing by hand or by the broker itself carries our number too where the position did.
    if deal.kind is not DealKind.TRADE or bot_of(account.magic_block, deal.magic) is None:
        return False
    return deal.entry in OPENS or deal.reason == SENT_BY_PROGRAM


def _explained(uow: UnitOfWork, account: Account, deal: Deal) -> bool:
    intents = uow.intents.of_position(account.id, deal.position_id)
    return any(carries(deal, intent) or _was_given_up(deal, intent) for intent in intents)


def _was_given_up(deal: Deal, intent: Intent) -> bool:
    # Given up, and it arrived after all, at a broker that changes comments.
    return (
        intent.purpose is Purpose.CLOSE
        and intent.state is IntentState.ABANDONED
        and intent.order_ticket is None
        and intent.side is deal.side
        and deal.lots <= intent.lots
    )


def _trades_event(account: Account, strange: list[Deal], market: datetime) -> SecondCopyTrades:
    first = strange[0]
    return SecondCopyTrades(
        happened_at=market,
        account_id=account.id,
        ticket=first.position_id,
        symbol=first.symbol,
        side=first.side,
        lots=first.lots,
        deals=len(strange),
    )


def _deal(uow: UnitOfWork, account: Account, noted: _Noted) -> Deal | None:
    deals = uow.books.deals_of(account.id, noted.position_id)
    return next((deal for deal in deals if deal.ticket == noted.ticket), None)


def _pending(uow: UnitOfWork, account_id: int) -> tuple[_Noted, ...]:
    text = uow.get_value(_key(account_id))
    return codec.read(_Pending, text).deals if text else ()


def _save(uow: UnitOfWork, account_id: int, deals: tuple[_Noted, ...]) -> None:
    uow.set_value(_key(account_id), codec.written(_Pending(deals)))


def _key(account_id: int) -> str:
    return f"unexplained_deals:{account_id}"
