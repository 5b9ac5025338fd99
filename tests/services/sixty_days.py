"""Sixty days of trading on real bars, with an operator who follows a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.events import ReportReady
from bot_service.domain.jobs import ReportJob
from bot_service.domain.market import Timeframe
from bot_service.domain.people import Member, Role
from bot_service.domain.sent import Sent
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.hours import report_due
from bot_service.services.auditing import Deed
from bot_service.services.letters import Letter, Reports

OWNER = 1001
STEP = timedelta(hours=4)
"""How often the operator looks, with the market's bars; and at each report's hour besides."""
AFTER_BARS = timedelta(minutes=10)
AFTER_HOUR = timedelta(minutes=12)
"""A difference to the broker's balance is waited for until ten minutes after a report's hour."""
HOUR = timedelta(hours=1)
ONE = timedelta(days=1)
DAYS = 60
BOT = BotSettings(
    name="Rata",
    symbol="EURUSD",
    broker_symbol="",
    strategy="MA_CROSSOVER",
    timeframe=Timeframe.H1,
    sizing=SizingMethod.RISK_PERCENT,
    size=Decimal("0.5"),
    parameters={"fast_period": 2, "slow_period": 5},
)


@dataclass
class Told:
    """A report as the owner's chat got it."""

    at: datetime
    day: date
    late: bool
    post: Reports


@dataclass
class Operator:
    """Do what the script says; `did` holds on which trading day each thing was done."""

    world: object
    did: dict[str, date] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)
    _later: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def losses(self) -> list[ClosedTrade]:
        """Return the losses since the last look."""
        now = self.world.clock.now()
        with self.world.database.read() as uow:
            trades = uow.books.trades(self.world.account.id, now - ONE, now + STEP)
        new = [trade for trade in trades if trade.position_id not in self._seen]
        self._seen |= {trade.position_id for trade in new}
        return [trade for trade in new if trade.net < 0 and now - trade.closed_at <= timedelta(minutes=28)]

    def act(self, name: str, command: str, deed: Callable[[], object], *, looked: bool = False) -> None:
        """Do something as the chat does it: the deed, then its line of the audit."""
        began = self.world.clock.now()
        deed()
        self.world.services.auditing.write(Deed(OWNER, OWNER, command, "", "done", began, looked))
        if name:
            self.did[name] = self.world.account.trading_day(self.world.clock.now())

    def look(self, times: int = 1, name: str = "") -> None:
        for _ in range(times):
            self.act(name, "status", lambda: None, looked=True)

    def resize(self, name: str, bot_id: int, size: str) -> None:
        bot = self.world.read(bot_id)
        changed = replace(bot.settings, size=Decimal(size))
        self.act(
            name,
            "edit_bot",
            lambda: self.world.control.edit(self.world.actor(), bot_id, bot.version, changed),
        )

    def at(self, moment: datetime, deed: Callable[[], None]) -> None:
        """Plan something for a later step."""
        self._later.append((moment, deed))

    def due(self) -> None:
        """Do what was planned for now."""
        now = self.world.clock.now()
        ready = [item for item in self._later if item[0] <= now]
        self._later = [item for item in self._later if item[0] > now]
        for _moment, deed in ready:
            deed()


class SixtyDays:
    """Run the service and its operator; collect every report that goes out."""

    def __init__(self, world, symbols: Mapping[str, Timeframe]) -> None:
        self.world = world
        self.told: list[Told] = []
        with world.database.write() as uow:
            uow.people.add(Member(OWNER, OWNER, Role.OWNER, "id", "Asia/Jakarta"))
            uow.commit()
        world.limits(entries_a_day=None, losses=None, open_risk=None, margin_level=None)
        self.operator = Operator(world)
        self.bots = {
            symbol: world.running(replace(BOT, name=f"Rata {symbol}", symbol=symbol, timeframe=frame))
            for symbol, frame in symbols.items()
        }
        self.begin = world.clock.now()
        self.down: tuple[datetime, datetime] | None = None

    def day(self, number: int) -> date:
        """Return the trading day with this number."""
        return self.world.account.trading_day(self.begin) + number * ONE

    def morning(self, number: int) -> datetime:
        """Return a moment of a trading day: nine hours after its begin, 14:00 in Jakarta."""
        return self.world.account.day_bounds(self.day(number))[0] + 9 * HOUR

    def run(self, script: Callable[[SixtyDays, int, list[ClosedTrade]], None]) -> None:
        """Let sixty days pass, step by step."""
        end = self.begin + DAYS * ONE
        looked = None
        while self.world.clock.now() < end:
            until = self._next()
            if self.down is not None and self.down[0] <= until < self.down[1]:
                self._sleep()
                until = self._next()
            self.world.ticker.advance(until)
            self.world.watch()
            number = (self.world.account.trading_day(until) - self.day(0)).days
            if until >= self.morning(number) and looked != number:
                self.operator.look(2)
                looked = number
            script(self, number, self.operator.losses())
            self.operator.due()
            self._report(until)

    def _next(self) -> datetime:
        """Return the next moment at which somebody looks."""
        now, account = self.world.clock.now(), self.world.account
        grid = now.replace(hour=0, minute=0, second=0, microsecond=0) + AFTER_BARS
        looks = [grid + place * STEP for place in range(8)]
        today = account.trading_day(now)
        looks += [report_due(account, today + back * ONE) + AFTER_HOUR for back in (-1, 0)]
        return min(moment for moment in looks if moment > now)

    def _sleep(self) -> None:
        """Let the market go on without the service, as when the machine is off."""
        assert self.down is not None
        self.world.clock.set(self.down[1])
        self.down = None
        self.world.watch()

    def _report(self, at: datetime) -> None:
        self.world.services.mentoring.run(ReportJob(self.world.account.id))
        delivery = self.world.services.delivery
        while (post := delivery.next_post(OWNER)) is not None:
            if isinstance(post, Reports):
                event = post.first.event
                assert isinstance(event, ReportReady)
                self.told.append(Told(at, date.fromisoformat(event.day), event.late, post))
                delivery.reports_sent(post, Sent(None, (len(self.told),)))
            elif isinstance(post, Letter):
                delivery.sent(post.row_ids, 1)
            else:
                delivery.digest_sent(post, 1)
