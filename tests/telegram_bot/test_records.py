from __future__ import annotations

import csv
import io
import itertools
import json
import logging
import re
import urllib.request
import zipfile
from datetime import timedelta

import pytest

from bot_service.domain.people import Role
from bot_service.logs import set_up_logs
from bot_service.telegram_bot.loading import load

PEOPLE = itertools.count(90_000)


@pytest.fixture(params=["en", "id"])
def spoken(world, request):
    world.services.chats.set_language(world.actor(), request.param)
    return lambda english, indonesian: english if request.param == "en" else indonesian


def joined(world, role, language="en"):
    user_id = next(PEOPLE)
    world.add_member(user_id, role, language)
    world.talk.say("/help", user_id=user_id)
    return user_id


def audited(world, user_id):
    now = world.house.wall.now()
    with world.house.database.read() as uow:
        lines = uow.people.audited(now - timedelta(minutes=10), now + timedelta(minutes=1))
    return [line for line in lines if line["user_id"] == user_id]


# The audit


def test_every_command_of_every_role_stands_in_the_audit(world, talk):
    viewer = joined(world, Role.VIEWER)
    named = set()
    for command in load().commands.values():
        if command.name in {"export", "backtest"}:
            continue
        talk.say(f"/{command.name}", user_id=viewer)
        named.add(command.name)
    lines = audited(world, viewer)
    assert named <= {line["command"] for line in lines}
    for line in lines:
        allowed = Role.VIEWER.covers(load().commands[line["command"]].role)
        assert (line["result"] == "not_allowed") is not allowed, line


def test_a_change_stands_there_with_what_was_before_and_after(world, talk, spoken, first_button):
    operator, bot = joined(world, Role.OPERATOR), world.new_bot("Audited")
    asked = talk.say(f"/edit_bot {bot} lot 0.02", user_id=operator)
    talk.press(asked, first_button(asked), user_id=operator)
    shown = talk.say(f"/audit {operator}")
    assert "0.01 → " in shown["text"] or "0,01 → " in shown["text"]
    assert spoken("✅ done", "✅ selesai") in shown["text"]
    (line,) = [item for item in audited(world, operator) if item["command"] == "yes"]
    assert line["detail"]["events"][0]["changes"]["lot"] == ["0.01", "0.02"]
    assert line["detail"]["pressed"] is True
    assert "edit" in line["arguments"]


def test_a_changed_language_stands_there_as_old_and_new(world, talk):
    viewer = joined(world, Role.VIEWER)
    talk.say("/language id", user_id=viewer)
    assert audited(world, viewer)[-1]["detail"]["changes"] == {"language": ["en", "id"]}


def test_a_stop_names_its_bots_and_can_be_found_by_one(world, talk, spoken):
    bot = world.new_bot("Findable")
    world.services.control.start(world.actor(), (bot,))
    talk.say("/stop_bot " + str(bot))
    shown = talk.say(f"/audit #{bot}")
    assert "stop_bot" in shown["text"]
    assert "Findable" in shown["text"]
    assert "/language" not in shown["text"]


def test_a_strangers_knock_and_wrong_code_stand_there(world, talk):
    stranger = next(PEOPLE)
    talk.write("/start wrong", user_id=stranger)
    talk.silence(1.0)
    assert [(line["command"], line["result"]) for line in audited(world, stranger)] == [
        ("pair", "pairing_refused"),
        ("knock", "refused"),
    ]


def test_what_came_too_late_stands_there_as_asked_again(world, talk):
    operator, bot = joined(world, Role.OPERATOR), world.new_bot("Late")
    then = int((world.house.wall.now() - timedelta(minutes=5)).timestamp())
    talk.say(f"/start_bot {bot}", user_id=operator, date=then)
    assert audited(world, operator)[-1]["result"] == "asked_again"


def test_what_is_personal_never_stands_there(world, talk):
    viewer = joined(world, Role.OPERATOR)
    talk.say("/note very personal", user_id=viewer)
    talk.say("/mood calm", user_id=viewer)
    talk.say("/start secretcode", user_id=viewer)
    assert {line["arguments"] for line in audited(world, viewer)} == {""}


def test_the_audit_has_pages_and_filters(world, talk, spoken, labels):
    for _ in range(12):
        talk.say("/help")
    shown = talk.say(spoken("/audit", "/jejak"))
    assert any("➡️" in label for label in labels(shown))
    second = talk.press(shown, "do:audit p2")
    assert second["text"] != shown["text"]
    mine = talk.press(second, "do:audit 1001")
    assert "1001" in mine["text"]
    assert spoken("Show all", "Tampilkan semua") in labels(mine)


