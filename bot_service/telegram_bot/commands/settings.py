"""How a member reads."""

from __future__ import annotations

from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import LANGUAGES
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import Message, do
from bot_service.telegram_bot.render.keys import keys_message
from bot_service.telegram_bot.request import Reply, Request

NAMES = {"id": "🇮🇩 Bahasa Indonesia", "en": "🇬🇧 English"}
TYPED = {"id": "id", "indonesia": "id", "bahasa": "id", "en": "en", "english": "en", "inggris": "en"}


@command(
    "language",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Indonesian or English"),
    usage=_("[id or en]"),
    examples=("language id", "language en"),
    aliases={"id": ("bahasa",)},
    menu=13,
    state="settings",
)
def language(request: Request) -> Reply:
    """Show the languages, or speak the chosen one from now on."""
    t = request.t
    buttons = tuple(do(NAMES[code], f"language {code}") for code in LANGUAGES)
    if not request.words:
        return request.say(_("Which language should I speak?"), keyboard=(buttons,))
    chosen = TYPED.get(request.words[0].lower())
    if chosen is None:
        raise InvalidValue("language", request.words[0][:32], "unknown_language", ", ".join(LANGUAGES))
    request.services.chats.set_language(request.actor, chosen)
    t = request.translators(chosen, request.member.time_zone)
    row = (do(t.text(_("📊 Status")), "status"), do(t.text(_("❓ Help")), "help"))
    text = t.html(_("From now on I speak {language}."), language=NAMES[chosen])
    shown = Message(text, (row,))
    changes = {"language": (request.member.language, chosen)}
    if request.in_group:
        return Reply((shown,), member_changed=True, changes=changes)
    return Reply((shown, keys_message(request.member, t)), member_changed=True, changes=changes)
