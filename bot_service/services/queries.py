"""What people look at: pure reads of the database, never a question to a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import RUNNING, Bot, BotStatus, Waiting
from bot_service.domain.errors import NoAccount
from bot_service.domain.trading import ClosedTrade, Snapshot
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services import contracts, filters, health, hours, ordered, pausing, reentry
from bot_service.services.holdings import by_bot, by_status_of, floating_of, holdings_of, net_of
from bot_service.services.tags import common_tag, tag_of
from bot_service.services.views import (
    AccountView,
    AnalysisView,
    BotCard,
    BotFilter,
    BotLine,
    BotsView,
    DealsView,
    HealthView,
    HistoryView,
    PositionLine,
    PositionsView,
    StatusView,
    StrategyView,
)

BOTS_PER_PAGE = 10
DEALS_PER_PAGE = 10
POSITIONS_PER_PAGE = 10


class Queries:
    """Answer look-ups from what the watch has stored, with its age."""

    def __init__(
        self, database: Database, wall: Clock, market: Clock, broken: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._broken = tuple(broken)
        self._database = database
        self._wall = wall
        self._market = market

    def status(self) -> StatusView:
        """Return one screen about everything."""
        with self._database.read() as uow:
            accounts = uow.accounts.all()
            kinds = uow.bots.tally()
            in_error = uow.bots.page(0, 1, BotStatus.ERROR)
            holdings = {account.id: holdings_of(uow, account) for account in accounts}
            unknown = len(uow.intents.unsettled())
            closings = sum(len(ordered.open_of(uow, account.id)) for account in accounts)
            views = tuple(self._account(uow, one, holdings[one.id].snapshot) for one in accounts)
            pending = uow.outbox.pending()
            closed = uow.bots.all(waiting=Waiting.MARKET_CLOSED)
            # On a Saturday a thousand bots wait for a handful of symbols.
            one_each = {(bot.account_id, bot.settings.broker_symbol): bot for bot in closed}.values()
            opens = [at for bot in one_each if (at := self._opens(uow, bot)) is not None]
        positions = [position for item in holdings.values() for position in item.positions]
        naked = sum(position.stop_loss is None for position in positions)
        return StatusView(
            accounts=views,
            by_status=by_status_of(kinds),
            waiting=sum(n for (status, waiting, _), n in kinds.items() if status in RUNNING and waiting),
            held=sum(n for (status, _, held), n in kinds.items() if status in RUNNING and held),
            positions=len(positions),
            without_stop=naked,
            unknown_outcomes=unknown,
            alarms=health.alarms(accounts, in_error, naked, unknown),
            pending_alerts=pending,
            closed=len(closed),
            opens=min(opens, default=None),
            closings=closings,
        )

    def tags(self) -> dict[int, tuple[str, ...]]:
        """Return the tags of all bots that have any."""
        with self._database.read() as uow:
            return uow.bots.tags()

    def bots(self, page: int = 0, chosen: BotFilter = BotFilter()) -> BotsView:  # noqa: B008  # frozen
        """Return a page of bots; a page beyond the last shows the last."""
        with self._database.read() as uow:
            accounts = {account.id: account for account in uow.accounts.all()}
            tags = uow.bots.tags()
            found = filters.found(uow, chosen, tags) if chosen != BotFilter() else None
            total = sum(by_status_of(uow.bots.tally()).values()) if found is None else len(found)
            pages = max(1, -(-total // BOTS_PER_PAGE))
            page = min(max(page, 0), pages - 1)
            first_shown = page * BOTS_PER_PAGE
            shown = (
                uow.bots.page(first_shown, BOTS_PER_PAGE)
                if found is None
                else found[first_shown : first_shown + BOTS_PER_PAGE]
            )
            used = [accounts[item] for item in dict.fromkeys(bot.account_id for bot in shown)]
            holdings = {account.id: holdings_of(uow, account) for account in used}
            today = by_bot(trade for account in used for trade in self._today(uow, account))
            opens = {bot.id: self._opens(uow, bot) for bot in shown}
        common = common_tag(used or accounts.values())
        lines = tuple(
            BotLine(
                bot,
                floating_of(holdings[bot.account_id].of_bot(bot.id)),
                net_of(today.get(bot.id, [])),
                _currency(accounts[bot.account_id], holdings[bot.account_id].snapshot),
                opens[bot.id],
                tags.get(bot.id, ()),
                tag_of(accounts[bot.account_id]) if common is None else None,
            )
            for bot in shown
        )
        return BotsView(common, lines, page, pages, total, chosen)

    def bot(self, bot_id: int) -> BotCard:
        """Return all about a bot.

        Raises:
            BotNotFound: there is none.
        """
        with self._database.read() as uow:
            bot = uow.bots.get(bot_id)
            account = uow.accounts.get(bot.account_id)
            holdings = holdings_of(uow, account)
            trades = self._today(uow, account, bot_id)
            analysis = uow.journal.analysis(bot_id)
            terms = contracts.remembered(uow, bot_id)
            tags = uow.bots.tags().get(bot_id, ())
            opens, off_first = self._opens(uow, bot), reentry.off_first(uow, bot_id)
            pause = pausing.plan(uow).active(account.id, bot_id, self._wall.now(), self._market.now())
        return BotCard(
            tag=tag_of(account),
            bot=bot,
            position=holdings.of_bot(bot_id),
            analysis=analysis,
            today_net=net_of(trades),
            today_trades=len(trades),
            currency=_currency(account, holdings.snapshot),
            age_s=self._age_s(holdings.snapshot),
            terms=terms,
            opens=opens,
            pause=pause,
            off_first=off_first,
            tags=tags,
        )

    def account(self, account_id: int | None = None) -> AccountView:
        """Return an account's money, without an id the first one's.

        Raises:
            NoAccount: there is none.
        """
        with self._database.read() as uow:
            account = _chosen(uow, account_id)
            return self._account(uow, account, uow.accounts.snapshot(account.id))

    def positions(self, account_id: int | None = None, page: int | None = None) -> PositionsView:
        """Return an account's open positions and whose they are; without a page all of them."""
        with self._database.read() as uow:
            account = _chosen(uow, account_id)
            holdings = holdings_of(uow, account)
            count = len(holdings.positions)
            size = POSITIONS_PER_PAGE if page is not None else max(count, 1)
            pages = max(1, -(-count // size))
            page = min(max(page or 0, 0), pages - 1)
            shown = holdings.positions[page * size : (page + 1) * size]
            owners = {item.identifier: holdings.owners.get(item.identifier, 0) for item in shown}
            bots = {bot.id: bot for bot in uow.bots.all(account.id, ids=owners.values())}
            closing = ordered.open_of(uow, account.id)
        return PositionsView(
            tag=tag_of(account),
            lines=tuple(
                PositionLine(item, bots.get(owners[item.identifier]), closing.get(item.identifier))
                for item in shown
            ),
            floating=sum((item.profit + item.swap for item in holdings.positions), Decimal(0)),
            currency=_currency(account, holdings.snapshot),
            age_s=self._age_s(holdings.snapshot),
            total=count,
            page=page,
            pages=pages,
        )

    def deals(self, days: int = 7, page: int = 0, account_id: int | None = None) -> DealsView:
        """Return the closed trades of the last trading days, newest first."""
        with self._database.read() as uow:
            account = _chosen(uow, account_id)
            now = self._market.now()
            start, _ = account.day_bounds(account.trading_day(now) - timedelta(days=max(days, 1) - 1))
            trades = uow.books.trades(account.id, start, now + timedelta(seconds=1))[::-1]
            pages = max(1, -(-len(trades) // DEALS_PER_PAGE))
            page = min(max(page, 0), pages - 1)
            shown = trades[page * DEALS_PER_PAGE : (page + 1) * DEALS_PER_PAGE]
            traded = {trade.bot_id for trade in shown if trade.bot_id is not None}
            names = {bot.id: bot.settings.name for bot in uow.bots.all(ids=traded, deleted=True)}
        return DealsView(
            tag=tag_of(account),
            trades=shown,
            names=names,
            days=days,
            net=net_of(trades),
            wins=sum(trade.net > 0 for trade in trades),
            currency=account.currency,
            page=page,
            pages=pages,
        )

    def analysis(self, bot_id: int) -> AnalysisView:
        """Return a bot's newest analysis."""
        with self._database.read() as uow:
            bot = uow.bots.get(bot_id)
            account = uow.accounts.get(bot.account_id)
            return AnalysisView(tag_of(account), bot, uow.journal.analysis(bot_id))

    def history(self, bot_id: int | None = None, limit: int = 20) -> HistoryView:
        """Return what happened to a bot, or to everything, newest first."""
        with self._database.read() as uow:
            bot = None if bot_id is None else uow.bots.get(bot_id, deleted=True)
            accounts = uow.accounts.all() if bot is None else (uow.accounts.get(bot.account_id),)
            events = uow.history(bot_id=bot_id, limit=limit)
        return HistoryView(common_tag(accounts), bot, events)

    def strategies(self) -> tuple[StrategyView, ...]:
        """Return all strategies in the order in which people learn them."""
        # They bring pandas, and who only asks for the status at the console is in a hurry.
        from bot_service.strategies import all_strategies  # noqa: PLC0415

        return tuple(self.strategy(item.key) for item in all_strategies())

    def strategy(self, key: str) -> StrategyView:
        """Return one strategy.

        Raises:
            UnknownStrategy: there is none.
        """
        from bot_service.strategies import find  # noqa: PLC0415  # as above

        found = find(key)
        return StrategyView(
            found.key,
            found.level,
            found.learning_order,
            found.markets,
            found.parameters,
            found.title,
            found.idea,
        )

    def health(self) -> HealthView:
        """Return how the service's parts are."""
        with self._database.read() as uow:
            return health.check(uow, self._wall.now(), self._market.now(), self._broken)

    def _account(self, uow: UnitOfWork, account: Account, snapshot: Snapshot | None) -> AccountView:
        trades = self._today(uow, account)
        return AccountView(
            tag_of(account), account, snapshot, self._age_s(snapshot), net_of(trades), len(trades)
        )

    def _today(self, uow: UnitOfWork, account: Account, bot_id: int | None = None) -> tuple[ClosedTrade, ...]:
        start, end = account.day_bounds(account.trading_day(self._market.now()))
        return uow.books.trades(account.id, start, end, bot_id)

    def _opens(self, uow: UnitOfWork, bot: Bot) -> datetime | None:
        if bot.waiting is not Waiting.MARKET_CLOSED:
            return None
        return hours.opens_at(uow, bot.account_id, bot.settings.broker_symbol, self._market.now())

    def _age_s(self, snapshot: Snapshot | None) -> int | None:
        if snapshot is None:
            return None
        return max(0, int((self._wall.now() - snapshot.taken_at).total_seconds()))


def _currency(account: Account, snapshot: Snapshot | None) -> str:
    # The money beside it is the snapshot's; the stored currency may wait for the owner's word.
    return account.currency if snapshot is None else snapshot.state.currency


def _chosen(uow: UnitOfWork, account_id: int | None) -> Account:
    if account_id is not None:
        return uow.accounts.get(account_id)
    accounts = uow.accounts.all()
    if not accounts:
        raise NoAccount
    if len(accounts) == 1:
        return accounts[0]
    # The one that is watched now; books of accounts that were connected once are kept.
    seen = {account.id: uow.accounts.snapshot(account.id) for account in accounts}
    watched = [account for account in accounts if seen[account.id] is not None]
    return max(watched or accounts, key=lambda account: _taken_at(seen[account.id]))


def _taken_at(snapshot: Snapshot | None) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if snapshot is None else snapshot.taken_at
