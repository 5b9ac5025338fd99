"""Methods of the Bot API that change and delete messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot_service.local_chat import posts
from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.files import stored_document, stored_photo
from bot_service.local_chat.markup import checked_markup
from bot_service.local_chat.messages import caption_content, text_content

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Method
    from bot_service.local_chat.shapes import Json

DELETABLE_FOR_S: Final = 48 * 3600
_MOST_AT_ONCE: Final = 100
_MEDIA: Final = ("photo", "document", "caption", "caption_entities", "reply_markup")
_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _edited(call: Call) -> Json:
    place = call.open_place()
    return posts.own_message(call.chat, call.bot, place["id"], call.params.integer("message_id"), "edit")


def _buttons(call: Call) -> Json:
    markup = checked_markup(call.params.structure("reply_markup"), only_inline=True)
    return {"reply_markup": markup.inline} if markup.inline else {}


def _changed(call: Call, message: Json, drop: tuple[str, ...], content: Json) -> Json:
    kept = {key: value for key, value in message.items() if key not in {*drop, "edit_date"}}
    before = {key: value for key, value in message.items() if key != "edit_date"}
    after = {**kept, **content}
    if after == before:
        raise bad_request(_NOT_MODIFIED)
    return posts.replace(call.chat, call.bot, after)


def _edit_text(call: Call) -> Json:
    message = _edited(call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = {**text_content(call.params), **_buttons(call)}
    return _changed(call, message, ("text", "entities", "reply_markup"), content)


def _edit_caption(call: Call) -> Json:
    message = _edited(call)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    content = {**caption_content(call.params), **_buttons(call)}
    return _changed(call, message, ("caption", "caption_entities", "reply_markup"), content)


def _edit_media(call: Call) -> Json:
    message = _edited(call)
    if "text" in message:
        raise bad_request("there is no media in the message to edit")
    given = call.params.structure("media")
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: Object expected")
    kind, media = given.get("type"), given.get("media")
    inner = replace(call, params=call.params.part({**given, str(kind): media}))
    if kind == "photo":
        content: Json = {"photo": [stored_photo(inner)]}
    elif kind == "document":
        content = {"document": stored_document(inner)}
    else:
        raise bad_request("can't parse InputMedia: type must be photo or document")
    content |= {**caption_content(inner.params), **_buttons(call)}
    return _changed(call, message, _MEDIA, content)


def _edit_markup(call: Call) -> Json:
    return _changed(call, _edited(call), ("reply_markup",), _buttons(call))


def _deletable(call: Call, message_id: int) -> None:
    found = call.chat.store.talk.message(message_id)
    if found is not None and call.chat.now() - found[1]["date"] > DELETABLE_FOR_S:
        raise bad_request("message can't be deleted for everyone")


def _delete(call: Call) -> bool:
    place, message_id = call.place(), call.params.integer("message_id")
    _deletable(call, message_id)
    posts.delete(call.chat, place["id"], message_id)
    return True


def _delete_several(call: Call) -> bool:
    place, ids = call.place(), call.params.structure("message_ids")
    if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
        raise bad_request("can't parse message_ids: Array of Integer expected")
    if not 1 <= len(ids) <= _MOST_AT_ONCE:
        raise bad_request("message identifiers are not specified" if not ids else "too many messages")
    for message_id in ids:
        _deletable(call, message_id)
    for message_id in ids:
        found = call.chat.store.talk.message(message_id)
        if found is not None and found[1]["chat"]["id"] == place["id"]:
            posts.delete(call.chat, place["id"], message_id)
    return True


METHODS: Final[dict[str, Method]] = {
    "editMessageText": _edit_text,
    "editMessageCaption": _edit_caption,
    "editMessageMedia": _edit_media,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "deleteMessages": _delete_several,
}
