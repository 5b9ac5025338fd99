"""Send and edit messages within Telegram's limits and moods."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot_service.domain.sent import Sent
from bot_service.telegram_bot.render import Keyboard, Message, plain, split, units
from bot_service.telegram_bot.render.message import CAPTION_LIMIT, Document

logger = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return the buttons as Telegram wants them."""
    rows = [
        [InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in keyboard
    ]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def keyboard_of(message: Message) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """Return a message's buttons, or the keys that stay under the chat."""
    if not message.keys:
        return markup(message.keyboard)
    rows = [list(row) for row in message.keys]
    return ReplyKeyboardMarkup(rows, is_persistent=True, resize_keyboard=True)


async def post(
    bot: Bot, chat_id: int, message: Message, reply_to: int | None = None, thread_id: int | None = None
) -> int:
    """Send a message, in several parts where it is long; return the id of the first part.

    Raises:
        TelegramError: it could not be sent.
    """
    return (await post_all(bot, chat_id, message, reply_to, thread_id)).first


async def post_all(
    bot: Bot, chat_id: int, message: Message, reply_to: int | None = None, thread_id: int | None = None
) -> Sent:
    """Send a message as `post` does; return the ids of all its parts.

    Raises:
        TelegramError: it could not be sent.
    """
    if message.document is not None:
        return Sent(await _document(bot, chat_id, message, message.document, thread_id), ())
    picture, parts = laid_out(message)
    shown = None if picture is None else await _photo(bot, chat_id, picture, reply_to, thread_id)
    sent: list[int] = []
    for number, part in enumerate(parts):
        answers = reply_to if number == 0 and not (picture and picture.text) else None
        sent.append(await _text(bot, chat_id, part, answers, thread_id))
    return Sent(shown, tuple(sent))


def laid_out(message: Message) -> tuple[Message | None, tuple[Message, ...]]:
    """Return the picture with its caption, and the texts below it; buttons stand under the last of all.

    A text that is too long for a caption leaves its headline there, if it has one.
    """
    if message.photo is not None and units(message.text) <= CAPTION_LIMIT:
        return message, ()
    text, picture = message.text, None
    if message.photo is not None:
        caption = message.headline if units(message.headline) <= CAPTION_LIMIT else ""
        text = text.removeprefix(caption).lstrip("\n")
        picture = Message(caption, photo=message.photo, silent=message.silent)
    parts = split(text)
    texts = [Message(part, silent=message.silent) for part in parts[:-1]]
    last = replace(message, text=parts[-1], photo=None)
    return picture, (*texts, last)


async def _text(bot: Bot, chat_id: int, message: Message, reply_to: int | None, thread_id: int | None) -> int:
    extra: dict[str, Any] = {
        "reply_markup": keyboard_of(message),
        "reply_parameters": _reply(reply_to),
        "link_preview_options": _NO_PREVIEW,
        "message_thread_id": thread_id or None,
        "disable_notification": message.silent,
    }
    try:
        sent = await bot.send_message(chat_id, message.text, parse_mode=ParseMode.HTML, **extra)
    except BadRequest as error:
        if not _unreadable(error):
            raise
        logger.exception("unreadable HTML, sent as plain text")
        sent = await bot.send_message(chat_id, plain(message.text), **extra)
    return sent.message_id


async def _photo(
    bot: Bot, chat_id: int, message: Message, reply_to: int | None, thread_id: int | None
) -> int:
    extra: dict[str, Any] = {
        "reply_markup": markup(message.keyboard),
        "reply_parameters": _reply(reply_to),
        "message_thread_id": thread_id or None,
        "disable_notification": message.silent,
    }
    photo = message.photo or b""
    try:
        sent = await bot.send_photo(chat_id, photo, message.text or None, parse_mode=ParseMode.HTML, **extra)
    except BadRequest as error:
        if not _unreadable(error):
            raise
        logger.exception("unreadable HTML, sent as plain text")
        sent = await bot.send_photo(chat_id, photo, plain(message.text), **extra)
    return sent.message_id


async def _document(
    bot: Bot, chat_id: int, message: Message, document: Document, thread_id: int | None
) -> int:
    sent = await bot.send_document(
        chat_id,
        document.content,
        plain(message.text)[:CAPTION_LIMIT] or None,
        filename=document.name,
        message_thread_id=thread_id or None,
        reply_markup=markup(message.keyboard),
    )
    return sent.message_id


async def edit(bot: Bot, chat_id: int, message_id: int, message: Message) -> bool:
    """Put a message in the place of an earlier one; False: it has to be sent anew."""
    if (
        message.keys
        or message.photo is not None
        or message.document is not None
        or len(split(message.text)) > 1
    ):
        return False
    try:
        await _edit_text(bot, chat_id, message_id, message)
    except BadRequest as error:
        return "not modified" in str(error).lower()
    return True


async def edit_all(
    bot: Bot, chat_id: int, sent: Sent, message: Message, thread_id: int | None = None
) -> Sent:
    """Put a message in the place of all parts of an earlier one; what is gone by now stays away.

    Raises:
        TelegramError: Telegram can't be reached, or asks to wait.
    """
    picture, parts = laid_out(message if sent.picture else replace(message, photo=None))
    if sent.picture and picture is not None:
        await _in_place(_edit_photo(bot, chat_id, sent.picture, picture))
    kept = []
    for message_id, part in zip(sent.texts, parts, strict=False):
        await _in_place(_edit_text(bot, chat_id, message_id, part))
        kept.append(message_id)
    for message_id in sent.texts[len(parts) :]:
        await _in_place(bot.delete_message(chat_id, message_id))
    more = parts[len(sent.texts) :]
    new = [await _text(bot, chat_id, replace(part, silent=True), None, thread_id) for part in more]
    return Sent(sent.picture, (*kept, *new))


async def _in_place(change: Awaitable[object]) -> None:
    try:
        await change
    except BadRequest as error:
        # Unchanged, or deleted by a person: neither is a reason to say it again.
        logger.info("a message was not edited: %s", error)


async def _edit_photo(bot: Bot, chat_id: int, message_id: int, picture: Message) -> None:
    media = InputMediaPhoto(picture.photo or b"", picture.text or None, parse_mode=ParseMode.HTML)
    await bot.edit_message_media(
        media, chat_id=chat_id, message_id=message_id, reply_markup=markup(picture.keyboard)
    )


async def _edit_text(bot: Bot, chat_id: int, message_id: int, part: Message) -> None:
    await bot.edit_message_text(
        part.text,
        chat_id=chat_id,
        message_id=message_id,
        parse_mode=ParseMode.HTML,
        reply_markup=markup(part.keyboard),
        link_preview_options=_NO_PREVIEW,
    )


def _reply(message_id: int | None) -> ReplyParameters | None:
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id else None


def _unreadable(error: BadRequest) -> bool:
    return "parse entities" in str(error).lower()
