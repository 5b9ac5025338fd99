"""Earlier versions of a bot's settings, and the tags by which people call bots."""

from __future__ import annotations

from collections.abc import Sequence

from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.errors import InvalidValue
from bot_service.services import drafts
from bot_service.services.desk import Desk
from bot_service.services.tags import tag_of
from bot_service.services.views import TagsReceipt, VersionLine, VersionsView

VERSIONS_SHOWN = 6
MOST_TAGS = 8


def versions(desk: Desk, bot_id: int) -> VersionsView:
    """Return the newest versions of a bot's settings, newest first.

    Raises:
        BotNotFound: there is none.
    """
    with desk.database.read() as uow:
        bot = uow.bots.get(bot_id)
        account = uow.accounts.get(bot.account_id)
        stored = uow.bots.settings_of(bot_id)
    before = (None, *(settings for _, _, settings in stored))
    told = [
        VersionLine(version, since, {} if old is None else drafts.changes(old, settings))
        for old, (version, since, settings) in zip(before, stored, strict=False)
    ]
    return VersionsView(tag_of(account), bot, tuple(reversed(told))[:VERSIONS_SHOWN])


def earlier(desk: Desk, bot_id: int, version: int | None) -> tuple[Bot, BotSettings]:
    """Return a bot and the settings of one of its versions, without a number of the one before.

    Raises:
        InvalidValue: there is no such version, or none before.
    """
    with desk.database.read() as uow:
        bot = uow.bots.get(bot_id)
        stored = uow.bots.settings_of(bot_id)
    if version is None:
        found = [settings for _, _, settings in stored[:-1] if settings != bot.settings]
        if not found:
            raise InvalidValue("version", "", "no_version_before")
    else:
        found = [settings for number, _, settings in stored if number == version]
        if not found:
            known = ", ".join(str(number) for number, _, _ in stored)
            raise InvalidValue("version", str(version), "no_such_version", known)
    return bot, found[-1]


def set_tags(desk: Desk, bot_id: int, tags: Sequence[str]) -> TagsReceipt:
    """Give a bot these tags instead of those it has.

    Raises:
        BotNotFound: there is none.
        InvalidValue: there are too many.
    """
    if len(tags) > MOST_TAGS:
        raise InvalidValue("tags", str(len(tags)), "too_many", f"1 - {MOST_TAGS}")
    with desk.database.write() as uow:
        bot = uow.bots.get(bot_id)
        uow.bots.set_tags(bot_id, tags)
        every = uow.bots.tags()
        uow.commit()
    known = tuple(dict.fromkeys(tag for own in every.values() for tag in own))
    return TagsReceipt(bot_id, bot.settings.name, every.get(bot_id, ()), known)
