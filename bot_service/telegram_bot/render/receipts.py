"""What an act did, read back: each bot done, still busy, or failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import AccountTag, BotOutcome, StartReceipt, StopReceipt
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do, fits
from bot_service.telegram_bot.render.parts import STALE_S, cut, lines, position, tag
from bot_service.telegram_bot.render.registry import render, renders

_SHOWN = 20
_LATE_S = 60


@dataclass(frozen=True)
class ExitOnlyReceipt:
    """What setting bots to exit only did."""

    tag: AccountTag | None
    outcomes: tuple[BotOutcome, ...]


@dataclass(frozen=True)
class DeletedReceipt:
    """A bot was deleted."""

    bot_id: int
    name: str


@renders(StartReceipt)
def started(view: StartReceipt, t: Translator) -> Message:
    """Return which bots run now and why others don't."""
    done = [outcome for outcome in view.outcomes if outcome.done]
    head = t.plural("▶️ <b>{n} bot is running</b>", "▶️ <b>{n} bots are running</b>", n=len(done))
    if not done:
        head = t.html(_("No bot was started."))
    text = lines(f"{tag(view.tag)}{head}", *_named(done, t), *_failed(view.outcomes, t))
    return Message(text, _next(done, t, "stop_bot", t.text(_("⏹ Stop"))))


@renders(ExitOnlyReceipt)
def exit_only(view: ExitOnlyReceipt, t: Translator) -> Message:
    """Return which bots open nothing any more."""
    done = [outcome for outcome in view.outcomes if outcome.done]
    head = t.plural("🟡 <b>{n} bot on exit only</b>", "🟡 <b>{n} bots on exit only</b>", n=len(done))
    meaning: Html | None = t.html(_("No new entries; open positions keep running with SL, TP and exits."))
    if not done:
        head, meaning = t.html(_("Nothing changed.")), None
    text = lines(f"{tag(view.tag)}{head}", *_named(done, t), meaning, *_failed(view.outcomes, t))
    return Message(text, _next(done, t, "start_bot", t.text(_("▶️ Start again"))))


@renders(StopReceipt)
def stopped(view: StopReceipt, t: Translator, *, positions: bool = True) -> Message:
    """Return each bot's state after a stop, and the positions that stay open."""
    done = [outcome for outcome in view.outcomes if outcome.done and not outcome.busy]
    busy = [outcome for outcome in view.outcomes if outcome.busy]
    head = t.plural("⏹ <b>{n} bot stopped</b>", "⏹ <b>{n} bots stopped</b>", n=len(done))
    if not done:
        idle = t.html(_("No bot was stopped.")) if view.spared else t.html(_("No bot was running."))
        head = t.html(_("⏹ <b>Stopping…</b>")) if busy else idle
    still = t.html(_("⏳ Still finishing an order, you will be told:")) if busy else None
    spared = None
    if view.spared:
        ids = ", ".join(str(bot_id) for bot_id in view.spared)
        spared = t.html(_("Left running, started after your message: {ids}"), ids=ids)
    late = None
    if view.message_age_s > _LATE_S:
        late = t.html(_("Your message arrived {age} late."), age=t.duration(view.message_age_s))
    text = lines(
        f"{tag(view.tag)}{head}",
        *_named(done, t),
        still,
        *_named(busy, t),
        *_failed(view.outcomes, t),
        spared,
        late,
        *(("", *_positions(view, t)) if positions else ()),
    )
    again = _next([*done, *busy], t, "start_bot", t.text(_("▶️ Start again")))
    stop_spared: tuple[Button, ...] = ()
    if view.spared:
        line = "stop_bot " + " ".join(str(bot_id) for bot_id in view.spared)
        stop_spared = (do(t.text(_("⏹ Stop these too")), line if fits(line) else "stop_all"),)
    return Message(text, (*((stop_spared,) if stop_spared else ()), *again))


def _positions(view: StopReceipt, t: Translator) -> list[str]:
    if view.age_s is None:
        return [t.html(_("Open positions can't be read right now: there is no data from the terminal."))]
    if not view.positions:
        told: list[str] = [t.html(_("No open positions."))]
    else:
        bare = sum(line.position.stop_loss is None for line in view.positions)
        safe = t.text(_("all with SL")) if not bare else t.text(_("⚠️ {n} without SL"), n=bare)
        told = [t.html(_("<b>Positions that stay open: {n}</b> ({safe})"), n=len(view.positions), safe=safe)]
        told.extend(
            f"{tag(line.account)}{position(line.position, t, line.currency)}"
            for line in view.positions[:_SHOWN]
        )
    if view.age_s > STALE_S:
        told.append(t.html(_("⚠️ Data is {age} old."), age=t.duration(view.age_s)))
    return told


def _named(outcomes: Sequence[BotOutcome], t: Translator) -> list[str]:
    told: list[str] = [
        t.html("• {id} {name}", id=outcome.bot_id, name=cut(outcome.name, 40))
        for outcome in outcomes[:_SHOWN]
    ]
    if len(outcomes) > _SHOWN:
        told.append(t.html(_("… and {n} more"), n=len(outcomes) - _SHOWN))
    return told


def _failed(outcomes: Sequence[BotOutcome], t: Translator) -> list[str]:
    return [
        t.html("❌ {id} {name}: {why}", id=outcome.bot_id, name=cut(outcome.name, 40), why=_why(outcome, t))
        for outcome in outcomes
        if not outcome.done and not outcome.busy
    ]


def _why(outcome: BotOutcome, t: Translator) -> Html:
    if outcome.error is None:
        return t.html(_("not done"))
    return Html(render(outcome.error, t).text.replace("\n", " "))


def _next(outcomes: Sequence[BotOutcome], t: Translator, command: str, label: str) -> Keyboard:
    line = f"{command} " + " ".join(str(outcome.bot_id) for outcome in outcomes)
    bulk = {"start_bot": "start_all", "stop_bot": "stop_all"}[command]
    acts = ((do(label, line if fits(line) else bulk),),) if outcomes else ()
    return (*acts, (do(t.text(_("My bots")), "bots"), do(t.text(_("Positions")), "positions")))


@renders(DeletedReceipt)
def deleted(view: DeletedReceipt, t: Translator) -> Message:
    """Return that a bot is gone."""
    text = t.html(
        _("🗑 Bot <b>{name}</b> (ID {id}) is deleted. Its history stays."), name=view.name, id=view.bot_id
    )
    return Message(text, ((do(t.text(_("My bots")), "bots"),),))
