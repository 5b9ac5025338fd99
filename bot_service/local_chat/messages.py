"""Methods of the Bot API that send messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat import posts
from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.files import stored_document, stored_photo
from bot_service.local_chat.formatting import CAPTION_LIMIT, TEXT_LIMIT, formatted, utf16_length
from bot_service.local_chat.groups import in_topic
from bot_service.local_chat.markup import checked_markup

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Method
    from bot_service.local_chat.params import Params
    from bot_service.local_chat.shapes import Json

TOAST_LIMIT: Final = 200
_ACTIONS: Final = frozenset(
    (
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"),
        *("upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"),
    )
)


def text_content(params: Params) -> Json:
    """Return the text of a call with its formatting."""
    plain, entities = formatted(
        params.text("text"), params.text("parse_mode") or None, params.structure("entities")
    )
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": plain, "entities": entities} if entities else {"text": plain}


def caption_content(params: Params) -> Json:
    """Return the caption of a call with its formatting; empty if there is none."""
    plain, entities = formatted(
        params.text("caption"), params.text("parse_mode") or None, params.structure("caption_entities")
    )
    if utf16_length(plain) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not plain:
        return {}
    return {"caption": plain, "caption_entities": entities} if entities else {"caption": plain}


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
    found = call.chat.store.talk.message(reply["message_id"])
    if found is not None and found[1]["chat"]["id"] == place["id"]:
        return found[1]
    if reply.get("allow_sending_without_reply") is True:
        return None
    raise bad_request("message to be replied not found")


def _topic(call: Call, place: Json) -> Json:
    thread_id = call.params.integer("message_thread_id", 0)
    fields = in_topic(call.chat, place["id"], thread_id)
    if fields and call.chat.store.rooms.topics(place["id"])[thread_id].get("closed"):
        raise bad_request("TOPIC_CLOSED")
    return fields


def _send(call: Call, content: Json) -> Json:
    place = call.open_place()
    reply_to = _replied(call, place)
    markup = checked_markup(call.params.structure("reply_markup"))
    topic = _topic(call, place)
    shown = {"reply_markup": markup.inline} if markup.inline else {}
    silent = call.params.flag("disable_notification")
    message = posts.post(
        call.chat, call.bot, place, {**topic, **content, **shown}, reply_to=reply_to, silent=silent
    )
    if markup.keyboard is not None:
        keys = {**markup.keyboard, "message_id": message["message_id"]}
        call.chat.store.people.save_keyboard(place["id"], keys)
    elif markup.removed:
        call.chat.store.people.save_keyboard(place["id"], None)
    return message


def _paced(call: Call) -> None:
    call.chat.pace.send(call.open_place()["id"], call.chat.now())


def _send_message(call: Call) -> Json:
    _paced(call)
    return _send(call, text_content(call.params))


def _send_photo(call: Call) -> Json:
    _paced(call)
    caption = caption_content(call.params)
    return _send(call, {"photo": [stored_photo(call)], **caption})


def _send_document(call: Call) -> Json:
    _paced(call)
    caption = caption_content(call.params)
    return _send(call, {"document": stored_document(call), **caption})


_COPIED: Final = ("text", "entities", "photo", "document", "caption", "caption_entities")


def _copy(call: Call) -> Json:
    _paced(call)
    origin = call.place("from_chat_id")
    found = call.chat.store.talk.message(call.params.integer("message_id"))
    if found is None or found[1]["chat"]["id"] != origin["id"]:
        raise bad_request("message to copy not found")
    content: Json = {key: value for key, value in found[1].items() if key in _COPIED}
    if not content:
        raise bad_request("message can't be copied")
    if call.params.given("caption") and "text" not in content:
        kept = {key: value for key, value in content.items() if not key.startswith("caption")}
        content = {**kept, **caption_content(call.params)}
    return {"message_id": _send(call, content)["message_id"]}


def _answer(call: Call) -> bool:
    params = call.params
    text = params.text("text")
    if utf16_length(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    toast: dict[str, Any] = {"text": text, "show_alert": params.flag("show_alert")}
    posts.answer(call.chat, call.bot, params.text("callback_query_id"), toast)
    return True


def _act(call: Call) -> bool:
    place = call.open_place()
    if call.params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.chat.act(place["id"])
    return True


METHODS: Final[dict[str, Method]] = {
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendDocument": _send_document,
    "copyMessage": _copy,
    "answerCallbackQuery": _answer,
    "sendChatAction": _act,
}
