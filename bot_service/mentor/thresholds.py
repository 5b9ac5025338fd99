"""Every number that decides whether the mentor says something, in one table.

R is a trade's net result divided by its planned risk (the loss at the stop, spread and commission included).
"""

from __future__ import annotations

from datetime import timedelta
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

# --- What a person does -------------------------------------------------------------------------------------

# So long after a loss an act counts as done after it; in simulations of honest traders 39 to 63 % of all acts
# fall inside it by accident, so one act is a fact and never a diagnosis.
AFTER_LOSS = timedelta(minutes=60)

# From here on the account's day is a bad one, whichever bot lost last.
BAD_DAY_R = Decimal(-2)

# A higher risk within this much of the old one is rounding.
RISK_RAISED_FACTOR = Decimal("1.05")

# A deposit or withdrawal is a good reason to set lots anew.
AFTER_OPERATION = timedelta(hours=24)

# A new bot on the symbol that has just lost, with so much more risk than the trade that lost.
NEW_BOT_AFTER_LOSS = timedelta(minutes=30)
NEW_BOT_RISK_FACTOR = Decimal("1.25")
NEW_BOT_ACCOUNT_AGE = timedelta(days=30)

# Acts of one kind nearer to each other than this are one decision.
ONE_DECISION = timedelta(minutes=5)

# A start so soon after a stop of the same bot is a restart.
RESTART = timedelta(minutes=15)

# Changes by hand in a day: more than twice the own median, over so many known days, and rarer by the own
# scatter than this. The last is 0.01 over the daily looks of a year.
BUSY_HUMAN_FACTOR = 2
BUSY_HUMAN_MIN = 6
BUSY_HUMAN_MIN_DAYS = 14
BUSY_HUMAN_CHANCE = 0.01 / 365

# Look-ups in one hour; the own usual is the 90th percentile of the hours with any.
CHECKING_AN_HOUR = 20
CHECKING_FACTOR = 3
CHECKING_PERCENTILE = 90
CHECKING_ACCOUNT_AGE = timedelta(days=21)
AROUND_ALERT = timedelta(minutes=30)

# More than so many changes of a real bot's strategy in so many days.
HOPPING_CHANGES = 2
HOPPING_SPAN = timedelta(days=5)
HOPPING_ACCOUNT_AGE = timedelta(days=14)

# Open positions that bet on or against one currency alone, with their risk together in percent.
ONE_SIDE_POSITIONS = 3
ONE_SIDE_SYMBOLS = 2
ONE_SIDE_PERCENT = Decimal(3)

# Probabilities in the own statistics need so many own trades; a run is looked for in stretches of 60.
OWN_STATISTICS_MIN = 30
STRETCH_TRADES = 60

# --- Patterns: what must be shown before one is spoken of ---------------------------------------------------

# How far back they look.
PATTERN_DAYS = 180

# How rarely luck alone may do it, corrected over the buckets (Holm) and over the looks of a year; and the
# newer half of the data must say the same by itself. The 52 weekly looks of a year see nearly the same 180
# days each time, so together they are wrong as often as 14 to 20 looks at fresh data (the rarer, the more):
# 20 keeps the chance of the year below the one above. `tests/mentor/test_proof.py` counts it.
PROOF_CHANCE = 0.01
PROOF_LOOKS = 20
NEWER_HALF_CHANCE = 0.05

# Trades in all and in a bucket (by result, size, hour, symbol, strategy).
PATTERN_MIN = 60
BUCKET_MIN = 30

# Raises of the risk that are decisions of their own.
RISK_ACTS_MIN = 8

# Judged interventions, and days that had any.
LEDGER_MIN = 20
LEDGER_DAYS_MIN = 12

# Days with a mood told before the first close: all, and those with one mood.
MOOD_DAYS_MIN = 40
MOOD_BUCKET_MIN = 10

# Below these effects even a proved difference is not worth a sentence.
SIZE_FACTOR = 1.25
HOLDING_FACTOR = 1.5
ACTS_FACTOR = 1.5

# Hours of the day are looked at in blocks.
HOURS_BLOCK = 4

# A market trends from this ADX(14) of hours on; a day is measured by the median range of the 20 days before,
# of which so many must be known.
TREND_ADX = 25.0
USUAL_DAYS = 20
USUAL_LEAST = 5
