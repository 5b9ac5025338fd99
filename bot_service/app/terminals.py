"""Open the terminal that the settings ask for: paper, the official package in a child, or a bridge."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot_service.app.market import PaperPlace, open_paper_market
from bot_service.domain.accounts import Account
from bot_service.domain.market import TradeMode
from bot_service.ports import Clock
from bot_service.scheduling.clocks import PacedClock, SystemClock
from bot_service.settings import Settings, TerminalKind
from bot_service.terminals.bridge.wire import address_of, bridge_api
from bot_service.terminals.channel import SignIn
from bot_service.terminals.isolated.official import LOADER
from bot_service.terminals.isolated.process import isolated_api
from bot_service.terminals.paper import PaperTerminal
from bot_service.terminals.remote import RemoteApi
from bot_service.terminals.terminal import Mt5Terminal

log = logging.getLogger(__name__)

PAPER_LABEL = "Paper"
LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Venue:
    """Where orders go, and its clock; `paper` is set when nothing real stands behind it.

    `api` is what the terminal calls; `kill` ends a call that hangs there, from any thread.
    """

    terminal: Mt5Terminal
    api: Any
    clock: Clock
    paced: PacedClock | None = None
    paper: PaperTerminal | None = None
    kill: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Disconnect, whatever runs."""
        self.kill()
        self.terminal.close()
        if self.paper is not None:
            self.paper.close_book()


def open_venue(
    settings: Settings,
    *,
    loader: str = LOADER,
    loader_args: Sequence[Any] = (),
    place: PaperPlace | None = None,
) -> Venue:
    """Return the venue of the settings; only paper exists before its first connection.

    `loader` gives a child process its package; only tests name another one. `place` tells one of several
    paper accounts from the others.

    Raises:
        PaperMismatch: the directory belongs to another market.
        PackageMissing: the official package is not installed here.
        ValueError: the history can't be read.
    """
    if settings.terminal is TerminalKind.PAPER:
        market = open_paper_market(settings, place)
        terminal = Mt5Terminal(
            market.api,
            clock=market.clock,
            trade_mode_override=TradeMode.PAPER,
            pinned=settings.pinned_symbols,
        )
        return Venue(terminal, market.api, market.clock, market.paced, market.api)
    if settings.terminal is TerminalKind.BRIDGE:
        if address_of(settings.bridge_url)[0] not in LOOPBACK:
            log.warning("the bridge leaves this computer and nothing encrypts it; use an SSH tunnel")
        return remote_venue(
            bridge_api(settings.bridge_url, sign_in(settings)), pinned=settings.pinned_symbols
        )
    child = isolated_api(sign_in(settings), loader=loader, loader_args=loader_args)
    return remote_venue(child, pinned=settings.pinned_symbols)


def remote_venue(
    api: RemoteApi, clock: Clock | None = None, pinned: Mapping[str, str] | None = None
) -> Venue:
    """Return the venue behind an API with a far side; `pinned` maps plain names to the broker's."""
    clock = clock or SystemClock()
    return Venue(Mt5Terminal(api, clock=clock, pinned=pinned), api, clock, kill=api.kill)


def sign_in(settings: Settings) -> SignIn:
    """Return which terminal and account the settings name."""
    password = settings.mt5_password
    return SignIn(
        path=settings.mt5_path,
        login=settings.mt5_login,
        password=None if password is None else password.get_secret_value(),
        server=settings.mt5_server,
        portable=settings.mt5_portable,
    )


def account_of(settings: Settings, accounts: Sequence[Account]) -> Account | None:
    """Return the stored account that the settings mean, None where only the terminal can tell."""
    real = [account for account in accounts if account.identity.trade_mode is not TradeMode.PAPER]
    if settings.mt5_login is not None:
        real = [account for account in real if account.identity.login == settings.mt5_login]
    if settings.mt5_server is not None:
        wanted = settings.mt5_server.casefold()
        real = [account for account in real if account.identity.server.casefold() == wanted]
    return real[0] if len(real) == 1 else None
