"""The paper terminal against what the official package's Windows wheel says about itself."""

from __future__ import annotations

import importlib.util
import inspect
import json
import sys
from pathlib import Path

import pytest

from bot_service.terminals import paper
from bot_service.terminals.paper import constants, records

DATA = Path(__file__).parents[2] / "data"
OFFICIAL = json.loads((DATA / "mt5_constants.json").read_text(encoding="utf-8"))


def test_every_official_constant_has_our_number_and_we_have_no_others():
    ours = {name: value for name, value in vars(constants).items() if name.isupper()}
    assert ours == OFFICIAL["constants"]
    assert len(ours) > 200


def test_the_module_carries_every_official_constant(clock):
    module = paper.as_module(paper.PaperTerminal(clock=clock))
    for name, value in OFFICIAL["constants"].items():
        assert getattr(module, name) == value, name


def test_the_result_types_have_the_official_fields_in_their_order():
    ours = {kind.__name__: list(kind._fields) for kind in records.RESULT_TYPES}
    assert ours == OFFICIAL["types"]


@pytest.mark.parametrize("name", OFFICIAL["helpers"])
def test_the_helpers_take_the_official_arguments(terminal, name):
    wanted = []
    for parameter in inspect.signature(getattr(terminal, name)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in wanted:
            wanted.append("*")
        wanted.append(parameter.name)
    assert wanted == OFFICIAL["helpers"][name]


def test_the_writer_reads_no_more_than_numbers(tmp_path):
    spec = importlib.util.spec_from_file_location("write_constants", DATA / "write_constants.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    source = "A = 3 | 0x4000\nB = 'x'\nlower = 1\nC = -2\ndef Buy(symbol, *, comment=None): pass\n"
    assert writer.constants_of(source) == {"A": 16387, "C": -2}
    assert writer.helpers_of(source) == {"Buy": ["symbol", "*", "comment"]}
    assert "write_constants" not in sys.modules


def arguments_of(name):
    """Return as many sensible positional arguments as a function needs."""
    request = {"action": 1, "symbol": "EURUSD", "volume": 0.1}
    return {
        "login": (5_000_001,),
        "copy_ticks_from": ("EURUSD", 0, 1, -1),
        "copy_ticks_range": ("EURUSD", 0, 1, -1),
        "copy_rates_from": ("EURUSD", 1, 2**31 - 1, 1),
        "copy_rates_from_pos": ("EURUSD", 1, 0, 1),
        "copy_rates_range": ("EURUSD", 1, 0, 1),
        "history_orders_total": (0, 1),
        "history_deals_total": (0, 1),
        "history_orders_get": (0, 1),
        "history_deals_get": (0, 1),
        "order_check": (request,),
        "order_send": (request,),
        "order_calc_margin": (0, "EURUSD", 0.1, 1.1),
        "order_calc_profit": (0, "EURUSD", 0.1, 1.1, 1.2),
    }.get(name, ("EURUSD",) if name.startswith(("symbol_", "market_book")) else ())


@pytest.mark.parametrize(("name", "convention"), OFFICIAL["functions"].items())
def test_every_official_function_is_called_in_the_official_way(terminal, name, convention):
    function = getattr(paper.as_module(terminal), name)
    terminal.market_book_add("EURUSD")
    answer = function(*arguments_of(name))
    assert answer is not None
    assert answer is not False
    if convention != "keywords":
        with pytest.raises(TypeError):
            function(*arguments_of(name), unheard_of=1)
    if convention == "no arguments":
        with pytest.raises(TypeError):
            function("EURUSD")


def test_the_module_has_every_official_function_and_helper(clock):
    module = paper.as_module(paper.PaperTerminal(clock=clock))
    for name in (*OFFICIAL["functions"], *OFFICIAL["helpers"]):
        assert callable(getattr(module, name)), name
