"""Strange inputs over the whole chat: `python benchmarks/fuzz_chat.py [--inputs 20000] [--quick] [--json]`.

A real house and its real chat at the strict local chat server: commands in all languages with nonsense behind
them, real, altered and foreign buttons, edited and forwarded messages, groups and topics, old messages, huge
and broken unicode, updates that no client sends; by an owner, an operator, a viewer and strangers. Counted:
exceptions that nobody handled, messages that the server refused, and whatever a stranger caused.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz_inputs import Input
from fuzz_world import REFUSED, STRANGER, UNHANDLED, Finding, World, open_world
from table import Row, progress, show, show_json

PER_WORLD = 1000
PEOPLE_EVERY = 20
SHRINKS = 60


@dataclass
class Count:
    """What was found; each mistake is shown once."""

    inputs: int = 0
    keys: dict[str, int] = field(default_factory=lambda: dict.fromkeys((UNHANDLED, REFUSED, STRANGER), 0))
    seen: set[str] = field(default_factory=set)


def main() -> int:
    options = _options()
    logging.getLogger().addHandler(logging.NullHandler())
    inputs = 300 if options.quick else options.inputs
    count, begun = Count(), time.perf_counter()
    for number, first in enumerate(range(0, inputs, PER_WORLD)):
        with TemporaryDirectory() as directory, open_world(Path(directory), options.seed + number) as world:
            many(world, min(PER_WORLD, inputs - first), count, f"seed {options.seed + number}")
        progress(f"{count.inputs} of {inputs} inputs, {time.perf_counter() - begun:.0f} s, {count.keys}")
    rows = [Row("inputs", count.inputs, ""), *(Row(key, value, "", 0) for key, value in count.keys.items())]
    show("strange inputs over the whole chat", rows)
    if options.json:
        show_json({"inputs": count.inputs, **count.keys})
    return 1 if any(count.keys.values()) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="300 inputs")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args()


def many(world: World, inputs: int, count: Count, name: str) -> None:
    """Run inputs one after the other; what the chat itself didn't let through doesn't count."""
    done = 0
    while done < inputs:
        if done % PEOPLE_EVERY == 0:
            world.set_people()
        item = world.drawer.draw()
        found = world.run(item)
        if found is None:
            continue
        done += 1
        for finding in found:
            count.keys[finding.key] += 1
            if finding.signature not in count.seen:
                count.seen.add(finding.signature)
                report(finding, shrunk(world, item, finding), f"{name}, input {done}")
    count.inputs += done


def report(finding: Finding, item: Input, place: str) -> None:
    """Tell what was found and the smallest input that causes it."""
    progress(f"\n{finding.key}: {finding.signature} ({place})")
    progress(f"  {item.way} of {item.user} in {item.chat}: {item.text!r:.300} {item.more}")
    progress("  " + finding.detail.replace("\n", "\n  "))


def shrunk(world: World, item: Input, finding: Finding) -> Input:
    """Return the shortest text that causes the same again; the input itself when it takes more than it."""

    def again(text: str) -> bool:
        found = world.run(replace(item, text=text)) or []
        return any(other.signature == finding.signature for other in found)

    return replace(item, text=shorter(item.text, again)) if again(item.text) else item


def shorter(text: str, again: Callable[[str], bool]) -> str:
    """Cut pieces out of a text, large ones first, as long as the same happens."""
    size, tries = len(text) // 2, 0
    while size and tries < SHRINKS:
        at = 0
        while at < len(text) and tries < SHRINKS:
            tries += 1
            without = text[:at] + text[at + size :]
            if without and again(without):
                text = without
            else:
                at += size
        size //= 2
    return text


if __name__ == "__main__":
    sys.exit(main())
