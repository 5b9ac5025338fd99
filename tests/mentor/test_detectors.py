from __future__ import annotations

from decimal import Decimal

import pytest

from bot_service.domain.findings import Books, Severity
from bot_service.domain.trading import ExitCause
from bot_service.mentor.codes import FIELD_KINDS, OBSERVATION_CODES
from bot_service.mentor.day import History
from bot_service.mentor.registry import all_detectors, daily_detectors, observe

NONE = History()


def books(opening, closing="0", trades="0", operations="0"):
    return Books(Decimal(opening), Decimal(trades), Decimal(operations), Decimal(closing))


def test_detectors_have_their_own_code_and_their_own_rank():
    ranks = [detector.RANK for detector in all_detectors()]
    assert ranks == sorted(set(ranks))
    assert len(OBSERVATION_CODES) == len(ranks) >= 14
    for detector in all_detectors():
        assert detector.__name__.rpartition(".")[2] == detector.CODE


def test_every_number_has_a_known_kind():
    assert {name for names in OBSERVATION_CODES.values() for name in names} == set(FIELD_KINDS)


def test_a_losing_day_inside_its_plan_is_praised(trade, facts):
    found = observe(facts(trade("-10.00", "10"), trade("-10.90", "10", minute=5)), NONE)
    assert (found.code, found.severity, found.sample) == ("disciplined_loss", Severity.PRAISE, 2)
    assert found.numbers == {"net": "-20.90", "losses": "2", "worst_r": "-1.09", "limit_r": "-1.1"}
    assert found.evidence == ("#100", "#105")


@pytest.mark.parametrize(
    "losing",
    [{"planned": "9"}, {"planned": None}, {"planned": "10", "cause": ExitCause.BY_HAND}],
    ids=["1.11 R", "no plan", "closed by a person"],
)
def test_a_losing_day_is_not_praised_when_a_loss_was_not_inside_its_plan(trade, facts, losing):
    found = observe(facts(trade("-10.00", **losing), trade("-1", "10", minute=5)), NONE)
    assert found.severity is not Severity.PRAISE


def test_a_loss_that_a_person_cut_short_is_no_plan_kept(trade, facts):
    detector = next(item for item in all_detectors() if item.CODE == "disciplined_loss")
    assert detector.detect(facts(trade("-5", "10")), NONE) is not None
    assert detector.detect(facts(trade("-5", "10", cause=ExitCause.BY_HAND)), NONE) is None


def test_money_is_never_praised(trade, facts):
    winning = facts(trade("500", "10"), trade("-5", "10", minute=1), trade("90", "10", minute=2))
    assert observe(winning, NONE).severity is Severity.FACT


def test_a_winning_day_with_a_loss_beyond_its_plan_speaks_of_the_loss(trade, facts):
    day = facts(trade("400", "10"), trade("-15", "10", minute=1), trade("-31", "10", minute=2))
    found = observe(day, NONE)
    assert found.code == "loss_beyond_plan"
    assert found.numbers == {
        "ticket": "102",
        "worst_r": "-3.10",
        "net": "-31",
        "planned": "10",
        "count": "2",
        "limit_r": "-1.5",
    }
    assert found.evidence == ("#102", "#101")


def test_a_loss_just_above_the_limit_is_not_called_beyond_its_plan(trade, facts):
    assert observe(facts(trade("-14.99", "10")), NONE).code != "loss_beyond_plan"


def test_a_difference_in_the_books_comes_before_everything(trade, facts):
    day = facts(trade("-99", "10", cause=ExitCause.STOP_OUT), books=books("1000", "900", "-99"))
    found = observe(day, NONE)
    assert (found.code, found.severity) == ("books_differ", Severity.WARN)
    assert found.numbers == {"difference": "-1", "opening": "1000", "closing": "900"}


def test_a_stop_out_is_critical(trade, facts):
    found = observe(facts(trade("-99", "10", cause=ExitCause.STOP_OUT), trade("5", "10", minute=1)), NONE)
    assert (found.code, found.severity) == ("stop_out", Severity.CRITICAL)
    assert found.numbers == {"count": "1", "net": "-99"}


def test_a_bots_trade_without_a_plan_is_named_and_a_persons_is_not(trade, facts):
    found = observe(facts(trade("5"), trade("7", bot=None, minute=1)), NONE)
    assert found.code == "unplanned_trades"
    assert found.numbers == {"count": "1", "trades": "2", "net": "5"}
    assert found.evidence == ("#100",)
    assert observe(facts(trade("7", bot=None)), NONE).code == "plain_day"


@pytest.mark.parametrize("cause", [ExitCause.BY_HAND, ExitCause.OPERATOR])
def test_an_exit_by_a_person_is_a_fact_without_judgement(trade, facts, cause):
    found = observe(facts(trade("5", "10", cause=cause), trade("6", "10", minute=1)), NONE)
    assert (found.code, found.severity) == ("closed_by_hand", Severity.FACT)
    assert found.numbers == {"count": "1", "trades": "2", "net": "5"}


