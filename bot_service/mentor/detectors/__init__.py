"""One file per detector; see `mentor/registry.py` for what a file must have."""
