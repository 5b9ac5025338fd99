"""What the inside needs from the outside."""

from bot_service.ports.backtests import BackTester
from bot_service.ports.database import Database, UnitOfWork
from bot_service.ports.journal import Journal
from bot_service.ports.market import Clock, Handler, Lanes, T, Terminal, Ticker
from bot_service.ports.mentor import Ledger, MentorBook, Promises
from bot_service.ports.outbox import Outbox, OutboxLine, OutboxRow
from bot_service.ports.people import Groups, People
from bot_service.ports.records import Archive, Audited, AuditLine, LogBook, LogLine, NoLogBook
from bot_service.ports.trading import Accounts, Books, Bots, Guards, Intents, Protections
from bot_service.ports.writing import Phrases, Wording, Writer, WriterSilent

__all__ = [
    "Accounts",
    "Archive",
    "AuditLine",
    "Audited",
    "BackTester",
    "Books",
    "Bots",
    "Clock",
    "Database",
    "Groups",
    "Guards",
    "Handler",
    "Intents",
    "Journal",
    "Lanes",
    "Ledger",
    "LogBook",
    "LogLine",
    "MentorBook",
    "NoLogBook",
    "Outbox",
    "OutboxLine",
    "OutboxRow",
    "People",
    "Phrases",
    "Promises",
    "Protections",
    "T",
    "Terminal",
    "Ticker",
    "UnitOfWork",
    "Wording",
    "Writer",
    "WriterSilent",
]
