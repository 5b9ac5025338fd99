"""What the fuzz says and presses: drawn from the registry, from what was shown, and from nonsense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot_service.services.drafts import FIELDS
from bot_service.strategies import all_strategies
from bot_service.telegram_bot.plain_words import STOP_ALL
from bot_service.telegram_bot.registry import Command, Registry
from bot_service.telegram_bot.render.message import DATA_LIMIT

OWNER, OPERATOR, VIEWER = 1001, 1002, 1003
STRANGERS = range(9001, 9009)
PEOPLE = (OWNER,) * 6 + (OPERATOR,) * 3 + (VIEWER,) * 2
LONGEST = 4096
SURROGATE = "\ud83d"
"""Half a character: JSON can carry it, UTF-8 can't."""

NUMBERS = (
    *("0", "1", "2", "3", "-1", "+2", "0,5", "0.5", "1.000", "1,000", "1.000,50", "1,000.50", "1e5", "1E-9"),
    *(
        "1e999999",
        "NaN",
        "nan",
        "inf",
        "-inf",
        "0x10",
        "1_000",
        "½",
        "٣",
        "१",
        "１２",
        "−1",
        "1%",
        "%",
        "1 %",
    ),
    *("Rp1.000", "10rb", "10 jt", "0,01 lot", "1/2", "..", ",", "0" * 40, "9" * 40, "99999999999", "#1"),
    *("#", "##2", "1,2,3", "1;2", "p2", "p0", "p-1", "p99999", "-0", "0.00000000001", "1e-400", "²", "Ⅳ"),
)
TIMES = (
    *("60m", "2h", "1 jam", "0m", "99999h", "-5m", "besok", "tomorrow", "kemarin", "18/11", "31/02"),
    *("2026-11-18", "2026-02-30", "0000-00-00", "9999-12-31", "19:00-21:30", "25:00-26:00", "off", "all"),
)
WORDS = (
    *("EURUSD", "XAUUSD", "xauusd", "US500", "NOPE", "H1", "h4", "M7", "risk", "risiko", "lot", "auto"),
    *("owner", "operator", "viewer", "remove", "id", "en", "xx", "takut", "tenang", "calm", "#tag", "#"),
    *("account", "bot", "aktif", "berhenti", "null", "None", "true", "{0}", "{name}", "%s", "%(x)s", "\\"),
    *("<b>", "</pre>", "<script>alert(1)</script>", "&lt;", "&#0;", "&", "<", "'; DROP TABLE bot; --"),
    *("../../etc/passwd", "tg://user?id=1", "https://t.me/x?start=1", "@everyone", "/stop", "''", '"'),
)
STRANGE = (
    *("\u202e" + "txet", "\u200b", "a\u200db", "\ufeff", "\u2066x\u2069", "Z̷̧͎a̵l̶g̷o̸" * 9, "👨‍👩‍👧‍👦", "🇮🇩" * 30),
    *("\x00", "\x07\x1b[31m", "\ufffd", "\U0010ffff", "ﷺ", "ا" * 50, "漢字" * 40, "é", "e\u0301", "İ", "ß"),
    *("\u2028", "\u2029", "\r\n", "\t\t", "\n\n\n", "\u00a0", "＜b＞", "🅰️" * 20, "\u0600", "\u180e", "ǅ"),
)


@dataclass(frozen=True)
class Input:
    """One thing that one person does; `more` is what else its way needs."""

    way: str
    user: int
    chat: int
    text: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scene:
    """What there is to press, answer and edit."""

    groups: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()
    shown: list[tuple[int, int, tuple[str, ...]]] = field(default_factory=list)
    written: list[tuple[int, int, int]] = field(default_factory=list)
    asked: dict[int, bool] = field(default_factory=dict)


