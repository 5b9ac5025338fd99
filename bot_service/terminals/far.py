"""The far side of a terminal: one call with its last error, answered as plain data.

It runs in the isolated child, and its source is sent to bridge hosts: so it imports nothing of this package
and keeps to Python 3.8. Plain data are None, bool, int, float, str, bytes and tuples that begin with a tag:

- `("q", items)`: a tuple
- `("r", type name, field names, values)`: a record
- `("t", type name, field names, rows)`: a tuple of records of one type
- `("a", dtype, bytes)`: a structured array
- `("d", pairs)`: a dict, towards the terminal only
- `("x",)`: something that the package can't read either, towards the terminal only
"""

from __future__ import annotations

import importlib
import pickle
import platform
import sys
import threading
import time
from typing import Any

REVISION = 1
ANSWERED, RAISED, TOO_LATE, MISSING, READY = "answered", "raised", "too_late", "missing", "ready"
# Where images with Wine keep the package.
EXTRA_PATH = "C:\\mt5libs"

_lock = threading.Lock()
_fields: dict[type, tuple[str, ...]] = {}


class Unreadable:
    """Stands for an argument of a type that the package refuses."""


def package() -> Any:
    """Return the official package.

    Raises:
        ImportError: this Python doesn't have it.
    """
    try:
        return importlib.import_module("MetaTrader5")
    except ImportError:
        sys.path.append(EXTRA_PATH)
        return importlib.import_module("MetaTrader5")


def hello(module: Any) -> tuple[Any, ...]:
    """Return who is here: revision, Python, package, this side's monotonic clock, the constants."""
    constants = tuple(
        (name, value) for name, value in vars(module).items() if name.isupper() and type(value) is int
    )
    version = str(getattr(module, "__version__", "?"))
    return READY, REVISION, platform.python_version(), version, time.monotonic(), constants


def call(
    module: Any, name: str, args: tuple[Any, ...], kwargs: tuple[Any, ...], not_after: float | None = None
) -> tuple[Any, ...]:
    """Call a function of the package and read its last error in the same step.

    A call that could not begin before `not_after` (this side's monotonic clock) is not made: by then the
    other side has given it up, and an order would come out of nowhere.
    """
    wait = -1 if not_after is None else max(0.0, not_after - time.monotonic())
    if not _lock.acquire(timeout=wait):
        return (TOO_LATE,)
    try:
        if not_after is not None and time.monotonic() >= not_after:
            return (TOO_LATE,)
        function = PROBES[name](module) if name in PROBES else getattr(module, name)
        answer = function(*[rich(value) for value in args], **{key: rich(value) for key, value in kwargs})
        code, text = module.last_error()
        return ANSWERED, plain(answer), int(code), str(text)
    except Exception as error:  # noqa: BLE001  # it is raised again on the other side
        return RAISED, type(error).__name__, str(error)
    finally:
        _lock.release()


def _probe_pickle(module: Any) -> Any:
    def probe() -> bool:
        # Without a value: what matters is whether the package's own records can be pickled.
        try:
            pickle.dumps(module.terminal_info())
        except (pickle.PicklingError, TypeError, AttributeError):
            return False
        return True

    return probe


def _probe_gil(module: Any) -> Any:
    def probe(symbol: str, count: int) -> float:
        """Return the longest silence of a ticking thread, as a share of one slow call."""
        beats = [time.monotonic()]
        ended = threading.Event()

        def tick() -> None:
            while not ended.wait(0.001):
                beats.append(time.monotonic())

        ticking = threading.Thread(target=tick, daemon=True)
        ticking.start()
        began = time.monotonic()
        module.copy_rates_from_pos(symbol, 1, 0, count)
        took = time.monotonic() - began
        ended.set()
        ticking.join()
        beats.append(began + took)
        silences = [later - earlier for earlier, later in zip(beats, beats[1:]) if later > began]  # noqa: B905, RUF007  # Python 3.8
        return min(1.0, max(silences) / took) if took else 0.0

    return probe


PROBES = {"probe_pickle": _probe_pickle, "probe_gil": _probe_gil}


def rich(value: Any) -> Any:
    """Return an argument as the package reads it."""
    if type(value) is not tuple:
        return value
    if value[0] == "d":
        return {key: rich(item) for key, item in value[1]}
    if value[0] == "q":
        return tuple(rich(item) for item in value[1])
    return Unreadable()


def plain(value: Any) -> Any:
    """Return an answer of the package as plain data.

    Raises:
        TypeError: nobody said how to carry this type.
    """
    if value is None or type(value) in (bool, int, float, str, bytes):
        return value
    if isinstance(value, tuple):
        return _plain_tuple(value)
    if hasattr(value, "dtype") and hasattr(value, "tobytes"):
        return _plain_numbers(value)
    for basic in (int, float, str):
        if isinstance(value, basic):
            return basic(value)
    raise TypeError("can't carry " + type(value).__name__)


def _plain_tuple(value: tuple[Any, ...]) -> tuple[Any, ...]:
    names = _names(value)
    if names is not None:
        return "r", type(value).__name__, names, _row(value)
    if value:
        kind, names = type(value[0]), _names(value[0])
        if names is not None and all(type(item) is kind for item in value):
            return "t", kind.__name__, names, tuple(_row(item) for item in value)
    return "q", tuple(plain(item) for item in value)


def _row(record: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(plain(item) for item in record)


def _names(value: Any) -> tuple[str, ...] | None:
    kind = type(value)
    if kind not in _fields:
        # The package's records are C struct sequences: `_asdict()` is all that tells their fields.
        if not isinstance(value, tuple) or not hasattr(value, "_asdict"):
            return None
        _fields[kind] = tuple(value._asdict())
    return _fields[kind]


def _plain_numbers(value: Any) -> Any:
    if getattr(value, "shape", ()) == ():
        return value.item()
    if value.dtype.names is None:
        raise TypeError("can't carry an array of " + str(value.dtype))
    described = tuple((name, str(value.dtype[name].str)) for name in value.dtype.names)
    # Copied field by field: padding of the package's arrays must not cross.
    return "a", described, value.tobytes() if _packed(value.dtype) else _repacked(value, described)


def _packed(dtype: Any) -> bool:
    return bool(dtype.itemsize == sum(dtype[name].itemsize for name in dtype.names))


def _repacked(value: Any, described: tuple[tuple[str, str], ...]) -> bytes:
    numpy = importlib.import_module("numpy")
    packed = numpy.empty(len(value), dtype=list(described))
    for name, _ in described:
        packed[name] = value[name]
    return bytes(packed.tobytes())
