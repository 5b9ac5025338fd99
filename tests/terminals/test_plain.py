from __future__ import annotations

from collections import namedtuple
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.terminals import far
from bot_service.terminals.plain import pack, unpack

Inner = namedtuple("Inner", "action symbol")  # noqa: PYI024
Outer = namedtuple("Outer", "retcode price request")  # noqa: PYI024
BASIC = {bool, int, float, str, bytes, type(None)}

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


def is_plain(value):
    return all(map(is_plain, value)) if type(value) is tuple else type(value) in BASIC


@given(st.recursive(scalars, lambda inner: st.lists(inner).map(tuple)))
def test_answers_arrive_as_they_left(value):
    carried = far.plain(value)

    assert is_plain(carried)
    assert unpack(carried) == value


@given(st.lists(st.tuples(scalars, scalars)), scalars)
def test_records_keep_their_fields_and_nest(rows, price):
    records = tuple(Outer(first, price, Inner(second, "EURUSD")) for first, second in rows)

    found = unpack(far.plain(records))

    assert found == records
    for record, original in zip(found, records, strict=True):
        assert record._asdict().keys() == original._asdict().keys()
        assert record.request.symbol == "EURUSD"
        assert type(record).__name__ == "Outer"


def test_records_of_several_types_stay_apart():
    mixed = (Inner(1, "a"), Outer(2, 3.0, None))

    assert [type(item).__name__ for item in unpack(far.plain(mixed))] == ["Inner", "Outer"]


@pytest.mark.parametrize("align", [False, True])
def test_arrays_keep_type_and_values_and_can_be_written(align):
    rates = np.zeros(3, np.dtype([("time", "<i8"), ("spread", "<i4"), ("close", "<f8")], align=align))
    rates["time"], rates["spread"], rates["close"] = [1, 2, 3], [7, 8, 9], [1.5, 2.5, 3.5]

    carried = far.plain(rates)
    found = unpack(carried)
    found["spread"][0] = 70

    assert is_plain(carried)
    assert found["time"].tolist() == [1, 2, 3]
    assert found["spread"].tolist() == [70, 8, 9]
    assert found["close"].tolist() == [1.5, 2.5, 3.5]
    assert found.dtype["spread"] == np.dtype("<i4")


def test_numpys_numbers_become_plain_ones():
    assert [type(far.plain(value)) for value in (np.float64(1), np.int64(2), np.bool_(True))] == [
        float,
        int,
        bool,
    ]


def test_what_nobody_described_is_refused_and_not_guessed():
    with pytest.raises(TypeError):
        far.plain(object())
    with pytest.raises(TypeError):
        far.plain(np.zeros(3))


def test_arguments_reach_the_package_as_they_were_given():
    order = {"action": 1, "volume": np.float64(0.1), "symbol": 'a"b', "nothing": None}
    carried = pack(order)

    assert is_plain(carried)
    assert far.rich(carried) == order
    assert type(far.rich(carried)["volume"]) is float


def test_a_moment_is_whole_seconds():
    moment = datetime(2026, 3, 4, 17, 0, 0, 900_000, tzinfo=timezone(timedelta(hours=7)))

    assert pack(moment) == int(datetime(2026, 3, 4, 10, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("value", [np.int64(1), np.float32(1), object()])
def test_what_the_package_refuses_is_still_refused_there(value):
    assert isinstance(far.rich(pack(value)), far.Unreadable)
