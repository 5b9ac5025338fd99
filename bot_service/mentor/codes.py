"""What the mentor can say, as codes, for whoever writes the sentences.

Numbers are plain decimal text ("-12.30"); `FIELD_KINDS` tells how each is shown. Trades are named by their
position id. All sentences speak of positions that CLOSED in the day; with `finished` False they hold "so far".

Observations and their number fields, in the order in which one is picked:

    books_differ        difference opening closing        the broker's balance has something that the stored
                                                          deals do not explain
    stop_out            count net                         the broker closed positions for lack of margin
    loss_beyond_plan    ticket worst_r net planned count limit_r
                                                          `count` losses of `limit_r` or worse; ticket, net
                                                          and planned risk belong to the worst
    unplanned_trades    count trades net                  bot trades whose planned risk is not known, so R says
                                                          nothing about them
    disciplined_loss    net losses worst_r limit_r        praise: a losing day, no loss larger than `limit_r`
                                                          (1.1 R: the planned risk and a tenth for slippage)
    closed_by_hand      count trades net                  bots' positions that a person closed; neither good
                                                          nor bad
    drawdown_day        drawdown drawdown_percent peak low
                                                          the balance fell from `peak` to `low` within the day;
                                                          percent of the peak; closed trades only
    costs_share         costs gross share_percent trades  costs as a share of the profit before costs
    one_bot_carried     bot bot_net others_net net        one bot made more than the whole day; the others
                                                          together lost
    one_trade_carried   ticket trade_net others_net net   as above, for one trade
    losing_streak       length streak_net                 the last `length` trades lost, earlier days included;
                                                          says nothing about the next trade
    busy_day            trades usual days                 `usual` = median of the last `days` days with trades
    quiet_day           opened                            no position closed; `opened` deals opened or added
    plain_day           trades wins losses                nothing of the above

Closing lines carry no numbers:

    closing_so_far            the day still runs
    closing_books             look at the books first: broker and deals differ
    closing_stop_out          margin ran out
    closing_loss_beyond_plan  a loss went well beyond its plan (the day may have won)
    closing_unplanned         a bot's trade had no known planned risk
    closing_quiet             no position closed
    closing_loss_inside_plan  lost, and every loss was inside its plan: not your fault
    closing_by_hand           a person closed bots' positions: worth a note why
    closing_loss              lost; a loss was somewhat beyond its plan, or not all of it had a plan of a bot
    closing_steady            did not lose, and every trade had a plan and kept to it; no word about money
    closing_open_plan         did not lose, and not every loss was inside a plan; no word about money
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OBSERVATION_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "books_differ": ("difference", "opening", "closing"),
        "stop_out": ("count", "net"),
        "loss_beyond_plan": ("ticket", "worst_r", "net", "planned", "count", "limit_r"),
        "unplanned_trades": ("count", "trades", "net"),
        "disciplined_loss": ("net", "losses", "worst_r", "limit_r"),
        "closed_by_hand": ("count", "trades", "net"),
        "drawdown_day": ("drawdown", "drawdown_percent", "peak", "low"),
        "costs_share": ("costs", "gross", "share_percent", "trades"),
        "one_bot_carried": ("bot", "bot_net", "others_net", "net"),
        "one_trade_carried": ("ticket", "trade_net", "others_net", "net"),
        "losing_streak": ("length", "streak_net"),
        "busy_day": ("trades", "usual", "days"),
        "quiet_day": ("opened",),
        "plain_day": ("trades", "wins", "losses"),
    }
)

CLOSING_CODES: tuple[str, ...] = (
    "closing_so_far",
    "closing_books",
    "closing_stop_out",
    "closing_loss_beyond_plan",
    "closing_unplanned",
    "closing_quiet",
    "closing_loss_inside_plan",
    "closing_by_hand",
    "closing_loss",
    "closing_steady",
    "closing_open_plan",
)

FIELD_KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("difference", "opening", "closing", "net", "planned", "drawdown", "peak"), "money"),
        **dict.fromkeys(
            ("low", "costs", "gross", "bot_net", "trade_net", "others_net", "streak_net"), "money"
        ),
        **dict.fromkeys(("worst_r", "limit_r"), "r"),
        **dict.fromkeys(("drawdown_percent", "share_percent"), "percent"),
        **dict.fromkeys(("count", "trades", "wins", "losses", "length", "usual", "days", "opened"), "count"),
        "ticket": "ticket",
        "bot": "name",
    }
)