@pytest.mark.parametrize("line", ["/audit", "/logs"])
def test_audit_and_log_are_the_owners(world, talk, line):
    assert "role doesn't allow" in talk.say(line, user_id=joined(world, Role.OPERATOR))["text"]


# The log


def test_a_search_in_the_log_that_fits_no_button_is_answered_without_one(talk, labels):
    long = "漢字" * 12
    answer = talk.say(f"/logs {long}")
    assert long in answer["text"]
    assert len(labels(answer)) == 1


def test_a_broken_handler_gives_a_reference_that_the_log_finds(
    world, talk, spoken, monkeypatch, first_button
):
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    for handler in kept:
        root.removeHandler(handler)
    set_up_logs(world.house.settings.data_dir, level=logging.WARNING)
    monkeypatch.setattr(world.services.queries, "strategies", lambda: 1 / 0)
    try:
        answer = talk.say("/strategies")
        reference = re.search(r"\b[0-9a-f]{6}\b", answer["text"])[0]
        found = talk.press(answer, first_button(answer))
        assert reference in found["text"]
        assert "ZeroDivisionError" in found["text"]
        assert reference in talk.say("/logs")["text"]
        assert spoken("no longer has anything with", "tidak ada lagi") in talk.say("/logs nosuch")["text"]
    finally:
        for handler in list(root.handlers):
            root.removeHandler(handler)
            handler.close()
        for handler in kept:
            root.addHandler(handler)
        root.setLevel(level)
    assert audited(world, 1001)[-4]["result"] == f"failed {reference}"


# One's own data


def documents(talk, chat_id):
    return [item for item in talk.page_of(chat_id) if "document" in item]


def fetched(talk, document):
    with urllib.request.urlopen(f"{talk.url}/sim/file/{document['file_id']}", timeout=10) as answer:
        return answer.read()


def test_an_export_comes_as_a_zip_and_the_progress_ends(world, talk, spoken):
    world.new_bot("Exported")
    talk.forget()
    talk.write(spoken("/export", "/ekspor"))
    said = talk.answers(count=3)
    assert spoken("Collecting", "Mengumpulkan") in said[0]["text"]
    assert said[1]["message_id"] == said[0]["message_id"]
    assert spoken("Your data is ready", "Data Anda siap") in said[1]["text"]
    document = documents(talk, 1001)[-1]["document"]
    assert document["file_name"].endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(fetched(talk, document))) as archive:
        assert {"trades.csv", "deals.csv", "bots.csv", "bot_versions.csv", "alerts.csv", "audit.csv"} <= set(
            archive.namelist()
        )
        rows = list(csv.DictReader(io.StringIO(archive.read("bots.csv").decode())))
    assert "Exported" in {row["name"] for row in rows}


def test_forgetting_says_what_stays_deletes_the_rest_and_ends_the_membership(world, talk, first_button):
    guest, friend = joined(world, Role.OPERATOR), joined(world, Role.VIEWER)
    talk.say("/note my own words", user_id=guest)
    talk.say("/note of a friend", user_id=1001)
    talk.say("/mood calm", user_id=guest)
    talk.say("/report", user_id=friend)
    asked = talk.say("/forget_me", user_id=guest)
    assert "What stays" in asked["text"]
    done = talk.press(asked, first_button(asked), user_id=guest)
    assert "notes: 1" in done["text"]
    assert "moods: 1" in done["text"]
    assert "no longer a member" in done["text"]
    assert world.services.chats.member(guest) is None
    report = talk.say("/report", user_id=friend)
    told = report.get("text") or report.get("caption")
    assert "my own words" not in told
    assert "my own words" not in json.dumps(stored_notes(world))
    assert "of a friend" in json.dumps(stored_notes(world))


def stored_notes(world):
    now = world.house.wall.now()
    account = next(iter(world.house.terminals))
    with world.house.database.read() as uow:
        return uow.journal.notes(account, now - timedelta(days=900), now + timedelta(days=900))


def test_an_owner_who_forgets_stays_the_owner(world, talk, spoken, first_button):
    asked = talk.say(spoken("/forget_me", "/hapus_data_saya"))
    done = talk.press(asked, first_button(asked))
    assert spoken("still the owner", "tetap pemilik") in done["text"]
    assert world.services.chats.member(1001).role is Role.OWNER


@pytest.mark.parametrize("line", ["/audit", "/logs", "/export", "/forget_me"])
def test_a_group_never_sees_personal_records(world, talk, line):
    world.services.chats.set_language(world.actor(), "en")
    talk.say("/group", chat_id=-500)
    assert "private chat" in talk.say(line, chat_id=-500)["text"]
