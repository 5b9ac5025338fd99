"""What to do next, for somebody who has just begun."""

from __future__ import annotations

from bot_service.domain.bots import BotStatus
from bot_service.domain.people import Role
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.views import StatusView
from bot_service.telegram_bot.render.message import Button, Message, do

_RUNNING = (BotStatus.ACTIVE, BotStatus.EXIT_ONLY)


def next_step(view: StatusView, role: Role, t: Translator) -> Message:
    """Return the next step by what there is: no account, no bot, all stopped, or running."""
    if not view.accounts:
        return _no_account(t)
    total = sum(view.by_status.values())
    running = sum(view.by_status.get(status, 0) for status in _RUNNING)
    if not role.covers(Role.OPERATOR):
        text = t.html(
            _("You can see everything. Running now: {running} of {total} bots."),
            running=running,
            total=total,
        )
        return Message(text, (_looks(t), (_help(t),)))
    if not total:
        return _no_bot(t)
    if view.by_status.get(BotStatus.ERROR, 0):
        text = t.html(_("👉 Next: bots that need attention: {n}."), n=view.by_status[BotStatus.ERROR])
        return Message(text, (_looks(t), (_new(t), _help(t))))
    if not running:
        text = t.plural(
            "👉 Next: {n} bot is stopped. Look at it, then start it.",
            "👉 Next: {n} bots are stopped. Look at one, then start it, or start all.",
            n=total,
        )
        return Message(text, (_looks(t), (do(t.text(_("▶️ Start all")), "start_all"), _new(t)), (_help(t),)))
    text = t.html(
        _("👍 Bots running: {running} of {total}. There is nothing to do."), running=running, total=total
    )
    return Message(text, (_looks(t), (_new(t), _help(t))))


def _no_account(t: Translator) -> Message:
    text = t.html(
        _(
            "👉 Next: connect a trading account. Open MT5 on the computer and log in; I find it by "
            "myself. The health check shows what is missing."
        )
    )
    return Message(
        text,
        ((do(t.text(_("Health check")), "health"), do(t.text(_("🔄 Check again")), "start")), (_help(t),)),
    )


def _no_bot(t: Translator) -> Message:
    text = t.html(_("👉 Next: create your first bot. You see the possible loss before it is saved."))
    strategies = do(t.text(_("📚 Strategies")), "strategies")
    return Message(text, ((_new(t), strategies), (do(t.text(_("📊 Status")), "status"), _help(t))))


def _looks(t: Translator) -> tuple[Button, ...]:
    return (do(t.text(_("📊 Status")), "status"), do(t.text(_("🤖 My bots")), "bots"))


def _new(t: Translator) -> Button:
    return do(t.text(_("🆕 New bot")), "new_bot")


def _help(t: Translator) -> Button:
    return do(t.text(_("❓ Help")), "help")
