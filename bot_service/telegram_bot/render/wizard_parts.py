"""What every screen of the wizard is made of, and which step shows what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from bot_service.domain.bots import BotSettings, ParameterValue
from bot_service.domain.market import SymbolTerms
from bot_service.domain.strategy import Parameter
from bot_service.i18n import Translator
from bot_service.services.small import Way
from bot_service.services.views import AccountView, Preview, StrategyView
from bot_service.services.wizard import Draft
from bot_service.telegram_bot.render.message import Button, Keyboard, fits
from bot_service.telegram_bot.render.parts import cut

LABEL = 40


@dataclass(frozen=True)
class Screen:
    """Everything a step shows; what a step doesn't need stays empty."""

    draft: Draft
    settings: BotSettings | None = None
    bot_name: str = ""
    symbols: Sequence[SymbolTerms] = ()
    pages: int = 1
    strategies: Sequence[StrategyView] = ()
    parameters: Sequence[Parameter] = ()
    values: dict[str, ParameterValue] = field(default_factory=dict)
    accounts: Sequence[AccountView] = ()
    view: Preview | None = None
    ways: Sequence[Way] = ()
    start: Button | None = None
    save: Button | None = None
    base: Decimal | None = None
    currency: str = ""


Body: TypeAlias = tuple[list[str], Keyboard]
Answers: TypeAlias = Callable[[Screen, Translator], Body]
ANSWERS: dict[str, Answers] = {}


def answers(*steps: str) -> Callable[[Answers], Answers]:
    """Register what shows the answers that can be tapped at a step."""

    def register(function: Answers) -> Answers:
        ANSWERS.update(dict.fromkeys(steps, function))
        return function

    return register


def data(draft: Draft, *parts: str) -> str:
    """Return what a button of a draft sends."""
    return ":".join(("w", draft.serial, *parts))


def choice(draft: Draft, name: str, value: str, text: str) -> Button:
    """Return the button of one answer."""
    return Button(cut(text, LABEL), data(draft, "set", name, value))


def fitting(draft: Draft, name: str, value: str) -> bool:
    """Tell whether an answer fits into a button."""
    return fits(data(draft, "set", name, value), "")
