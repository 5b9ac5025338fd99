"""Promises over the real chat: made in calm, reminded of in heat, never in the way of stopping."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest

from bot_service.domain.bots import BotStatus
from bot_service.domain.events import DailyLossHit, EntriesResumed
from bot_service.domain.promises import BrakeState, PromiseKind, PromiseMark
from bot_service.domain.trading import ClosedTrade, ExitCause, Side
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Kind

OWNER = 1001
HOUR = timedelta(hours=1)
TICKETS = count(60_000)
SENTENCES = {"en": "I know that this breaks my promise", "id": "Saya tahu ini melanggar janji saya"}
ZERO = Decimal(0)


@pytest.fixture
def world(tmp_path, world_class):
    """A service of its own: how promises went stays in its books."""
    found = world_class(tmp_path)
    try:
        found.connect()
        yield found
    finally:
        found.close()


@pytest.fixture
def bot_id(world):
    return world.new_bot("Vow")


@pytest.fixture(autouse=True)
def calm(world):
    """Let each test begin without promises, in English, with everything stopped."""
    world.services.chats.set_language(world.actor(), "en")
    world.services.control.stop(world.actor(), None)
    now = world.house.market.clock.now()
    with world.house.database.write() as uow:
        for promise in uow.promises.of_person(OWNER):
            uow.promises.end(promise.id, now)
        for act in uow.promises.braked_of(OWNER, *BrakeState):
            uow.promises.move(act.id, tuple(BrakeState), BrakeState.DONE)
        uow.commit()


@pytest.fixture
def account(world):
    with world.house.database.read() as uow:
        return uow.accounts.all()[0]


@pytest.fixture
def heat(world, account, bot_id):
    """Lose three R and step in six times, just now."""

    def burn():
        now = world.house.market.clock.now()
        trade = ClosedTrade(
            account.id, next(TICKETS), bot_id, "MA_CROSSOVER", "EURUSD", Side.BUY, Decimal("0.1"), Decimal(1),
            Decimal(1), now - HOUR, now, Decimal(-30), ZERO, ZERO, ZERO, ExitCause.STOP_LOSS, Decimal(10),
        )  # fmt: skip
        with world.house.database.write() as uow:
            uow.books.add_trade(trade)
            uow.record(
                DailyLossHit(
                    happened_at=now, account_id=account.id, loss=Decimal(50), limit=Decimal(50),
                    currency="USD", ends_at=now + HOUR,
                )
            )  # fmt: skip
            for _ in range(6):
                uow.record(EntriesResumed(happened_at=now, actor=OWNER, cause="timer"))
                now += timedelta(microseconds=7)
            uow.commit()

    return burn


def lots(world, bot_id):
    return world.services.queries.bot(bot_id).bot.settings.size


def standing(world):
    with world.house.database.read() as uow:
        now = world.house.market.clock.now()
        return [one for one in uow.promises.of_person(OWNER) if one.holds_at(now)]


def marks(world):
    with world.house.database.read() as uow:
        now = world.house.market.clock.now()
        ids = tuple(one.id for one in uow.promises.of_person(OWNER))
        return [(one.mark, one.command) for one in uow.promises.occasions(ids, now - HOUR, now + HOUR)]


def raise_lots(talk, bot_id, world, first_button, language="en"):
    """Ask for twice the lots and confirm; return what the confirmation brings."""
    wanted = lots(world, bot_id) * 2
    line = f"/edit_bot {bot_id} lot {wanted}" if language == "en" else f"/ubah {bot_id} lot {wanted}"
    asked = talk.say(line)
    return talk.press(asked, first_button(asked))


@pytest.mark.parametrize(
    ("language", "listed", "promised"), [("en", "None yet", "Promised"), ("id", "Belum ada", "Dijanjikan")]
)
@pytest.mark.parametrize("word", ["calm", "restart", "few"])
def test_a_template_is_promised_with_its_brake_by_buttons(
    world, talk, language, listed, promised, word, account
):
    world.services.chats.set_language(world.actor(), language)
    shown = talk.say("/promise")
    assert listed in shown["text"]
    asked = talk.press(shown, f"do:promise {word} @{account.id}")
    made = talk.press(asked, f"do:promise {word} sentence @{account.id}")
    assert promised in made["text"]
    (promise,) = standing(world)
    ended = talk.press(made, f"do:promise end {promise.id}")
    assert {"en": "Ended", "id": "Diakhiri"}[language] in ended["text"]
    assert standing(world) == []


def test_own_words_are_promised_and_shown_as_written(world, talk):
    told = talk.say("/promise no <trading> & no scalping on NFP")
    assert (
        "no <trading> & no scalping" in told["text"] or "no &lt;trading&gt; &amp; no scalping" in told["text"]
    )
    assert standing(world)[0].kind is PromiseKind.OWN
    assert "scalping" in talk.say("/mentor")["text"]


@pytest.mark.parametrize(
    ("language", "typed", "kept", "broken"),
    [
        ("en", "/promise no chasing", "Today “no chasing”: kept", "today: not kept"),
        (
            "id",
            "/janji tidak mengejar harga",
            "Hari ini “tidak mengejar harga”: ditepati",
            "hari ini: tidak ditepati",
        ),
    ],
)
def test_an_own_promise_is_judged_by_a_tap_and_can_be_judged_anew(world, talk, language, typed, kept, broken):
    world.services.chats.set_language(world.actor(), language)
    made = talk.say(typed)
    (promise,) = standing(world)
    told = talk.press(made, f"do:promise kept {promise.id}")
    assert kept in told["text"]
    assert broken in talk.press(told, f"do:promise broken {promise.id}")["text"]
    with world.house.database.read() as uow:
        (item,) = uow.promises.occasions((promise.id,), promise.made_at, promise.made_at + 24 * HOUR)
    assert item.mark is PromiseMark.BROKEN


def test_the_hub_asks_about_an_own_promise_until_it_is_judged(world, talk):
    talk.say("/promise no chasing")
    (promise,) = standing(world)
    talk.press(talk.say("/mentor"), f"do:promise kept {promise.id}")
    shown = talk.say("/mentor")
    assert "today: kept" in shown["text"]
    assert f"do:promise kept {promise.id}" not in str(shown["reply_markup"])


def test_a_sentence_that_begins_like_a_judgement_is_a_promise(world, talk):
    talk.say("/promise kept stops stay where they are")
    assert standing(world)[0].text == "kept stops stay where they are"


@pytest.mark.parametrize(
    ("language", "told"), [("en", "You promised yourself"), ("id", "pernah berjanji pada diri sendiri")]
)
def test_in_heat_it_reminds_and_nothing_is_done(
    world, talk, bot_id, heat, first_button, labels, language, told
):
    world.services.chats.set_language(world.actor(), language)
    talk.say("/promise calm delay")
    heat()
    before = lots(world, bot_id)
    reminded = raise_lots(talk, bot_id, world, first_button, language)
    assert told in reminded["text"]
    assert lots(world, bot_id) == before
    kept = talk.press(reminded, first_button(reminded))
    assert {"en": "Promise kept", "id": "Janji ditepati"}[language] in kept["text"]
    assert marks(world)[-1][0] is PromiseMark.KEPT


def test_after_the_wait_it_is_done_and_stored_as_broken(world, talk, bot_id, heat, first_button):
    talk.say("/promise calm delay")
    heat()
    before = lots(world, bot_id)
    reminded = raise_lots(talk, bot_id, world, first_button)
    number = first_button(reminded).rpartition(":")[2]
    waiting = talk.press(reminded, f"vow:wait:{number}")
    assert "I ask you again" in waiting["text"]
    early = talk.press(waiting, f"vowgo:{number}")
    assert "not over yet" in early["text"]
    with world.house.database.write() as uow:
        uow.promises.move(
            int(number), (BrakeState.WAITING,), BrakeState.WAITING, world.house.wall.now() - HOUR / 60
        )
        uow.commit()
    talk.forget()
    world.services.promising.round(next(iter(world.house.terminals)))
    (over,) = talk.answers()
    assert "ten minutes are over" in over["text"]
    card = talk.press(over, f"vowgo:{number}")
    assert "Vow" in card["text"]
    assert lots(world, bot_id) == before * 2
    assert marks(world)[-1] == (PromiseMark.BROKEN, "edit_bot")
    again = talk.press(over, f"vowgo:{number}")
    assert "already used" in again["text"]
    assert lots(world, bot_id) == before * 2


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_typed_sentence_does_it_at_once(world, talk, bot_id, heat, first_button, labels, language):
    world.services.chats.set_language(world.actor(), language)
    talk.say("/promise calm sentence")
    heat()
    before = lots(world, bot_id)
    reminded = raise_lots(talk, bot_id, world, first_button, language)
    assert len(labels(reminded)) == 1
    assert SENTENCES[language] in reminded["text"]
    nearly = talk.say(" ".join(SENTENCES[language].split()[:3]))
    assert lots(world, bot_id) == before
    assert SENTENCES[language] in nearly["text"]
    talk.say(f"{SENTENCES[language].upper()}.")
    assert lots(world, bot_id) == before * 2
    assert marks(world)[-1][0] is PromiseMark.BROKEN


def test_the_sentence_alone_means_nothing(world, talk):
    assert "commands and buttons" in talk.say(SENTENCES["en"])["text"]


def test_lowering_the_risk_is_never_asked_about(world, talk, bot_id, heat, first_button):
    before = lots(world, bot_id)
    raise_lots(talk, bot_id, world, first_button)
    talk.say("/promise calm delay")
    heat()
    asked = talk.say(f"/edit_bot {bot_id} lot {before}")
    talk.press(asked, first_button(asked))
    assert lots(world, bot_id) == before


def test_the_sixth_intervention_is_reminded_of_and_can_be_left(world, talk, bot_id, heat, first_button):
    talk.say("/promise few delay")
    heat()
    reminded = talk.say(f"/start_bot {bot_id}")
    assert "number" in reminded["text"]
    assert world.status(bot_id) == "stopped"
    talk.press(reminded, first_button(reminded))
    assert world.status(bot_id) == "stopped"


def test_saving_and_starting_saves_and_only_the_start_waits(world, talk, heat, labels):
    def bots():
        return [bot.name for bot in (line.bot.settings for line in world.services.queries.bots().lines)]

    shown = talk.say("/new_bot GBPUSD MA_CROSSOVER H4 lot 0.01 name Second")
    talk.say("/promise few sentence")
    heat()
    rows = shown["reply_markup"]["inline_keyboard"]
    both = next(one for row in rows for one in row if "start" in one["text"])
    reminded = talk.press(shown, both["callback_data"])
    assert "number" in reminded["text"]
    assert bots().count("Second") == 0
    talk.say(SENTENCES["en"])
    assert bots().count("Second") == 1
    assert [
        line.bot.status for line in world.services.queries.bots().lines if line.bot.settings.name == "Second"
    ] == [BotStatus.ACTIVE]


def test_a_promise_of_one_person_holds_no_other(world, talk, bot_id, heat):
    world.add_member(1002, "operator")
    talk.say("/promise few delay")
    heat()
    assert "is running" in talk.say(f"/start_bot {bot_id}", user_id=1002)["text"]


SAFE = (
    "stop_bot {id}",
    "stop",
    "stop_all",
    "exit_only {id}",
    "pause 60m",
    "panic",
    "close",
    "close {id}",
    "close_all",
    "cancel_close",
    "delete_bot {id}",
    "hentikan_bot {id}",
    "stop_semua",
    "tanpa_entry {id}",
    "darurat",
    "tutup_semua",
    "jeda 1j",
)
PLAIN = ("stop", "Stop semua!", "berhenti", "darurat", "⏹ Stop all", "🆘 Panic")


@pytest.mark.parametrize("typed", [*(f"/{line}" for line in SAFE), *PLAIN])
def test_with_every_promise_on_stopping_and_closing_work_at_once(world, talk, bot_id, heat, typed):
    world.services.control.start(world.actor(), [bot_id], leaving=True)
    for word in ("calm", "restart", "few"):
        talk.say(f"/promise {word} sentence")
    heat()
    answer = talk.say(typed.format(id=bot_id))
    assert "promised" not in answer["text"]
    if typed.removeprefix("/").split()[0] not in ("pause", "jeda", "close", "close_all", "cancel_close",
                                                  "tutup_semua", "delete_bot"):  # fmt: skip
        assert world.status(bot_id) in ("stopped", "exit_only")
    with world.house.database.read() as uow:
        assert uow.promises.braked_of(OWNER, BrakeState.ASKED) == ()
    talk.say("/unpause") if "pause" in typed or "jeda" in typed else None


def test_every_command_that_stops_is_in_the_list_above(world):
    stopping = {name for name, item in load().commands.items() if item.kind is Kind.STOP}
    registry = load()
    covered = {registry.find(line.split()[0]).name for line in SAFE}
    assert stopping <= covered


def test_a_bot_with_a_position_may_leave_whatever_was_promised(world, talk, bot_id, heat):
    talk.say("/promise few sentence")
    heat()
    version = world.services.queries.bot(bot_id).bot.version
    world.services.farewells.exit_only(world.actor(), bot_id, version)
    assert world.status(bot_id) in (BotStatus.EXIT_ONLY, BotStatus.STOPPED)
    world.services.control.stop(world.actor(), [bot_id])
