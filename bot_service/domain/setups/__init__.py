"""Setups that several strategies share, so that no strategy needs another one."""
