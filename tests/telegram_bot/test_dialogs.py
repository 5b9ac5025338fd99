from __future__ import annotations

import time

import pytest

from bot_service.telegram_bot.loading import load

# (command, what is typed in English, what the answer contains, the same in Indonesian)
DIALOGS = [
    ("start", "/start", "Hello", "/start", "Halo"),
    ("help", "/help", "/stop_all", "/bantuan", "/stop_semua"),
    ("help", "/help new_bot", "XAUUSD MA_CROSSOVER", "/bantuan buat", "XAUUSD MA_CROSSOVER"),
    ("status", "/status", "Equity", "/ringkasan", "Ekuitas"),
    ("bots", "/bots", "Bots: ", "/daftar_bot", "Bot: "),
    ("bot", "/bot {id}", "Crosser", "/bot {id}", "Berhenti"),
    ("bot", "/bot 999", "no bot 999", "/bot 999", "Tidak ada bot 999"),
    ("bot", "/bot x", "not a bot ID", "/bot x", "bukan ID bot"),
    ("account", "/account", "free margin", "/akun", "margin bebas"),
    ("positions", "/positions", "No open positions", "/posisi", "Tidak ada posisi"),
    ("deals", "/deals", "last 7 days", "/trade", "7 hari terakhir"),
    ("deals", "/deals 1", "last 1 day", "/trade 1", "1 hari terakhir"),
    ("deals", "/deals 0", "1 - 400", "/trade 0", "1 - 400"),
    ("accounts", "/accounts", "Accounts: 1", "/semua_akun", "Akun: 1"),
    ("account", "/account @nobody", "not one of the choices", "/akun @siapa", "pilihan itu tidak ada"),
    ("today", "/today", "Today", "/hari_ini", "Hari ini"),
    ("performance", "/performance", "No closed trades, last 30 days", "/performa", "30 hari terakhir"),
    ("performance", "/performance 7 symbol", "last 7 days", "/performa 7 simbol", "7 hari terakhir"),
    ("performance", "/performance 0", "1 - 400", "/performa 401", "1 - 400"),
    ("chart", "/chart", "Which bot?", "/grafik", "Bot yang mana?"),
    ("chart", "/chart {id}", "Drawing the chart", "/grafik {id}", "Menggambar grafik"),
    ("chart", "/chart 999", "no bot 999", "/grafik 999", "Tidak ada bot 999"),
    ("pictures", "/pictures dark", "Background: dark", "/gambar terang", "Latar: terang"),
    ("pictures", "/pictures pink", "not one of the choices", "/gambar merah", "pilihan itu tidak ada"),
    ("analysis", "/analysis {id}", "No analysis yet", "/analisis {id}", "Belum ada analisis"),
    ("history", "/history {id}", "was created", "/riwayat {id}", "sudah dibuat"),
    ("strategies", "/strategies", "RSI crossover", "/strategi", "pemula"),
    ("strategy", "/strategy ma_crossover", "fast_period", "/strategy ma_crossover", "MA cepat"),
    ("strategy", "/strategy MA_CROS", "no strategy", "/strategy MA_CROS", "Tidak ada strategi"),
    ("backtest", "/backtest", "Which bot?", "/uji_balik", "Bot yang mana?"),
    ("backtest", "/backtest {id} 0", "1 - 730", "/uji_balik {id} 0", "1 - 730"),
    ("health", "/health", "Database works", "/cek", "Database beres"),
    ("new_bot", "/new_bot", "1/5", "/buat", "Simbol apa"),
    (
        "new_bot",
        "/new_bot EURUSD MA_CROSSOVER H1 lot 0.01",
        "If the SL is hit: ≈\u00a0$",
        "/buat EURUSD MA_CROSSOVER H1 lot 0,01",
        "Kalau kena SL: ±\u00a0$",
    ),
    ("new_bot", "/new_bot EURUSD MA_CROSSOVER H1 risk", "it has no value", "/buat EURUSD NO H1", "Tidak ada"),
    ("edit_bot", "/edit_bot {id} lot 0.02", "0.01 → 0.02", "/ubah {id} lot 0,02", "0,01 → 0,02"),
    ("edit_bot", "/edit_bot {id}", "Tap what you want", "/ubah {id}", "Ketuk yang mau diubah"),
    ("edit_bot", "/edit_bot {id} colour 1", "no such field", "/ubah {id} warna 1", "kolom ini tidak ada"),
    (
        "edit_bot",
        "/edit_bot {id} lot 0.02",
        "smallest lot 0.01",
        "/ubah {id} lot 0,02",
        "Lot terkecil broker 0,01",
    ),
    ("bots", "/bots stopped", "Stopped", "/daftar_bot berhenti", "Berhenti"),
    ("bots", "/bots dijeda p2", "No bot matches: paused", "/daftar_bot dijeda", "Tidak ada bot yang cocok"),
    ("bots", "/bots green", "no such filter", "/daftar_bot hijau", "tidak ada filter"),
    ("clone_bot", "/clone_bot", "Which bot?", "/salin", "Bot yang mana?"),
    ("clone_bot", "/clone_bot {id}", "Copy of Crosser", "/salin {id} simbol GBPUSD", "Salinan Crosser"),
    ("clone_bot", "/clone_bot {id} colour 1", "no such field", "/salin {id} lot 0", "di luar"),
    (
        "new_bot",
        "/new_bot EURUSD MA_CROSSOVER H1 1%",
        "Your lots",
        "/buat EURUSD MA_CROSSOVER H1 0,5%",
        "Lot terkecil",
    ),
    ("tag", "/tag", "Which bot?", "/tanda", "Bot yang mana?"),
    ("tag", "/tag {id} #gold", "#gold", "/tanda {id} emas", "#emas"),
    ("tag", "/tag {id} #12", "this tag can't be used", "/tanda {id} #a/b", "bukan tag"),
    ("start_bot", "/start_bot #zinc", "no bot has this tag", "/mulai #zinc", "tidak ada bot dengan tag"),
    ("stop_bot", "/stop_bot #zinc", "no bot has this tag", "/stop #zinc", "tidak ada bot dengan tag"),
    ("undo_bot", "/undo_bot", "Which bot?", "/batal_ubah", "Bot yang mana?"),
    ("undo_bot", "/undo_bot {id}", "Versions of", "/batal_ubah {id}", "Versi "),
    ("undo_bot", "/undo_bot {id} 99", "Versions of", "/batal_ubah {id} x", "tidak punya versi"),
    ("symbols", "/symbols gold", "1 lot = 100 XAU", "/simbol emas", "1 lot = 100 XAU"),
    ("symbols", "/symbols zinc", "no symbol with", "/pair zinc", "Tidak ada simbol"),
    ("change_symbol", "/change_symbol", "Which bot?", "/ganti_simbol", "Bot yang mana?"),
    ("change_symbol", "/change_symbol {id}", "Another symbol", "/ganti_simbol {id}", "Ganti simbol"),
    ("start_bot", "/start_bot", "Which bot?", "/mulai", "Bot yang mana?"),
    ("start_bot", "/start_bot 999", "no bot 999", "/mulai 999", "Tidak ada bot 999"),
    ("stop_bot", "/stop_bot {id}", "1 bot stopped", "/hentikan_bot {id}", "1 bot berhenti"),
    ("stop_all", "/stop_all", "No bot was running", "/stop_semua", "Tidak ada bot yang jalan"),
    ("exit_only", "/exit_only", "Which bot?", "/tanpa_entry", "Bot yang mana?"),
    ("pause", "/pause", "Pauses", "/jeda", "Jeda entry"),
    ("pause", "/pause 60m", "No entries until", "/jeda 1 jam", "Entry ditahan sampai"),
    ("pause", "/pause 1h30m {id}", ": bot ", "/jeda besok {id}", ": bot "),
    ("pause", "/pause 60", "not a length of time", "/jeda lama", "bukan lama waktu"),
    ("pause", "/pause 999h", "1m - 168h", "/jeda 0m", "1m - 168h"),
    ("pause", "/pause 30m 999", "no bot 999", "/jeda 30m 999", "Tidak ada bot 999"),
    ("unpause", "/unpause", "Pauses", "/akhiri_jeda", "Jeda entry"),
    ("allow_entry", "/allow_entry {id}", "is held back", "/izinkan_entry {id}", "yang ditahan"),
    ("pause_days", "/pause_days", "(estimate)", "/hari_jeda", "(perkiraan)"),
    ("pause_days", "/pause_days 30/2/2027", "not a date", "/hari_jeda besok", "bukan tanggal"),
    ("pause_days", "/pause_days 2020-01-01", "outside", "/hari_jeda 2020-01-01", "di luar"),
    ("pause_hours", "/pause_hours", "Daily hours", "/jam_jeda", "Jam harian"),
    ("pause_hours", "/pause_hours 23:30-05:00", "23:30-05:00", "/jam_jeda 19.00-21.30", "19:00-21:30"),
    ("pause_hours", "/pause_hours 25:00-05:00", "not a time range", "/jam_jeda malam", "bukan rentang"),
    ("start_all", "/start_all", "every SL is hit", "/mulai_semua", "kena SL"),
    ("delete_bot", "/delete_bot {id}", "Delete bot", "/hapus {id}", "Hapus bot"),
    ("close", "/close", "No open positions", "/tutup", "Tidak ada posisi"),
    ("close", "/close 999", "No open position has the number", "/tutup 999", "Tidak ada posisi terbuka"),
    ("close_all", "/close_all", "No open positions", "/tutup_semua", "Tidak ada posisi"),
    ("panic", "/panic", "No bot was running", "/darurat", "Tidak ada bot yang jalan"),
    ("cancel_close", "/cancel_close", "No close order", "/batal_tutup", "Tidak ada perintah tutup"),
    ("lift", "/lift", "No entries are held", "/lanjutkan", "Tidak ada entry yang ditahan"),
    ("limits", "/limits", "Daily loss", "/batas", "Rugi harian"),
    ("limits", "/limits daily 9", "Less protection", "/batas harian 9", "Perlindungan berkurang"),
    ("limits", "/limits daily x", "not a number", "/batas harian x", "bukan angka"),
    ("mood", "/mood", "How do you feel", "/perasaan", "perasaan Anda"),
    ("mood", "/mood calm", "Calm", "/perasaan tenang", "Tenang"),
    ("mood", "/mood hungry", "no such mood", "/perasaan lapar", "tidak ada di daftar"),
    ("note", "/note a <b>test", "a <b>test", "/catat uji & coba", "uji & coba"),
    ("note", "/note", "Type the note", "/catat", "Ketik catatan"),
    ("report", "/report", "Today so far", "/laporan", "Hari ini sejauh ini"),
    ("share", "/share", "no R to show", "/bagikan", "tidak ada R"),
    ("report", "/report 99/99", "not a date", "/laporan 99/99", "bukan tanggal"),
    ("mentor", "/mentor", "Last 7 days", "/mentor", "7 hari terakhir"),
    ("mentor", "/mentor dance", "no such choice", "/mentor joget", "tidak ada pilihan itu"),
    ("mentor", "/mentor mute", "nothing to mute", "/mentor diam", "tidak ada yang bisa dibisukan"),
    ("mentor", "/mentor rest 99", "0 - 30", "/mentor istirahat x", "bukan angka"),
    ("reports", "/reports", "No report has been written", "/daftar_laporan", "Belum ada laporan"),
    ("notes", "/notes zzz", "No note with", "/catatan zzz", "Tidak ada catatan dengan"),
    ("notes", "/notes", "notes", "/catatan", "atatan"),
    ("promise", "/promise", "None yet", "/janji", "Belum ada"),
    ("promise", "/promise end 9", "no such promise", "/janji akhiri x", "tidak ada janji itu"),
    ("promise", "/promise calm", "slow you down", "/janji tenang", "menahan Anda sebentar"),
    ("promise", "/promise calm never", "one of the choices", "/janji tenang nanti", "pilihan itu tidak ada"),
    ("feedback", "/feedback", "So far today", "/evaluasi", "Sejauh ini hari ini"),
    ("why", "/why", "Which one?", "/kenapa", "Yang mana?"),
    ("why", "/why 9", "no such finding", "/kenapa x", "tidak ada di laporan"),
    ("not_true", "/not_true 9", "no such finding", "/tidak_benar", "tidak ada di laporan"),
    ("step", "/step done", "asks for no step", "/langkah sudah", "tidak menanyakan langkah"),
    ("settings", "/settings mentor", "Letter on Sunday", "/pengaturan mentor", "Surat hari Minggu"),
    ("settings", "/settings checkin 6.30", "06:30", "/pengaturan tanya 7 21:00", "07:00, 21:00"),
    ("settings", "/settings checkin 25:00", "not a time of the day", "/pengaturan tanya pagi", "bukan jam"),
    ("settings", "/settings report", "day ends at", "/pengaturan laporan", "hari berakhir jam"),
    ("members", "/members", "Members: ", "/anggota", "Anggota: "),
    ("invite", "/invite", "Who do you want", "/undang", "Siapa yang mau"),
    ("invite", "/invite viewer", "?start=", "/undang pengamat", "berlaku sekali"),
    ("group", "/group", "No group is connected", "/grup", "Belum ada grup"),
    ("audit", "/audit", "Audit", "/jejak", "Jejak"),
    ("audit", "/audit x", "not a Telegram user ID", "/jejak x", "bukan ID pengguna"),
    ("logs", "/logs zzz", "The log no longer has", "/log zzz", "Di log tidak ada lagi"),
    ("export", "/export", "Collecting your data", "/ekspor", "Mengumpulkan data"),
    ("forget_me", "/forget_me", "Delete your data?", "/hapus_data_saya", "Hapus data Anda?"),
    ("alerts", "/alerts", "Last alerts", "/pemberitahuan", "Pemberitahuan terakhir"),
    (
        "alerts",
        "/alerts resend",
        "nothing to resend",
        "/pemberitahuan kirim ulang",
        "tidak ada yang perlu",
    ),
    ("settings", "/settings", "Your settings", "/pengaturan", "Pengaturan Anda"),
    ("settings", "/settings colour", "no such setting", "/pengaturan warna", "pengaturan itu tidak ada"),
    ("mute", "/mute 1m", "without sound until", "/bisukan 1m", "tanpa suara sampai"),
    ("mute", "/mute soon", "not a length of time", "/bisukan nanti", "bukan lama waktu"),
    ("unmute", "/unmute", "sound again", "/bunyikan", "berbunyi lagi"),
    ("language", "/language", "Which language", "/bahasa", "bahasa apa"),
    ("language", "/language xx", "no such language", "/bahasa xx", "bahasa ini tidak ada"),
]


