"""Every kind of alert with its buttons over HTTP, in both languages: none leads nowhere, none breaks."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from bot_service.domain.events import Audience, ServiceResumed
from bot_service.i18n import LANGUAGES, Translator
from bot_service.telegram_bot.acts import CONFIRMATION
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.render import plain, tell
from tests.telegram_bot.alert_examples import OWNER, examples

PACKAGE = Path(__file__).parents[2] / "bot_service" / "telegram_bot"
BROKEN = {"en": "It is logged as", "id": "Tercatat sebagai"}
NOWHERE = {
    "en": ("from an older message", "There is no command"),
    "id": ("dari pesan lama", "Tidak ada perintah /"),
}
NOT_SENT = frozenset({Audience.NOBODY})


def text_of(message):
    return message.get("text") or message.get("caption") or ""


def data_of(message):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


def pressed(talk, message, data):
    """Press a button and return the answer, None where the screen is the same as before."""
    talk.forget()
    talk.post("/sim/press", {"message_id": message["message_id"], "data": data})
    found = talk.answers(patience=1.5)
    return found[0] if found else None


def sent(event):
    return event.audience not in NOT_SENT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [code for code, items in examples().items() if sent(items[0])])
def test_every_kind_of_alert_arrives_in_words(world, talk, code, language):
    world.services.chats.set_language(world.actor(), language)
    account = next(iter(world.house.terminals))
    event = examples()[code][0]
    if event.account_id is not None:
        event = replace(event, account_id=account)
    if event.audience is Audience.ACTOR:
        event = replace(event, actor=OWNER)
    elif event.actor == OWNER:
        event = replace(event, actor=None)
    if isinstance(event, ServiceResumed):
        # A second long outage within minutes is covered by what was told of the first.
        event = replace(event, down_s=30)
    expected = plain(tell(event, Translator(language), {}).lines[0]).split("\n")[0]
    talk.forget()
    world.record(event)
    message = talk.told(expected[:24])
    for data in dict.fromkeys(data_of(message)):
        # A screen that would not change stays as it is.
        answer = text_of(pressed(talk, message, data) or {})
        assert BROKEN[language] not in answer, data
        assert not any(words in answer for words in NOWHERE[language]), data


def written_lines():
    """Return the first words of all command lines that the source puts into buttons."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "do" or len(node.args) < 2:
                continue
            line = node.args[1]
            begin = line.values[0] if isinstance(line, ast.JoinedStr) else line
            if isinstance(begin, ast.Constant) and isinstance(begin.value, str):
                found.setdefault(begin.value.split(" ")[0], path.name)
    return found


def test_every_line_in_a_button_is_a_command():
    registry = load()
    lines = written_lines()
    assert len(lines) > 25
    for name, path in lines.items():
        assert registry.find(name) is not None, f"{name!r} in {path}"


def test_every_prefix_in_a_button_is_known():
    prefixes = {CONFIRMATION, "no", "do", *load().presses}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Button" and len(node.args) > 1:
                data = node.args[1]
                begin = data.values[0] if isinstance(data, ast.JoinedStr) else data
                if isinstance(begin, ast.Constant) and isinstance(begin.value, str) and begin.value:
                    assert begin.value.split(":")[0] in prefixes, f"{begin.value!r} in {path.name}"
