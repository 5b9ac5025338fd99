"""The buttons and the typed answers of a bot that is being made, changed or copied."""

from __future__ import annotations

from dataclasses import replace

from bot_service.domain.errors import ConfirmationRefused, InvalidValue, PromiseStands, ServiceError
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.wizard import MENU, PARAMETERS, REVIEW, Draft, copy_of, opened
from bot_service.telegram_bot import making
from bot_service.telegram_bot.deeds import start_new
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, button, command, confirmed, typed
from bot_service.telegram_bot.render import do, render
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, pairs

_LONGEST_PAGE = 3
_LEAVE = frozenset({"cancel", "batal"})
_BACK = frozenset({"back", "kembali"})


@button("w", role=Role.OPERATOR, kind=Kind.CHANGE, state="bots")
def pressed(request: Request) -> Reply:
    """Do what a button of a draft says; one of another draft shows the present screen."""
    _prefix, serial, verb, *more = [*request.line.split(":"), "", ""][: max(4, request.line.count(":") + 1)]
    touched = request.services.wizard.touch(request.actor)
    draft = touched.draft
    if draft is None:
        return making.gone(request, expired=touched.expired)
    if draft.serial != serial:
        return making.show(
            request, draft, (request.t.html(_("↪️ That button belongs to another draft. Here is yours:")), "")
        )
    try:
        return _done(request, draft, verb, more)
    except InvalidValue as error:
        return making.refused(request, draft, error)


def _done(request: Request, draft: Draft, verb: str, more: list[str]) -> Reply:
    base = making.base_of(request, draft)
    name, value = (more[0] if more else ""), ":".join(more[1:])
    match verb:
        case "go" | "in":
            moved = opened(draft, name, base, from_menu=verb == "in")
            return making.show(request, request.services.wizard.keep(request.actor, moved))
        case "set":
            return making.take(request, draft, name, value)
        case "pg":
            return _turned(request, draft, name, value)
        case "save":
            return _saved(request, draft, name)
        case "no":
            request.services.wizard.drop(request.actor, draft.serial)
            row = (do(request.t.text(_("My bots")), "bots"), do(request.t.text(_("🆕 New bot")), "new_bot"))
            return request.say(_("Cancelled. Nothing was done."), keyboard=(row,))
        case "new":
            return making.begin(request)
    raise InvalidValue("step", verb[:32], "no_such_choice")


def _turned(request: Request, draft: Draft, step: str, page: str) -> Reply:
    if (
        not (page.isascii() and page.isdecimal())
        or len(page) > _LONGEST_PAGE
        or step not in ("symbol", "strategy")
    ):
        raise InvalidValue("step", page[:32], "no_such_choice")
    at = (
        replace(draft, page=int(page))
        if draft.step == step
        else replace(draft, step=step, page=int(page), search="")
    )
    return making.show(request, request.services.wizard.keep(request.actor, at))


def _saved(request: Request, draft: Draft, digest: str) -> Reply:
    bot = _created(request, draft, digest)
    if isinstance(bot, Reply):
        return bot
    return request.show(request.services.queries.bot(bot))


def _created(request: Request, draft: Draft, digest: str) -> int | Reply:
    services = request.services
    if draft.bot_id is not None or draft.digest != digest:
        # What would be saved is not what that button's message had shown.
        here = services.wizard.keep(request.actor, replace(draft, step=REVIEW, from_menu=False))
        return making.show(
            request, here, (request.t.html(_("↪️ The draft has changed since then. Here it is now:")), "")
        )
    if not services.wizard.drop(request.actor, draft.serial):
        return making.gone(request)
    try:
        bot = services.control.create(request.actor, draft.settings(None), draft.account_id)
    except PromiseStands:
        services.wizard.keep(request.actor, draft)
        raise
    except ServiceError as error:
        services.wizard.keep(request.actor, draft)
        return making.refused(request, draft, error)
    if draft.tags:
        services.control.set_tags(request.actor, bot.id, draft.tags)
    return bot.id


@confirmed("draft_start", role=Role.OPERATOR)
def save_and_start(request: Request) -> Reply:
    """Save the bot that was shown and start it."""
    draft = request.services.wizard.touch(request.actor).draft
    if draft is None or draft.serial != request.payload["serial"]:
        raise ConfirmationRefused("used")
    bot = _created(request, draft, request.payload["digest"])
    if isinstance(bot, Reply):
        return bot
    receipt = start_new(request, bot)
    card = request.services.queries.bot(bot)
    return Reply((render(receipt, request.t), render(card, request.t)))


@confirmed("draft_change", role=Role.OPERATOR)
def change_first(request: Request) -> Reply:
    """Open what was typed in one line as a draft."""
    return making.begin(
        request, Draft("", MENU, dict(request.payload["words"]), account_id=request.payload.get("account"))
    )


@typed(role=Role.OPERATOR, rank=50)
def answer(request: Request) -> Reply | None:
    """Take a typed line as the answer to the present step; None where nothing is asked."""
    touched = request.services.wizard.touch(request.actor)
    draft, text = touched.draft, request.line.strip()
    if draft is None:
        return making.gone(request, expired=True) if touched.expired else None
    if text.lower() in _LEAVE:
        return _done(request, draft, "no", [])
    return _back(request, draft) if text.lower() in _BACK else _answered(request, draft, text)


def _answered(request: Request, draft: Draft, text: str) -> Reply:
    if draft.step in (REVIEW, MENU, PARAMETERS, "account"):
        return making.show(request, draft, (request.t.html(_("Please tap a button here.")), ""))
    if draft.step == "symbol":
        return making.find_symbol(request, draft, text)
    if draft.step == "name" and text.lower() == "auto":
        # The word of the button for no name; as a name it would surprise later.
        text = text.upper()
    return making.take(request, draft, draft.step, text)


def _back(request: Request, draft: Draft) -> Reply:
    from_here = making.before(draft)
    if from_here is None:
        return making.show(request, draft)
    return _done(request, draft, "go", [from_here])


@command(
    "clone_bot",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Copy a bot, with another name, symbol or account"),
    usage=_("ID [field value …]"),
    examples=("clone_bot 1", "clone_bot 1 symbol GBPUSD"),
    aliases={"id": ("salin",)},
    state="bots",
)
def clone_bot(request: Request) -> Reply:
    """Show a copy of a bot as a draft in which everything can be changed."""
    if (question := ask_which(request)) is not None:
        return question
    card = request.services.queries.bot(bot_id(request.words[0]))
    draft = copy_of(card.bot.settings)
    draft = replace(draft, account_id=card.bot.account_id, tags=card.tags)
    for name, text in pairs(request.words[1:]).items():
        draft = making.with_word(draft, name, text)
    return making.begin(request, replace(draft, step=REVIEW))
