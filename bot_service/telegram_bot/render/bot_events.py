"""What happened to bots, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from bot_service.domain import events
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, do
from bot_service.telegram_bot.render.registry import Names, Telling, tells

_SHOWN = 8
NUMBER = re.compile(r"\d+(\.\d+)?")


def named(bot_ids: Iterable[int], names: Names, t: Translator) -> Html:
    """Return the bots by name, or by number where nobody knows it, shortened where they are many."""
    ids = tuple(bot_ids)
    shown = ", ".join(
        f"{names[bot_id]} ({bot_id})" if bot_id in names else t.text(_("bot {value}"), value=bot_id)
        for bot_id in ids[:_SHOWN]
    )
    if len(ids) <= _SHOWN:
        return t.html("{shown}", shown=shown)
    return t.html(_("{shown} and {n} more"), shown=shown, n=len(ids) - _SHOWN)


def _card(event: events.Event, t: Translator) -> Button:
    return do(t.text(_("Show the bot")), f"bot {event.bot_id}")


@tells(events.BotCreated)
def bot_created(event: events.BotCreated, t: Translator, _names: Names) -> Telling:
    """Tell that a bot was made."""
    line = t.html(
        _("🆕 Bot <b>{name}</b> (ID {bot_id}) was created. It is stopped."),
        name=event.name,
        bot_id=event.bot_id,
    )
    return Telling((line,), ((_card(event, t),),))


RISKS = ("risk", "lot")


@tells(events.BotEdited)
def bot_edited(event: events.BotEdited, t: Translator, _names: Names) -> Telling:
    """Tell each change as old and new."""
    head = t.html(_("✏️ <b>{name}</b> changed (version {version})"), name=event.name, version=event.version)
    changed = tuple(change(field, before, after, t) for field, (before, after) in event.changes.items())
    louder = (t.html(_("⚠️ More risk per trade than before.")),) if _raises(event) else ()
    return Telling((head, *changed, *louder), ((_card(event, t),),))


def _raises(event: events.BotEdited) -> bool:
    both = [event.changes[field] for field in RISKS if field in event.changes]
    return any(NUMBER.fullmatch(a) and NUMBER.fullmatch(b) and Decimal(b) > Decimal(a) for a, b in both)


def change(field: str, before: str, after: str, t: Translator) -> Html:
    """Return one changed field as old and new."""
    name = t.text(words.FIELDS.get(field, field))
    old, new = _value(before, t), _value(after, t)
    return t.html("{name}: {before} → <b>{after}</b>", name=name, before=old, after=new)


def _value(text: str, t: Translator) -> str:
    if not text:
        return t.text(_("none"))
    if not NUMBER.fullmatch(text):
        return text
    return t.number(Decimal(text))


@tells(events.BotDeleted)
def bot_deleted(event: events.BotDeleted, t: Translator, _names: Names) -> Telling:
    """Tell that a bot is gone and its history stays."""
    return Telling((t.html(_("🗑 Bot <b>{name}</b> was deleted. Its history stays."), name=event.name),))


@tells(events.BotsStarted)
def bots_started(event: events.BotsStarted, t: Translator, names: Names) -> Telling:
    """Tell which bots run."""
    shown = named(event.bot_ids, names, t)
    line = t.plural(
        "▶️ {n} bot started: {names}", "▶️ {n} bots started: {names}", n=len(event.bot_ids), names=shown
    )
    return Telling((line,))


@tells(events.BotsStopping)
def bots_stopping(event: events.BotsStopping, t: Translator, names: Names) -> Telling:
    """Tell which bots stop, and which still finish something."""
    shown = named(event.bot_ids, names, t)
    line = t.plural(
        "⏹ {n} bot stopped: {names}", "⏹ {n} bots stopped: {names}", n=len(event.bot_ids), names=shown
    )
    if not event.busy:
        return Telling((line,))
    busy = t.html(_("Still finishing an order: {names}"), names=named(event.busy, names, t))
    return Telling((line, busy))


@tells(events.BotStopped)
def bot_stopped(event: events.BotStopped, t: Translator, _names: Names) -> Telling:
    """Tell that the last act of a stopping bot has ended."""
    line = t.html(_("⏹ <b>{name}</b> has stopped completely."), name=event.name)
    return Telling((line,), ((_card(event, t),),))


@tells(events.BotsExitOnly)
def bots_exit_only(event: events.BotsExitOnly, t: Translator, names: Names) -> Telling:
    """Tell which bots open nothing any more."""
    shown = named(event.bot_ids, names, t)
    return Telling((t.html(_("🟡 Exit only (no new entries): {names}"), names=shown),))


@tells(events.BotFlat)
def bot_flat(event: events.BotFlat, t: Translator, _names: Names) -> Telling:
    """Tell that an exit-only bot is done."""
    line = t.html(_("⏹ <b>{name}</b> has no open position left and is now stopped."), name=event.name)
    return Telling((line,), ((_card(event, t),),))


@tells(events.BotFaulted)
def bot_faulted(event: events.BotFaulted, t: Translator, _names: Names) -> Telling:
    """Tell what is broken, what happens with the position, and the three ways on."""
    cause = next((word for key, word in words.FAULTS.items() if key == event.fault), event.fault)
    head = t.html(_("🔴 <b>{name}</b> needs attention: {cause}."), name=event.name, cause=t.text(cause))
    told = [head]
    if event.detail:
        told.append(t.html("({detail})", detail=event.detail))
    if event.ticket is not None and event.stop_loss is not None:
        told.append(
            t.html(
                _(
                    "Position #{ticket} is open with SL {stop}. You can fix and start the bot, close the "
                    "position, or leave it to its SL."
                ),
                ticket=event.ticket,
                stop=t.price(event.stop_loss),
            )
        )
    elif event.ticket is not None:
        told.append(
            t.html(
                _("⚠️ Position #{ticket} is open WITHOUT a stop loss. Please check it in MT5 now."),
                ticket=event.ticket,
            )
        )
    else:
        told.append(t.html(_("No open position.")))
    return Telling(tuple(told), ((_card(event, t),),))
