"""Methods of the Bot API that send, change and delete messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.chat import TEXT_LIMIT
from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.files import stored_document, stored_photo
from bot_service.local_chat.formatting import formatted, utf16_length
from bot_service.local_chat.markup import checked_markup

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Json, Method

CAPTION_LIMIT: Final = 1024
TOAST_LIMIT: Final = 200
DELETABLE_FOR_S: Final = 48 * 3600
_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ACTIONS: Final = frozenset(
    (
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"),
        *("upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"),
    )
)


def _text(call: Call) -> Json:
    params = call.params
    plain, entities = formatted(
        params.text("text"), params.text("parse_mode") or None, params.structure("entities")
    )
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": plain, "entities": entities} if entities else {"text": plain}


def _caption(call: Call) -> Json:
    params = call.params
    plain, entities = formatted(
        params.text("caption"), params.text("parse_mode") or None, params.structure("caption_entities")
    )
    if utf16_length(plain) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not plain:
        return {}
    return {"caption": plain, "caption_entities": entities} if entities else {"caption": plain}


def _markup(call: Call, *, only_inline: bool = False) -> Json:
    keyboard = checked_markup(call.params.structure("reply_markup"), only_inline=only_inline)
    return {"reply_markup": keyboard} if keyboard else {}


def _replied(call: Call, place: Json) -> Json | None:
    params = call.params
    reply = params.structure("reply_parameters")
    if reply is None and params.given("reply_to_message_id"):
        lenient = params.flag("allow_sending_without_reply")
        reply = {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": lenient,
        }
    if reply is None:
        return None
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        raise bad_request("can't parse reply parameters: message_id must be a number")
    found = call.chat.store.message(reply["message_id"])
    if found is not None and found[1]["chat"]["id"] == place["id"]:
        return found[1]
    if reply.get("allow_sending_without_reply") is True:
        return None
    raise bad_request("message to be replied not found")


def _send(call: Call, content: Json) -> Json:
    place = call.place()
    reply_to = _replied(call, place)
    silent = call.params.flag("disable_notification")
    return call.chat.post(call.bot, place, {**content, **_markup(call)}, reply_to=reply_to, silent=silent)


def _send_message(call: Call) -> Json:
    call.place()
    return _send(call, _text(call))


def _send_photo(call: Call) -> Json:
    call.place()
    caption = _caption(call)
    return _send(call, {"photo": [stored_photo(call)], **caption})


def _send_document(call: Call) -> Json:
    call.place()
    caption = _caption(call)
    return _send(call, {"document": stored_document(call), **caption})


def _edited(call: Call) -> Json:
    place = call.place()
    return call.chat.own_message(call.bot, place["id"], call.params.integer("message_id"), "edit")


def _changed(call: Call, message: Json, drop: tuple[str, ...], content: Json) -> Json:
    kept = {key: value for key, value in message.items() if key not in {*drop, "edit_date"}}
    before = {key: value for key, value in message.items() if key != "edit_date"}
    after = {**kept, **content}
    if after == before:
        raise bad_request(_NOT_MODIFIED)
    return call.chat.replace(call.bot, after)


def _edit_text(call: Call) -> Json:
    message = _edited(call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = {**_text(call), **_markup(call, only_inline=True)}
    return _changed(call, message, ("text", "entities", "reply_markup"), content)


def _edit_caption(call: Call) -> Json:
    message = _edited(call)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    content = {**_caption(call), **_markup(call, only_inline=True)}
    return _changed(call, message, ("caption", "caption_entities", "reply_markup"), content)


def _edit_markup(call: Call) -> Json:
    return _changed(call, _edited(call), ("reply_markup",), _markup(call, only_inline=True))


def _delete(call: Call) -> bool:
    place, message_id = call.place(), call.params.integer("message_id")
    found = call.chat.store.message(message_id)
    if found is not None and call.chat.now() - found[1]["date"] > DELETABLE_FOR_S:
        raise bad_request("message can't be deleted for everyone")
    call.chat.delete(place["id"], message_id)
    return True


def _answer(call: Call) -> bool:
    params = call.params
    text = params.text("text")
    if utf16_length(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    toast: dict[str, Any] = {"text": text, "show_alert": params.flag("show_alert")}
    call.chat.answer(call.bot, params.text("callback_query_id"), toast)
    return True


def _act(call: Call) -> bool:
    place = call.place()
    if call.params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.chat.act(place["id"])
    return True


METHODS: Final[dict[str, Method]] = {
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendDocument": _send_document,
    "editMessageText": _edit_text,
    "editMessageCaption": _edit_caption,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer,
    "sendChatAction": _act,
}
