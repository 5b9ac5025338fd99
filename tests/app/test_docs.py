"""What docs/strategies.md says about own strategies is true."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pandas as pd

from bot_service.domain.strategy import SymbolKind, SymbolProfile

DOCS = Path(__file__).parents[2] / "docs" / "strategies.md"


def test_the_test_in_the_docs_passes_on_the_example(example_folder):
    spec = importlib.util.spec_from_file_location("example", example_folder / "three_rising_closes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (block,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    names = {
        "pd": pd,
        "RisingCloses": module.RisingCloses,
        "SymbolProfile": SymbolProfile,
        "SymbolKind": SymbolKind,
    }
    exec(block, names)  # noqa: S102  # the page's own words
    tests = [name for name in names if name.startswith("test_")]
    assert len(tests) == 1
    names[tests[0]]()
