"""Read the environment once and say all mistakes together."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot_service.domain.entering import GateRules
from bot_service.domain.protection import StopPolicy
from bot_service.domain.strategy import SymbolKind
from bot_service.domain.symbols import pinned_of

FASTEST = 1_000_000
LAST_PORT = 65_535
LANGUAGES = ("id", "en")
BRIDGE_SHAPE = re.compile(r"rpyc://[A-Za-z0-9.-]+(:\d{1,5})?/?")
LISTEN_SHAPE = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}")
TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{35}")


class TerminalKind(StrEnum):
    """Which MetaTrader5-shaped API carries the orders."""

    PAPER = "paper"
    ISOLATED = "isolated"
    BRIDGE = "bridge"


class SettingsError(Exception):
    """Name every setting that can't be used: pairs of its name and a reason."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything that can be set from outside; see `.env.example`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: AnyHttpUrl | None = None
    telegram_proxy: str | None = None
    webhook_url: AnyHttpUrl | None = None
    webhook_listen: str = "127.0.0.1:8443"
    owner_id: int | None = Field(default=None, gt=0)
    database_url: str | None = None
    data_dir: Path = Path(".bot_service")
    terminal: TerminalKind = TerminalKind.PAPER
    accounts_file: Path | None = None
    mt5_path: str | None = None
    mt5_login: int | None = Field(default=None, gt=0)
    mt5_password: SecretStr | None = None
    mt5_server: str | None = None
    mt5_portable: bool = False
    bridge_url: str = "rpyc://127.0.0.1:18812"
    symbols: str = ""
    language: str = "id"
    time_zone: str = "Asia/Jakarta"
    risk_cap_percent: Decimal = Field(default=Decimal(2), gt=0, le=100)
    margin_level_percent: Decimal = Field(default=Decimal(300), ge=100)
    stop_missing: StopPolicy = StopPolicy.CLOSE
    max_slippage_percent: Decimal = Field(default=Decimal(10), ge=0, le=100)
    spread_percent: Decimal = Field(default=Decimal(20), gt=0, le=100)
    spread_times: Decimal = Field(default=Decimal(3), gt=1)
    session_edge_min: int = Field(default=10, ge=0, le=120)
    pre_close_h: float = Field(default=2, ge=0, le=24)
    pre_close_markets: str = "forex,metal"
    watch_interval_s: float = Field(default=3.0, ge=0.2, le=60)
    alerts_per_hour: int = Field(default=20, ge=0)
    heartbeat_url: AnyHttpUrl | None = None
    writer_url: AnyHttpUrl | None = None
    writer_model: str = ""
    writer_key: SecretStr | None = None
    writer_timeout_s: float = Field(default=20, ge=1, le=120)
    writer_monthly_limit: int = Field(default=200, ge=0)
    writer_notes: bool = False
    strategies_dir: Path | None = None
    paper_seed: int = 1
    paper_speed: float = Field(default=1.0, gt=0, le=FASTEST)
    paper_start: datetime | None = None
    paper_history: Path | None = None
    paper_sessions: bool = False

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_has_its_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN_SHAPE.fullmatch(value.get_secret_value()):
            raise ValueError("is not a bot token: digits, a colon, 35 characters")
        return value

    @field_validator("language")
    @classmethod
    def _language_is_spoken(cls, value: str) -> str:
        # Linux desktops set LANGUAGE to a list of locales such as `en_GB:en`.
        for locale in value.split(":"):
            language = locale.split("_")[0].lower()
            if language in LANGUAGES:
                return language
        raise ValueError("is not id or en")

    @field_validator("bridge_url")
    @classmethod
    def _bridge_has_its_shape(cls, value: str) -> str:
        if not BRIDGE_SHAPE.fullmatch(value):
            raise ValueError("is not an address such as rpyc://127.0.0.1:18812")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_is_encrypted(cls, value: AnyHttpUrl | None) -> AnyHttpUrl | None:
        # Telegram takes no other; on this machine a proxy ends the encryption.
        if value is not None and value.scheme != "https" and value.host not in ("127.0.0.1", "localhost"):
            raise ValueError("is not an https address")
        return value

    @field_validator("webhook_listen")
    @classmethod
    def _listens_somewhere(cls, value: str) -> str:
        if not LISTEN_SHAPE.fullmatch(value) or int(value.rpartition(":")[2]) > LAST_PORT:
            raise ValueError("is not an address such as 127.0.0.1:8443")
        return value

    @field_validator("symbols")
    @classmethod
    def _symbols_are_pairs(cls, value: str) -> str:
        pinned_of(value)
        return value

    @field_validator("pre_close_markets")
    @classmethod
    def _markets_exist(cls, value: str) -> str:
        given = [word.strip().lower() for word in value.split(",") if word.strip()]
        if not set(given) <= set(SymbolKind):
            raise ValueError(f"is not a list of {', '.join(SymbolKind)}")
        return ",".join(given)

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not an IANA time zone such as Asia/Jakarta")
        return ZoneInfo(value).key

    @field_validator("paper_start")
    @classmethod
    def _start_is_utc(cls, value: datetime | None) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)

    @property
    def pinned_symbols(self) -> dict[str, str]:
        """Return the broker's names of plain ones, as far as somebody has written them down."""
        return pinned_of(self.symbols)

    @property
    def gates(self) -> GateRules:
        """Return where the gates before an entry close."""
        return GateRules(
            spread_percent=self.spread_percent,
            spread_times=self.spread_times,
            edge=timedelta(minutes=self.session_edge_min),
            ahead=timedelta(hours=self.pre_close_h),
            ahead_kinds=frozenset(SymbolKind(word) for word in self.pre_close_markets.split(",") if word),
        )

    @property
    def url(self) -> str:
        """Return the database's address; a SQLite file in the data directory unless one is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'bot_service.db').as_posix()}"


class _Offline(Settings):
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # pydantic-settings names them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def offline_settings(**values: object) -> Settings:
    """Return settings of the given values and defaults only: neither environment nor `.env` are read."""
    return _Offline(**values)  # type: ignore[arg-type]  # pydantic checks what was given


def read_settings(**overrides: object) -> Settings:
    """Return the settings of the environment and `.env`.

    Raises:
        SettingsError: one or several can't be used; all are named.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks what was given
    except ValidationError as error:
        problems = [(str(item["loc"][0]).upper(), _reason(item["msg"])) for item in error.errors()]
        raise SettingsError(problems) from None


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")
