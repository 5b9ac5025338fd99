"""The words of the page itself; everything else on it comes from the bot."""

from __future__ import annotations

from typing import Final

# Not in the catalogs: the page is a stand-in for Telegram's own client, whose words are not ours to translate
# with the service, and it must come up when the catalogs are broken.
_LABELS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "write": "Message",
        "send": "Send",
        "menu": "Commands",
        "insert": "Put into the message:",
        "start": "Start",
        "empty_title": "Nothing here yet",
        "empty_text": "Tap Start to say hello to the bot. Later, type / to see what it can do.",
        "online": "bot",
        "typing": "typing…",
        "waiting": "waiting for the bot…",
        "lost": "no connection, retrying…",
        "edited": "edited",
        "today": "Today",
        "yesterday": "Yesterday",
        "photo": "Picture",
        "newest": "To the newest message",
        "messages": "Messages",
        "language": "Language",
        "ok": "OK",
    },
    "id": {
        "write": "Pesan",
        "send": "Kirim",
        "menu": "Perintah",
        "insert": "Masukkan ke pesan:",
        "start": "Mulai",
        "empty_title": "Belum ada pesan",
        "empty_text": "Ketuk Mulai untuk menyapa bot. Setelah itu, ketik / untuk melihat semua perintah.",
        "online": "bot",
        "typing": "sedang mengetik…",
        "waiting": "menunggu bot…",
        "lost": "koneksi putus, mencoba lagi…",
        "edited": "diedit",
        "today": "Hari ini",
        "yesterday": "Kemarin",
        "photo": "Gambar",
        "newest": "Ke pesan terbaru",
        "messages": "Percakapan",
        "language": "Bahasa",
        "ok": "Oke",
    },
}


def page_labels(language: str) -> dict[str, str]:
    """Return the words of the page in a language, English if it is not known."""
    return _LABELS.get(language, _LABELS["en"])
