"""What people do with the limits of an account: look, change, lift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from enum import StrEnum

from bot_service.domain import guards, limit_words
from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.bots import Held
from bot_service.domain.errors import ConfirmationRefused, InvalidValue, NothingHeld
from bot_service.domain.events import LimitsChanged
from bot_service.domain.guards import GuardAction, GuardRules, LimitKind
from bot_service.domain.people import Actor
from bot_service.ports import UnitOfWork
from bot_service.services import daily, exposures, guard_rules, vows
from bot_service.services.desk import Desk
from bot_service.services.guard_views import AccountLimits, LimitsDraft, LimitsReceipt, LimitsView
from bot_service.services.guards import Guards, is_held
from bot_service.services.tags import tag_of
from bot_service.services.vows import Intended

NONE = "off"


class Limits:
    """Show and set the limits; what protects less is confirmed first, and all members are told."""

    def __init__(self, desk: Desk, guard: Guards) -> None:
        self._desk = desk
        self._guard = guard

    def view(self) -> LimitsView:
        """Return every account's limits with what is used; no terminal is asked."""
        with self._desk.database.read() as uow:
            return LimitsView(tuple(self._shown(uow, account) for account in uow.accounts.all()))

    def draft(self, account_id: int | None, words: Sequence[str]) -> LimitsDraft:
        """Return what a typed change would do.

        Raises:
            InvalidValue: it can't be understood, or changes nothing.
            AmbiguousNumber: a number has two readings.
            NoAccount: there is none.
        """
        account = self._desk.account(account_id)
        with self._desk.database.read() as uow:
            before, held = guard_rules.of_account(uow, account.id), is_held(uow, account.id)
        rules = limit_words.changed(before, words)
        if rules.daily.kind is LimitKind.MONEY and rules.daily.currency != account.currency:
            # Different currencies are never compared.
            raise InvalidValue("limit", rules.daily.currency, "other_currency", account.currency)
        lines = differences(before, rules)
        acts = rules.daily.action is not before.daily.action
        return LimitsDraft(
            tag=tag_of(account),
            account_id=account.id,
            before=before,
            rules=rules,
            lines=lines,
            weaker=guards.weaker(before, rules),
            closes=held and acts and rules.daily.action is GuardAction.CLOSE,
        )

    def change(self, actor: Actor, draft: LimitsDraft, *, confirmed: bool = False) -> LimitsReceipt:
        """Set the limits that were shown.

        Raises:
            ConfirmationRefused: they protect less and nobody confirmed it, or were changed meanwhile.
            PromiseStands: they protect less, and the person promised himself not to go on after a hit.
        """
        if draft.weaker and not confirmed:
            raise ConfirmationRefused("unknown")
        if draft.weaker:
            vows.refuse(self._desk, actor, [draft.account_id], Intended(ActKind.LIMITS))
        with self._desk.database.write() as uow:
            if guard_rules.of_account(uow, draft.account_id) != draft.before:
                raise ConfirmationRefused("unknown")
            if draft.lines:
                guard_rules.save(uow, draft.account_id, draft.rules)
                event = LimitsChanged(
                    happened_at=self._desk.market.now(),
                    account_id=draft.account_id,
                    actor=actor.user_id,
                    weaker=draft.weaker,
                    lines=draft.lines,
                )
                uow.record(event, answered_chat=actor.chat_id)
            uow.commit()
        return LimitsReceipt(draft.tag, draft.lines)

    def held(self, account_id: int | None = None) -> int:
        """Return the account whose day's limit holds entries, without an id the first such one.

        Raises:
            NothingHeld: there is none.
        """
        with self._desk.database.read() as uow:
            for account in uow.accounts.all():
                if account_id in {None, account.id} and is_held(uow, account.id):
                    return account.id
        raise NothingHeld(Held.GUARD)

    def lift(self, actor: Actor, account_id: int | None = None) -> None:
        """Let entries go on although the day's limit is hit.

        Raises:
            NothingHeld: it holds nothing.
            PromiseStands: the person promised himself not to.
        """
        held = self.held(account_id)
        vows.refuse(self._desk, actor, [held], Intended(ActKind.LIMITS))
        self._guard.lift(actor, held)

    def _shown(self, uow: UnitOfWork, account: Account) -> AccountLimits:
        rules, seen = guard_rules.of_account(uow, account.id), uow.accounts.snapshot(account.id)
        usable = seen is not None and seen.state.currency == account.currency
        today = daily.today(uow, account, rules.daily, seen) if usable and seen is not None else None
        day = None
        if today is not None:
            day = today.strict if self._guard.is_strict(account.id) else today.mild
        state = None if seen is None else seen.state
        return AccountLimits(
            tag=tag_of(account),
            account_id=account.id,
            label=account.label,
            currency=account.currency,
            rules=rules,
            period=None if today is None else today.period,
            day=day,
            held=is_held(uow, account.id),
            exposure=exposures.stored(uow, account.id),
            base=None if state is None else state.sizing_base,
            margin_level=None if state is None else state.margin_level,
            margin_call=None if state is None else state.margin_call,
            seen_at=None if seen is None else seen.market_at,
        )


def differences(before: GuardRules, after: GuardRules) -> tuple[tuple[str, str, str], ...]:
    """Return what differs as field, old and new value, as plain text."""
    old, new = _flat(before), _flat(after)
    return tuple((name, old[name], new[name]) for name in old if old[name] != new[name])


def _flat(rules: GuardRules) -> dict[str, str]:
    plain = {name: _text(value) for name, value in asdict(rules).items() if name != "daily"}
    day = {f"daily_{name}": _text(value) for name, value in asdict(rules.daily).items()}
    return {**day, **plain}


def _text(value: object) -> str:
    if value is None:
        return NONE
    if isinstance(value, StrEnum):
        return value.value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
