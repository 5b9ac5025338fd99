"""A whole service at the strict local chat, watched: what breaks, what is refused, what a stranger causes."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import sqlite3
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from fleet_house import START, TOKEN, HastyClock
from fuzz_inputs import OPERATOR, OWNER, STRANGERS, VIEWER, Drawer, Input, Scene, raw_update
from telegram import Update

from bot_service.app.house import House
from bot_service.domain.people import Actor, Member, Role
from bot_service.i18n import LANGUAGES, Translator
from bot_service.local_chat import ChatServer, LocalChat
from bot_service.services.drafts import settings_from_words
from bot_service.settings import offline_settings
from bot_service.telegram_bot.application import ChatEdge, EdgeConfig
from bot_service.telegram_bot.limits import Limits
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.strangers import PRIVATE
from bot_service.telegram_bot.wire import Wire, whole

PATIENCE_S = 60.0
RAW_MARK = "raw input "
UNHANDLED, REFUSED, STRANGER = "unhandled", "refused", "stranger_effects"
HARMLESS = (
    *("message is not modified", "there is no text in the message to edit", "query is too old"),
    "message to edit not found",  # its reader deleted it; it is sent anew
    "message to delete not found",
)
ALWAYS_MOVING = (
    *("audit", "stranger", "outbox", "account", "account_snapshot", "account_day", "guard_period"),
    "sqlite_sequence",
)
"""Tables that a knock, or time alone, may write to."""

COLUMNS = {
    # Knocks are told to the owner, that is all they may do.
    "history": "count(*), max(id) FROM history WHERE code NOT LIKE '%knock%'",
    # A pause that ends lets its bots go on, whoever writes at that moment.
    "bot": "id, settings, status, version, started_at, stopped_at, deleted_at FROM bot",
    "value": "* FROM value WHERE key IN ('pauses', 'pause_days_now') OR key LIKE 'stopping:%'",
}
"""What of a table only acts move."""


@dataclass(frozen=True)
class Finding:
    """What went wrong: its key, and a signature that stays the same for the same mistake."""

    key: str
    signature: str
    detail: str


class Watch(logging.Handler):
    """Collect what is logged as an error, and what the server refused."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[Finding] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take an error."""
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage()
        self.found.append(Finding(UNHANDLED, where(error) if error else text[:80], told(error) or text))

    def broke(self, error: BaseException) -> None:
        """Take an exception that nobody logged."""
        self.found.append(Finding(UNHANDLED, where(error), told(error)))

    async def response(self, response: Any) -> None:
        """Look at each answer of the Bot API."""
        method = str(response.request.url).rsplit("/", 1)[-1]
        if method == "getUpdates":
            return
        await response.aread()
        body = response.json()
        if body["ok"]:
            self.sent.append((method, body["result"] if isinstance(body["result"], dict) else {}))
        elif not any(reason in body["description"] for reason in HARMLESS):
            reason = f"{method}: {body['description']}"
            self.found.append(Finding(REFUSED, reason, response.request.content.decode()[:2000]))

    def taken(self) -> tuple[list[Finding], list[tuple[str, dict[str, Any]]]]:
        """Return what was seen since the last time."""
        found, self.found = self.found, []
        sent, self.sent = self.sent, []
        return found, sent


