"""Go back to earlier settings."""

from __future__ import annotations

from dataclasses import replace

from bot_service.domain import codec
from bot_service.domain.bots import BotSettings
from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import Message, do, render
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id

_LONGEST_VERSION = 9


@command(
    "undo_bot",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.LOOK,
    summary=_("Go back to the previous settings, after asking once"),
    usage=_("ID [version]"),
    examples=("undo_bot 1", "undo_bot 1 3"),
    aliases={"id": ("batal_ubah",)},
)
def undo_bot(request: Request) -> Reply:
    """Show the versions and what going back would change, and ask."""
    if (question := ask_which(request)) is not None:
        return question
    chosen = bot_id(request.words[0])
    versions = render(request.services.control.versions(chosen), request.t)
    version = _version(request.words[1]) if len(request.words) > 1 else None
    try:
        view = request.services.control.undo_preview(request.actor, chosen, version)
    except InvalidValue as error:
        if error.reason == "no_version_before":
            only = request.t.html(_("It was never changed, so there is nothing to undo."))
            return Reply((replace(versions, text=f"{versions.text}\n{only}"),))
        return Reply((versions, render(error, request.t)))
    t = request.t
    if not view.changes:
        same = t.html(_("It is set that way already; nothing would change."))
        return Reply((versions, Message(same, ((do(t.text(_("Show the bot")), f"bot {chosen}"),),))))
    payload = {
        "bot_id": chosen,
        "version": view.bot.version if view.bot is not None else 0,
        "settings": codec.to_json(view.settings),
    }
    asked = request.ask(
        render(view, t), (t.text(_("↩️ Go back to this")), "undo", payload), no=t.text(_("Cancel"))
    )
    return Reply((versions, *asked.messages))


def _version(word: str) -> int:
    digits = word.lower().removeprefix("v")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _LONGEST_VERSION:
        raise InvalidValue("version", word[:32], "no_such_version")
    return int(digits)


@confirmed("undo", role=Role.OPERATOR)
def undo_confirmed(request: Request) -> Reply:
    """Write the earlier settings as a new version, over the version that was shown."""
    payload = request.payload
    settings = codec.from_json(BotSettings, payload["settings"])
    request.services.control.edit(request.actor, payload["bot_id"], payload["version"], settings)
    return request.show(request.services.queries.bot(payload["bot_id"]))
