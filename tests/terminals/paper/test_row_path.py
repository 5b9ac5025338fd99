from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot_service.terminals.paper.bars import Row

PRICES = st.integers(1, 2_000_000)


@given(
    st.tuples(PRICES, PRICES, PRICES, PRICES),
    st.sampled_from([60, 300, 3600]),
    st.sampled_from([2, 3, 5]),
    st.booleans(),
)
def test_the_whole_path_of_a_row_is_what_each_second_says(prices, seconds, digits, noisy):
    # Files hold noise in the last bits of a number; it must round the same way in both.
    noise = 1e-13 if noisy else 0.0
    opened, close = (price / 10**digits + noise for price in prices[:2])
    low, high = min(prices) / 10**digits, max(prices) / 10**digits
    row = Row(1_000_000, seconds, digits, opened, high, low, close, 10)
    assert list(row.prices()) == [row.price(row.time + at) for at in range(seconds)]
