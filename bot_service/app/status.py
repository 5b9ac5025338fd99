"""`bot-service status`: what the database knows, with the use cases of looking only."""

from __future__ import annotations

import sys
from contextlib import closing

from bot_service.app.plain import plain
from bot_service.i18n import Translator
from bot_service.scheduling.clocks import SystemClock
from bot_service.services.queries import Queries
from bot_service.settings import Settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.telegram_bot.render import render


def run_status(settings: Settings) -> int:
    """Show accounts, bots and positions; return the exit code."""
    wall = SystemClock()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.url, wall)
    with closing(SqlDatabase(settings.url, wall)) as database:
        queries = Queries(database, wall, wall)
        status = queries.status()
        shown = [status, *(queries.positions(part.account.id) for part in status.accounts)]
    translator = Translator(settings.language, settings.time_zone)
    for view in shown:
        sys.stdout.write(plain(render(view, translator).text) + "\n\n")
    return 0
