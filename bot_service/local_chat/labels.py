"""The words of the page itself; everything else on it comes from the bot."""

from __future__ import annotations

from typing import Final

# Not in the catalogs: the page is a stand-in for Telegram's own client, whose words are not ours to translate
# with the service, and it must come up when the catalogs are broken.
_LABELS: Final[dict[str, tuple[str, str]]] = {
    # Each: English, then Indonesian.
    "write": ("Message", "Pesan"),
    "send": ("Send", "Kirim"),
    "menu": ("Commands", "Perintah"),
    "keys": ("Keyboard", "Tombol cepat"),
    "insert": ("Put into the message:", "Masukkan ke pesan:"),
    "start": ("Start", "Mulai"),
    "empty_title": ("Nothing here yet", "Belum ada pesan"),
    "empty_text": (
        "Tap Start to say hello to the bot. Later, type / to see what it can do.",
        "Ketuk Mulai untuk menyapa bot. Setelah itu, ketik / untuk melihat semua perintah.",
    ),
    "online": ("bot", "bot"),
    "as": ("you are", "Anda:"),
    "typing": ("typing…", "sedang mengetik…"),
    "waiting": ("waiting for the bot…", "menunggu bot…"),
    "lost": ("no connection, retrying…", "koneksi putus, mencoba lagi…"),
    "blocked": ("you blocked the bot", "bot Anda blokir"),
    "edited": ("edited", "diedit"),
    "today": ("Today", "Hari ini"),
    "yesterday": ("Yesterday", "Kemarin"),
    "photo": ("Picture", "Gambar"),
    "download": ("Download", "Unduh"),
    "newest": ("To the newest message", "Ke pesan terbaru"),
    "messages": ("Messages", "Percakapan"),
    "actions": ("Message actions", "Pilihan pesan"),
    "reply": ("Reply", "Balas"),
    "copy": ("Copy", "Salin"),
    "copied": ("Copied", "Disalin"),
    "edit": ("Edit", "Edit"),
    "cancel": ("Cancel", "Batal"),
    "close": ("Close", "Tutup"),
    "language": ("Language", "Bahasa"),
    "ok": ("OK", "Oke"),
    # People and groups
    "chats": ("Chats", "Obrolan"),
    "people": ("Play a person", "Bermain sebagai"),
    "groups": ("Groups", "Grup"),
    "switch": ("switch person or chat", "ganti orang atau obrolan"),
    "silent": ("nothing said yet", "belum ada pesan"),
    "fresh": ("new messages", "pesan baru"),
    "add": ("Add", "Tambah"),
    "add_person": ("Add a person", "Tambah orang"),
    "person_name": ("Name", "Nama"),
    "add_group": ("New group", "Grup baru"),
    "group_title": ("Name of the group", "Nama grup"),
    "group_topics": (
        "Topics, separated by commas (may stay empty)",
        "Topik, pisahkan dengan koma (boleh kosong)",
    ),
    "members": ("members", "anggota"),
    "topics": ("Topics", "Topik"),
    "topic_all": ("All", "Semua"),
    "topic_general": ("General", "Umum"),
    "topic_made": ("New topic:", "Topik baru:"),
    "upgraded": ("The group is a supergroup now", "Grup ini sekarang supergrup"),
    "link_as": ("Who opens this link?", "Siapa yang membuka tautan ini?"),
    "note_owner": ("owner", "pemilik"),
    "note_operator": ("as operator", "untuk operator"),
    "note_viewer": ("as viewer", "untuk pengamat"),
    "note_stranger": ("stranger", "orang asing"),
    "note_guest": ("guest", "tamu"),
    # Look
    "theme": ("Colours", "Warna"),
    "theme_auto": ("Auto", "Otomatis"),
    "theme_light": ("Light", "Terang"),
    "theme_dark": ("Dark", "Gelap"),
    # What may go wrong
    "line": ("Disturb the line", "Ganggu koneksi"),
    "line_hint": (
        "See what the bot does when Telegram has trouble.",
        "Lihat reaksi bot saat Telegram bermasalah.",
    ),
    "fault_offline": ("Offline 30 s", "Putus 30 dtk"),
    "fault_storm": ("Too many (429)", "Terlalu banyak (429)"),
    "fault_slow": ("Slow by 4 s", "Lambat 4 dtk"),
    "fault_now": ("Disturbed on purpose:", "Sengaja diganggu:"),
    "fault_clear": ("End it", "Hentikan"),
    "block": ("Block the bot", "Blokir bot"),
    "unblock": ("Unblock the bot", "Buka blokir"),
}


def page_labels(language: str) -> dict[str, str]:
    """Return the words of the page in a language, English if it is not known."""
    return {
        key: indonesian if language == "id" else english for key, (english, indonesian) in _LABELS.items()
    }