def test_the_deepest_fall_of_a_day_is_measured_from_its_best_point(trade, facts):
    nets = ["30", "-15", "5", "-25", "20"]
    trades = [trade(net, "100", minute=at) for at, net in enumerate(nets)]
    found = observe(facts(*trades, books=books("1000", "1015", "15")), NONE)
    assert found.code == "drawdown_day"
    assert found.numbers == {"drawdown": "35", "drawdown_percent": "3.50", "opening": "1000"}
    assert found.evidence == ("#101", "#102", "#103")


def test_a_fall_has_no_share_of_an_account_that_began_empty(trade, facts):
    trades = [trade("30", "100"), trade("-25", "100", minute=1)]
    assert observe(facts(*trades, books=books("0", "5", "5")), NONE).code == "plain_day"


def test_costs_are_a_share_of_the_profit_before_costs(trade, facts):
    trades = [trade("1", "10", minute=at, costs="-1") for at in range(5)]
    found = observe(facts(*trades), NONE)
    assert found.code == "costs_share"
    assert found.numbers == {"costs": "5", "gross": "10", "share_percent": "50.00", "trades": "5"}


def test_costs_have_no_share_of_a_loss_and_none_when_swap_pays_them_back(trade, facts):
    losing = [trade("-1", "10", minute=at, costs="-0.5") for at in range(5)]
    assert observe(facts(*losing), NONE).code == "disciplined_loss"
    earning = [trade("1", "10", minute=at, costs="0.5") for at in range(5)]
    assert observe(facts(*earning), NONE).code == "plain_day"


def test_one_bot_carried_the_day_when_everything_else_lost(trade, facts):
    day = facts(trade("20", "10", bot=2), trade("-4", "10", minute=1), trade("-3", minute=2, bot=None))
    found = observe(day, NONE)
    assert found.code == "one_bot_carried"
    assert found.numbers == {"bot": "Emas", "bot_net": "20", "others_net": "-7", "net": "13"}
    assert found.evidence == ("#100",)


def test_one_trade_carried_the_day_of_a_single_bot(trade, facts):
    day = facts(trade("20", "10"), trade("-4", "10", minute=1), trade("-3", "10", minute=2))
    found = observe(day, NONE)
    assert found.code == "one_trade_carried"
    assert found.numbers == {"ticket": "100", "trade_net": "20", "others_net": "-7", "net": "13"}


def test_a_run_of_losses_goes_back_over_earlier_days_and_ends_at_the_day(trade, facts):
    won = [trade("5", "10"), trade("5", "10", minute=1)]
    day = facts(*won, *[trade("-1", "10", minute=at) for at in range(2, 6)])
    found = observe(day, NONE)
    assert found.code == "losing_streak"
    assert found.numbers == {"length": "4", "streak_net": "-4"}
    earlier = History((trade("3", minute=-3), trade("-2", minute=-2), trade("-2", minute=-1)), (3,))
    over_night = next(item for item in all_detectors() if item.CODE == "losing_streak")
    longer = over_night.detect(facts(trade("-1", "10"), trade("-1", "10", minute=1)), earlier)
    assert longer is not None
    assert longer.numbers == {"length": "4", "streak_net": "-6"}
    assert over_night.detect(facts(), earlier) is None


def test_a_busy_day_is_measured_by_the_own_median(trade, facts):
    trades = [trade("1", "10", minute=at) for at in range(6)]
    found = observe(facts(*trades), History((), (2, 3, 3, 4, 9)))
    assert found.code == "busy_day"
    assert found.numbers == {"trades": "6", "usual": "3", "days": "5"}
    assert observe(facts(*trades), History((), (3, 3, 3, 3))).code == "plain_day"
    assert observe(facts(*trades), History((), (4, 4, 4, 4, 4))).code == "plain_day"


def test_a_day_without_a_close_is_quiet_even_if_positions_were_opened(facts):
    found = observe(facts(opened=2), NONE)
    assert (found.code, found.numbers) == ("quiet_day", {"opened": "2"})


def test_a_finding_brings_exactly_the_numbers_its_file_names(trade, facts):
    days = [
        facts(books=books("1", "2")),
        facts(trade("-99", "10", cause=ExitCause.STOP_OUT)),
        facts(trade("-99", "10")),
        facts(trade("1")),
        facts(trade("1", "9", cause=ExitCause.BY_HAND)),
        facts(trade("-1", "9")),
        facts(trade("9", "9"), trade("-8", "9", minute=1), books=books("100", "101", "1")),
        facts(*[trade("1", "9", minute=at, costs="-1") for at in range(5)]),
        facts(trade("9", "9", bot=2), trade("-1", "9", minute=1)),
        facts(trade("9", "9"), trade("-1", "9", minute=1), trade("-2", "9", minute=2)),
        facts(trade("9", "9"), *[trade("-1", "9", minute=at) for at in range(1, 5)]),
        facts(*[trade("1", "9", minute=at) for at in range(6)]),
        facts(),
        facts(trade("1", "9")),
    ]
    seen = {}
    history = History((), (1, 1, 1, 1, 1))
    for day in days:
        for detector in daily_detectors():
            found = detector.detect(day, history)
            if found is not None:
                assert found.code == detector.CODE
                seen[found.code] = tuple(found.numbers)
    assert seen == {code: OBSERVATION_CODES[code] for code in seen}
    assert len(seen) == len(days)
