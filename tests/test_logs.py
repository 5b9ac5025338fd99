from __future__ import annotations

import logging

import pytest

from bot_service.logs import HIDDEN, LogFile, set_up_logs

TOKEN = "123456789:" + "AbC-_" * 7


@pytest.fixture(autouse=True)
def _restore_root_logger():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)


def test_a_token_is_hidden_in_messages_and_tracebacks(tmp_path):
    set_up_logs(tmp_path, secrets=["hunter2-password"])
    logger = logging.getLogger("bot_service.example")
    try:
        raise ValueError(f"cannot reach https://api.telegram.org/bot{TOKEN}/getMe with hunter2-password")
    except ValueError:
        logger.exception("asked %s", f"bot{TOKEN}")
    text = (tmp_path / "service.log").read_text(encoding="utf-8")
    assert TOKEN not in text
    assert "hunter2-password" not in text
    assert text.count(HIDDEN) >= 3
    assert "Traceback" in text


def test_ordinary_text_stays_as_it_is(tmp_path):
    set_up_logs(tmp_path)
    logging.getLogger("bot_service.example").warning("bot %s ticked at %s", 7, "12:30:05")
    assert "bot 7 ticked at 12:30:05" in (tmp_path / "service.log").read_text(encoding="utf-8")


def test_a_young_log_and_the_middle_of_a_traceback_are_no_warnings(tmp_path):
    book = LogFile(tmp_path)
    assert book.recent(5) == ()
    (tmp_path / "service.log").write_text("", encoding="utf-8")
    assert book.recent(5) == ()
    (tmp_path / "service.log").write_text("    raise ValueError\nValueError\n", encoding="utf-8")
    assert book.recent(5) == ()


def test_the_newest_warning_comes_first_with_its_traceback(tmp_path):
    set_up_logs(tmp_path)
    logger = logging.getLogger("bot_service.example")
    logger.info("nothing to tell")
    logger.warning("the first")
    try:
        raise ValueError("broken")
    except ValueError:
        logger.exception("the second")
    newest, before = LogFile(tmp_path).recent(5)
    assert newest.text.startswith("bot_service.example: the second")
    assert newest.text.endswith("ValueError: broken")
    assert before.text == "bot_service.example: the first"
