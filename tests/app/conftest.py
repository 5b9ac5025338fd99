from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def example_folder():
    """Return the folder of the example that the docs explain."""
    return Path(__file__).parents[2] / "docs" / "examples"
