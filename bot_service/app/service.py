"""`bot-service run`: the service with the settings of the environment."""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from bot_service.app.accounts import read_accounts
from bot_service.app.house import House
from bot_service.app.locking import AlreadyRunning, only_service
from bot_service.app.pairing import show_pairing
from bot_service.app.serving import serve
from bot_service.app.speech import say
from bot_service.i18n import mark as _
from bot_service.logs import set_up_logs
from bot_service.services.cycle import no_checkpoint
from bot_service.services.orders import Checkpoint
from bot_service.settings import Settings
from bot_service.telegram_bot.application import EdgeConfig
from bot_service.telegram_bot.webhook import WebhookAddress
from bot_service.terminals.isolated.process import PackageMissing
from bot_service.terminals.paper import PaperMismatch, forbid_install

FAILED = 1
USAGE_ERROR = 2
NO_PACKAGE = _(
    "TERMINAL=isolated needs the MetaTrader5 package, which exists for Windows only and is not installed "
    "here. Use TERMINAL=bridge for a terminal elsewhere, or TERMINAL=paper to practise."
)


def edge_config(settings: Settings) -> EdgeConfig | None:
    """Return how to reach Telegram, None without a token."""
    if settings.telegram_bot_token is None:
        return None
    api_url = settings.telegram_api_url
    return EdgeConfig(
        token=settings.telegram_bot_token.get_secret_value(),
        api_url=None if api_url is None else str(api_url),
        proxy=settings.telegram_proxy,
        webhook=_webhook(settings),
    )


def _webhook(settings: Settings) -> WebhookAddress | None:
    if settings.webhook_url is None:
        return None
    host, _colon, port = settings.webhook_listen.rpartition(":")
    return WebhookAddress(str(settings.webhook_url), host.strip("[]"), int(port))


def run_service(
    settings: Settings, *, checkpoint: Checkpoint = no_checkpoint, count_restarts: bool = True
) -> int:
    """Run until a signal comes; return the exit code."""
    config = edge_config(settings)
    if config is None:
        say(
            settings.language,
            _("TELEGRAM_BOT_TOKEN is missing: ask @BotFather for one, then put it in .env."),
        )
        return USAGE_ERROR
    try:
        with only_service(settings.data_dir):
            set_up_logs(settings.data_dir, secrets=_secrets(settings))
            # Only from here on: another program in this process could trade beside the service.
            allow_install = forbid_install()
            try:
                house = House(settings, checkpoint=checkpoint, count_restarts=count_restarts)
                asyncio.run(serve(house, config, partial(_offer_pairing, house, config)))
            finally:
                allow_install()
    except AlreadyRunning as error:
        say(
            settings.language,
            _("Another service (process {holder}) uses {directory}. Stop it first."),
            holder=error.holder,
            directory=error.directory,
        )
        return FAILED
    except PackageMissing:
        say(settings.language, NO_PACKAGE)
        return USAGE_ERROR
    except PaperMismatch as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return 0


def _offer_pairing(house: House, config: EdgeConfig) -> None:
    # Nobody can talk to a service without an owner; whoever reads this console is the one.
    if not house.services.chats.members():
        show_pairing(house.settings, config, house.services.chats.new_code())


def _secrets(settings: Settings) -> list[str]:
    passwords = [plan.settings.mt5_password for plan in read_accounts(settings)]
    hidden = (settings.telegram_bot_token, settings.mt5_password, settings.writer_key, *passwords)
    return [secret.get_secret_value() for secret in hidden if secret is not None]