@pytest.fixture(autouse=True)
def no_draft(world):
    """Let each dialog begin without an unfinished bot."""
    world.services.wizard.drop(world.actor())


# What comes after the first answer, and must not be taken for the next one's.
FOLLOWED = {"/export": 2, "/ekspor": 2, "/chart {id}": 2, "/grafik {id}": 2}


@pytest.fixture(scope="module")
def bot_id(world) -> int:
    return world.new_bot()


def test_every_command_has_a_dialog():
    assert {command for command, *_rest in DIALOGS} == set(load().commands)


@pytest.mark.parametrize(
    ("typed", "expected"), [(english, answer) for _name, english, answer, _id, _jawab in DIALOGS]
)
def test_dialogs_in_english(world, talk, bot_id, typed, expected):
    world.services.chats.set_language(world.actor(), "en")
    answer = talk.say(typed.format(id=bot_id))
    assert expected in (answer.get("text") or answer["caption"])
    if typed in FOLLOWED:
        talk.answers(FOLLOWED[typed])


@pytest.mark.parametrize(
    ("typed", "expected"), [(typed, answer) for _name, _en, _answer, typed, answer in DIALOGS]
)
def test_dialogs_in_indonesian(world, talk, bot_id, typed, expected):
    world.services.chats.set_language(world.actor(), "id")
    answer = talk.say(typed.format(id=bot_id))
    assert expected in (answer.get("text") or answer["caption"])
    if typed in FOLLOWED:
        talk.answers(FOLLOWED[typed])


