"""Several accounts in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot_service.domain.accounts import Account
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import AccountLine, AccountsView, AccountTag, Opposite
from bot_service.telegram_bot.render.message import Button, Message, do, fits
from bot_service.telegram_bot.render.money_views import money_lines
from bot_service.telegram_bot.render.parts import lines, rows, tag
from bot_service.telegram_bot.render.registry import renders

_A_ROW = 3


@renders(AccountsView)
def accounts(view: AccountsView, t: Translator) -> Message:
    """Return every account with its money and its bots, and a button for each."""
    head = t.html(_("🏦 <b>Accounts: {n}</b>"), n=len(view.lines))
    told = [item for line in view.lines for item in _account(line, t)]
    buttons = rows(
        (do(_title(line.money.account), f"account @{line.money.account.id}") for line in view.lines), _A_ROW
    )
    last = (do(t.text(_("📊 Status")), "status"), do(t.text(_("🔄 Refresh")), "accounts"))
    return Message(lines(head, *told, *opposite_lines(view.opposites, t)), (*buttons, last))


def _account(line: AccountLine, t: Translator) -> list[str | None]:
    bots = t.html(_("Bots: {n}, running: {running}"), n=line.bots, running=line.running)
    lost = None
    if not line.connected:
        lost = t.html(_("⚪ Not connected right now; its records are kept."))
    elif line.money.account.link_lost_at is not None:
        lost = t.html(_("⚠️ No connection to the terminal."))
    return ["", *money_lines(line.money, t), bots, lost]


def opposite_lines(found: Iterable[Opposite], t: Translator) -> list[Html]:
    """Return a warning for each symbol that stands against itself."""
    return [
        t.html(
            _("⚠️ <b>{symbol}</b> is bought on {buyers} and sold on {sellers}: double costs, nothing gained."),
            symbol=item.symbol,
            buyers=_tags(item.buyers),
            sellers=_tags(item.sellers),
        )
        for item in found
    ]


def _tags(tags: Iterable[AccountTag]) -> Html:
    return Html(" ".join(tag(item).strip() for item in tags))


def switches(found: Sequence[Account], shown: int | None, line: str) -> tuple[tuple[Button, ...], ...]:
    """Return a row of buttons for the accounts that are not shown; nothing where there is only one."""
    others = [do(_title(account), f"{line} @{account.id}") for account in found if account.id != shown]
    return rows(others, _A_ROW) if len(found) > 1 else ()


def which(found: Sequence[Account], line: str, t: Translator) -> Message:
    """Ask which account a line is meant for."""
    name, _space, rest = line.partition(" ")
    told = [t.html(_("🏦 <b>Which account?</b>"))]
    wanted = [(account, f"{name} @{account.id} {rest}".strip()) for account in found]
    buttons = [do(_title(account), asked) for account, asked in wanted if fits(asked)]
    if len(buttons) < len(wanted):
        told.append(
            t.html(
                _("Type it with the account: <code>/{example}</code>"),
                example=f"{name} @{found[0].label} {rest}".strip(),
            )
        )
    return Message(lines(*told), rows(buttons, 1))


def _title(account: Account) -> str:
    return f"🏦 {account.label}"
