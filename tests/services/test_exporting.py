from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.bots import BotSettings, BotStatus, SizingMethod
from bot_service.domain.findings import Intervention
from bot_service.domain.market import AccountIdentity, MarginMode, Timeframe, TradeMode
from bot_service.domain.people import Actor, Member, Role
from bot_service.domain.trading import ClosedTrade, ExitCause, Side
from bot_service.scheduling.clocks import StepClock
from bot_service.services.exporting import Exporting, cell
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def sheets(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))
            for name in archive.namelist()
        }


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-12.50"), "-12.50"),
        (datetime(2026, 3, 3, 19, 5, tzinfo=UTC), "2026-03-03T19:05:00Z"),
        (date(2026, 3, 3), "2026-03-03"),
        (BotStatus.EXIT_ONLY, "exit_only"),
        ({"fast": 9}, '{"fast": 9}'),
        ("=1+1", "'=1+1"),
        ("-cmd", "'-cmd"),
        ("plain, with comma", "plain, with comma"),
        (-3, "-3"),
    ],
)
def test_a_cell_is_written_for_machines(value, written):
    assert cell(value) == written


def test_an_export_holds_own_notes_only_and_the_audit_for_the_owner_only(exported):
    owner, viewer = exported(7, Role.OWNER), exported(8, Role.VIEWER)
    assert [row["text"] for row in owner["notes"]] == ["mine"]
    assert [row["text"] for row in viewer["notes"]] == ["theirs"]
    assert [row["command"] for row in owner["audit"]] == ["stop_bot"]
    assert "audit" not in viewer
    books = {"accounts", "trades", "deals", "bots", "bot_versions", "alerts", "interventions", "reports"}
    own = {"moods", "notes", "promises", "promise_occasions", "braked_acts", "questions"}
    assert set(viewer) == books | own | {"objections", "step_answers", "letters"}


def test_numbers_and_times_survive_the_way_to_the_sheet(exported):
    (trade,) = exported(7, Role.OWNER)["trades"]
    assert Decimal(trade["profit"]) == Decimal("-10.00")
    assert datetime.fromisoformat(trade["closed_at"]) == datetime(2026, 3, 3, 13, tzinfo=UTC)
    assert trade["closed_at"].endswith("Z")
    (bot,) = exported(7, Role.OWNER)["bots"]
    assert (bot["size"], bot["sizing"], bot["status"]) == ("0.50", "risk_percent", "stopped")
    (version,) = exported(7, Role.OWNER)["bot_versions"]
    assert version["name"] == bot["name"]


def test_the_ledger_of_interventions_is_a_sheet_with_its_differences(exported, database, books):
    early = Intervention(
        NOON, ActKind.CLOSE, Decimal("0.40"), Decimal("-1.00"), "EURUSD.m", 1, 70, ExitCause.STOP_LOSS
    )
    later = Intervention(NOON + timedelta(hours=1), ActKind.MOVE_STOP, Decimal(0), Decimal(0), pending=True)
    with database.write() as uow:
        uow.ledger.book(books.id, (later, early))
        uow.commit()
    for user_id, role in ((7, Role.OWNER), (8, Role.VIEWER)):
        first, second = exported(user_id, role)["interventions"]
        assert (first["at"], first["kind"], first["position_id"]) == ("2026-03-03T12:00:00Z", "close", "70")
        assert Decimal(first["actual_r"]) - Decimal(first["rule_r"]) == Decimal("1.40")
        assert (second["pending"], first["rule_cause"]) == ("true", str(ExitCause.STOP_LOSS))


@pytest.fixture
def exported(books, database, clock):
    exporting = Exporting(database, clock)

    def take(user_id, role):
        made = exporting.export(Actor(user_id, user_id, role, clock.now()))
        assert made.name == "bot-service-20260303T1200Z.zip"
        found = sheets(made.content)
        assert {name: len(rows) for name, rows in found.items()} == made.rows
        return found

    return take


@pytest.fixture
def clock():
    return StepClock(NOON)


@pytest.fixture
def database(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'export.db'}"
    upgrade(url, clock)
    found = SqlDatabase(url, clock)
    yield found
    found.close()


ACCOUNT = Account(
    id=0,
    label="paper",
    identity=AccountIdentity("Paper", 5_000_000_001, TradeMode.PAPER),
    currency="USD",
    margin_mode=MarginMode.HEDGING,
    leverage=100,
    time_zone="Asia/Jakarta",
    magic_block=812,
)
SETTINGS = BotSettings(
    name="Kijang",
    symbol="EURUSD",
    broker_symbol="EURUSD.m",
    strategy="MA_CROSSOVER",
    timeframe=Timeframe.M5,
    sizing=SizingMethod.RISK_PERCENT,
    size=Decimal("0.50"),
)


def trade_of(account_id, bot_id):
    return ClosedTrade(
        account_id=account_id,
        position_id=70,
        bot_id=bot_id,
        strategy="MA_CROSSOVER",
        symbol="EURUSD.m",
        side=Side.BUY,
        lots=Decimal("0.10"),
        price_open=Decimal("1.08300"),
        price_close=Decimal("1.08200"),
        opened_at=NOON,
        closed_at=NOON + timedelta(hours=1),
        profit=Decimal("-10.00"),
        commission=Decimal("-0.70"),
        swap=Decimal(0),
        fee=Decimal(0),
        cause=ExitCause.STOP_LOSS,
    )


@pytest.fixture
def books(database):
    with database.write() as uow:
        account = uow.accounts.add(ACCOUNT)
        bot = uow.bots.add(account.id, SETTINGS, NOON)
        uow.books.add_trade(trade_of(account.id, bot.id))
        for user_id, text in ((7, "mine"), (8, "theirs")):
            role = Role.OWNER if user_id == 7 else Role.VIEWER
            uow.people.add(Member(user_id, user_id, role, "id", "Asia/Jakarta"))
            uow.journal.add_note(user_id, account.id, NOON, text)
        uow.people.audit(NOON, 7, "stop_bot", "1", "done", bots=(bot.id,))
        uow.commit()
    return account
