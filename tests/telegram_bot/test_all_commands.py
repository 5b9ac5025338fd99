"""The commands that the chat promises, against those that there are; and the table of the older system."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot_service.telegram_bot.loading import load

PROMISED = {
    # First steps
    "start": (),
    "help": ("bantuan",),
    # Control
    "bots": (),
    "bot": (),
    "new_bot": ("buat",),
    "edit_bot": ("ubah",),
    "undo_bot": ("batal_ubah",),
    "clone_bot": ("salin",),
    "delete_bot": ("hapus",),
    "start_bot": ("mulai",),
    "stop_bot": ("stop", "hentikan_bot"),
    "exit_only": ("tanpa_entry",),
    "pause": ("jeda",),
    "start_all": ("mulai_semua",),
    "stop_all": ("stop_semua", "hentikan_semua"),
    "close": ("tutup",),
    "close_all": ("tutup_semua",),
    "panic": ("darurat", "panik"),
    # Look
    "status": ("ringkasan",),
    "account": ("akun",),
    "accounts": ("semua_akun",),
    "positions": ("posisi",),
    "deals": ("trade",),
    "today": ("hari_ini",),
    "performance": ("performa",),
    "analysis": ("analisis",),
    "chart": ("grafik",),
    "history": ("riwayat",),
    "logs": ("log",),
    "alerts": ("pemberitahuan",),
    "strategies": ("strategi",),
    "strategy": (),
    "symbols": ("simbol", "pair"),
    "backtest": ("uji_balik",),
    "health": ("cek",),
    # Mentor
    "mentor": (),
    "report": ("laporan",),
    "reports": (),
    "mood": ("perasaan",),
    "note": ("catat",),
    "notes": ("catatan",),
    "feedback": ("evaluasi",),
    "promise": ("janji",),
    "why": ("kenapa",),
    # Settings
    "settings": ("pengaturan",),
    "language": ("bahasa",),
    "mute": ("bisukan",),
    "unmute": ("bunyikan",),
    "limits": ("batas",),
    "members": ("anggota",),
    "invite": ("undang",),
    "audit": ("jejak",),
    "export": ("ekspor",),
    "forget_me": ("hapus_data_saya",),
}

MISSING: dict[str, str] = {}
"""What is still missing, and why; an XPASS is there: take it out, and its star in docs/endpoints.md."""

ENDPOINTS = Path(__file__).parents[2] / "docs" / "endpoints.md"
ROW = re.compile(r"^\| `(?:GET|POST|PUT|DELETE) (/\S*)` \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
NAMED = re.compile(r"`/(\w+)[^`]*`(\*?)")


def promised():
    """Return every promised name; a missing one may come any day."""
    for name in PROMISED:
        coming = pytest.mark.xfail(reason=MISSING[name], strict=False) if name in MISSING else ()
        yield pytest.param(name, marks=coming)


@pytest.mark.parametrize("name", list(promised()))
def test_every_promised_command_is_there_under_all_its_names(name):
    registry = load()
    for spelling in (name, name.replace("_", ""), *PROMISED[name]):
        found = registry.find(spelling)
        assert found is not None, spelling
        assert found.name == name


def test_nothing_is_missing_that_was_not_promised():
    assert MISSING.keys() <= PROMISED.keys()


def rows():
    return ROW.findall(ENDPOINTS.read_text(encoding="utf-8"))


def test_every_endpoint_of_the_older_system_has_a_row():
    text = ENDPOINTS.read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows()) == len(listed) == 64 + 14  # addresses and pages


def test_every_command_of_the_table_exists_or_bears_a_star():
    registry = load()
    for name, star in NAMED.findall("\n".join(command for _path, command, _note in rows())):
        found = registry.find(name)
        assert (name in MISSING) if star else found, f"/{name} of docs/endpoints.md"


def test_what_was_left_out_has_a_reason():
    for path, command, note in rows():
        assert NAMED.search(command) or (note and not re.search(r"\w", command)), path
