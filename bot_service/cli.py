"""The commands a person types; each imports what it needs, so that a child process starts fast."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot_service.settings import Settings

USAGE_ERROR = 2
FAILED = 1

cli = typer.Typer(
    name="bot-service",
    help="Run many MetaTrader 5 bots from Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Language(StrEnum):
    """The languages of the chat."""

    id = "id"
    en = "en"


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the chat page.")] = 8088,
    data_dir: Annotated[Path, typer.Option(help="Where the demo lives.")] = Path(".bot_service/demo"),
    history: Annotated[Path | None, typer.Option(help="Folder with bars to replay.")] = None,
    speed: Annotated[
        float | None, typer.Option(min=0.1, max=1_000_000, help="Market seconds per second.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the synthetic market.")] = 1,
    bots: Annotated[int, typer.Option(min=0, max=1000, help="How many sample bots.")] = 6,
    lang: Annotated[Language, typer.Option(help="Language of the chat.")] = Language.id,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the chat page.")] = True,
) -> None:
    """Try everything here: paper terminal, sample bots and a chat page; no account, no token."""
    from bot_service.app import demo as app

    options = app.DemoOptions(
        port=port,
        data_dir=data_dir,
        history=history,
        speed=speed,
        seed=seed,
        bots=bots,
        language=lang.value,
        browser=browser,
    )
    _finish(lambda: app.run_demo(options))


@cli.command()
def run() -> None:
    """Run the service with the settings of the environment and `.env`."""
    from bot_service.app import service as app

    settings = _settings()
    _finish(lambda: app.run_service(settings))


@cli.command()
def chat(
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    data_dir: Annotated[Path, typer.Option(help="Where the chat is kept.")],
) -> None:
    """Run the local chat server alone, to try `run` against it."""
    from bot_service.app import demo as app

    _finish(lambda: app.run_chat(port, data_dir))


@cli.command()
def check(
    live_demo: Annotated[
        bool, typer.Option("--live-demo", help="Also compare a demo account's terminal with what we know.")
    ] = False,
) -> None:
    """Check settings, database, terminal and Telegram, one line each."""
    from bot_service.app import check as app

    settings = _settings()
    _finish(lambda: app.run_check(settings, live_demo=live_demo))


@cli.command()
def signals(
    strategy: Annotated[str, typer.Option(help="Key of the strategy.")],
    file: Annotated[Path, typer.Option(help="Bars: CSV, may be gzipped.")],
    symbol: Annotated[str | None, typer.Option(help="A label; a known symbol brings its market.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="name=value, may be repeated.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON is what you get anyway.")] = False,  # noqa: ARG001
) -> None:
    """Show what a strategy says about every bar of a file, as one JSON list."""
    from bot_service.app import signals as app

    _offline(lambda: app.run_signals(strategy, file, symbol, _pairs(param)))


@cli.command()
def backtest(
    strategy: Annotated[str, typer.Option(help="Key of the strategy.")],
    symbol: Annotated[str, typer.Option(help="Symbol with a file in the folder.")],
    history: Annotated[Path, typer.Option(help="Folder with <SYMBOL>_<TF>*.csv[.gz] files.")],
    timeframe: Annotated[str, typer.Option(help="Timeframe of the bot.")] = "H1",
    param: Annotated[list[str] | None, typer.Option(help="name=value, may be repeated.")] = None,
    since: Annotated[datetime | None, typer.Option("--from", help="First day (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="Day before which it ends (UTC).")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Replay a bot on files of bars: the live cycle, sizing and costs, only fast."""
    from bot_service.app import backtest as app

    options = app.BacktestOptions(strategy, symbol, history, timeframe, _pairs(param), since, until)
    _offline(lambda: app.run_backtest(options, as_json=json))


@cli.command()
def setup() -> None:
    """Ask for token, terminal and time zone, write `.env`, and show how to become the owner."""
    from bot_service.app import setup as app

    def ask(question: str, usual: str, hidden: bool) -> str:  # the shape of an asker
        answer: str = typer.prompt(question, default=usual, hide_input=hidden, show_default=bool(usual))
        return answer

    _finish(lambda: app.run_setup(ask))


@cli.command()
def pair() -> None:
    """Show a new one-time code that makes its sender the owner."""
    from bot_service.app import console as app

    settings = _settings()
    _finish(lambda: app.run_pair(settings))


@cli.command()
def status() -> None:
    """Show accounts, bots and positions, whether the service runs or not."""
    from bot_service.app import status as app

    settings = _settings()
    _finish(lambda: app.run_status(settings))


@cli.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; without it the data directory.")] = None,
) -> None:
    """Write a consistent copy of the database, also while the service runs."""
    from bot_service.app import backups as app

    settings = _settings()
    _finish(lambda: app.run_backup(settings, file))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A copy that `backup` or the service has made.")],
) -> None:
    """Put a copy in the database's place; entries stay held until the owner lets them go on."""
    from bot_service.app import backups as app

    settings = _settings()
    _finish(lambda: app.run_restore(settings, file))


@cli.command(name="stop-all")
def stop_all() -> None:
    """Stop all bots, whether the service runs or not; open positions keep their stops."""
    from bot_service.app import brake as app

    settings = _settings()
    _finish(lambda: app.run_stop_all(settings))


@cli.command()
def rebuild() -> None:
    """Make trades, days and reports again from the stored deals, and tell what came out differently."""
    from bot_service.app import rebuild as app

    settings = _settings()
    _finish(lambda: app.run_rebuild(settings))


@cli.command()
def panic(
    yes: Annotated[bool, typer.Option("--yes", help="Close the bots' positions without asking.")] = False,
    manual: Annotated[
        bool, typer.Option("--manual", help="With --yes: also positions that no bot opened.")
    ] = False,
) -> None:
    """Stop all bots at once and close positions, whether the service runs or not."""
    from bot_service.app import brake as app

    settings = _settings()
    _finish(lambda: app.run_panic(settings, yes=yes, manual=manual))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # consoles on Windows may not be UTF-8
    cli()


def _settings() -> Settings:
    from bot_service.app.accounts import read_accounts
    from bot_service.settings import SettingsError, read_settings

    try:
        settings = read_settings()
        read_accounts(settings)
    except SettingsError as error:
        for name, reason in error.problems:
            typer.echo(f"{name}: {reason}", err=True)
        raise typer.Exit(USAGE_ERROR) from None
    return settings


def _pairs(texts: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts or ()]
    for name, equals, _value in pairs:
        if not (name and equals):
            raise typer.BadParameter(f"{name}: write name=value", param_hint="--param")
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def _offline(work: Callable[[], int]) -> None:
    # Commands that need no service: what a person typed wrong is a usage error, and stdout stays clean.
    from bot_service.app.own_strategies import join_own_strategies
    from bot_service.domain.errors import ServiceError
    from bot_service.logs import set_up_logs

    set_up_logs(None)
    settings = _settings()
    join_own_strategies(settings.strategies_dir)
    try:
        code = work()
    except (ServiceError, ValueError, OSError) as error:
        typer.echo(_plain(error, settings.language), err=True)
        raise typer.Exit(USAGE_ERROR) from None
    raise typer.Exit(code)


def _plain(error: Exception, language: str) -> str:
    from bot_service.app.plain import plain_error

    return plain_error(error, language)


def _finish(work: Callable[[], int]) -> None:
    raise typer.Exit(work())
