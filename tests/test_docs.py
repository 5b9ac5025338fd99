from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot_service.mentor.registry import all_detectors, pattern_detectors
from docs import make_reports
from docs.make_screenshots import TWELVE

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
RULES_OF_THE_MAIN_JOB = {1, 2, 3, 7, 8, 9, 10, 11, 12, 16, 17, 20, 21, 25, 26, 30, 31}
RULES_OF_BEHAVIOUR = set(range(1, 8))
TABLES = ("docs/safety.md", "docs/behaviour.md")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def test_every_rule_of_the_main_job_names_its_tests():
    rows = re.findall(r"^\| (\d+) \|.*$", (ROOT / "docs/safety.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(row) for row in rows} >= RULES_OF_THE_MAIN_JOB


def test_every_rule_of_behaviour_has_a_row():
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs/behaviour.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(row) for row in rows} == RULES_OF_BEHAVIOUR


@pytest.mark.parametrize("page", TABLES)
def test_every_row_names_at_least_one_test(page):
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \d+ \|", line):
            assert NAMED.search(line), line


@pytest.mark.parametrize(
    ("file", "name"),
    sorted({found for page in TABLES for found in NAMED.findall((ROOT / page).read_text(encoding="utf-8"))}),
)
def test_every_named_test_exists(file, name):
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/*.md"))]
)
def test_links_between_the_pages_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in LINK.findall(text):
        assert ((ROOT / page).parent / target).exists(), target


def test_the_readmes_test_command_is_what_ci_runs():
    command = "pip install uv && uv run pytest"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\n{command}\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_picture_is_shown_and_each_screen_stands_in_both_languages():
    page = (ROOT / "docs/screens.md").read_text(encoding="utf-8")
    for path in (ROOT / "docs/screens").glob("*.png"):
        assert f"screens/{path.name}" in page, path.name
    assert {path.stem for path in (ROOT / "docs/screens").glob("*.png")} == {
        f"{name}-{language}" for name in TWELVE for language in ("id", "en")
    }


def test_the_example_reports_are_what_the_mentor_says_now():
    assert (ROOT / "docs/reports.md").read_text(encoding="utf-8") == make_reports.page(), (
        "run `python -m docs.make_reports`"
    )


def test_every_example_report_has_its_pictures_and_no_others_lie_there():
    page = (ROOT / "docs/reports.md").read_text(encoding="utf-8")
    pictures = {path.name for path in (ROOT / "docs/reports").glob("*.png")}
    assert pictures == set(re.findall(r"\(reports/([\w-]+\.png)\)", page))
    assert len(make_reports.examples()) == 5


def test_the_mentors_page_tells_of_every_detector_and_of_no_other():
    page = (ROOT / "docs/mentor.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|(.+)\|$", page, re.MULTILINE)
    told = [name for name, _row in rows]
    assert sorted(told) == sorted(detector.CODE for detector in all_detectors())
    for name, row in rows:
        cells = [cell.strip() for cell in row.split("|")]
        patterns = {one.CODE for one in pattern_detectors()}
        assert len(cells) == 4, name
        assert cells[0], name
        assert cells[3], name
        assert (name in patterns) is ("proof" in cells[1]), name
