"""Unfinished bots: one draft per person and chat, kept in the database so that any device goes on."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot_service.domain.bots import BotSettings, ParameterValue
from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Actor
from bot_service.ports import Clock, Database
from bot_service.services import drafts
from bot_service.strategies import find

LIFETIME = timedelta(days=1)
STEPS = ("symbol", "strategy", "timeframe", "risk")
"""What every bot needs, in the order in which a new one is asked for it."""
REVIEW, MENU, PARAMETERS = "review", "menu", "parameters"
FIELDS = (*STEPS, "name", "stop_atr", "take_profit_atr", "interval", PARAMETERS, "tags", "account")
AUTOMATIC = "auto"
_KIND = "bot"
_PARAMETER = "p-"
# They only stand in while one answer is checked and the others aren't given yet.
_STAND_IN = {"symbol": "EURUSD", "strategy": "MA_CROSSOVER", "timeframe": "D1"}


@dataclass(frozen=True)
class Draft:
    """A bot that somebody is making, changing or copying.

    `words` are the fields as `settings_from_words` takes them; of a bot that is there only the changes.
    `from_menu` says that the present step was opened from the list of all fields and leads back to it.
    """

    serial: str
    step: str = STEPS[0]
    words: dict[str, str] = field(default_factory=dict)
    bot_id: int | None = None
    account_id: int | None = None
    tags: tuple[str, ...] = ()
    search: str = ""
    page: int = 0
    from_menu: bool = False
    copied: str = ""

    @property
    def digest(self) -> str:
        """Return a short mark of everything that would be saved."""
        saved = [self.words, self.bot_id, self.account_id, self.tags]
        return hashlib.sha256(json.dumps(saved, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def parameter(self) -> str:
        """Return the strategy parameter that the present step asks for, "" where it asks for none."""
        return self.step.removeprefix(_PARAMETER) if self.step.startswith(_PARAMETER) else ""

    def settings(self, base: BotSettings | None) -> BotSettings:
        """Return what the draft makes of a bot.

        Raises:
            InvalidValue, AmbiguousNumber, UnknownStrategy: it makes nothing whole.
        """
        return drafts.settings_from_words(self.words, base)


@dataclass(frozen=True)
class Touched:
    """What a person finds: a draft, none, or that the last one was too old and is gone."""

    draft: Draft | None
    expired: bool = False


class Wizard:
    """Keep the drafts."""

    def __init__(self, database: Database, wall: Clock) -> None:
        self._database = database
        self._wall = wall

    def touch(self, actor: Actor) -> Touched:
        """Return a person's draft in this chat; one that is too old is forgotten, and said once."""
        with self._database.read() as uow:
            stored = uow.people.draft(actor.user_id, actor.chat_id)
        if stored is None or stored[0] != _KIND:
            return Touched(None)
        if self._old(stored[2]):
            self.drop(actor)
            return Touched(None, expired=True)
        return Touched(_loaded(stored[1]))

    def begin(self, actor: Actor, draft: Draft | None = None) -> Draft:
        """Begin a draft in the place of any other, with a number that no older keyboard has."""
        return self.keep(actor, replace(draft or Draft(""), serial=secrets.token_urlsafe(5)))

    def keep(self, actor: Actor, draft: Draft) -> Draft:
        """Store a draft."""
        with self._database.write() as uow:
            uow.people.keep_draft(actor.user_id, actor.chat_id, _KIND, asdict(draft), self._wall.now())
            uow.commit()
        return draft

    def drop(self, actor: Actor, serial: str | None = None) -> bool:
        """Forget a draft, with a number only that one; tell whether it was there."""
        with self._database.write() as uow:
            stored = uow.people.draft(actor.user_id, actor.chat_id)
            if stored is None or (serial is not None and stored[1].get("serial") != serial):
                return False
            uow.people.drop_draft(actor.user_id, actor.chat_id)
            uow.commit()
        return True

    def _old(self, at: datetime) -> bool:
        return self._wall.now() - at > LIFETIME


def _loaded(payload: Mapping[str, Any]) -> Draft:
    return Draft(**{**payload, "tags": tuple(payload["tags"])})


