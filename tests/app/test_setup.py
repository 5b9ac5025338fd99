from __future__ import annotations

import re
import stat
import sys
from datetime import UTC, datetime

import pytest

from bot_service.app import setup as questions
from bot_service.app.console import run_pair
from bot_service.app.env_file import write_env
from bot_service.app.setup import run_setup
from bot_service.local_chat import ChatServer, LocalChat
from bot_service.settings import TerminalKind, read_settings

TOKEN = "1234567:" + "A" * 35
OTHER = "7654321:" + "B" * 35


@pytest.fixture
def chat():
    server = ChatServer(
        LocalChat(None, clock=lambda: datetime.now(UTC), any_token=False, tokens=[TOKEN])
    ).start()
    yield server
    server.stop()


@pytest.fixture
def env(tmp_path, chat, monkeypatch):
    """Return a `.env` in the working directory that already names the chat's server."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".env"
    path.write_text(f"# mine\nTELEGRAM_API_URL={chat.url}\nDATA_DIR={tmp_path / 'data'}\nLANGUAGE=id\n")
    return path


def asker(*answers):
    left = list(answers)
    asked = []

    def ask(question, usual, hidden):
        asked.append((question, hidden))
        answer = left.pop(0)
        return usual if answer is None else answer

    ask.asked = asked
    return ask


def test_setup_writes_what_was_asked_and_ends_with_the_link_and_its_picture(env, capsys):
    ask = asker("en", TOKEN, None, "WITA")
    assert run_setup(ask) == 0
    told = capsys.readouterr().out
    assert "Your bot is @local_1234567_bot" in told
    link = re.search(r"https://t\.me/local_1234567_bot\?start=([\w-]+)", told)
    assert link
    assert "▀" in told or "█" in told
    assert f"/start {link[1]}" in told
    settings = read_settings(_env_file=env)
    assert (settings.terminal, settings.time_zone, settings.language) == (
        TerminalKind.PAPER,
        "Asia/Makassar",
        "en",
    )
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert "# mine" in env.read_text()
    assert [hidden for _question, hidden in ask.asked] == [False, True, False, False]
    assert TOKEN not in told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_file_with_the_token_is_the_owners_alone(env):
    env.chmod(0o644)
    run_setup(asker("id", TOKEN, None, None))
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_a_wrong_token_is_asked_again_with_the_reason(env, capsys):
    assert run_setup(asker("en", "nonsense", OTHER, TOKEN, None, None)) == 0
    told = capsys.readouterr().out
    assert "not a bot token" in told
    assert "doesn't know this token" in told


def test_nothing_is_written_when_the_questions_are_not_answered(env, capsys):
    before = env.read_text()
    assert run_setup(asker("en", *["x"] * questions.TRIES)) == 1
    assert env.read_text() == before
    assert "Nothing was written" in capsys.readouterr().out


def test_without_telegram_the_token_is_kept_and_the_code_still_shown(env, chat, capsys):
    chat.stop()
    assert run_setup(asker("id", TOKEN, None, None)) == 0
    told = capsys.readouterr().out
    assert "tidak bisa dihubungi" in told
    assert "/start " in told


def test_a_real_terminal_asks_for_its_account(env):
    run_setup(asker("en", TOKEN, "2", "5001234", "p#ss 'word'", "Broker-Demo", None))
    settings = read_settings(_env_file=env)
    assert (settings.terminal, settings.mt5_login, settings.mt5_server) == (
        TerminalKind.ISOLATED,
        5001234,
        "Broker-Demo",
    )
    assert settings.mt5_password.get_secret_value() == "p#ss 'word'"


def test_an_owner_in_the_settings_gets_no_code(env, capsys):
    env.write_text(env.read_text() + "OWNER_ID=1001\n")
    assert run_setup(asker("en", TOKEN, None, None)) == 0
    assert "?start=" not in capsys.readouterr().out


def test_pairing_shows_link_and_picture_too(env, capsys):
    run_setup(asker("en", TOKEN, None, None))
    capsys.readouterr()
    assert run_pair(read_settings(_env_file=env)) == 0
    assert "https://t.me/local_1234567_bot?start=" in capsys.readouterr().out


def test_writing_settings_keeps_everything_else_and_can_be_repeated(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# top\nexport A=1\n\nB = 2\nC=3 # why\n")
    write_env(path, {"B": "two words", "D": "new"})
    write_env(path, {"B": "two words", "D": "new"})
    assert path.read_text() == "# top\nexport A=1\n\nB='two words'\nC=3 # why\nD=new\n"
    with pytest.raises(ValueError, match="one line"):
        write_env(path, {"B": "a\nb"})
