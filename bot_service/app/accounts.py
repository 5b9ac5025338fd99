"""Read which accounts the service trades: one, or those of `ACCOUNTS_FILE`."""

from __future__ import annotations

import re
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot_service.settings import Settings, SettingsError, TerminalKind, offline_settings

NAME = "ACCOUNTS_FILE"
KEYS = {
    "terminal": "terminal",
    "path": "mt5_path",
    "login": "mt5_login",
    "password": "mt5_password",
    "server": "mt5_server",
    "portable": "mt5_portable",
    "bridge_url": "bridge_url",
    "symbols": "symbols",
}
MOST = 20
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,15}")
FIRST_PAPER_LOGIN = 6_000_000


@dataclass(frozen=True)
class AccountPlan:
    """One account to connect; its settings are those of the service with its own terminal.

    `label` is "" for the only account of a service without `ACCOUNTS_FILE`.
    """

    label: str
    settings: Settings

    @property
    def paper(self) -> bool:
        """Tell whether nothing real stands behind it."""
        return self.settings.terminal is TerminalKind.PAPER

    @property
    def paper_login(self) -> int | None:
        """Return the number of a labelled paper account, the same whatever else stands in the file."""
        if not self.label:
            return None
        return (
            self.settings.mt5_login or FIRST_PAPER_LOGIN + zlib.crc32(self.label.lower().encode()) % 1_000_000
        )


def read_accounts(settings: Settings) -> tuple[AccountPlan, ...]:
    """Return the accounts in the file's order, without a file the one of the settings.

    Raises:
        SettingsError: the file can't be used; every mistake is named.
    """
    if settings.accounts_file is None:
        return (AccountPlan("", settings),)
    problems: list[tuple[str, str]] = []
    plans = [
        plan
        for label, table in _tables(settings.accounts_file).items()
        if (plan := _plan(settings, label, table, problems)) is not None
    ]
    problems.extend(_clashes(plans))
    if problems:
        raise SettingsError(problems)
    return tuple(plans)


def _tables(file: Path) -> Mapping[str, Any]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError([(NAME, f"{file} can't be read: {error.strerror}")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([(NAME, f"{file} is no TOML: {error}")]) from None
    if not 1 <= len(tables) <= MOST:
        raise SettingsError([(NAME, f"{file} must have 1 to {MOST} accounts, has {len(tables)}")])
    return tables


def _plan(
    settings: Settings, label: str, table: object, problems: list[tuple[str, str]]
) -> AccountPlan | None:
    where = f"{NAME} [{label}]"
    if not LABEL.fullmatch(label):
        problems.append((where, "a label has 1 to 16 letters, digits, - or _, such as [demo-1]"))
        return None
    if not isinstance(table, dict):
        problems.append((where, "is no table; write [label] and below it one key = value per line"))
        return None
    unknown = sorted(set(table) - set(KEYS))
    if unknown:
        problems.append((where, f"unknown: {', '.join(unknown)}; known: {', '.join(KEYS)}"))
        return None
    # What belongs to one terminal is never taken from the settings of the whole service.
    own = {field: Settings.model_fields[field].get_default() for field in KEYS.values()}
    own["symbols"] = settings.symbols
    own |= {KEYS[key]: value for key, value in table.items()}
    try:
        made = offline_settings(**{**dict(settings), **own})
    except ValidationError as error:
        names = {field: key for key, field in KEYS.items()}
        for item in error.errors():
            field = str(item["loc"][0])
            problems.append((f"{where} {names.get(field, field)}", item["msg"].removeprefix("Value error, ")))
        return None
    return AccountPlan(label, made)


def _clashes(plans: Iterable[AccountPlan]) -> list[tuple[str, str]]:
    plans = list(plans)
    found = [
        (f"{NAME} [{plan.label}]", f"needs {' and '.join(missing)}, so that no account is taken for another")
        for plan in plans
        if len(plans) > 1 and (missing := _missing(plan))
    ]
    found += _twice((plan.label.lower() for plan in plans), "label")
    found += _twice((str(plan.settings.mt5_path).lower() for plan in plans if _isolated(plan)), "path")
    found += _twice((plan.settings.bridge_url for plan in plans if _bridged(plan)), "bridge_url")
    found += _twice((_login(plan) for plan in plans), "login")
    if any(plan.paper for plan in plans) and not all(plan.paper for plan in plans):
        service = plans[0].settings
        if service.paper_speed != 1 or service.paper_history is not None or service.paper_start is not None:
            found.append((NAME, "paper accounts beside real ones need PAPER_SPEED=1 and no history or start"))
    return found


def _missing(plan: AccountPlan) -> list[str]:
    if plan.paper:
        return []
    missing = [] if plan.settings.mt5_login is not None else ["login"]
    isolated = plan.settings.terminal is TerminalKind.ISOLATED
    return [*missing, "path"] if isolated and plan.settings.mt5_path is None else missing


def _isolated(plan: AccountPlan) -> bool:
    return plan.settings.terminal is TerminalKind.ISOLATED and plan.settings.mt5_path is not None


def _bridged(plan: AccountPlan) -> bool:
    return plan.settings.terminal is TerminalKind.BRIDGE


def _login(plan: AccountPlan) -> str:
    if plan.paper:
        return f"paper {plan.paper_login}"
    server = (plan.settings.mt5_server or "").lower()
    return f"{plan.settings.mt5_login} {server}".strip()


def _twice(values: Iterable[str], key: str) -> list[tuple[str, str]]:
    counts = Counter(values)
    return [(NAME, f"{key} {value} is used twice") for value, count in counts.items() if count > 1]
