from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot_service.domain.events import LinkLost, TradingLocked
from bot_service.domain.market import LinkCause, TradeLock
from bot_service.i18n import LANGUAGES, Translator
from bot_service.services.views import HealthView
from bot_service.telegram_bot.render import render, tell, words

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
# The six reasons for which a real terminal leaves its service alone, and what names the way out.
WAYS_OUT = {
    LinkCause.TERMINAL_CLOSED: {"en": "Open it", "id": "Buka"},
    LinkCause.NOT_LOGGED_IN: {"en": "Check login", "id": "login"},
    LinkCause.BROKER_DOWN: {"en": "comes back by itself", "id": "sendiri"},
    LinkCause.WRONG_BUILD: {"en": "Update", "id": "erbarui"},
    LinkCause.OTHER_SESSION: {"en": "same session", "id": "sesi"},
}


def plain(text: str) -> bool:
    return "_" not in text and "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", WAYS_OUT)
def test_a_lost_link_says_in_plain_words_why_and_what_to_do(cause, language):
    t = Translator(language)
    event = LinkLost(happened_at=NOW, account_id=1, cause=cause, waiting_bots=3, open_positions=1)
    told = "\n".join(tell(event, t, {}).lines)
    assert WAYS_OUT[cause][language] in told
    assert plain(told)
    assert t.text(words.LINK_CAUSES[cause]) in render(HealthView((), {"Main": cause}), t).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lock", TradeLock)
def test_a_locked_account_says_in_plain_words_why_and_what_to_press(lock, language):
    t = Translator(language)
    event = TradingLocked(happened_at=NOW, account_id=1, lock=lock, waiting_bots=3, open_positions=1)
    told = "\n".join(tell(event, t, {}).lines)
    assert t.text(words.TRADE_LOCKS[lock]) in told
    assert plain(told)
    assert t.text(words.TRADE_LOCKS[lock]) in render(HealthView((), {}, {"Main": lock}), t).text


def test_the_algo_button_is_named_as_it_is_written_in_the_terminal():
    for language in LANGUAGES:
        assert "Algo Trading" in Translator(language).text(words.TRADE_LOCKS[TradeLock.ALGO_BUTTON])
