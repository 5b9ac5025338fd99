"""Keep the pictures and documents that bots send."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.images import picture_size

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call
    from bot_service.local_chat.params import Upload
    from bot_service.local_chat.shapes import Json

DOCUMENT_BYTES: Final = 50 * 1024 * 1024
_MIMES: Final = {"png": "image/png", "jpg": "image/jpeg"}


def stored_photo(call: Call) -> Json:
    """Keep the picture of a call, or find one that was sent before, as PhotoSize object."""
    upload = call.params.upload("photo")
    if upload is None:
        return _known(call, "photo", "width")
    extension, width, height = picture_size(upload.content)
    number = call.chat.store.counters.next("file")
    return _keep(
        call,
        upload,
        f"photos/file_{number}.{extension}",
        _MIMES[extension],
        {"width": width, "height": height},
    )


def stored_document(call: Call) -> Json:
    """Keep the document of a call, or find one that was sent before, as Document object."""
    upload = call.params.upload("document")
    if upload is None:
        return _known(call, "document", "file_name")
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > DOCUMENT_BYTES:
        raise bad_request("file is too big")
    number = call.chat.store.counters.next("file")
    facts = {"file_name": upload.name, "mime_type": upload.mime}
    return _keep(call, upload, f"documents/file_{number}", upload.mime, facts)


def _keep(call: Call, upload: Upload, path: str, mime: str, facts: Json) -> Json:
    digest = hashlib.sha256(path.encode() + upload.content).hexdigest()
    found: Json = {
        "file_id": f"local-{digest[:40]}",
        "file_unique_id": digest[40:56],
        "file_size": len(upload.content),
        **facts,
    }
    call.chat.store.files.save(found["file_id"], path, mime, found, upload.content)
    return found


def _known(call: Call, name: str, mark: str) -> Json:
    file_id = call.params.text(name)
    if not file_id:
        raise bad_request(f"there is no {name} in the request")
    found = call.chat.store.files.facts(file_id)
    if found is None or mark not in found[1]:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return found[1]


def described_file(call: Call) -> Json:
    """Return what `getFile` says of a file."""
    found = call.chat.store.files.facts(call.params.text("file_id"))
    if found is None:
        raise bad_request("invalid file_id")
    path, facts = found
    kept = {key: facts[key] for key in ("file_id", "file_unique_id", "file_size")}
    return {**kept, "file_path": path}
