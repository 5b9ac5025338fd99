from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bot_service.domain import (
    backtests,
    bots,
    errors,
    events,
    findings,
    kinds,
    market,
    risk,
    strategy,
    trading,
)
from bot_service.domain.check_ins import PromptCause
from bot_service.domain.journal import StepReply
from bot_service.domain.promises import PromiseKind, PromiseMark
from bot_service.domain.weekly import WeeklyLetter, WeekQuestion
from bot_service.i18n import LANGUAGES, Translator
from bot_service.mentor import choice, codes, lessons
from bot_service.services import views
from bot_service.strategies import all_strategies
from bot_service.telegram_bot.commands.moods import TYPED_MOODS
from bot_service.telegram_bot.commands.whys import STEP_WORDS
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Group, Registry, command, plain_name
from bot_service.telegram_bot.render import (
    RENDERERS,
    TELLERS,
    check_ins,
    detector_words,
    finding_words,
    lesson_words,
    promises,
    render,
    step_words,
    tell,
    weekly,
    words,
)
from bot_service.telegram_bot.render.message import DATA_LIMIT
from bot_service.terminals.retcodes import RetcodeClass

PACKAGE = Path(__file__).parents[2] / "bot_service" / "telegram_bot"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SHOWN = ("View", "Card", "Receipt", "Preview")


