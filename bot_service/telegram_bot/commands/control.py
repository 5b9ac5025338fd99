"""Start and stop bots."""

from __future__ import annotations

from bot_service.domain.errors import BotMustStopFirst, ConfirmationRefused
from bot_service.domain.people import Role
from bot_service.domain.trading import Position
from bot_service.i18n import mark as _
from bot_service.services.farewells import Way
from bot_service.services.views import BotCard, StartReceipt
from bot_service.telegram_bot.following import followed
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import Message, do, render
from bot_service.telegram_bot.render.receipts import DeletedReceipt, ExitOnlyReceipt
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, chosen_bots

REAL = "real_account"


@command(
    "start_bot",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.RAISE,
    summary=_("Start one or several bots"),
    usage=_("ID or #tag …"),
    examples=("start_bot 1", "start_bot 1 2 3", "start_bot #gold"),
    aliases={"id": ("mulai",)},
)
def start_bot(request: Request) -> Reply:
    """Start bots; without an id ask which."""
    if (question := ask_which(request)) is not None:
        return question
    receipt = request.services.control.start(
        request.actor, chosen_bots(request.services.queries.tags, request.words)
    )
    return _receipt_or_question(request, receipt)


def _receipt_or_question(request: Request, receipt: StartReceipt) -> Reply:
    asked = [
        outcome.bot_id
        for outcome in receipt.outcomes
        if isinstance(outcome.error, ConfirmationRefused) and outcome.error.reason == REAL
    ]
    if not asked:
        return request.show(receipt)
    t = request.t
    question = t.plural(
        "<b>This is a REAL account.</b> Bot {ids} will trade real money. Start it?",
        "<b>This is a REAL account.</b> Bots {ids} will trade real money. Start them?",
        n=len(asked),
        ids=", ".join(map(str, asked)),
    )
    choice = (t.text(_("✅ Yes, trade real money")), "start_real", {"bot_ids": asked})
    reply = request.ask(Message(question), choice, no=t.text(_("No")))
    if len(asked) == len(receipt.outcomes):
        return reply
    return Reply((render(receipt, t), *reply.messages))


@confirmed("start_real", role=Role.OPERATOR)
def start_real(request: Request) -> Reply:
    """Remember the consent to real money and start."""
    chosen = tuple(request.payload["bot_ids"])
    request.services.control.confirm_real(request.actor, chosen)
    return request.show(request.services.control.start(request.actor, chosen))


@command(
    "stop_bot",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.STOP,
    summary=_("Stop bots at once; all of them without an ID"),
    usage=_("[ID or #tag …]"),
    examples=("stop_bot 1", "stop"),
    aliases={"id": ("stop", "hentikan_bot")},
)
def stop_bot(request: Request) -> Reply:
    """Stop bots at once, all of them without an id."""
    chosen = chosen_bots(request.services.queries.tags, request.words) or None
    return request.show(request.services.control.stop(request.actor, chosen))


@command(
    "stop_all",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.STOP,
    summary=_("Stop all bots at once"),
    aliases={"id": ("stop_semua", "hentikan_semua")},
    menu=4,
    state="bots",
)
def stop_all(request: Request) -> Reply:
    """Stop all bots at once."""
    return request.show(request.services.control.stop(request.actor, None))


@command(
    "exit_only",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.STOP,
    summary=_("No new entries; open positions keep running"),
    usage=_("ID or #tag …"),
    examples=("exit_only 1",),
    aliases={"id": ("tanpa_entry",)},
)
def exit_only(request: Request) -> Reply:
    """Let bots open nothing any more; without an id ask which."""
    if (question := ask_which(request)) is not None:
        return question
    receipt = request.services.control.exit_only(
        request.actor, chosen_bots(request.services.queries.tags, request.words)
    )
    return request.show(ExitOnlyReceipt(receipt.tag, receipt.outcomes))


@command(
    "start_all",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("Start all bots, after asking once"),
    aliases={"id": ("mulai_semua",)},
    menu=5,
    state="bots",
)
def start_all(request: Request) -> Reply:
    """Show what starting all means and ask."""
    view = request.services.control.start_all_preview(request.actor)
    message = render(view, request.t)
    if not view.bots:
        return Reply((message,))
    t = request.t
    every = [bot.id for bot in view.bots]
    payload = {"bot_ids": every, "real": view.needs_real_confirmation}
    label = t.text(_("✅ Yes, start all {n}"), n=len(every))
    if view.needs_real_confirmation:
        label = t.text(_("✅ Yes, start all {n} with REAL money"), n=len(every))
    choices = [(label, "start_all", payload)]
    batch = [bot_id for bot_id in view.last_batch if bot_id in set(every)]
    if batch and len(batch) < len(every) and view.last_stopped_at is not None:
        at = t.clock(view.last_stopped_at)
        label = t.text(_("Only the {n} stopped at {at}"), n=len(batch), at=at)
        choices.append((label, "start_all", {**payload, "bot_ids": batch}))
    return request.ask(message, *choices, no=t.text(_("No")))


