"""Trade alerts with a small chart: only for who wants one, and never in the way of the words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot_service.domain.tastes import Taste


def filled(world: Any, position_id: int, bot_id: int) -> dict[str, Any]:
    world.talk.forget()
    world.record(replace(world.filled(position_id), bot_id=bot_id))
    return world.talk.answers()[0]


def test_a_trade_comes_with_a_chart_only_where_that_is_wished(world, talk):
    bot_id = world.new_bot("Charted")
    assert "photo" not in filled(world, 8101, bot_id)
    assert "Chart with each trade alert: on" in talk.say("/pictures on")["text"]
    with_chart = filled(world, 8102, bot_id)
    assert with_chart["photo"]
    assert "EURUSD" in with_chart["caption"]
    talk.say("/pictures off")
    assert "photo" not in filled(world, 8103, bot_id)


def test_without_candles_the_alert_comes_in_words(world):
    world.services.tastes.choose(world.actor(), Taste(trade_charts=True))
    try:
        assert "text" in filled(world, 8104, 999_999)
    finally:
        world.services.tastes.choose(world.actor(), Taste())


def test_a_chart_takes_the_place_of_its_progress(world, talk):
    bot_id = world.new_bot("Drawn")
    talk.forget()
    talk.write(f"/chart {bot_id}")
    found = talk.answers(3)
    assert "Drawing the chart" in found[0]["text"]
    assert "see below" in found[1]["text"]
    assert found[1]["message_id"] == found[0]["message_id"]
    assert found[2]["photo"]
    assert "No open position" in found[2]["caption"]
