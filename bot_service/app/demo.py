"""`bot-service demo` and `bot-service chat`: everything on this machine."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot_service.app.house import House
from bot_service.app.locking import AlreadyRunning, only_service
from bot_service.app.samples import make_samples, set_limits
from bot_service.app.serving import serve
from bot_service.app.speech import say
from bot_service.domain.market import Timeframe
from bot_service.domain.people import Actor, Role
from bot_service.i18n import mark as _
from bot_service.local_chat import ChatServer, LocalChat, Person
from bot_service.logs import set_up_logs
from bot_service.scheduling.clocks import SystemClock
from bot_service.settings import Settings, offline_settings
from bot_service.telegram_bot.application import EdgeConfig
from bot_service.terminals.paper import SPECS, PaperMismatch

OWNER = 1001
TOKEN = "10010:" + "demo" * 8 + "bot"
FAST = 60.0
BARS_PER_SECOND = 2
OTHERS = ((1002, "Rani", "operator"), (1003, "Budi", "viewer"), (1004, "Dewi", "stranger"))
FILE_NAME = re.compile(r"(?P<symbol>[^_]+)_(?P<timeframe>[A-Z0-9]+?)(?:_.*)?\.csv(?:\.gz)?")


@dataclass(frozen=True)
class DemoOptions:
    """What a person may choose for the demo; `speed` in market seconds per second."""

    port: int
    data_dir: Path
    history: Path | None
    speed: float | None
    seed: int
    bots: int
    language: str
    browser: bool


def run_demo(options: DemoOptions) -> int:
    """Run until a signal comes; return the exit code."""
    try:
        with only_service(options.data_dir):
            set_up_logs(options.data_dir, secrets=[TOKEN], level=logging.WARNING)
            return _demo(options)
    except AlreadyRunning as error:
        say(
            options.language,
            _("Another service (process {holder}) uses {directory}. Stop it first."),
            holder=error.holder,
            directory=error.directory,
        )
    except (PaperMismatch, ValueError, OSError) as error:
        say(options.language, _("The demo can't start: {reason}"), reason=error)
    return 1


def run_chat(port: int, data_dir: Path) -> int:
    """Serve the local chat alone until a signal comes."""
    set_up_logs(None, level=logging.WARNING)
    data_dir.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    chat = LocalChat(data_dir, clock=SystemClock().now, cast=_cast("id"))
    server = ChatServer(chat, port=port).start()
    say("en", _("Chat page: {url}"), url=server.url)
    while not ended.wait(0.5):
        pass
    server.stop()
    return 0


def _demo(options: DemoOptions) -> int:
    home = options.data_dir / "chat"
    home.mkdir(parents=True, exist_ok=True)
    chat = LocalChat(
        home,
        clock=SystemClock().now,
        owner_id=OWNER,
        any_token=False,
        tokens=[TOKEN],
        language=options.language,
        cast=_cast(options.language),
    )
    server = ChatServer(chat, port=options.port).start()
    try:
        settings = demo_settings(options, server.url)
        house = House(settings)
        ready, furnish = _announce(options, server.url), _furnish(house, options)
        asyncio.run(serve(house, EdgeConfig(TOKEN, server.url), ready, furnish))
    finally:
        server.stop()
    return 0


def _cast(language: str) -> list[Person]:
    """Return the people to try the roles with; the owner has to invite them first."""
    return [Person(user_id, name, language, note) for user_id, name, note in OTHERS]


def demo_settings(options: DemoOptions, url: str) -> Settings:
    """Return the demo's settings; environment and `.env` have no say."""
    history = options.history
    return offline_settings(
        telegram_bot_token=SecretStr(TOKEN),
        telegram_api_url=url,
        owner_id=OWNER,
        data_dir=options.data_dir,
        language=options.language,
        alerts_per_hour=0,
        paper_seed=options.seed,
        paper_speed=options.speed or _speed(history),
        paper_start=None if history else last_monday(SystemClock().now()),
        paper_history=history,
        paper_sessions=history is None,
    )


def last_monday(now: datetime) -> datetime:
    """Return the last Monday, 08:00 UTC, that is over."""
    start = datetime(now.year, now.month, now.day, 8, tzinfo=UTC) - timedelta(days=now.weekday())
    return start if start <= now else start - timedelta(days=7)


def _speed(history: Path | None) -> float:
    if history is None:
        return FAST
    return _timeframe(history).duration.total_seconds() * BARS_PER_SECOND


def _timeframe(history: Path) -> Timeframe:
    for path in sorted(history.glob("*.csv*")):
        match = FILE_NAME.fullmatch(path.name)
        if match and match["timeframe"] in Timeframe.__members__:
            return Timeframe(match["timeframe"])
    raise ValueError(f"no <SYMBOL>_<TF>.csv in {history}")


def _furnish(house: House, options: DemoOptions) -> Callable[[], None]:
    # Who is faster than the demo with Start must not be told to make a first bot.
    def furnish() -> None:
        actor = Actor(OWNER, OWNER, Role.OWNER, house.wall.now())
        history = options.history
        timeframe = Timeframe.M1 if history is None else _timeframe(history)
        for account_id in house.terminals:
            set_limits(house.database, account_id)
        make_samples(house.services, actor, options.bots, house.symbols(tuple(SPECS)), timeframe)

    return furnish


def _announce(options: DemoOptions, url: str) -> Callable[[], None]:
    def ready() -> None:
        say(options.language, _("Chat page: {url}"), url=url)
        say(options.language, _("Try /start, then /start_all. End with Ctrl-C."))
        if options.browser:
            webbrowser.open(url)

    return ready
