"""Walk a person through a bot's settings: each screen is built from the stored draft alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot_service.domain.bots import BotSettings
from bot_service.domain.errors import AmbiguousNumber, BotNotFound, InvalidValue, ServiceError, SymbolRefused
from bot_service.domain.numbers import spelled
from bot_service.i18n import mark as _
from bot_service.services.drafts import field_of
from bot_service.services.wizard import (
    AUTOMATIC,
    MENU,
    PARAMETERS,
    REVIEW,
    Draft,
    answered,
    before,
    opened,
    parameters,
    without_name,
)
from bot_service.telegram_bot.render import Button, Message, do, render
from bot_service.telegram_bot.render.contract import label
from bot_service.telegram_bot.render.message import fits
from bot_service.telegram_bot.render.wizard import STRATEGIES_PER_PAGE, Screen, data, screen
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import tag_of

__all__ = ["base_of", "before", "begin", "find_symbol", "gone", "refused", "show", "take", "with_word"]

MOST_TAGS = 8
_LONGEST_SEARCH = 32


def begin(request: Request, draft: Draft | None = None) -> Reply:
    """Begin a draft and show its first screen."""
    return show(request, request.services.wizard.begin(request.actor, draft))


def base_of(request: Request, draft: Draft) -> BotSettings | None:
    """Return the settings that a draft changes, None for a new bot."""
    return None if draft.bot_id is None else request.services.queries.bot(draft.bot_id).bot.settings


def show(request: Request, draft: Draft, notes: Sequence[str] = ()) -> Reply:
    """Return the screen of a draft's step; what can't be shown is said, with the ways on."""
    try:
        return Reply((screen(_screen(request, draft), request.t, notes),))
    except BotNotFound:
        request.services.wizard.drop(request.actor, draft.serial)
        raise
    except ServiceError as error:
        return Reply((_in_the_way(request, draft, error, notes),))


def gone(request: Request, *, expired: bool = False) -> Reply:
    """Say that there is no draft behind a button."""
    t = request.t
    row = (do(t.text(_("🆕 New bot")), "new_bot"), do(t.text(_("My bots")), "bots"))
    if expired:
        return request.say(
            _("Your draft was older than a day and is gone. Nothing was saved."), keyboard=(row,)
        )
    return request.say(_("This draft is finished or was cancelled."), keyboard=(row,))


def refused(request: Request, draft: Draft, error: ServiceError) -> Reply:
    """Say what was wrong with an answer above the same screen; two readings are two buttons."""
    message = render(error, request.t)
    if isinstance(error, AmbiguousNumber):
        name = draft.step
        prefix = "lot " if name == "risk" and "lot" in error.value.lower() else ""
        row = tuple(
            Button(text, data(draft, "set", name, f"{prefix}{typed}"))
            for text, typed in (
                (request.t.number(error.small), spelled(error.small)),
                (request.t.number(error.large, 0), f"{error.large:f}"),
            )
            if fits(data(draft, "set", name, f"{prefix}{typed}"), "")
        )
        return Reply((Message(message.text, (row,)),))
    return show(request, draft, (message.text, ""))


def take(request: Request, draft: Draft, name: str, text: str) -> Reply:
    """Write an answer into the draft and show what comes next."""
    base = base_of(request, draft)
    try:
        changed = _taken(request, draft, name, text, base)
    except ServiceError as error:
        return refused(request, draft, error)
    return show(request, request.services.wizard.keep(request.actor, changed))


def find_symbol(request: Request, draft: Draft, text: str) -> Reply:
    """Take a symbol that was typed by its very name, else show what the account has."""
    text = " ".join(text.split())[:_LONGEST_SEARCH]
    try:
        found = request.services.symbols.search(text, 0, draft.account_id)
    except ServiceError as error:
        return refused(request, draft, error)
    same = [line.terms for line in found.lines if line.terms.name.upper() == text.upper()]
    if len(same) == 1 and same[0].tradable:
        return take(request, draft, "symbol", same[0].name)
    changed = replace(draft, search=text, page=0)
    return show(request, request.services.wizard.keep(request.actor, changed))


def with_word(draft: Draft, name: str, text: str) -> Draft:
    """Return a draft with one field as it is typed behind a command.

    Raises:
        InvalidValue, AmbiguousNumber, UnknownStrategy: it doesn't fit.
    """
    name = field_of(name)
    return answered(draft, "risk" if name == "lot" else name, f"lot {text}" if name == "lot" else text, None)


def _taken(request: Request, draft: Draft, name: str, text: str, base: BotSettings | None) -> Draft:
    if name == "tags":
        tags = tuple(dict.fromkeys(tag_of(word) for word in text.replace(",", " ").split()))
        if len(tags) > MOST_TAGS:
            raise InvalidValue("tags", str(len(tags)), "too_many", f"1 - {MOST_TAGS}")
        return replace(draft, tags=tags, step=MENU)
    if name == "account":
        known = [str(one.account.id) for one in request.services.queries.status().accounts]
        if text not in known or draft.bot_id is not None:
            raise InvalidValue("account", text[:32], "no_such_account")
        return replace(draft, account_id=int(text), step=MENU)
    if name == "name" and text == AUTOMATIC:
        return without_name(draft, base)
    opened(draft, name, base, from_menu=False)
    if name in (MENU, REVIEW, PARAMETERS):
        raise InvalidValue("step", name, "no_such_choice")
    return answered(draft, name, text, base)


def _screen(request: Request, draft: Draft) -> Screen:
    services, base = request.services, base_of(request, draft)
    name = "" if base is None else base.name
    if draft.step == REVIEW:
        return _review(request, draft, name)
    shown = Screen(draft, _settings(draft, base), name, accounts=services.queries.status().accounts)
    if draft.step == "symbol" and draft.search:
        found = services.symbols.search(draft.search, draft.page, draft.account_id)
        return replace(shown, symbols=[line.terms for line in found.lines], pages=found.pages)
    if draft.step == "symbol":
        return replace(shown, symbols=services.symbols.popular(draft.account_id))
    if draft.step == "strategy":
        every = services.queries.strategies()
        first = draft.page * STRATEGIES_PER_PAGE
        pages = max(1, -(-len(every) // STRATEGIES_PER_PAGE))
        return replace(shown, strategies=every[first : first + STRATEGIES_PER_PAGE], pages=pages)
    if draft.step == PARAMETERS or draft.parameter:
        values = parameters(draft, base)
        key = draft.words.get("strategy") or (base.strategy if base is not None else "")
        return replace(shown, values=values, parameters=services.queries.strategy(key).parameters)
    return _with_money(request, shown) if draft.step == "risk" else shown


def _settings(draft: Draft, base: BotSettings | None) -> BotSettings | None:
    try:
        return draft.settings(base)
    except InvalidValue:
        # The first answers of a new bot are still missing.
        return None


def _with_money(request: Request, shown: Screen) -> Screen:
    account = request.services.queries.account(shown.draft.account_id)
    state = None if account.snapshot is None else account.snapshot.state
    base = None if state is None else state.sizing_base
    view = None
    if shown.settings is not None:
        view = request.services.control.preview(request.actor, shown.draft.account_id, shown.settings)
    return replace(shown, base=base, currency=account.account.currency, view=view)


def _review(request: Request, draft: Draft, name: str) -> Screen:
    t, control = request.t, request.services.control
    if draft.bot_id is not None:
        view = control.edit_preview(request.actor, draft.bot_id, draft.words)
        save = None
        if view.changes and view.bot is not None:
            payload = {"bot_id": draft.bot_id, "version": view.bot.version, "changes": draft.words}
            again = replace(request, line=f"edit_bot {draft.bot_id}")
            save = again.yes(t.text(_("💾 Save")), "edit", {**payload, "serial": draft.serial})
        return Screen(draft, view.settings, name, view=view, save=save)
    view = control.preview(request.actor, draft.account_id, draft.settings(None))
    again = replace(request, line="new_bot")
    payload = {"serial": draft.serial, "digest": draft.digest}
    return Screen(
        draft,
        view.settings,
        view=view,
        ways=control.ways_out(view, draft.account_id),
        save=Button(t.text(_("💾 Save")), data(draft, "save", draft.digest)),
        start=again.yes(t.text(_("💾 Save and ▶️ start")), "draft_start", payload),
    )


def _in_the_way(request: Request, draft: Draft, error: ServiceError, notes: Sequence[str]) -> Message:
    t = request.t
    message = render(error, t)
    offers: tuple[tuple[Button, ...], ...] = ()
    if isinstance(error, SymbolRefused):
        named = [(one, data(draft, "set", "symbol", one.name)) for one in error.candidates]
        offers = tuple((Button(label(one, t), line),) for one, line in named if fits(line, ""))
        offers = (*offers, (Button(t.text(_("Another symbol")), data(draft, "in", "symbol")),))
    again = Button(t.text(_("🔄 Try again")), data(draft, "go", draft.step))
    change = Button(t.text(_("⚙️ Advanced")), data(draft, "go", MENU))
    cancel = Button(t.text(_("✖️ Cancel")), data(draft, "no"))
    return Message("\n".join((*notes, message.text)), (*offers, (again, change), (cancel,)))
