"""What an update asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import Message, Update
from telegram.constants import ChatType

from bot_service.domain.asked import Asked
from bot_service.domain.errors import ConfirmationRefused, NotAllowed, PromiseStands
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.deeds import confirmed_deed, line_deed
from bot_service.telegram_bot.plain_words import command_of
from bot_service.telegram_bot.registry import Command, Handler, Kind, Registry
from bot_service.telegram_bot.render import Message as Shown
from bot_service.telegram_bot.render import do, fits, render
from bot_service.telegram_bot.request import Reply, Request

GREETING = "start"
CONFIRMATION = "yes"
TEXT = "text"
"""What a line without a slash is called."""
BOT_ID = re.compile(r"\bID\b")
LONGEST = 10
LONGEST_NAME = 32


@dataclass(frozen=True)
class Act:
    """A handler with everything that decides how it runs; `line` is the whole command without slash."""

    name: str
    handler: Handler
    role: Role
    kind: Kind
    line: str
    words: tuple[str, ...]
    repeatable: bool = True
    command: Command | None = None
    private: bool = False
    """What was typed never stands in the audit, as with a private command."""
    state: str = ""
    """The line that shows how things stand after it."""

    @property
    def is_press(self) -> bool:
        """Tell whether it is a button of its own, not one that runs a command."""
        return self.command is None and self.name == self.line.partition(":")[0] != ""

    @property
    def is_private(self) -> bool:
        """Tell whether what was typed is nobody else's business."""
        return self.private or (self.command is not None and self.command.private)

    @property
    def shows(self) -> str:
        """Return the line that shows how things stand after it: its own, or the bots that it names."""
        if self.state:
            return self.state
        if self.kind is Kind.LOOK:
            return self.name
        if len(self.bots) == 1:
            return f"bot {self.bots[0]}"
        return "bots" if self.command and BOT_ID.search(self.command.usage) else "status"

    @property
    def bots(self) -> tuple[int, ...]:
        """Return the bots that were named."""
        usage = self.command.usage if self.command else ""
        if not BOT_ID.search(usage):
            return ()
        words = self.words if "…" in usage else self.words[:1]
        named = (word.strip(",;").removeprefix("#") for word in words)
        return tuple(
            int(word) for word in named if word.isascii() and word.isdecimal() and len(word) < LONGEST
        )