def where(error: BaseException) -> str:
    """Return an exception's kind and the innermost line of the project in it."""
    frames = [item for item in traceback.extract_tb(error.__traceback__) if "bot_service" in item.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside"
    return f"{type(error).__name__} at {place}"


def told(error: BaseException | None) -> str:
    """Return the end of a traceback."""
    return "".join(traceback.format_exception(error)[-6:]) if error else ""


class WatchedEdge(ChatEdge):
    """The chat's edge; tells when an update is done with all its answers, and takes raw updates."""

    def __init__(self, watch: Watch, *args: Any, **kwargs: Any) -> None:
        self._watch = watch
        super().__init__(*args, **kwargs)
        self.done: dict[int, threading.Event] = {}
        self.raw: dict[str, Input] = {}

    def _http(self, config: EdgeConfig) -> Wire:
        hooks = {"event_hooks": {"response": [self.clock.response, self._watch.response]}}
        return Wire(proxy=config.proxy, connection_pool_size=64, httpx_kwargs=hooks)

    def event(self, update_id: int) -> threading.Event:
        """Return what is set when an update is done."""
        return self.done.setdefault(update_id, threading.Event())

    async def handle(self, update: Update) -> None:
        """Run an update and wait for what it leaves behind."""
        number = update.update_id
        try:
            text = (update.message.text or "") if update.message else ""
            if text.startswith(RAW_MARK):
                now = int(datetime.now(UTC).timestamp())
                body = whole(raw_update(self.raw.pop(text), number, now))
                update = Update.de_json(body, self._application.bot)
            await super().handle(update)
            while self._replies:
                finished, _ = await asyncio.wait(set(self._replies))
                for task in finished:
                    if not task.cancelled() and task.exception() is not None:
                        self._watch.broke(task.exception())
                await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            self._watch.broke(error)
        finally:
            self.event(number).set()


class World:
    """A service, its people, and one that plays all of them."""

    def __init__(self, house: House, server: ChatServer, edge: WatchedEdge, watch: Watch, seed: int) -> None:
        self.house = house
        self.edge = edge
        self.watch = watch
        self.scene = Scene()
        self.drawer = Drawer(Random(seed), load(), self.scene)
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        self._base = sqlite3.connect(house.settings.data_dir / "bot_service.db")
        self._raws = 0

    def furnish(self) -> None:
        """Let the people in, found two groups, build some bots."""
        self.set_people()
        members = {"user_ids": [OPERATOR, VIEWER, STRANGERS[0]]}
        first = self.call("group", {"title": "Team <b>", "topics": ["Alerts", "&"], **members})
        second = self.call("group", {"title": "\u202eOther", "type": "group", **members})
        self.scene.groups = (first["chat_id"], second["chat_id"])
        self.scene.topics = tuple(first["message_thread_ids"])
        for symbol, strategy in (
            ("EURUSD", "MA_CROSSOVER"),
            ("XAUUSD", "RSI_CROSSOVER"),
            ("US500", "TURTLE_BREAKOUT"),
        ):
            words = {"symbol": symbol, "strategy": strategy, "lot": "0.1"}
            actor = Actor(OWNER, OWNER, Role.OWNER, self.house.wall.now())
            self.house.services.control.create(actor, settings_from_words(words, None))
        for user in (OWNER, OPERATOR, VIEWER):
            self.run(Input("say", user, user, "/start"))
        self.run(Input("say", OWNER, self.scene.groups[0], "/group all"))

    def set_people(self) -> None:
        """Bring the roles back that inputs have changed."""
        roles = {OWNER: Role.OWNER, OPERATOR: Role.OPERATOR, VIEWER: Role.VIEWER}
        with self.house.database.write() as uow:
            for user, role in roles.items():
                known = uow.people.get(user)
                if known is None or known.role is not role:
                    uow.people.add(Member(user, user, role, "id" if user != VIEWER else "en", "Asia/Jakarta"))
            for user in STRANGERS:
                uow.people.remove(user)
            uow.commit()

    def call(self, deed: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do something in the chat; what the chat itself doesn't let through comes back with `refused`."""
        self._connection.request(
            "POST", f"/sim/{deed}", json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = self._connection.getresponse()
        found = json.loads(answer.read())
        return found if answer.status == http.client.OK else {"refused": found}

    def run(self, item: Input) -> list[Finding] | None:
        """Do one thing and wait until it is done; None: the chat didn't let it through."""
        stranger = item.user in STRANGERS and not self._let_in(item.user)
        before = self._kept() if stranger else []
        told = self._do(item)
        if "refused" in told:
            return None
        if not self.edge.event(told["update_id"]).wait(PATIENCE_S):
            return [Finding(UNHANDLED, "hangs", "no end within a minute")]
        del self.edge.done[told["update_id"]]
        if item.way == "say":
            self.scene.written.append((item.user, item.chat, told["message_id"]))
        found, sent = self.watch.taken()
        self._see(sent)
        if stranger:
            found += self._effects(item, before, sent)
        return found

    def _do(self, item: Input) -> dict[str, Any]:
        who = {"user_id": item.user, "text": item.text}
        if item.way == "press":
            body = {"user_id": item.user, "data": item.text, "message_id": item.more["message_id"]}
            return self.call("press", body)
        if item.way == "edit":
            return self.call("edit", {**who, "message_id": item.more["message_id"]})
        if item.way == "raw":
            self._raws += 1
            self.edge.raw[f"{RAW_MARK}{self._raws}"] = item
            return self.call("message", {"text": f"{RAW_MARK}{self._raws}", "user_id": item.user})
        more = {key: value for key, value in item.more.items() if key != "age"}
        if "age" in item.more:
            more["date"] = int(datetime.now(UTC).timestamp()) - item.more["age"]
        return self.call("message", {**who, "chat_id": item.chat, **more})

    def _see(self, sent: list[tuple[str, dict[str, Any]]]) -> None:
        for _method, message in sent:
            rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
            data = tuple(
                button["callback_data"] for row in rows for button in row if "callback_data" in button
            )
            if data:
                self.scene.shown.append((message["chat"]["id"], message["message_id"], data))

    def _let_in(self, user: int) -> bool:
        # A real button of the owner may have admitted somebody meanwhile.
        asked = "SELECT 1 FROM member WHERE user_id = ? AND active"
        return self._base.execute(asked, (user,)).fetchone() is not None

    def _kept(self) -> list[Any]:
        tables = self._base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        kept: list[Any] = []
        for (name,) in tables:
            if name in ALWAYS_MOVING:
                continue
            what = COLUMNS.get(name, f'* FROM "{name}"')
            kept.append((name, self._base.execute(f"SELECT {what}").fetchall()))
        return kept

    def _effects(
        self, item: Input, before: list[Any], sent: list[tuple[str, dict[str, Any]]]
    ) -> Iterator[Finding]:
        for old, new in zip(before, self._kept(), strict=True):
            if old != new:
                yield Finding(STRANGER, f"table {old[0]}", f"{old[1]!r:.800} -> {new[1]!r:.800}")
        neutral = {Translator(language).text(PRIVATE) for language in LANGUAGES}
        for method, message in sent:
            place, text = message.get("chat", {}).get("id"), message.get("text", "")
            if place == item.user and text not in neutral:
                yield Finding(STRANGER, "told more than the one sentence", text[:500])
            if method.startswith("edit") or (place is not None and place < 0 and item.chat == place):
                yield Finding(STRANGER, f"{method} in {place}", text[:500])

    def close(self) -> None:
        """Let go of connections."""
        self._connection.close()
        self._base.close()


@contextmanager
def open_world(directory: Path, seed: int) -> Iterator[World]:
    """Open a service whose market stands still, with its chat."""
    settings = offline_settings(data_dir=directory, owner_id=OWNER, language="id", paper_start=START)
    watch = Watch()
    logging.getLogger().addHandler(watch)
    server = ChatServer(LocalChat(None, clock=lambda: datetime.now(UTC))).start()
    house = House(settings, spread=False)
    house.open()
    edge = WatchedEdge(
        watch, house.services, EdgeConfig(TOKEN, server.url), house.wall, limits=Limits(HastyClock())
    )
    try:
        with _talking(edge):
            world = World(house, server, edge, watch, seed)
            world.furnish()
            watch.taken()
            yield world
            world.close()
    finally:
        house.close()
        server.stop()
        logging.getLogger().removeHandler(watch)


@contextmanager
def _talking(edge: ChatEdge) -> Iterator[None]:
    ready, stops = threading.Event(), []

    async def talk() -> None:
        stop = asyncio.Event()
        stops.append((asyncio.get_running_loop(), stop))
        running = asyncio.create_task(edge.run(stop))
        await edge.first_poll_done.wait()
        ready.set()
        await running

    thread = threading.Thread(target=lambda: asyncio.run(talk()), name="chat")
    thread.start()
    try:
        if not ready.wait(30):
            raise RuntimeError("the bot can't reach the chat")
        yield
    finally:
        for loop, stop in stops:
            loop.call_soon_threadsafe(stop.set)
        thread.join()