def opened(draft: Draft, step: str, base: BotSettings | None, *, from_menu: bool) -> Draft:
    """Return the draft at a step.

    Raises:
        InvalidValue: there is no such step.
    """
    known = step in (*FIELDS, REVIEW, MENU) or step.removeprefix(_PARAMETER) in parameters(draft, base)
    if not known or (draft.bot_id is not None and step == "account"):
        raise InvalidValue("step", step[:32], "no_such_choice")
    return replace(draft, step=step, from_menu=from_menu, search="", page=0)


def parameters(draft: Draft, base: BotSettings | None) -> dict[str, ParameterValue]:
    """Return the parameters of the draft's strategy with their present values; none before it is chosen."""
    try:
        return dict(_whole(draft, base, {}).parameters)
    except InvalidValue:
        return dict(find(key).defaults()) if (key := draft.words.get("strategy")) else {}


def before(draft: Draft) -> str | None:
    """Return the step that [Back] leads to, None at the first."""
    if draft.parameter:
        return PARAMETERS
    if draft.step == MENU:
        return None if draft.bot_id is not None else REVIEW
    if draft.from_menu or draft.step not in (*STEPS, REVIEW):
        return MENU
    if draft.step == REVIEW:
        return MENU if draft.bot_id is not None or draft.copied else STEPS[-1]
    place = STEPS.index(draft.step)
    return STEPS[place - 1] if place else None


def answered(draft: Draft, name: str, text: str, base: BotSettings | None) -> Draft:
    """Return the draft with one field answered, at the step that comes next.

    Raises:
        InvalidValue, AmbiguousNumber, UnknownStrategy: the answer doesn't fit.
    """
    words = _with(draft, name.removeprefix(_PARAMETER), text, base)
    if name.startswith(_PARAMETER):
        step = PARAMETERS
    elif draft.bot_id is not None or draft.from_menu or name not in STEPS:
        step = MENU
    else:
        step = next((one for one in STEPS if not _given(one, words)), REVIEW)
    return replace(draft, words=words, step=step, from_menu=False, search="", page=0)


def _given(step: str, words: Mapping[str, str]) -> bool:
    return step in words or (step == "risk" and "lot" in words)


def _with(draft: Draft, name: str, text: str, base: BotSettings | None) -> dict[str, str]:
    name, text = _sized(text) if name == "risk" else (name, text.strip())
    words = {field: kept for field, kept in draft.words.items() if field != name}
    if name in ("risk", "lot"):
        words = {field: kept for field, kept in words.items() if field not in ("risk", "lot")}
    if name == "strategy":
        others = {item.name for item in find(text).parameters}
        words = {field: kept for field, kept in words.items() if field in drafts.FIELDS or field in others}
        text = find(text).key
    if name == "timeframe":
        # A look every hour means nothing on a smaller chart.
        words.pop("interval", None)
    words[name] = text
    _whole(replace(draft, words=words), base, {})
    return words


def _whole(draft: Draft, base: BotSettings | None, more: Mapping[str, str]) -> BotSettings:
    filled = {**({} if base is not None else _STAND_IN), **draft.words, **more}
    return drafts.settings_from_words(filled, base)


def _sized(text: str) -> tuple[str, str]:
    """Return risk or lot: "0.5", "0.5%", "0.02 lot", "lot 0.02"."""
    parts = text.lower().replace("%", " ").split()
    plain = [part for part in parts if part not in ("risk", "risiko", "resiko", "lot", "lots")]
    return ("lot" if {"lot", "lots"} & set(parts) else "risk"), " ".join(plain)


def without_name(draft: Draft, base: BotSettings | None) -> Draft:
    """Return the draft with the name that nobody gave."""
    words = {name: text for name, text in draft.words.items() if name != "name"}
    if base is not None:
        made = drafts.settings_from_words(words, base)
        words["name"] = drafts.default_name(made.symbol, made.strategy, made.timeframe)
    return replace(draft, words=words, step=MENU, from_menu=False)


def copy_of(settings: BotSettings, serial: str = "") -> Draft:
    """Return a draft of a new bot with all settings of another."""
    own = settings.name != drafts.default_name(settings.symbol, settings.strategy, settings.timeframe)
    words = drafts.words_of(settings)
    if not own:
        words.pop("name")
    return Draft(serial, REVIEW, words, copied=settings.name)
