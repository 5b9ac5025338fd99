"""The account's books in their own SQLite file; one commit holds all that belongs together."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .records import TradeDeal, TradeOrder
from .server_clock import to_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

FILE_NAME: Final = "paper.sqlite3"
_REAL: Final = (
    *("volume", "volume_initial", "volume_current", "price", "price_open", "price_current"),
    *("price_stoplimit", "sl", "tp", "commission", "swap", "profit", "fee"),
)


class PaperMismatch(ValueError):
    """Refuse a data directory that belongs to another market."""


class Position(NamedTuple):
    """Hold one open position; `identifier` never changes and is its first ticket when it is 0."""

    ticket: int
    symbol: str
    type: int
    volume: float
    price_open: float
    sl: float
    tp: float
    time_msc: int
    time_update_msc: int
    magic: int
    comment: str
    swap: float
    identifier: int = 0
    reason: int = 3

    @property
    def key(self) -> int:
        """Return the number by which deals and orders know the position for ever."""
        return self.identifier or self.ticket

    @property
    def sign(self) -> int:
        """Return 1 for a buy, -1 for a sell."""
        return 1 if self.type == 0 else -1


@dataclass(slots=True, kw_only=True)
class Change:
    """Collect what one event does to the account."""

    balance: float
    next_ticket: int
    credit: float = 0.0
    orders: list[TradeOrder] = field(default_factory=list)
    deals: list[TradeDeal] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    pendings: list[TradeOrder] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)

    def ticket(self) -> int:
        """Return a new ticket; orders and deals share one row of numbers."""
        self.next_ticket += 1
        return self.next_ticket - 1


def _columns(fields: Sequence[str]) -> str:
    # `magic` is an unsigned 64-bit number, which SQLite's integers can't hold.
    types = {"ticket": "INTEGER PRIMARY KEY", "magic": "TEXT"}
    types |= dict.fromkeys(("symbol", "comment", "external_id"), "TEXT")
    types |= dict.fromkeys(_REAL, "REAL")
    return ", ".join(f'"{name}" {types.get(name, "INTEGER")}' for name in fields)


def _insert(table: str, fields: Sequence[str]) -> str:
    places = ", ".join("?" * len(fields))
    return f"INSERT OR REPLACE INTO {table} VALUES ({places})"  # noqa: S608 - own names


_TABLES: Final = {
    "orders": TradeOrder._fields,
    "deals": TradeDeal._fields,
    "positions": Position._fields,
    "pendings": TradeOrder._fields,
}
_ADDED: Final = {"positions": {"identifier": 0, "reason": 3}}  # columns that older files lack
_SCHEMA: Final = [
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value)",
    *(f"CREATE TABLE IF NOT EXISTS {table} ({_columns(names)})" for table, names in _TABLES.items()),
    'CREATE INDEX IF NOT EXISTS deals_time ON deals ("time")',
    'CREATE INDEX IF NOT EXISTS deals_order ON deals ("order")',
    "CREATE INDEX IF NOT EXISTS deals_position ON deals (position_id)",
    "CREATE INDEX IF NOT EXISTS orders_time ON orders (time_done)",
    "CREATE INDEX IF NOT EXISTS orders_position ON orders (position_id)",
]
_INSERTS: Final = {table: _insert(table, names) for table, names in _TABLES.items()}
_TEXT_MAGIC: Final = {table: names.index("magic") for table, names in _TABLES.items()}


def _stored(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    at = _TEXT_MAGIC[table]
    return (*row[:at], str(row[at]), *row[at + 1 :])


def _read(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    at = _TEXT_MAGIC[table]
    return (*row[:at], int(row[at]), *row[at + 1 :])


class Book:
    """Keep orders, deals, positions and the balance; in memory without a directory."""

    def __init__(self, data_dir: Path | None) -> None:
        if data_dir is not None:
            data_dir.mkdir(parents=True, exist_ok=True)
        self.durable = data_dir is not None
        target = ":memory:" if data_dir is None else str(data_dir / FILE_NAME)
        # The terminal's own lock keeps two threads from using the connection at once.
        self._db = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        for statement in _SCHEMA:
            self._db.execute(statement)
        self._add_columns()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def claim(self, identity: Mapping[str, str]) -> None:
        """Remember which market this account trades on.

        Raises:
            PaperMismatch: if the directory already belongs to another one.
        """
        kept = {key: value for key, value in self._meta() if key.startswith("feed.")}
        wanted = {f"feed.{key}": value for key, value in identity.items()}
        if kept and kept != wanted:
            message = f"this data directory belongs to {_words(kept)}; asked for {_words(wanted)}"
            raise PaperMismatch(message)
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", wanted.items())

    def state(self) -> dict[str, Any]:
        """Return balance, next_ticket and now_msc, or nothing for a new account."""
        return {key: value for key, value in self._meta() if not key.startswith("feed.")}

    def positions(self) -> dict[int, Position]:
        """Return the open positions by ticket, oldest first."""
        rows = self._rows("positions", "1 ORDER BY ticket", ())
        return {row[0]: Position(*row) for row in rows}

    def pendings(self) -> dict[int, TradeOrder]:
        """Return the orders that wait by ticket, oldest first."""
        rows = self._rows("pendings", "1 ORDER BY ticket", ())
        return {row[0]: TradeOrder(*row) for row in rows}

    def commit(self, change: Change, now_msc: int) -> None:
        """Write one event, all of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._write(change, now_msc)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def mark_time(self, now_msc: int) -> None:
        """Remember how far the market has gone; a killed process keeps that, a power cut may lose it."""
        self._db.execute("PRAGMA synchronous=NORMAL")
        try:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('now_msc', ?)", (now_msc,))
        finally:
            self._db.execute("PRAGMA synchronous=FULL")

    def deals(self, condition: str, values: Sequence[object]) -> tuple[TradeDeal, ...]:
        """Return deals that meet an SQL condition of this package's own, oldest first."""
        rows = self._rows("deals", f"{condition} ORDER BY time_msc, ticket", values)
        return tuple(TradeDeal(*row) for row in rows)

    def orders(self, condition: str, values: Sequence[object]) -> tuple[TradeOrder, ...]:
        """Return finished orders that meet an SQL condition of this package's own."""
        rows = self._rows("orders", f"{condition} ORDER BY time_done_msc, ticket", values)
        return tuple(TradeOrder(*row) for row in rows)

    def count(self, table: str, column: str, begin: int, end: int) -> int:
        """Return how many rows lie between two labels, both included."""
        query = f'SELECT count(*) FROM {table} WHERE "{column}" BETWEEN ? AND ?'  # noqa: S608 - own names
        return int(self._db.execute(query, (begin, end)).fetchone()[0])

    def _add_columns(self) -> None:
        for table, columns in _ADDED.items():
            there = {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}
            for name, usual in columns.items():
                if name not in there:
                    self._db.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER DEFAULT {usual}")

    def _rows(self, table: str, condition: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        query = f"SELECT * FROM {table} WHERE {condition}"  # noqa: S608 - conditions are this package's own
        with closing(self._db.execute(query, values)) as cursor:
            return (_read(table, row) for row in cursor.fetchall())

    def _meta(self) -> list[tuple[str, Any]]:
        return self._db.execute("SELECT key, value FROM meta").fetchall()

    def _write(self, change: Change, now_msc: int) -> None:
        for table, gone in (("positions", change.gone), ("pendings", change.removed)):
            query = f"DELETE FROM {table} WHERE ticket = ?"  # noqa: S608 - own names
            self._db.executemany(query, [(ticket,) for ticket in gone])
        for table, rows in (
            ("orders", change.orders),
            ("deals", change.deals),
            ("positions", change.positions),
            ("pendings", change.pendings),
        ):
            self._db.executemany(_INSERTS[table], [_stored(table, row) for row in rows])
        state = {"balance": change.balance, "credit": change.credit}
        state |= {"next_ticket": change.next_ticket, "now_msc": now_msc}
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", state.items())


def stored_market_time(data_dir: Path) -> datetime | None:
    """Return the market time kept in a data directory, or None where there is no account yet."""
    path = data_dir / FILE_NAME
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as db:
        row = db.execute("SELECT value FROM meta WHERE key = 'now_msc'").fetchone()
    return None if row is None else to_utc(int(row[0]))


def _words(identity: Mapping[str, str]) -> str:
    return ", ".join(f"{key.removeprefix('feed.')}={value}" for key, value in sorted(identity.items()))
