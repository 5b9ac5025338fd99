from __future__ import annotations

import itertools
import json
import urllib.request
from datetime import UTC, datetime

import pytest

from bot_service.domain.alert_settings import AlertSettings
from bot_service.domain.events import BotFlat, LinkLost, LinkRestored
from bot_service.domain.people import Role

NUMBERS = itertools.count(1)


@pytest.fixture(params=["en", "id"])
def spoken(world, request):
    """Let the owner read one language after the other; return a chooser between two words."""
    world.services.chats.set_language(world.actor(), request.param)
    return lambda english, indonesian: english if request.param == "en" else indonesian


@pytest.fixture(autouse=True)
def plain(world):
    """Give the owner back what he had before each test."""
    yield
    with world.house.database.write() as uow:
        uow.people.set_alerts(1001, AlertSettings())
        uow.people.set_time_zone(1001, "Asia/Jakarta")
        uow.commit()


def data_of(message, part):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return next(b["callback_data"] for row in rows for b in row if part in b["callback_data"])


def is_silent(talk, message):
    with urllib.request.urlopen(f"{talk.url}/sim/silent?chat_id=1001", timeout=10) as answer:
        return message["message_id"] in json.load(answer)["message_ids"]


def flat(name):
    return BotFlat(happened_at=datetime.now(UTC), name=name)


def lost(world):
    account = next(iter(world.house.terminals))
    return LinkLost(happened_at=datetime.now(UTC), account_id=account, cause="timeout", waiting_bots=2)


def test_the_hub_leads_everywhere_and_back(talk, spoken):
    hub = talk.say(spoken("/settings", "/pengaturan"))
    assert spoken("Your settings", "Pengaturan Anda") in hub["text"]
    assert "WIB" in hub["text"]
    for part in ("language", "settings zone", "settings alerts", "settings quiet", "mute", "pause"):
        assert data_of(hub, part)
    kinds = talk.press(hub, data_of(hub, "settings alerts"))
    assert spoken("never off", "tidak bisa dimatikan") in kinds["text"]
    again = talk.press(kinds, "do:settings")
    assert spoken("Quiet hours: none", "Jam tenang: tidak ada") in again["text"]


def test_the_zone_is_chosen_with_a_button_or_typed(talk, spoken):
    asked = talk.say(spoken("/settings zone", "/pengaturan zona"))
    shown = talk.press(asked, data_of(asked, "WITA"))
    assert "WITA" in shown["text"]
    assert "Asia/Tokyo" in talk.say("/settings zone tokyo")["text"]
    refused = talk.say("/settings zone Atlantis")
    assert spoken("no such time zone", "zona waktu itu tidak ada") in refused["text"]


def test_a_kind_goes_from_sound_to_silent_to_off_and_round(world, talk, spoken):
    kinds = talk.say(spoken("/settings alerts", "/pengaturan pemberitahuan"))
    silent = talk.press(kinds, data_of(kinds, "alerts bots"))
    assert data_of(silent, "alerts bots") == "do:settings alerts bots off"
    name = f"Quiet {next(NUMBERS)}"
    talk.forget()
    world.record(flat(name))
    told = talk.answers(1)[0]
    assert name in told["text"]
    assert is_silent(talk, told)
    off = talk.press(silent, data_of(silent, "alerts bots"))
    talk.forget()
    world.record(flat("Nobody hears of it"))
    assert talk.silence() == []
    assert data_of(off, "alerts bots") == "do:settings alerts bots on"


def test_what_warns_of_danger_is_never_off_and_the_reason_is_told(world, talk, spoken):
    refused = talk.say("/settings alerts link off")
    assert spoken("danger to open positions", "bahaya untuk posisi terbuka") in refused["text"]
    talk.say("/settings alerts link silent")
    talk.forget()
    world.record(lost(world))
    assert is_silent(talk, talk.answers(1)[0])


def test_a_mute_silences_all_but_the_critical_until_it_ends(world, talk, spoken):
    muted = talk.say(spoken("/mute 30m", "/bisukan 30m"))
    assert spoken("without sound until", "tanpa suara sampai") in muted["text"]
    talk.forget()
    world.record(flat("Muted"))
    assert is_silent(talk, talk.answers(1)[0])
    world.record(lost(world))
    assert not is_silent(talk, talk.answers(1)[0])
    loud = talk.press(muted, "do:unmute")
    assert spoken("sound again", "berbunyi lagi") in loud["text"]
    talk.forget()
    world.record(flat("Loud"))
    assert not is_silent(talk, talk.answers(1)[0])


@pytest.mark.parametrize("typed", ["/mute soon", "/mute 0m", "/mute 48h"])
def test_a_mute_of_no_length_is_refused_with_an_example(talk, spoken, typed):
    refused = talk.say(typed)
    assert "30m" in refused["text"] or "1m - 24h" in refused["text"]
    assert spoken("Allowed", "Yang boleh") in refused["text"]


def test_in_quiet_hours_only_critical_alerts_sound(world, talk, spoken):
    begins = talk.say("/settings quiet 00:00-23:59")
    assert spoken("Quiet hours are on now", "sedang jam tenang") in begins["text"]
    talk.forget()
    world.record(flat("Night"))
    assert is_silent(talk, talk.answers(1)[0])
    account = next(iter(world.house.terminals))
    world.record(LinkRestored(happened_at=datetime.now(UTC), account_id=account, lost_s=40))
    assert not is_silent(talk, talk.answers(1)[0])
    over = talk.press(begins, "do:settings quiet off")
    assert spoken("none", "tidak ada") in over["text"]


def test_everybody_has_settings_of_his_own(world, talk, spoken):
    world.add_member(4010, Role.VIEWER)
    talk.say("/settings alerts bots off", user_id=4010)
    talk.forget()
    name = f"Own {next(NUMBERS)}"
    world.record(flat(name))
    said = talk.silence(1.0)
    world.services.chats.unreachable(4010)
    assert [item["chat"]["id"] for item in said if name in item.get("text", "")] == [1001]


def test_an_unknown_setting_names_what_there_is(talk, spoken):
    assert "zone, alerts, quiet" in talk.say("/settings colour")["text"]
