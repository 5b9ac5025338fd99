"""Which of several accounts a person means: a word such as `@prop` anywhere in the line."""

from __future__ import annotations

from dataclasses import replace

from bot_service.telegram_bot.render import accounts
from bot_service.telegram_bot.request import Reply, Request


def named_account(request: Request) -> tuple[int | None, tuple[str, ...]]:
    """Return the account of the first word with `@`, None without one, and the other words.

    Raises:
        InvalidValue: there is no such account.
    """
    named = next((word for word in request.words if word.startswith("@")), None)
    if named is None:
        return None, tuple(request.words)
    rest = tuple(word for word in request.words if word != named)
    return request.services.accounts.choose(named).id, rest


def with_accounts(request: Request, reply: Reply, shown: int | None, line: str) -> Reply:
    """Return the reply with a button for each other account, where there are several."""
    found = request.services.accounts.connected()
    if len(found) < 2:  # noqa: PLR2004  # nothing to switch
        return reply
    (message,) = reply.messages
    keyboard = (*message.keyboard, *accounts.switches(found, shown, line))
    return replace(reply, messages=(replace(message, keyboard=keyboard),))
