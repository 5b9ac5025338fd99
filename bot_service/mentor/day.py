"""One trading day as the detectors see it, and what came before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Books, CheckIn, Intervention, MarketCondition, Tally
from bot_service.domain.market import TradeMode
from bot_service.domain.promises import Promise, PromiseOccasion
from bot_service.domain.trading import BY_PERSON, ClosedTrade, Deal, ExitCause, Side
from bot_service.mentor.thresholds import LOSS_BEYOND_PLAN_R, LOSS_INSIDE_PLAN_R

ZERO = Decimal(0)
_HUNDREDTH = Decimal("0.01")


def in_order(trades: Iterable[ClosedTrade]) -> tuple[ClosedTrade, ...]:
    """Return trades in the order in which they closed, the same for every order they came in."""
    return tuple(sorted(trades, key=lambda trade: (trade.closed_at, trade.position_id)))


def total(trades: Iterable[ClosedTrade]) -> Decimal:
    """Return the net result of trades."""
    return sum((trade.net for trade in trades), ZERO)


def tickets(trades: Iterable[ClosedTrade]) -> tuple[str, ...]:
    """Return the evidence that names trades: their position ids."""
    return tuple(f"#{trade.position_id}" for trade in trades)


def text(number: Decimal) -> str:
    """Return a number as plain decimal text."""
    return format(number + ZERO, "f")


def rounded(number: Decimal) -> str:
    """Return a ratio as decimal text with two places."""
    return format(number.quantize(_HUNDREDTH, ROUND_HALF_UP) + ZERO, "f")


@dataclass(frozen=True)
class OpenPosition:
    """A position that is open when the day ends, or now; `bot_id` None: no bot's.

    `risk` is the loss at its present stop in account currency, and `risk_percent` the same in percent of the
    balance; both are None without a stop, and where nobody knows.
    """

    position_id: int
    bot_id: int | None
    symbol: str
    side: Side
    lots: Decimal
    stop_loss: Decimal | None
    planned_risk: Decimal | None = None
    risk: Decimal | None = None
    risk_percent: Decimal | None = None


@dataclass(frozen=True)
class DayContext:
    """What is known of a day besides its closed trades, moods and notes.

    `acts` are what people did in it, look-ups too, `operations` the deals that are no trades;
    `open_positions` stand open at its end, or now; `critical_alert_times` are when something critical was
    told. `interventions` were done in the day, `settled` on earlier days and judged in this one; `month` adds
    up those of its month so far.
    `promises` held at some time of the day, `occasions` tested one. `guards_held` are when a limit stopped
    the entries; `risk_limit_percent` is the most that a trade may risk.
    """

    acts: tuple[Act, ...] = ()
    operations: tuple[Deal, ...] = ()
    open_positions: tuple[OpenPosition, ...] = ()
    critical_alert_times: tuple[datetime, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    settled: tuple[Intervention, ...] = ()
    month: Tally | None = None
    market: tuple[MarketCondition, ...] = ()
    promises: tuple[Promise, ...] = ()
    occasions: tuple[PromiseOccasion, ...] = ()
    guards_held: tuple[datetime, ...] = ()
    risk_limit_percent: Decimal | None = None


NO_CONTEXT = DayContext()


@dataclass(frozen=True)
class ReaderWishes:
    """What a report's reader does not want: detectors that keep still, steps that don't fit him."""

    muted: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


NO_READER_WISHES = ReaderWishes()


@dataclass(frozen=True)
class History:
    """What came before the day, oldest first; `per_day` counts the trades of each day that had any.

    `acts` are without look-ups, whose moments (refresh taps left out) are `looks`. `operations` are the deals
    that are no trades, `check_ins` come with their trading day, `interventions` are judged. `account_since`
    is the first that is known of the account: a deal or an act. `account` cuts moments into trading days.
    """

    trades: tuple[ClosedTrade, ...] = ()
    per_day: tuple[int, ...] = ()
    acts: tuple[Act, ...] = ()
    operations: tuple[Deal, ...] = ()
    check_ins: tuple[tuple[date, CheckIn], ...] = ()
    looks: tuple[datetime, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    account_since: datetime | None = None
    demo: bool = False
    account: Account | None = None

    @classmethod
    def of(
        cls,
        account: Account,
        trades: Iterable[ClosedTrade],
        acts: Iterable[Act] = (),
        operations: Iterable[Deal] = (),
        check_ins: Iterable[CheckIn] = (),
        account_since: datetime | None = None,
        interventions: Iterable[Intervention] = (),
    ) -> History:
        """Build the history of an account from what came earlier."""
        ordered = in_order(trades)
        counts = Counter(account.trading_day(trade.closed_at) for trade in ordered)
        done = tuple(sorted(acts, key=lambda act: act.at))
        return cls(
            trades=ordered,
            per_day=tuple(counts[day] for day in sorted(counts)),
            acts=tuple(act for act in done if act.kind is not ActKind.LOOK),
            operations=tuple(operations),
            check_ins=tuple((account.trading_day(said.at), said) for said in check_ins),
            looks=tuple(act.at for act in done if act.kind is ActKind.LOOK and not act.refresh),
            interventions=tuple(sorted(interventions, key=lambda one: one.at)),
            account_since=account_since,
            demo=account.identity.trade_mode is not TradeMode.REAL,
            account=account,
        )


@dataclass(frozen=True)
class DayFacts:
    """The facts of one account and trading day; `trades` are those that closed in it, in order.

    The rest is as `DayContext` has it.
    """

    account_id: int
    day: date
    finished: bool
    currency: str
    trades: tuple[ClosedTrade, ...]
    books: Books | None = None
    opened: int = 0
    names: Mapping[int, str] = field(default_factory=dict)
    check_ins: tuple[CheckIn, ...] = ()
    acts: tuple[Act, ...] = ()
    operations: tuple[Deal, ...] = ()
    open_positions: tuple[OpenPosition, ...] = ()
    critical_alert_times: tuple[datetime, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    settled: tuple[Intervention, ...] = ()
    promises: tuple[Promise, ...] = ()
    occasions: tuple[PromiseOccasion, ...] = ()
    guards_held: tuple[datetime, ...] = ()
    risk_limit_percent: Decimal | None = None

    @property
    def net(self) -> Decimal:
        """Return the net result of the closed trades."""
        return total(self.trades)

    @property
    def costs(self) -> Decimal:
        """Return commission, swap and fee as booked: negative when paid."""
        return sum((trade.commission + trade.swap + trade.fee for trade in self.trades), ZERO)

    @property
    def losses(self) -> tuple[ClosedTrade, ...]:
        """Return the trades that lost money, costs included."""
        return tuple(trade for trade in self.trades if trade.net < 0)

    @property
    def worst_r(self) -> Decimal | None:
        """Return the worst result in R, None where no trade has one."""
        return min((trade.r for trade in self.trades if trade.r is not None), default=None)

    @property
    def losses_inside_plan(self) -> bool:
        """Tell whether every loss is known to have stayed inside its planned risk."""
        return all(trade.r is not None and trade.r >= -LOSS_INSIDE_PLAN_R for trade in self.losses)

    @property
    def beyond_plan(self) -> tuple[ClosedTrade, ...]:
        """Return the trades that lost much more than was planned, the worst first."""
        found = [(trade.r, trade) for trade in self.trades if trade.r is not None]
        far = [(r, trade) for r, trade in found if r <= -LOSS_BEYOND_PLAN_R]
        return tuple(trade for _, trade in sorted(far, key=lambda pair: pair[0]))

    @property
    def unplanned(self) -> tuple[ClosedTrade, ...]:
        """Return the bots' trades whose planned risk is not known."""
        return tuple(trade for trade in self.trades if trade.bot_id is not None and trade.r is None)

    @property
    def stopped_out(self) -> tuple[ClosedTrade, ...]:
        """Return the trades that the broker closed for lack of margin."""
        return tuple(trade for trade in self.trades if trade.cause is ExitCause.STOP_OUT)

    @property
    def closed_by_person(self) -> tuple[ClosedTrade, ...]:
        """Return the bots' trades that a person closed, in the terminal or by a command."""
        return tuple(t for t in self.trades if t.bot_id is not None and t.cause in BY_PERSON)

    @property
    def books_differ(self) -> bool:
        """Tell whether the broker's balance holds something that the deals do not explain."""
        return self.books is not None and self.books.difference != 0