@confirmed("start_all", role=Role.OPERATOR)
def start_all_confirmed(request: Request) -> Reply:
    """Start the bots that were shown."""
    chosen = tuple(request.payload["bot_ids"])
    if request.payload.get("real"):
        request.services.control.confirm_real(request.actor, chosen)
    return request.show(request.services.control.start_all(request.actor, chosen))


@command(
    "delete_bot",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("Delete a stopped bot, after asking once"),
    usage=_("ID"),
    examples=("delete_bot 1",),
    aliases={"id": ("hapus",)},
    state="bots",
)
def delete_bot(request: Request) -> Reply:
    """Say what deleting means and ask; with an open position offer the ways on."""
    if (question := ask_which(request)) is not None:
        return question
    card = request.services.queries.bot(bot_id(request.words[0]))
    if card.position is not None:
        return _ways_on(request, card, card.position)
    if card.bot.running:
        raise BotMustStopFirst(card.bot.id)
    t = request.t
    text = t.html(
        _(
            "🗑 Delete bot <b>{name}</b> (ID {id})? It has no open position: nothing changes at the "
            "broker. Its trades and history are kept."
        ),
        name=card.bot.settings.name,
        id=card.bot.id,
    )
    payload = {"bot_id": card.bot.id, "version": card.bot.version}
    return request.ask(Message(text), (t.text(_("🗑 Yes, delete")), "delete", payload), no=t.text(_("No")))


@confirmed("delete", role=Role.OPERATOR)
def delete_confirmed(request: Request) -> Reply:
    """Delete the bot in the version that was shown."""
    chosen, version = request.payload["bot_id"], request.payload["version"]
    bot = request.services.control.delete(request.actor, chosen, version)
    return request.show(DeletedReceipt(bot.id, bot.settings.name))


def _ways_on(request: Request, card: BotCard, position: Position) -> Reply:
    t, bot = request.t, card.bot
    text = t.html(
        _(
            "🗑 Bot <b>{name}</b> (ID {id}) has position #{ticket}: {symbol} {side} {lots}, floating "
            "{floating}.\n"
            "It can't be deleted just like that. What should happen?\n"
            "• <b>Close</b>: stop the bot, close the position now, then delete.\n"
            "• <b>Exit only</b>: the bot manages it until SL, TP or its exit signal, then it is deleted. "
            "Starting it again cancels that.\n"
            "• <b>Keep it yourself</b>: the bot is stopped and deleted now. The position and its SL "
            "stay; I keep watching it and you close it."
        ),
        name=bot.settings.name,
        id=bot.id,
        ticket=position.ticket,
        symbol=position.symbol,
        side=position.side.upper(),
        lots=t.lots(position.lots),
        floating=t.money(position.profit + position.swap, card.currency, sign=True),
    )
    payload = {"bot_id": bot.id, "version": bot.version}
    choices = (
        (t.text(_("❌ Close, then delete")), "delete_way", {**payload, "way": Way.CLOSE}),
        (t.text(_("🟡 Exit only, then delete")), "delete_way", {**payload, "way": Way.EXIT_ONLY}),
        (t.text(_("🤝 Delete, I keep the position")), "delete_way", {**payload, "way": Way.RELEASE}),
    )
    return request.ask(Message(text), *choices, no=t.text(_("No")))


@confirmed("delete_way", role=Role.OPERATOR)
def delete_way(request: Request) -> Reply:
    """Let the bot go the way that was chosen."""
    farewells, chosen = request.services.farewells, request.payload
    number, version = int(chosen["bot_id"]), int(chosen["version"])
    if chosen["way"] == Way.CLOSE:
        return followed(request, farewells.close(request.actor, number, version))
    row = ((do(request.t.text(_("Positions")), "positions"), do(request.t.text(_("My bots")), "bots")),)
    if chosen["way"] == Way.EXIT_ONLY:
        bot = farewells.exit_only(request.actor, number, version)
        text = _("🟡 <b>{name}</b> opens nothing new. It is deleted as soon as its position is closed.")
    else:
        bot = farewells.release(request.actor, number, version)
        text = _(
            "🤝 <b>{name}</b> is deleted. Its position is yours now: close it with /close or let its SL work."
        )
    return request.say(text, name=bot.settings.name, keyboard=row)