class Acts:
    """Find the act of a message or a press; nothing here asks the database."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.username = ""

    def of(self, update: Update) -> Act | None:
        """Return what an update asks for, None when it asks for nothing."""
        if update.callback_query is not None:
            return self._press(update.callback_query.data or "")
        if update.message is not None:
            return self._message(update.message)
        return None

    def of_line(self, line: str) -> Act:
        """Return the act of a command line without slash."""
        name, *words = line.split() or [""]
        command = self._registry.find(name)
        if command is None:
            return self._unknown(name)
        given = line.strip().partition(" ")[2].strip()
        return Act(
            command.name,
            command.handler,
            command.role,
            command.kind,
            f"{command.name} {given}".strip(),
            tuple(words),
            command=command,
            state=command.state,
        )

    def of_asked(self, asked: Asked) -> Act:
        """Return the act of what was asked for in an earlier run."""
        if asked.name == TEXT:
            return self._typed("")
        return self._press(asked.text) if asked.pressed else self.of_line(asked.text or asked.name)

    def _message(self, message: Message) -> Act | None:
        text = (message.text or message.caption or "").strip()
        private = message.chat.type == ChatType.PRIVATE
        if not text.startswith("/"):
            return self._plain(text) if private else None
        head, _space, rest = text[1:].replace("\n", " \n", 1).partition(" ")
        name, _at, addressed = head.partition("@")
        if addressed and addressed.lower() != self.username.lower():
            return None
        return self.of_line(f"{name} {rest.strip()}".strip())

    def _plain(self, text: str) -> Act:
        name = command_of(text)
        if name is None:
            return self._typed(text)
        return self.of_line(name)

    def _typed(self, text: str) -> Act:
        return Act(TEXT, self._answer, Role.VIEWER, Kind.CHANGE, text, (), private=True)

    def _answer(self, request: Request) -> Reply:
        for typed in self._registry.typed:
            if request.member.role.covers(typed.role):
                reply = typed.handler(request)
                if reply is not None:
                    return reply
        return _hint(request)

    def _press(self, data: str) -> Act:
        prefix, _colon, rest = data.partition(":")
        if prefix == "do":
            return self.of_line(rest)
        if prefix == CONFIRMATION:
            token, _colon, line = rest.partition(":")
            shows = self.of_line(line).shows
            return Act(
                CONFIRMATION,
                self._confirm,
                Role.VIEWER,
                Kind.RAISE,
                line,
                (token,),
                repeatable=False,
                state=shows,
            )
        if prefix == "no":
            return self._look("no", _nothing_done)
        press = self._registry.presses.get(prefix)
        if press is None:
            return self._look("old", _old_button)
        words = tuple(rest.split(":"))
        return Act(prefix, press.handler, press.role, press.kind, data, words, state=press.state)

    def _confirm(self, request: Request) -> Reply:
        try:
            token = request.services.chats.use_token(request.actor, request.words[0])
        except ConfirmationRefused as error:
            return refused(error, request)
        if token.action == "again":
            return self._again(request, str(token.payload["line"]), token.payload.get("words"))
        deed = self._registry.confirmed[token.action]
        if not request.member.role.covers(deed.role):
            raise NotAllowed(deed.role)
        try:
            reply = deed.handler(replace(request, payload=token.payload))
        except PromiseStands as error:
            # The confirmation is used up: what it stood for can be done later without asking again.
            error.deed = error.deed or confirmed_deed(token.action, token.payload, request.line)
            raise
        return replace(reply, what=token.action)

    def _again(self, request: Request, line: str, words: Sequence[str] | None) -> Reply:
        act = self.of_line(line)
        if not request.member.role.covers(act.role):
            raise NotAllowed(act.role)
        given = act.words if words is None else tuple(words)
        try:
            return act.handler(replace(request, line=act.line, words=given))
        except PromiseStands as error:
            error.deed = error.deed or line_deed(act.line)
            raise

    def _unknown(self, name: str) -> Act:
        near = self._registry.nearest(name)

        def answer(request: Request) -> Reply:
            return _no_such_command(request, name, near)

        return self._look("unknown", answer, name[:LONGEST_NAME])

    def _look(self, name: str, handler: Handler, line: str = "") -> Act:
        return Act(name, handler, Role.VIEWER, Kind.LOOK, line, ())


def refused(error: ConfirmationRefused, request: Request) -> Reply:
    """Return why a confirmation doesn't count, with a button that asks afresh."""
    message = render(error, request.t)
    row = [do(request.t.text(_("My bots")), "bots")]
    if request.line and fits(request.line):
        row.insert(0, do(request.t.text(_("🔄 Ask me again")), request.line))
    return Reply((Shown(message.text, (tuple(row),)),))


def _hint(request: Request) -> Reply:
    keyboard = (
        (do(request.t.text(_("📊 Status")), "status"), do(request.t.text(_("My bots")), "bots")),
        (do(request.t.text(_("⏹ Stop all")), "stop_all"), do(request.t.text(_("❓ Help")), "help")),
    )
    return request.say(_("I understand commands and buttons. What would you like to see?"), keyboard=keyboard)


def _nothing_done(request: Request) -> Reply:
    row = (do(request.t.text(_("My bots")), "bots"), do(request.t.text(_("📊 Status")), "status"))
    return request.say(_("Cancelled. Nothing was done."), keyboard=(row,))


def _old_button(request: Request) -> Reply:
    row = (do(request.t.text(_("My bots")), "bots"), do(request.t.text(_("📊 Status")), "status"))
    return request.say(_("This button is from an older message. Here is a fresh start."), keyboard=(row,))


def _no_such_command(request: Request, name: str, near: Command | None) -> Reply:
    help_button = do(request.t.text(_("❓ Help")), "help")
    if near is None:
        text = _("There is no command /{name}.")
        return request.say(text, name=name[:LONGEST_NAME], keyboard=((help_button,),))
    title = near.title(request.t.language)
    row = (do(f"/{title}", near.name), help_button)
    text = _("There is no command /{name}. Did you mean /{near}?")
    return request.say(text, name=name[:LONGEST_NAME], near=title, keyboard=(row,))
