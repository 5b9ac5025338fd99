from __future__ import annotations

import logging

import httpx
import pytest

from bot_service.outbound.heartbeat import Heartbeat

ADDRESS = "https://switch.example/ping/very-secret-name"


class Switch:
    """A dead-man's switch that answers as it is told."""

    def __init__(self) -> None:
        self.calls = 0
        self.status = 200
        self.gone = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.gone:
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(self.status)


@pytest.fixture
def switch():
    return Switch()


def heart(switch: Switch, is_well=lambda: True) -> Heartbeat:
    return Heartbeat(ADDRESS, is_well, httpx.Client(transport=httpx.MockTransport(switch.answer)))


def test_a_sign_of_life_is_given_while_all_is_well(switch):
    assert heart(switch).beat()
    assert switch.calls == 1


def test_no_sign_of_life_is_given_while_ticks_are_late(switch):
    assert not heart(switch, is_well=lambda: False).beat()
    assert switch.calls == 0


@pytest.mark.parametrize("trouble", ["gone", "refused"])
def test_a_switch_out_of_reach_is_logged_once_and_once_when_it_is_back(switch, caplog, trouble):
    caplog.set_level(logging.INFO)
    beating = heart(switch)
    switch.gone, switch.status = trouble == "gone", 500
    assert not beating.beat()
    assert not beating.beat()
    switch.gone, switch.status = False, 200
    assert beating.beat()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot_service")]
    assert len(ours) == 2
    assert ours[1] == "the sign of life arrives again"


def test_the_address_is_never_logged_by_us(switch, caplog):
    caplog.set_level(logging.DEBUG)
    switch.gone = True
    heart(switch).beat()
    assert "very-secret-name" not in caplog.text
