"""Make and change bots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.drafts import settings_from_words
from bot_service.services.wizard import MENU, Draft
from bot_service.telegram_bot import making
from bot_service.telegram_bot.deeds import start_new
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import Button, Message, accounts, do, render
from bot_service.telegram_bot.render.wizard import data
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, pairs
from bot_service.telegram_bot.which import named_account

EXAMPLES = {
    "en": (
        "new_bot XAUUSD MA_CROSSOVER H1 risk 0.5",
        "new_bot EURUSD RSI_CROSSOVER M15 lot 0.01",
        "new_bot BTCUSD BOLLINGER_REVERSION H4 risk 1",
    ),
    "id": (
        "buat XAUUSD MA_CROSSOVER H1 risiko 0,5",
        "buat EURUSD RSI_CROSSOVER M15 lot 0,01",
        "buat BTCUSD BOLLINGER_REVERSION H4 risiko 1",
    ),
}
CHANGES = {
    "en": ("edit_bot {id} risk 0.5", "edit_bot {id} lot 0.01", "edit_bot {id} sl 2.5"),
    "id": ("ubah {id} risiko 0,5", "ubah {id} lot 0,01", "ubah {id} sl 2,5"),
}
_ORDER = ("symbol", "strategy", "timeframe")
_STRATEGY = frozenset({"strategy", "strategi"})


@command(
    "new_bot",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Create a bot; shows the loss at the SL before saving"),
    usage=_("[SYMBOL STRATEGY TIMEFRAME risk % or lot]"),
    examples=EXAMPLES["en"][:2],
    aliases={"id": ("buat",)},
    menu=6,
    state="bots",
)
def new_bot(request: Request) -> Reply:
    """Show what the new bot would be and risk, with the buttons that save it."""
    if not request.words:
        return _present(request)
    if (begun := _begun(request)) is not None:
        return begun
    account, typed = named_account(request)
    connected = request.services.accounts.connected()
    if account is None and len(connected) > 1:
        return Reply((accounts.which(connected, request.line, request.t),))
    words = new_words(typed)
    settings = settings_from_words(words, None)
    view = request.services.control.preview(request.actor, account, settings)
    t = request.t
    return request.ask(
        render(view, t),
        (t.text(_("💾 Save")), "create", {"words": words, "account": account}),
        (t.text(_("💾 Save and ▶️ start")), "create_and_start", {"words": words, "account": account}),
        (t.text(_("⚙️ Advanced")), "draft_change", {"words": words, "account": account}),
        no=t.text(_("Cancel")),
    )


def _present(request: Request) -> Reply:
    touched, t = request.services.wizard.touch(request.actor), request.t
    draft = touched.draft
    if draft is None or draft.bot_id is not None:
        told = making.begin(request).messages[0]
        notes = [t.html(_("Your draft was older than a day and is gone."))] if touched.expired else []
        example = t.html(_("Or all in one line: <code>/{example}</code>"), example=EXAMPLES[t.language][0])
        return Reply((replace(told, text="\n".join((*notes, told.text, "", example))),))
    message = making.show(request, draft, (t.html(_("↪️ Your draft continues here.")), "")).messages[0]
    fresh = (Button(t.text(_("🆕 Start over")), data(draft, "new")),)
    return Reply((replace(message, keyboard=(*message.keyboard, fresh)),))


def _begun(request: Request) -> Reply | None:
    """Return the wizard with the one thing that was said: a symbol, or `strategy` and its key."""
    first, *rest = request.words
    if not rest and not first.startswith("@"):
        return making.find_symbol(request, request.services.wizard.begin(request.actor), first)
    if len(rest) == 1 and first.lower() in _STRATEGY:
        strategy = request.services.queries.strategy(rest[0])
        return making.begin(request, Draft("", words={"strategy": strategy.key}))
    return None


def new_words(typed: Sequence[str]) -> dict[str, str]:
    """Return fields by name: symbol, strategy, timeframe in order, then pairs of field and value.

    Raises:
        InvalidValue: a field has no value.
    """
    if len(typed) == len(_ORDER) + 1 and typed[-1][:1].isdigit():
        # "… H1 1%" says the risk without its name.
        typed = (*typed[:-1], "risk", typed[-1])
    count = next((place for place, word in enumerate(typed[:3]) if _is_field(word)), len(_ORDER))
    return {**dict(zip(_ORDER, typed[:count], strict=False)), **pairs(typed[count:])}


def _is_field(word: str) -> bool:
    return word.lower() in ("risk", "risiko", "resiko", "lot", "lots")


@confirmed("create", role=Role.OPERATOR)
def create(request: Request) -> Reply:
    """Save the bot that was shown."""
    bot = _created(request)
    return request.show(request.services.queries.bot(bot))


@confirmed("create_and_start", role=Role.OPERATOR)
def create_and_start(request: Request) -> Reply:
    """Save the bot that was shown and start it."""
    bot = _created(request)
    receipt = start_new(request, bot)
    if receipt.outcomes and receipt.outcomes[0].done:
        return request.show(receipt)
    return Reply((render(receipt, request.t), render(request.services.queries.bot(bot), request.t)))


def _created(request: Request) -> int:
    settings = settings_from_words(request.payload["words"], None)
    return request.services.control.create(request.actor, settings, request.payload.get("account")).id


@command(
    "edit_bot",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Change a bot; shows old and new values before saving"),
    usage=_("ID [field value …]"),
    examples=("edit_bot 1 risk 0.5", "edit_bot 1 tf M15"),
    aliases={"id": ("ubah",)},
)
def edit_bot(request: Request) -> Reply:
    """Show old and new and ask; without changes show what can be changed."""
    if (question := ask_which(request)) is not None:
        return question
    chosen = bot_id(request.words[0])
    if len(request.words) == 1:
        return _present_of(request, chosen)
    changes = pairs(request.words[1:])
    view = request.services.control.edit_preview(request.actor, chosen, changes)
    message, t = render(view, request.t), request.t
    if not view.changes:
        same = t.html(_("It is set that way already; nothing would change."))
        return Reply((Message(same, ((do(t.text(_("Show the bot")), f"bot {chosen}"),),)),))
    version = view.bot.version if view.bot is not None else 0
    payload = {"bot_id": chosen, "version": version, "changes": changes}
    return request.ask(message, (t.text(_("💾 Save")), "edit", payload), no=t.text(_("Cancel")))


def _present_of(request: Request, chosen: int) -> Reply:
    draft = request.services.wizard.touch(request.actor).draft
    if draft is None or draft.bot_id != chosen:
        request.services.queries.bot(chosen)
        draft = request.services.wizard.begin(request.actor, Draft("", MENU, {}, bot_id=chosen))
    message = making.show(request, draft).messages[0]
    t = request.t
    example = CHANGES[t.language][0].format(id=chosen)
    typed = t.html(_("Or type it: <code>/{example}</code>"), example=example)
    row = (
        do(t.text(_("↩️ Versions, undo")), f"undo_bot {chosen}"),
        do(t.text(_("Show the bot")), f"bot {chosen}"),
    )
    return Reply((replace(message, text=f"{message.text}\n\n{typed}", keyboard=(*message.keyboard, row)),))


@confirmed("edit", role=Role.OPERATOR)
def edit_confirmed(request: Request) -> Reply:
    """Write the settings that were shown, on the version that was shown."""
    chosen, version = request.payload["bot_id"], request.payload["version"]
    view = request.services.control.edit_preview(request.actor, chosen, request.payload["changes"])
    request.services.control.edit(request.actor, chosen, version, view.settings)
    if "serial" in request.payload:
        request.services.wizard.drop(request.actor, request.payload["serial"])
    return request.show(request.services.queries.bot(chosen))