def sample(kind):
    """Return a value for a field's type."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if type(None) in inside:
        return sample(next(item for item in inside if item is not type(None)))
    simple = {
        int: 3,
        str: "some text",
        bool: True,
        Decimal: Decimal("1.5"),
        datetime: datetime(2026, 3, 3, 12, tzinfo=UTC),
        date: date(2026, 3, 3),
        typing.Any: "some text",
    }
    if kind in simple:
        return simple[kind]
    if origin is tuple:
        return (sample(inside[0]),) * (1 if inside[-1] is ... else len(inside))
    if origin is dict:
        return {sample(inside[0]): sample(inside[1])}
    if inspect.isclass(kind) and issubclass(kind, str):
        return next(iter(kind))
    return made(kind)


def made(kind):
    hints = typing.get_type_hints(kind)
    fields = {field.name: sample(hints[field.name]) for field in dataclasses.fields(kind)}
    if kind is events.ReportReady:
        fields["day"] = "2026-03-03"
    return kind(**fields)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", events.EVENTS.values(), ids=events.EVENTS)
def test_every_event_has_words(kind, language):
    telling = tell(made(kind), Translator(language), {3: "Crosser"})
    assert telling.lines[0]
    assert "{" not in "".join(telling.lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", errors.ERRORS.values(), ids=errors.ERRORS)
def test_every_error_has_words(kind, language):
    message = render(made(kind), Translator(language))
    assert message.text
    assert "{" not in message.text


def test_every_view_has_a_renderer():
    shown = {
        item
        for name, item in vars(views).items()
        if inspect.isclass(item) and item.__module__.startswith(views.__name__) and name.endswith(SHOWN)
    }
    assert shown <= set(RENDERERS)


def test_there_is_no_renderer_for_what_is_gone():
    assert set(TELLERS) == set(events.EVENTS.values())


@pytest.mark.parametrize(
    ("table", "needed"),
    [
        (words.STATUSES, bots.BotStatus),
        (words.STATUS_DOTS, bots.BotStatus),
        (words.WAITING, bots.Waiting),
        (words.HELD, bots.Held),
        (words.FAULTS, bots.Fault),
        (words.EXIT_CAUSES, trading.ExitCause),
        (words.PURPOSES, trading.Purpose),
        (words.LINK_CAUSES, market.LinkCause),
        (words.DENIALS, risk.DenialReason),
        (words.BACK_TEST_TROUBLES, backtests.BackTestTrouble),
        (words.LEVELS, strategy.StrategyLevel),
        (words.MARKETS, strategy.SymbolKind),
        (words.MOODS, findings.Mood),
        (TYPED_MOODS, findings.Mood),
        (words.MARGIN_MODES, market.MarginMode),
        (words.STRATEGIES, {item.key for item in all_strategies()}),
        (finding_words.observations(), codes.OBSERVATION_CODES),
        (finding_words.CLOSINGS, codes.CLOSING_CODES),
        (detector_words.DETECTORS, codes.OBSERVATION_CODES),
        (check_ins.CAUSES, PromptCause),
        (weekly.QUESTIONS, WeekQuestion),
        (promises.MARKS, PromiseMark),
        (promises.PROMISES, PromiseKind),
        (STEP_WORDS, StepReply),
        (lesson_words.LESSONS, lessons.LESSON_CODES),
        (step_words.STEPS, choice.STEP_CODES),
    ],
)
def test_every_code_has_words(table, needed):
    assert set(table) == set(needed)


@pytest.mark.parametrize("cause", PromptCause)
def test_every_question_about_a_mood_has_words_and_buttons_of_each_language(cause):
    event = events.CheckInDue(happened_at=NOON, user_id=1, prompt_id=7, cause=cause)
    asked = {language: tell(event, Translator(language), {}) for language in LANGUAGES}
    assert len({telling.lines[0] for telling in asked.values()}) == len(LANGUAGES)
    for telling in asked.values():
        buttons = [button for row in telling.keyboard for button in row]
        runs = [button.data for button in buttons]
        assert runs == [*(f"do:mood {mood} 7" for mood in findings.Mood), "do:mood skip 7"]
        assert all(button.label.strip() for button in buttons)


@pytest.mark.parametrize("question", WeekQuestion)
def test_every_question_of_a_letter_has_words_and_buttons_of_each_language(question):
    letter = WeeklyLetter(1, NOON.date(), (), question=question)
    view = weekly.WeeklyLetterView(letter)
    shown = {language: render(view, Translator(language)) for language in LANGUAGES}
    last = {message.text.splitlines()[-1] for message in shown.values()}
    assert len(last) == len(LANGUAGES)
    assert all(line.endswith("?") for line in last)
    for message in shown.values():
        assert [b.data for row in message.keyboard for b in row] == ["do:notes", "do:reports", "do:mentor"]


def test_every_reject_class_of_the_terminal_has_words():
    not_rejects = {RetcodeClass.DONE, RetcodeClass.PLACED, RetcodeClass.UNKNOWN}
    assert set(words.REJECT_CLASSES) == {item.value for item in RetcodeClass if item not in not_rejects}


def literals(module_text: str, callee: str, place: int) -> set[str]:
    """Return the literal strings that are the given argument of every call of a name."""
    found = set()
    for node in ast.walk(ast.parse(module_text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == callee and len(node.args) > place:
            argument = node.args[place]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
    return found


def all_literals(callee: str, place: int) -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.parent.rglob("*.py")]
    return set().union(*(literals(text, callee, place) for text in texts))


@pytest.mark.parametrize(
    ("table", "callee", "place"),
    [
        (words.REASONS, "InvalidValue", 2),
        (words.CONFIRMATION_REFUSALS, "ConfirmationRefused", 0),
        (words.HEALTH, "HealthLine", 0),
    ],
)
def test_every_code_in_the_source_has_words(table, callee, place):
    found = all_literals(callee, place)
    assert found
    assert found <= set(table)


def test_every_rule_of_a_strategy_has_words():
    rng = np.random.default_rng(1)
    close = 100 + rng.normal(0, 1, 1500).cumsum() / 10
    index = pd.date_range("2026-01-01", periods=1500, freq="h", tz="UTC", name="time")
    bars = pd.DataFrame(
        {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 1.0}, index=index
    )
    homes = [strategy.SymbolProfile(kind) for kind in strategy.SymbolKind]
    homes.append(strategy.SymbolProfile(strategy.SymbolKind.INDEX, kinds.NYSE))
    for item in all_strategies():
        usual = item.defaults()
        turned = {name: not value if isinstance(value, bool) else value for name, value in usual.items()}
        for home, parameters in itertools.product(homes, (usual, turned)):
            signals = item.evaluate(bars, parameters, home)
            for rule in (*signals.long_rules, *signals.short_rules):
                assert rule.code in words.RULES, rule.code
                assert not rule.way or rule.way in words.WAYS, rule.way


@pytest.mark.parametrize("name", load().commands)
def test_every_command_explains_itself(name):
    found = load().commands[name]
    assert found.summary
    assert found.group in Group
    for language in LANGUAGES:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", found.title(language))
        assert 3 <= len(Translator(language).text(found.summary)) <= 256


def test_names_and_aliases_are_unique_over_all_languages():
    found = load().commands.values()
    names = [
        plain_name(name)
        for item in found
        for name in (item.name, *(alias for aliases in item.aliases.values() for alias in aliases))
    ]
    assert len(names) == len(set(names))


def test_a_name_used_twice_is_refused():
    registry, first = Registry(), next(iter(load().commands.values()))
    registry.add(first)
    with pytest.raises(ValueError, match="used twice"):
        registry.add(dataclasses.replace(first, name="other", aliases={"id": (first.name,)}))
    assert callable(command)


def test_the_menu_has_at_most_14_commands_in_their_own_places():
    menu = load().menu()
    assert 10 <= len(menu) <= 14
    assert len({item.menu for item in menu}) == len(menu)


def test_examples_and_aliases_lead_to_their_command():
    registry = load()
    for item in registry.commands.values():
        for example in item.examples:
            assert registry.find(example.split()[0]) is item
            assert len(f"do:{example}".encode()) <= DATA_LIMIT


def test_command_files_never_import_each_other():
    for path in (PACKAGE / "commands").glob("*.py"):
        assert "telegram_bot.commands" not in path.read_text(encoding="utf-8"), path.name


def test_no_sentence_escapes_the_catalogs():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in (
                "html",
                "text",
                "say",
            ):
                continue
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                bare = re.sub(r"\{\w+\}|</?\w+>|[a-z]+://", "", first.value)
                assert not re.search(r"[A-Za-z]{2,}", bare), f"{path.name}: {first.value!r}"
