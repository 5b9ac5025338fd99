"""Every number that decides whether the mentor says something, in one table.

R is a trade's net result divided by its planned risk (the loss at the stop, spread and commission included).
"""

from __future__ import annotations

from decimal import Decimal

# A stop fills a little worse than planned (slippage): up to here a loss counts as inside its plan.
LOSS_INSIDE_PLAN_R = Decimal("1.1")

# From here on a loss is spoken about: gap, removed stop or late exit.
LOSS_BEYOND_PLAN_R = Decimal("1.5")

# A fall of the day's result from its best point, as a share of the opening balance.
DRAWDOWN_PERCENT = Decimal(2)

# Costs as a share of the profit before costs; below this many trades a share says nothing.
COSTS_SHARE_PERCENT = Decimal(25)
COSTS_MIN_TRADES = 5

# "Without this one trade" needs others to compare with.
ONE_TRADE_MIN_TRADES = 3

# Lost trades one after the other.
LOSING_STREAK = 4

# A busy day has this many times the own median of trades, over at least so many earlier days with trades.
BUSY_FACTOR = 2
BUSY_MIN_TRADES = 6
BUSY_MIN_DAYS = 5

# How far back the mentor looks for the comparisons above.
HISTORY_DAYS = 30

# Patterns are looked for in the report of one trading day a week: Friday's, that is read on Saturday morning
# when most markets rest.
PATTERN_WEEKDAY = 4

# A lot is rounded to the broker's step: so much above the limit is still the limit.
RISK_LIMIT_TOLERANCE = Decimal("1.05")

# An intervention that made less than this difference neither helped nor hurt.
EVEN_R = Decimal("0.05")
