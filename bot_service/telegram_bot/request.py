"""What a handler gets, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot_service.domain.asked import Asked
from bot_service.domain.people import Actor, Member
from bot_service.domain.tastes import Theme
from bot_service.i18n import Translator
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.render import Button, Message, fits, render


@dataclass(frozen=True)
class Reply:
    """What is shown; `member_changed` asks for a fresh menu, `menus_of` for those of other people.

    `changes` are old and new values for the audit that no event tells, `what` the act that was confirmed.

    `later` is long work: what it returns takes the place of the last message, which tells of its progress.
    `progress` looks how far something is: what it returns takes that place again and again, while more comes.
    `shown_as` is told the last message's id.
    """

    messages: tuple[Message, ...]
    member_changed: bool = False
    later: Callable[[], Reply] | None = None
    menus_of: tuple[int, ...] = ()
    group_changed: bool = False
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    what: str = ""
    progress: Callable[[], tuple[Message, bool]] | None = None
    shown_as: Callable[[int], None] | None = None


@dataclass(frozen=True)
class Request:
    """A command or press of a member: `words` are its arguments, `line` the whole command without slash."""

    services: Services
    member: Member
    actor: Actor
    t: Translator
    line: str
    words: tuple[str, ...]
    pressed: bool = False
    update_id: int = 0
    payload: dict[str, Any] = field(default_factory=dict)
    translators: Callable[[str, str], Translator] = Translator
    username: str = ""
    thread_id: int = 0
    title: str = ""
    reply_to: int = 0
    """The message that this one answers, 0 for none."""
    asked: Asked | None = None
    """What is owed an answer, should the service end before it gives one."""

    @property
    def in_group(self) -> bool:
        """Tell whether others read the answer too."""
        return self.actor.chat_id != self.member.chat_id

    @property
    def theme(self) -> Theme:
        """Return the background that the reader likes in pictures."""
        return self.services.tastes.of(self.member.user_id).theme

    @property
    def rest(self) -> str:
        """Return everything after the command's name as it was typed."""
        return self.line.partition(" ")[2].strip()

    def show(self, value: object) -> Reply:
        """Return the message of a view or an error."""
        return Reply((render(value, self.t),))

    def say(self, msgid: str, /, *, keyboard: tuple[tuple[Button, ...], ...] = (), **fields: object) -> Reply:
        """Return one sentence."""
        return Reply((Message(self.t.html(msgid, **fields), keyboard),))

    def ask(self, message: Message, *choices: tuple[str, str, dict[str, Any]], no: str) -> Reply:
        """Return a message with confirmations: (label, action, payload); the first is the yes."""
        rows = [(self.yes(label, action, payload),) for label, action, payload in choices]
        rows.append((Button(no, "no"),))
        return Reply((replace(message, keyboard=(*rows, *message.keyboard)),))

    def yes(self, label: str, action: str, payload: dict[str, Any]) -> Button:
        """Return a confirmation button; it carries the command, so that an old one can be asked afresh."""
        token = self.services.chats.confirm_token(self.actor, action, payload)
        again = f"yes:{token.id}:{self.line}"
        return Button(label, again if fits(again, "") else f"yes:{token.id}")
