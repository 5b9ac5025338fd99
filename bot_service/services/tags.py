"""Which account a message speaks of."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.domain.accounts import Account
from bot_service.services.views import AccountTag

UNNAMED_PAPER = "Paper"


def tag_of(account: Account) -> AccountTag:
    """Return an account's tag."""
    # What nobody has named is called after its server, or after the paper it stands on.
    unnamed = account.label in (account.identity.server, UNNAMED_PAPER)
    label = "" if unnamed else account.label
    return AccountTag(account.identity.trade_mode, account.identity.login, label)


def common_tag(accounts: Iterable[Account]) -> AccountTag | None:
    """Return the tag of the only account, None where there are none or several."""
    tags = [tag_of(account) for account in accounts]
    return tags[0] if len(tags) == 1 else None
