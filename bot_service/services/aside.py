"""What looks at bars for the mentor's reports: the ledger's judge and the market of a day."""

from __future__ import annotations

from bot_service.domain.accounts import Account
from bot_service.domain.findings import MarketCondition
from bot_service.services.conditions import Conditions
from bot_service.services.courses import Courses
from bot_service.services.desk import Desk
from bot_service.services.ledgers import Ledgers
from bot_service.services.trading_days import TradingDay


class Aside:
    """Both of it; neither changes anything at the broker."""

    def __init__(self, desk: Desk) -> None:
        self._ledgers = Ledgers(desk, Courses(desk))
        self._conditions = Conditions(desk)

    def judge(self, account_id: int) -> None:
        """Book what has become of an account's interventions."""
        self._ledgers.judge(account_id)

    def market(self, account: Account, day: TradingDay) -> tuple[MarketCondition, ...]:
        """Return how the symbols moved that were traded in a day."""
        return self._conditions.of_day(account, day)
