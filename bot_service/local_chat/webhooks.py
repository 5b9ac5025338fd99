"""Methods of the Bot API about where a bot wants its updates posted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot_service.local_chat.errors import bad_request

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Method
    from bot_service.local_chat.shapes import Json

_HERE: Final = ("127.0.0.1", "localhost")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_MOST_CONNECTIONS: Final = 100
_USUAL_CONNECTIONS: Final = 40


def _set(call: Call) -> bool:
    url = call.params.text("url")
    if not url:
        return _delete(call)
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _HERE:
        raise bad_request("bad webhook: this server delivers by http to this machine only")
    secret = call.params.text("secret_token")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    most = call.params.integer("max_connections", _USUAL_CONNECTIONS)
    if not 1 <= most <= _MOST_CONNECTIONS:
        raise bad_request("max_connections must be between 1 and 100")
    kinds = call.params.structure("allowed_updates")
    bots = call.chat.store.bots
    if isinstance(kinds, list):
        bots.allow(call.bot.token, [str(kind) for kind in kinds])
    bots.asking(call.bot.token)
    _forget(call)
    bots.save_webhook(call.bot.token, {"url": url, "secret": secret, "max_connections": most})
    return True


def _delete(call: Call) -> bool:
    _forget(call)
    call.chat.store.bots.save_webhook(call.bot.token, None)
    return True


def _forget(call: Call) -> None:
    if call.params.flag("drop_pending_updates"):
        ids = call.chat.store.updates.pending_ids(call.bot.token)
        call.chat.store.updates.confirm(call.bot.token, max(ids, default=0) + 1)


def _info(call: Call) -> Json:
    token, store = call.bot.token, call.chat.store
    info = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(store.updates.pending_ids(token)),
    }
    webhook = store.bots.webhook(token)
    if webhook is None:
        return info
    info |= {key: value for key, value in webhook.items() if key != "secret"}
    kinds = store.bots.allowed(token)
    return {**info, "ip_address": "127.0.0.1", **({"allowed_updates": kinds} if kinds else {})}


METHODS: Final[dict[str, Method]] = {
    "setWebhook": _set,
    "deleteWebhook": _delete,
    "getWebhookInfo": _info,
}
