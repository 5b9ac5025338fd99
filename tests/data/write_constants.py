"""Write what the official package's Windows wheel says about itself to mt5_constants.json.

The wheel is read as data, on any system: its constants from the Python source, its functions' calling
conventions and its result types' fields from the tables in the compiled part. Nothing of it is executed.

    python tests/data/write_constants.py [WHEEL]
"""

from __future__ import annotations

import ast
import json
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parent / "mt5_constants.json"
DOWNLOAD = ["pip", "download", "--platform", "win_amd64", "--only-binary=:all:", "--no-deps", "MetaTrader5"]
CONVENTIONS = {
    1: "positional",
    3: "keywords",
    4: "no arguments",
}  # METH_VARARGS, _KEYWORDS too, METH_NOARGS
FIELDS_AT_MOST = 200


class Image:
    """Follow the pointers of a 64-bit Windows library."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        start = self._int("<I", 0x3C)
        count, header = self._int("<H", start + 6), self._int("<H", start + 20)
        self._base = self._int("<Q", start + 48)
        table = start + 24 + header
        self._sections = [struct.unpack_from("<8sIIII", data, table + 40 * index) for index in range(count)]

    def _int(self, form: str, at: int) -> int:
        return struct.unpack_from(form, self._data, at)[0]

    def offset(self, pointer: int) -> int | None:
        """Return where a pointer's target lies in the file."""
        for _, size, address, stored, start in self._sections:
            if address <= pointer - self._base < address + min(size, stored):
                return start + pointer - self._base - address
        return None

    def text(self, pointer: int) -> str:
        """Return the C string behind a pointer, or nothing."""
        at = self.offset(pointer)
        if at is None:
            return ""
        found = self._data[at : self._data.index(b"\0", at)]
        return found.decode() if found.isascii() and len(found) < FIELDS_AT_MOST else ""

    def records(self, form: str) -> Iterator[tuple[int, ...]]:
        """Return the data sections read as records of one form, at every aligned place."""
        for name, _, _, stored, start in self._sections:
            if name.rstrip(b"\0") in {b".data", b".rdata"}:
                for at in range(start, start + stored - struct.calcsize(form), 8):
                    yield struct.unpack_from(form, self._data, at)

    def fields(self, pointer: int, count: int) -> list[str]:
        """Return the names in a table of struct sequence fields: pairs of pointers to name and text."""
        at = self.offset(pointer)
        if at is None or not 0 < count < FIELDS_AT_MOST or at + 16 * count > len(self._data):
            return []
        return [self.text(self._int("<Q", at + 16 * index)) for index in range(count)]


def constants_of(source: str) -> dict[str, int]:
    """Return the whole numbers that a module assigns to upper-case names."""
    found = {}
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
                number = eval(compile(ast.Expression(value), name, "eval"), {"__builtins__": {}})  # noqa: S307 - numbers
                if isinstance(number, int):
                    found[name] = number
    return found


def helpers_of(source: str) -> dict[str, list[str]]:
    """Return the parameters of the functions written in Python; those behind `*` are by keyword."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            arguments = node.args
            star = ["*"] if arguments.kwonlyargs else []
            found[node.name] = [item.arg for item in arguments.args] + star
            found[node.name] += [item.arg for item in arguments.kwonlyargs]
    return found


def functions_of(image: Image) -> dict[str, str]:
    """Return each compiled function with its calling convention: PyMethodDef records."""
    found = {}
    for name, code, flags, _ in image.records("<QQi4xQ"):
        word = image.text(name)
        known = word.isidentifier() and not word.startswith("_") and flags in CONVENTIONS
        if known and image.offset(code) is not None:
            found[word] = CONVENTIONS[flags]
    return found


def types_of(image: Image) -> dict[str, list[str]]:
    """Return the fields of each result type: PyStructSequence_Desc records."""
    found = {}
    for name, _, fields, count in image.records("<QQQi4x"):
        word, names = image.text(name), image.fields(fields, count)
        if word.isidentifier() and names and all(item.isidentifier() for item in names):
            found[word] = names
    return found


def read_wheel(path: Path) -> dict[str, object]:
    """Return what the wheel says about itself."""
    with zipfile.ZipFile(path) as wheel:
        compiled = next(name for name in wheel.namelist() if name.endswith(".pyd"))
        image = Image(wheel.read(compiled))
        source = wheel.read("MetaTrader5/__init__.py").decode()
    return {
        "version": path.name.split("-")[1],
        "constants": constants_of(source),
        "functions": functions_of(image),
        "helpers": helpers_of(source),
        "types": types_of(image),
    }


def main() -> None:
    """Download the wheel unless one is given, and write the file."""
    if len(sys.argv) > 1:
        found = read_wheel(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([*DOWNLOAD, "--dest", directory], check=True)
            found = read_wheel(next(Path(directory).glob("*.whl")))
    TARGET.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
