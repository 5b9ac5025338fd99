"""The paper module for far sides in tests: its clock is a file, its records can't be pickled, it can hang."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from bot_service.terminals import paper

HANG = "hang"
LATE = "late"
DIE = "die"
FORBIDDEN = "forbidden"


class Stiff(tuple):
    """Like the package's records: a tuple with `_asdict()` whose class pickle can't find."""

    __slots__ = ()

    def __reduce__(self):
        raise TypeError("can't pickle")


def stiffen(value):
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        fields = value._fields
        items = [stiffen(item) for item in value]
        kind = type(
            type(value).__name__, (Stiff,), {"_asdict": lambda self: dict(zip(fields, self, strict=True))}
        )
        return _known(kind, fields)(items)
    if type(value) is tuple:
        return tuple(stiffen(item) for item in value)
    return value


_kinds = {}


def _known(kind, fields):
    return _kinds.setdefault((kind.__name__, fields), kind)


class Faulty:
    """A paper module whose functions can be told to misbehave by a file `<function>.<fault>` in a folder."""

    def __init__(self, module, folder):
        self.__dict__.update({name: value for name, value in vars(module).items() if name.isupper()})
        self.__version__ = module.__version__
        self._module = module
        self._folder = folder
        self._conditions = "{}"

    def __getattr__(self, name):
        function = getattr(self._module, name)

        def called(*args, **kwargs):
            if self._told(name, HANG):
                time.sleep(3600)
            if self._told(name, DIE):
                os._exit(3)
            self._apply_conditions()
            answer = function(*args, **kwargs)
            if self._told(name, LATE):
                time.sleep(3600)
            with (self._folder / "calls").open("a", encoding="utf-8") as calls:
                calls.write(name + "\n")
            return stiffen(answer)

        return called

    def _apply_conditions(self):
        wanted = self._folder / "conditions"
        text = wanted.read_text(encoding="utf-8") if wanted.exists() else "{}"
        if text != self._conditions:
            self._conditions = text
            self._module.paper_terminal.change_conditions(**json.loads(text))

    def _told(self, name, fault):
        order = self._folder / f"{name}.{fault}"
        if not order.exists():
            return False
        order.unlink()
        return True


def load(folder, kept=None):
    """Return the paper module; `folder` holds the clock and the faults, `kept` keeps the account."""
    folder = Path(folder)
    if (folder / FORBIDDEN).exists():
        raise ImportError("No module named 'MetaTrader5'")
    clock = folder / "clock"
    follows = clock.exists()
    terminal = paper.PaperTerminal(
        clock=lambda: (
            datetime.fromisoformat(clock.read_text(encoding="utf-8")) if follows else datetime.now(UTC)
        ),
        sessions=follows,
        data_dir=kept and Path(kept),
    )
    return Faulty(paper.as_module(terminal), folder)
