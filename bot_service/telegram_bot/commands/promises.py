"""Promises: made in calm, listed, ended; and what is tapped or typed when one stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot_service.domain.errors import InPrivateOnly, InvalidValue
from bot_service.domain.people import Role
from bot_service.domain.promises import Brake, PromiseKind, PromiseMark
from bot_service.i18n import mark as _
from bot_service.telegram_bot.braking import done_at_last, is_nearly, is_sentence
from bot_service.telegram_bot.registry import Group, Kind, button, command, typed
from bot_service.telegram_bot.render import Message, accounts, do
from bot_service.telegram_bot.render.promises import SENTENCE, BrakeChoiceView, KeptView, WaitingView
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.which import named_account, with_accounts

KINDS = {
    PromiseKind.CALM_AFTER_LOSS: ("calm", "tenang"),
    PromiseKind.NO_RESTART: ("restart", "no_restart", "mulai_lagi"),
    PromiseKind.FEW_INTERVENTIONS: ("few", "interventions", "turun_tangan"),
}
BRAKES = {
    Brake.DELAY: ("delay", "wait", "tunggu", "jeda"),
    Brake.SENTENCE: ("sentence", "kalimat"),
}
JUDGED = {
    **dict.fromkeys(("kept", "ditepati", "tepati"), PromiseMark.KEPT),
    **dict.fromkeys(("broken", "dilanggar", "langgar"), PromiseMark.BROKEN),
}
END = frozenset({"end", "akhiri", "hapus"})
FRESH = timedelta(seconds=60)
_LONGEST_NUMBER = 9
_TWO_WORDS = 2


@command(
    "promise",
    group=Group.MENTOR,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Promise yourself something in calm; I remind you in heat"),
    usage=_("[calm | restart | few | TEXT]"),
    examples=("promise", "promise calm", "promise no trades during NFP"),
    aliases={"id": ("janji",)},
    private=True,
    state="promise",
)
def promise(request: Request) -> Reply:
    """List promises; make one from a template or in own words; judge an own one; end one."""
    if request.in_group:
        raise InPrivateOnly
    account, words = named_account(request)
    promising = request.services.promising
    if not words:
        view = promising.view(request.actor, account)
        return with_accounts(request, request.show(view), view.account_id, "promise")
    first = words[0].lower()
    if first in END:
        return request.show(promising.end(request.actor, _number(words[1:])))
    if first in JUDGED and len(words) == _TWO_WORDS and words[1].removeprefix("#").isdecimal():
        return request.show(promising.judge(request.actor, _number(words[1:]), JUDGED[first]))
    return _made(request, account, words)


def _made(request: Request, account: int | None, words: Sequence[str]) -> Reply:
    promising, first = request.services.promising, words[0].lower()
    connected = request.services.accounts.connected()
    if account is None and len(connected) > 1:
        return Reply((accounts.which(connected, request.line, request.t),))
    kind = next((one for one, names in KINDS.items() if first in names), None)
    if kind is None:
        text = " ".join(words)
        return request.show(promising.make(request.actor, PromiseKind.OWN, Brake.DELAY, account, text))
    if len(words) == 1:
        return request.show(BrakeChoiceView(kind, account))
    return request.show(promising.make(request.actor, kind, _brake(words[1]), account))


def _brake(word: str) -> Brake:
    for brake, names in BRAKES.items():
        if word.lower() in names:
            return brake
    raise InvalidValue("promise", word[:32], "not_a_choice", ", ".join(Brake))


def _number(words: Sequence[str]) -> int:
    word = words[0].removeprefix("#") if words else ""
    if not (word.isascii() and word.isdecimal()) or len(word) > _LONGEST_NUMBER:
        raise InvalidValue("promise", word[:32], "no_such_promise")
    return int(word)


@button("vow", role=Role.VIEWER, kind=Kind.CHANGE, state="promise")
def vow(request: Request) -> Reply:
    """Keep the promise, or let the act wait."""
    verb, number = (*request.words, "")[:2]
    promising = request.services.promising
    if verb == "wait":
        return request.show(WaitingView(promising.wait(request.actor, _number((number,)))))
    promising.keep(request.actor, _number((number,)))
    return request.show(KeptView())


@button("vowgo", role=Role.VIEWER, kind=Kind.RAISE, state="bots")
def vow_go(request: Request) -> Reply:
    """Do what had to wait."""
    act = request.services.promising.freed(request.actor, _number(request.words))
    return done_at_last(request, act)


@typed(role=Role.VIEWER, rank=5)
def spoken(request: Request) -> Reply | None:
    """Take the typed sentence, and do what it was asked for."""
    promising = request.services.promising
    if not is_nearly(request.line):
        return None
    waiting = promising.awaits_sentence(request.actor)
    if waiting is None:
        return None
    t = request.t
    if not is_sentence(request.line):
        text = t.html(
            _("Not quite. Please type exactly this: <code>{sentence}</code>"), sentence=t.text(SENTENCE)
        )
        keep = (do(t.text(_("🤝 I keep my promise")), "promise"),)
        return Reply((Message(text, (keep,)),))
    act = promising.spoken(request.actor, waiting.id)
    if promising.now() - request.actor.sent_at > FRESH:
        return request.show(WaitingView(act))
    return done_at_last(request, act)
