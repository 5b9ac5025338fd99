"""The paper terminal in a benchmark's child process; a call of it can be told never to return."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from bot_service.terminals import paper


class Hanging(ModuleType):
    """A paper module; a file `NAME.hang` in a folder takes the next call of that function for ever."""

    def __init__(self, module: ModuleType, folder: Path) -> None:
        super().__init__(module.__name__)
        self.__dict__.update({name: value for name, value in vars(module).items() if name.isupper()})
        self.__version__ = module.__version__
        self._module = module
        self._folder = folder

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        return self._watched(name, found) if callable(found) else found

    def _watched(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            order = self._folder / f"{name}.hang"
            if order.exists():
                order.unlink()
                threading.Event().wait()
            return function(*args, **kwargs)

        return call


def load(folder: str) -> ModuleType:
    """Return a paper module for a child process."""
    return Hanging(paper.as_module(paper.PaperTerminal(clock=lambda: datetime.now(UTC))), Path(folder))
