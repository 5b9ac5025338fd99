"""What a change of a bot would mean, its versions and its tags, in words."""

from __future__ import annotations

from bot_service.domain.market import SymbolTerms
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import Preview, Rival, TagsReceipt, VersionsView
from bot_service.telegram_bot.render.bot_events import change
from bot_service.telegram_bot.render.bot_views import settings_lines
from bot_service.telegram_bot.render.contract import contract
from bot_service.telegram_bot.render.message import Message, do, fits
from bot_service.telegram_bot.render.parts import cut, denial, lines, rows, tag
from bot_service.telegram_bot.render.registry import renders

_RIVALS_SHOWN = 3
_TAG_BUTTONS = 8


@renders(Preview)
def preview(view: Preview, t: Translator) -> Message:
    """Return what saving would mean: the loss at the stop, before anything is saved."""
    return Message(preview_text(view, t))


def preview_text(view: Preview, t: Translator, head: Html | None = None) -> str:
    """Return the words of a preview, under a head of its own or another."""
    if head is not None:
        pass
    elif view.bot is None:
        head = t.html(_("🆕 <b>New bot: {name}</b>"), name=view.settings.name)
    else:
        head = t.html(_("✏️ <b>Change {name}</b> (ID {id})"), name=view.bot.settings.name, id=view.bot.id)
    told = [change(name, before, after, t) for name, (before, after) in view.changes.items()]
    if view.bot is None:
        told = [Html(line) for line in settings_lines(view.settings, t)]
    if view.terms is not None:
        told += [Html(line) for line in _named(view.terms, t)]
    risen = t.html(_("⚠️ This raises the risk.")) if view.raises_risk else None
    later = t.html(_("New risk and SL apply from the next trade.")) if view.bot is not None else None
    return lines(
        f"{tag(view.tag)}{head}", *told, "", *_loss(view, t), _least(view, t), risen, later, *_rivals(view, t)
    )


def _least(view: Preview, t: Translator) -> Html | None:
    if view.least is None:
        return None
    if view.sized is not None and view.sized.lots == view.least.lots:
        return t.html(
            _("That is the broker's smallest lot; lots go up in steps of {step}."),
            step=t.number(view.least.step),
        )
    return t.html(
        _(
            "The broker's smallest lot {lots} would lose ≈ {risk} ({percent}) at that SL. Your lots are "
            "rounded down in steps of {step}."
        ),
        lots=t.number(view.least.lots),
        risk=t.money(view.least.risk, view.currency),
        percent=t.percent(view.least.percent),
        step=t.number(view.least.step),
    )


def _rivals(view: Preview, t: Translator) -> list[Html]:
    if not view.rivals:
        return []
    told = ", ".join(_rival(one) for one in view.rivals[:_RIVALS_SHOWN])
    if len(view.rivals) > _RIVALS_SHOWN:
        told = t.text(_("{shown} and {n} more"), shown=told, n=len(view.rivals) - _RIVALS_SHOWN)
    return [
        t.html(
            _(
                "⚠️ Already on this market: {bots}. If one buys and the other sells, the positions "
                "cancel out and you pay the spread twice."
            ),
            bots=told,
        )
    ]


def _rival(one: Rival) -> str:
    account = f"••{one.tag.login % 10_000:04d}"
    facts = [account] if one.side is None else [account, one.side.upper()]
    return f"{cut(one.name, 30)} (ID {one.bot_id}, {', '.join(facts)})"


@renders(VersionsView)
def versions(view: VersionsView, t: Translator) -> Message:
    """Return what each version changed, newest first."""
    head = t.html(_("<b>Versions of {name}</b> (ID {id})"), name=view.bot.settings.name, id=view.bot.id)
    told: list[str] = []
    for line in view.lines:
        told.append(t.html(_("<b>Version {version}</b> · {at}"), version=line.version, at=t.when(line.since)))
        told += [f"   {change(name, old, new, t)}" for name, (old, new) in line.changes.items()]
    back = (do(t.text(_("Show the bot")), f"bot {view.bot.id}"),)
    return Message(lines(f"{tag(view.tag)}{head}", *told), (back,))


@renders(TagsReceipt)
def tags(view: TagsReceipt, t: Translator) -> Message:
    """Return a bot's tags, what they are good for, and those of other bots to tap."""
    shown = " ".join(f"#{name}" for name in view.tags) or t.text(_("none"))
    head = t.html(_("🏷 Tags of <b>{name}</b> (ID {id}): {tags}"), name=view.name, id=view.bot_id, tags=shown)
    how = t.html(
        _("Type for example <code>/tag {id} #gold</code>; <code>-#gold</code> removes it."), id=view.bot_id
    )
    use = t.html(_("A tag stands for all its bots: <code>/stop #gold</code>, <code>/bots #gold</code>."))
    own = [(f"✖️ #{name}", f"tag {view.bot_id} -#{name}") for name in view.tags]
    more = [(f"🏷 #{name}", f"tag {view.bot_id} #{name}") for name in view.known if name not in view.tags]
    buttons = [do(label, line) for label, line in (*own, *more)[:_TAG_BUTTONS] if fits(line)]
    back = (do(t.text(_("Show the bot")), f"bot {view.bot_id}"),)
    return Message(lines(head, how, use), (*rows(buttons, 2), back))


def _named(terms: SymbolTerms, t: Translator) -> list[str]:
    known = terms.description and terms.description != terms.name
    described = [t.html("<i>{text}</i>", text=terms.description)] if known else []
    return [*described, contract(terms, t)]


def _loss(view: Preview, t: Translator) -> list[str]:
    if view.sized is not None:
        risk = t.money(view.sized.planned_risk, view.currency)
        head = t.html(
            _("<b>If the SL is hit: ≈ {risk} ({percent})</b>, can be more with a gap or slippage"),
            risk=risk,
            percent=t.percent(view.sized.risk_percent),
        )
        facts = t.html(
            _("At the current price: {lots} · SL {stop} · margin {margin}"),
            lots=t.lots(view.sized.lots),
            stop=t.price(view.sized.stop_loss),
            margin=t.money(view.sized.margin, view.currency),
        )
        return [head, facts]
    if view.denied is not None:
        why = denial(view.denied, t, view.currency)
        return [t.html(_("✋ With these settings an entry would be held back now: {why}"), why=why)]
    return [t.html(_("The market can't be reached right now, so the loss at the SL can't be shown."))]