@pytest.mark.parametrize("typed", ["/startbot", "/START_BOT", "/start_bot@{name}", "/mulai", "/Mulai"])
def test_a_command_is_found_under_all_its_spellings(world, talk, typed):
    world.services.chats.set_language(world.actor(), "en")
    answer = talk.say(typed.format(name=world.edge.username))
    assert "Which bot?" in answer["text"]


def test_a_command_for_another_bot_gets_no_answer(talk):
    talk.write("/status@another_bot")
    assert talk.silence() == []


def test_an_unknown_command_offers_the_nearest_one(world, talk, first_button):
    world.services.chats.set_language(world.actor(), "en")
    answer = talk.say("/statsu")
    assert "/status" in answer["text"]
    assert "Equity" in talk.press(answer, first_button(answer))["text"]


def test_a_new_language_counts_at_once(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    assert "Bahasa" in talk.say("/language id")["text"]
    assert "Ekuitas" in talk.say("/status")["text"]
    assert "English" in talk.say("/bahasa en")["text"]


def test_a_number_with_two_readings_is_asked_back_with_both_as_buttons(world, talk, bot_id, labels):
    world.services.chats.set_language(world.actor(), "en")
    answer = talk.say(f"/edit_bot {bot_id} risk 1.000")
    assert "two things" in answer["text"]
    assert labels(answer) == ["1", "1,000"]


def test_a_bot_is_made_started_and_stopped_by_buttons(world, talk, first_button):
    world.services.chats.set_language(world.actor(), "en")
    shown = talk.say("/new_bot GBPUSD MA_CROSSOVER H4 lot 0.01")
    assert "[PAPER]" in shown["text"]
    card = talk.press(shown, first_button(shown))
    assert card["message_id"] == shown["message_id"]
    bot = world.services.queries.bots().lines[-1].bot
    assert (bot.settings.symbol, bot.status.value) == ("GBPUSD", "stopped")
    assert "is running" in talk.press(card, f"do:start_bot {bot.id}")["text"]
    assert world.status(bot.id) == "active"
    assert "exit only" in talk.press(card, f"do:exit_only {bot.id}")["text"]
    # Without a position there is nothing to wait for: the next look ends it.
    assert world.status(bot.id) in {"exit_only", "stopped"}
    assert "stopped" in talk.press(card, f"do:stop_bot {bot.id}")["text"]
    assert world.status(bot.id) == "stopped"
    asked = talk.press(card, f"do:delete_bot {bot.id}")
    assert "is deleted" in talk.press(asked, first_button(asked))["text"]
    assert "no bot" in talk.say(f"/bot {bot.id}")["text"]


def test_a_running_bot_is_not_deleted_but_its_stop_is_offered(world, talk, bot_id, labels):
    world.services.chats.set_language(world.actor(), "en")
    talk.say(f"/start_bot {bot_id}")
    answer = talk.say(f"/delete_bot {bot_id}")
    assert "must be stopped first" in answer["text"]
    assert labels(answer) == [f"⏹ Stop bot {bot_id}"]
    talk.say("/stop")
    assert world.status(bot_id) == "stopped"


def test_a_picture_less_report_still_balances_its_books(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    answer = talk.say("/report")
    assert "The books balance" in (answer.get("text") or answer["caption"])


def test_a_press_on_the_same_screen_twice_is_no_error(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    shown = talk.say("/help")
    talk.press(shown, "do:help new_bot")
    talk.forget()
    talk.post("/sim/press", {"message_id": shown["message_id"], "data": "do:help new_bot"})
    talk.silence(0.5)
    assert "Equity" in talk.say("/status")["text"]


def test_a_press_on_a_keyboard_of_another_time_gets_a_fresh_start(world, talk, labels):
    world.services.chats.set_language(world.actor(), "en")
    shown = talk.say("/bots")
    answer = talk.press(shown, "gone:17")
    assert "older message" in answer["text"]
    assert "My bots" in labels(answer)


def test_every_press_is_answered(talk):
    shown = talk.say("/bots")
    talk.forget()
    pressed = talk.post("/sim/press", {"message_id": shown["message_id"], "data": "do:status"})
    toasts = []
    end = time.monotonic() + 5
    while not toasts and time.monotonic() < end:
        toasts = [item for item in talk.page()["toasts"] if pressed["callback_query_id"] in item.values()]
    assert toasts
    talk.answers()


@pytest.mark.parametrize("user_id", [None, 9009])
def test_a_press_is_answered_while_an_earlier_change_still_waits_but_never_a_strangers(world, talk, user_id):
    shown = talk.say("/language")
    with world.house.database.write():
        talk.post("/sim/press", {"message_id": shown["message_id"], "data": "do:language en"})
        behind = {"message_id": shown["message_id"], "data": "do:language en"}
        if user_id is not None:
            behind["user_id"] = user_id
        pressed = talk.post("/sim/press", behind)["callback_query_id"]
        end = time.monotonic() + (4 if user_id is None else 1)
        answered = False
        while not answered and time.monotonic() < end:
            answered = any(item["callback_query_id"] == pressed for item in talk.page()["toasts"])
            time.sleep(0.02)
    assert answered is (user_id is None)


def test_the_list_of_strategies_with_a_key_shows_that_strategy(world, talk):
    world.services.chats.set_language(world.actor(), "id")
    answer = talk.say("/strategi ma_crossover")
    assert "fast_period" in answer["text"]


@pytest.mark.parametrize(("language", "typed"), [("id", "/buat "), ("en", "/new_bot ")])
def test_examples_are_in_the_readers_language(world, talk, language, typed):
    world.services.chats.set_language(world.actor(), language)
    assert f"{typed}XAUUSD" in talk.say("/new_bot")["text"]
