"""Two months on real bars: the days on which the operator misbehaves are found, all others are quiet."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from bot_service.domain.findings import Severity
from bot_service.domain.market import Timeframe
from bot_service.i18n import LANGUAGES, Translator
from bot_service.mentor.hours import report_due
from bot_service.scheduling.clocks import StepClock
from bot_service.telegram_bot.render import post_message, split, units
from bot_service.terminals import paper
from tests.services.sixty_days import AFTER_HOUR, HOUR, ONE, SixtyDays
from tests.telegram_bot.report_truth import untrue

BARS_DIR = Path(os.environ.get("BARS_DIR", Path(__file__).parents[3] / "shared" / "data"))
SYMBOLS = {"EURUSD": Timeframe.H1, "XAUUSD": Timeframe.H4, "BTCUSD": Timeframe.H4}
ACTS = {"risk_raised_after_loss", "guard_overridden", "frequent_checking", "new_bot_after_loss"}
HUMAN = ACTS | {"busy_human", "strategy_hopping", "broken_promise"}
RAISE_FROM, STOP_FROM, CHECK_ON, NEW_FROM, DOWN_ON = 12, 20, 32, 40, 50


def script(run: SixtyDays, number: int, losses) -> None:
    """Misbehave once in each way, from known days on, whenever a loss gives the occasion."""
    me, world = run.operator, run.world
    if number == 6 and "calm_change" not in me.did:
        me.resize("calm_change", run.bots["XAUUSD"], "0.4")
    for lost in losses:
        if number >= RAISE_FROM and "risk_raised_after_loss" not in me.did:
            me.resize("risk_raised_after_loss", lost.bot_id, "1.0")
            me.at(world.clock.now() + 3 * ONE, lambda one=lost.bot_id: me.resize("", one, "0.5"))
        elif number >= STOP_FROM and "guard_overridden" not in me.did:
            me.act("", "stop_bot", lambda one=lost.bot_id: world.stop(one))
            me.did["guard_overridden"] = world.account.trading_day(world.clock.now() + HOUR)
            again = partial(me.act, "guard_overridden", "start_bot", partial(world.start, lost.bot_id))
            me.at(world.clock.now() + HOUR, again)
        elif number >= NEW_FROM and "new_bot_after_loss" not in me.did:
            settings = world.read(lost.bot_id).settings
            bigger = replace(settings, name="Kedua", size=Decimal(1))
            me.act(
                "new_bot_after_loss", "new_bot", lambda one=bigger: world.control.create(world.actor(), one)
            )
    if number == CHECK_ON and "frequent_checking" not in me.did and world.clock.now() >= run.morning(number):
        me.look(24, "frequent_checking")


@pytest.mark.timeout(1800)
def test_sixty_days_of_real_bars_with_an_operator_who_misbehaves(make_paper_world):
    if not list(BARS_DIR.glob("EURUSD_H1*.csv*")):
        reason = f"no real bars in {BARS_DIR}"
        if os.environ.get("REQUIRE_REAL_BARS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    start = paper.history_start(BARS_DIR)
    world = make_paper_world("sixty", clock=StepClock(start), history=BARS_DIR, gates=None)
    run = SixtyDays(world, SYMBOLS)
    hour = report_due(world.account, run.day(DOWN_ON))
    run.down = (hour - 3 * HOUR, hour + 5 * HOUR)
    run.run(script)
    check_days(run)
    check_hours(run, hour)
    check_words(run)


def reports(run):
    with run.world.database.read() as uow:
        days = uow.journal.reported_days(run.world.account.id)
        return [uow.journal.report(run.world.account.id, day) for day in days]


def check_days(run):
    """Each misdeed is found on its day; no other day has any; nothing warns of a single act."""
    made = reports(run)
    assert len(made) > 50
    found = {(finding.code, report.day) for report in made for finding in report.findings}
    for code in ACTS:
        assert code in run.operator.did, f"the script had no occasion for {code}"
        assert {day for name, day in found if name == code} == {run.operator.did[code]}, code
    assert not {(code, day) for code, day in found if code in HUMAN - ACTS}
    warned = [
        (report.day, finding.code)
        for report in made
        for finding in report.findings
        if finding.severity is Severity.WARN
    ]
    assert warned == []
    for report in made:
        assert report.books.difference == 0


def check_hours(run, hour):
    """Each report goes out once, in the round after its hour; the one that was missed is late and says so."""
    told = Counter(item.day for item in run.told)
    assert set(told.values()) == {1}
    made = reports(run)
    assert set(told) == {report.day for report in made}
    for item in run.told:
        due = report_due(run.world.account, item.day)
        assert item.late is (item.day == run.day(DOWN_ON))
        if not item.late:
            assert timedelta(0) <= item.at - due <= AFTER_HOUR
    (late,) = [item for item in run.told if item.late]
    assert late.at >= hour + 5 * HOUR
    assert "Terlambat" in post_message(late.post, Translator("id"), late.at).text


def check_words(run):
    """Every report that went out holds only numbers of its data, in both languages, and fits a phone."""
    for item in run.told:
        (letter,) = item.post.letters
        for language in LANGUAGES:
            t = Translator(language)
            text = post_message(item.post, t, item.at).text
            assert untrue(text, letter.report, t) == [], (item.day, language)
            assert all(units(part) <= 4096 for part in split(text))
