"""The command that makes trades, days and reports again from the stored deals."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.app.console import open_console
from bot_service.app.speech import say
from bot_service.i18n import mark as _
from bot_service.services.rebuilding import Rebuilt
from bot_service.settings import Settings

SHOWN = 10


def run_rebuild(settings: Settings) -> int:
    """Rebuild every account and tell what came out differently; return the exit code."""
    for one in open_console(settings).rebuilding.run():
        _tell(settings.language, one)
    return 0


def _tell(language: str, one: Rebuilt) -> None:
    name = one.account.label or str(one.account.identity.login)
    say(
        language,
        _("{account}: {trades} trades and {reports} daily reports made again from the deals."),
        account=name,
        trades=one.trades,
        reports=one.reports,
    )
    if one.same:
        say(language, _("Everything came out as it was stored."))
        return
    say(
        language,
        _("Different now: trades added {added}, changed {changed}, removed {removed}; reports {days}."),
        added=_listed(f"#{number}" for number in one.added),
        changed=_listed(f"#{number}" for number in one.changed),
        removed=_listed(f"#{number}" for number in one.removed),
        days=_listed(day.isoformat() for day in one.days),
    )


def _listed(items: Iterable[str]) -> str:
    names = list(items)
    more = f" +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more if names else "-"