class Drawer:
    """Draw inputs; the same seed and the same answers give the same inputs."""

    def __init__(self, random: Random, registry: Registry, scene: Scene) -> None:
        self.random = random
        self.registry = registry
        self.scene = scene
        self._commands = list(registry.commands.values())
        self._keys = [strategy.key for strategy in all_strategies()]
        self._fields = [name for key, more in FIELDS.items() for name in (key, *more)]

    def draw(self) -> Input:
        """Return the next input."""
        ways: tuple[Callable[[], Input], ...] = (self._say, self._press, self._raw, self._edit)
        return self.random.choices(ways, (52, 34, 10, 4))[0]()

    def _who(self) -> int:
        return self.random.choice(STRANGERS) if self.random.random() < 0.12 else self.random.choice(PEOPLE)

    def _say(self) -> Input:
        user = self._who()
        place, more = self._place(user)
        if self.random.random() < 0.05:
            more["forwarded"] = True
        if self.random.random() < 0.05:
            more["age"] = self.random.choice((30, 61, 3600, 86_400 * 400, -5, -86_400))
        if self.random.random() < 0.1:
            own = [number for chat, number, _data in self.scene.shown[-40:] if chat == place]
            more |= {"reply_to": self.random.choice(own)} if own else {}
        return Input("say", user, place, self.text(), more)

    def _place(self, user: int) -> tuple[int, dict[str, Any]]:
        if not self.scene.groups or self.random.random() > 0.2:
            return user, {}
        place = self.random.choice(self.scene.groups)
        if place == self.scene.groups[0] and self.scene.topics and self.random.random() < 0.5:
            return place, {"message_thread_id": self.random.choice(self.scene.topics)}
        return place, {}

    def _press(self) -> Input:
        if not self.scene.shown:
            return self._say()
        user = self._who()
        recent = self.scene.shown[-60:] if self.random.random() < 0.9 else self.scene.shown
        chat, message_id, data = self.random.choice(recent)
        if chat > 0 and user == OWNER and self.random.random() < 0.8:
            user = chat if chat in PEOPLE else user
        return Input("press", user, chat, self.data(data), {"message_id": message_id})

    def _edit(self) -> Input:
        if not self.scene.written:
            return self._say()
        user, chat, message_id = self.random.choice(self.scene.written[-50:])
        return Input("edit", user, chat, self.text(), {"message_id": message_id})

    def _raw(self) -> Input:
        user = self._who()
        kind = self.random.choice(RAW)
        text = self.text()
        if self.random.random() < 0.5:
            cut = self.random.randrange(len(text) + 1)
            text = text[:cut] + SURROGATE + text[cut:]
        place, _more = self._place(user)
        return Input("raw", user, place, text, {"kind": kind})

    def data(self, shown: tuple[str, ...]) -> str:
        """Return what a button says: a real one, an altered one, or nonsense."""
        chance = self.random.random()
        if shown and chance < 0.6:
            return self.random.choice(shown)
        if shown and chance < 0.8:
            return self._fit(self._altered(self.random.choice(shown)))
        prefixes = (*self.registry.presses, "do", "yes", "no", "", "old", self._some(STRANGE))
        return self._fit(f"{self.random.choice(prefixes)}:{self._some_line()}")

    def _some_line(self) -> str:
        if self.random.random() < 0.5:
            return self.command_line()
        return ":".join(self._word() for _ in range(self.random.randrange(4)))

    def _fit(self, data: str) -> str:
        return data.encode("utf-8", "ignore")[:DATA_LIMIT].decode("utf-8", "ignore") or "x"

    def _altered(self, data: str) -> str:
        cut = self.random.randrange(len(data) + 1)
        how = self.random.randrange(4)
        if how == 0:
            return data[:cut]
        if how == 1:
            return data + self._word()
        if how == 2:
            return data[:cut] + self._word() + data[cut:]
        return data[:cut] + data[cut + 1 :]

    def text(self) -> str:
        """Return what somebody types."""
        kind = self.random.choices(("command", "words", "strange", "long", "plain"), (62, 14, 14, 3, 7))[0]
        if kind == "command":
            return "/" + self.command_line()
        if kind == "words":
            return " ".join(self._word() for _ in range(self.random.randint(1, 5)))
        if kind == "strange":
            return " ".join(self._some(STRANGE + WORDS) for _ in range(self.random.randint(1, 12)))
        if kind == "long":
            return self._long()
        return self.random.choice(("stop", "STOP!!", "berhenti semua", "panik", "darurat", "halo", STOP_ALL))

    def _long(self) -> str:
        head = self.random.choice(
            ("", "/", "/note ", "/catat ", f"/{self.random.choice(self._commands).name} ")
        )
        piece = self.random.choice((*STRANGE, *WORDS, "a", "a ", "&", "<", "9", "\n", "𝕏", "."))
        filled = head + piece * (LONGEST // len(piece) + 1)
        return filled.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")

    def command_line(self) -> str:
        """Return a command without its slash: any name of it, and what may stand behind it."""
        command = self.random.choice(self._commands)
        names = (command.name, *(alias for aliases in command.aliases.values() for alias in aliases))
        name = self.random.choice(names)
        if command.name == "backtest" and self.random.random() < 0.9:
            return f"{name} {self._some(STRANGE)}"  # a true one takes its time in a process of its own
        changed = self.random.random()
        if changed < 0.05:
            name = name.replace("_", "").upper()
        elif changed < 0.08:
            name += self.random.choice(("@somebot", "x", "__", "@", self._some(STRANGE)))
        return f"{name} {self._arguments(command)}".strip()

    def _arguments(self, command: Command) -> str:
        chance = self.random.random()
        if command.examples and chance < 0.35:
            _name, _space, given = self.random.choice(command.examples).partition(" ")
            return given if chance < 0.25 else f"{given} {self._word()}"
        if chance < 0.5:
            return str(self.random.randint(1, 9))
        words = [self._word() for _ in range(self.random.randrange(5))]
        if chance < 0.7:
            words.insert(0, str(self.random.randint(1, 9)))
        return self.random.choice((" ", " ", " ", "\n", "  ", ",")).join(words)

    def _word(self) -> str:
        pools = (NUMBERS, TIMES, WORDS, STRANGE, self._keys, self._fields)
        return self._some(self.random.choices(pools, (30, 12, 25, 8, 10, 15))[0])

    def _some(self, pool: Any) -> str:
        return str(self.random.choice(pool))


RAW = (
    *("message", "message", "message", "caption", "sticker", "no_text", "press", "press_old", "named"),
    *("edited_message", "channel_post", "inline_query", "my_chat_member", "entities", "anonymous"),
)
"""Updates that no person of the local chat can make; see `raw_update`."""


def raw_update(item: Input, update_id: int, now: int) -> dict[str, Any]:
    """Return an update as JSON could carry it."""
    kind = item.more["kind"]
    person = {"id": item.user, "is_bot": False, "first_name": "Ann", "language_code": "id"}
    private = item.chat > 0
    place: dict[str, Any] = {"id": item.chat, "type": "private" if private else "supergroup"}
    place |= {"first_name": "Ann"} if private else {"title": item.text[:40] or "x"}
    said = {"message_id": 10**9, "date": now, "chat": place, "from": person}
    if kind == "named":
        person["first_name"] = item.text[:64] or "x"
    made = _MAKERS.get(kind, _message)(item, said)
    return {"update_id": update_id, **made}


def _message(item: Input, said: dict[str, Any]) -> dict[str, Any]:
    return {"message": {**said, "text": item.text}}


def _caption(item: Input, said: dict[str, Any]) -> dict[str, Any]:
    photo = {"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}
    return {"message": {**said, "photo": [photo], "caption": item.text}}


def _sticker(_item: Input, said: dict[str, Any]) -> dict[str, Any]:
    shape = {"width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}
    return {"message": {**said, "sticker": {"file_id": "x", "file_unique_id": "x", **shape}}}


def _press(item: Input, said: dict[str, Any], date: int | None = None) -> dict[str, Any]:
    shown = {**said, "text": "x"} | ({} if date is None else {"date": date})
    query = {"id": "1", "from": said["from"], "chat_instance": "1", "data": item.text[:64]}
    return {"callback_query": {**query, "message": shown}}


def _inline(item: Input, said: dict[str, Any]) -> dict[str, Any]:
    return {"inline_query": {"id": "1", "from": said["from"], "query": item.text[:256], "offset": ""}}


def _joined(_item: Input, said: dict[str, Any]) -> dict[str, Any]:
    user = {"id": 7, "is_bot": True, "first_name": "Bot"}
    old, new = {"status": "member", "user": user}, {"status": "kicked", "user": user, "until_date": 0}
    change = {"chat": said["chat"], "from": said["from"], "date": said["date"]}
    return {"my_chat_member": {**change, "old_chat_member": old, "new_chat_member": new}}


def _entities(item: Input, said: dict[str, Any]) -> dict[str, Any]:
    marks = [
        {"type": "bold", "offset": 10**6, "length": 10**6},
        {"type": "unheard_of", "offset": 0, "length": 1},
    ]
    return {"message": {**said, "text": item.text, "entities": marks}}


def _nobody(item: Input, said: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in said.items() if key != "from"}
    return {
        "message": {**kept, "text": item.text, "sender_chat": {"id": -5, "type": "channel", "title": "x"}}
    }


_MAKERS: dict[str, Callable[[Input, dict[str, Any]], dict[str, Any]]] = {
    "caption": _caption,
    "sticker": _sticker,
    "no_text": lambda _item, said: {"message": said},
    "press": _press,
    "press_old": lambda item, said: _press(item, said, 0),
    "edited_message": lambda item, said: {
        "edited_message": {**said, "edit_date": said["date"], "text": item.text}
    },
    "channel_post": lambda item, said: {"channel_post": {**said, "text": item.text}},
    "inline_query": _inline,
    "my_chat_member": _joined,
    "entities": _entities,
    "anonymous": _nobody,
}
