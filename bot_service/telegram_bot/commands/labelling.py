"""Words by which people call several bots at once."""

from __future__ import annotations

from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.views import TagsReceipt
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, tag_of


@command(
    "tag",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Tag bots, to address several of them with one word"),
    usage=_("ID [#tag …] [-#tag …]"),
    examples=("tag 1 #gold", "tag 1 -#gold"),
    aliases={"id": ("tanda",)},
)
def tag(request: Request) -> Reply:
    """Add and take away tags; without any show them."""
    if (question := ask_which(request)) is not None:
        return question
    chosen, queries = bot_id(request.words[0]), request.services.queries
    card = queries.bot(chosen)
    parts = [part for word in request.words[1:] for part in word.split(",") if part]
    if not parts:
        known = dict.fromkeys(name for names in queries.tags().values() for name in names)
        return request.show(TagsReceipt(chosen, card.bot.settings.name, card.tags, tuple(known)))
    gone = {tag_of(part[1:]) for part in parts if part.startswith("-")}
    new = [tag_of(part) for part in parts if not part.startswith("-")]
    kept = [name for name in dict.fromkeys((*card.tags, *new)) if name not in gone]
    return request.show(request.services.control.set_tags(request.actor, chosen, kept))
