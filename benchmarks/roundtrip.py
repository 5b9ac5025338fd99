"""What one call of a terminal costs in process, in an isolated child and over the bridge.

    python benchmarks/roundtrip.py [--calls 500] [--json]

The paper terminal stands in for the package on all three ways, with a market that stands still: so the
difference to "in process" is the cost of the way. With `--json`:
`{"ways": {WAY: {CALL: {"p50_ms", "p99_ms"}}}, "start_ms": {WAY: …}}`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot_service.terminals.bridge.wire import bridge_api  # noqa: E402  # runs from a checkout, too
from bot_service.terminals.isolated.process import isolated_api  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
from paper_host import AT, load  # noqa: E402

ORDER = {"action": 1, "symbol": "EURUSD", "volume": 0.01, "type": 0, "type_filling": 1, "magic": 1}
CALLS: dict[str, Callable[[Any], object]] = {
    "last tick": lambda api: api.symbol_info_tick("EURUSD"),
    "account": lambda api: api.account_info(),
    "symbol": lambda api: api.symbol_info("EURUSD"),
    "no positions": lambda api: api.positions_get(),
    "500 bars": lambda api: api.copy_rates_from_pos("EURUSD", 1, 0, 500),
    "order check": lambda api: api.order_check({**ORDER, "price": api_price(api)}),
}
_prices: dict[int, float] = {}


def api_price(api: Any) -> float:
    if id(api) not in _prices:
        _prices[id(api)] = api.symbol_info_tick("EURUSD").ask
    return _prices[id(api)]


def measure(api: Any, calls: int) -> dict[str, dict[str, float]]:
    found = {}
    for name, call in CALLS.items():
        for _ in range(20):
            call(api)
        times = []
        for _ in range(calls):
            began = time.perf_counter()
            answer = call(api)
            times.append((time.perf_counter() - began) * 1000)
            if answer is None:
                raise SystemExit(f"{name}: {api.last_error()}")
        cuts = quantiles(times, n=100)
        found[name] = {"p50_ms": round(cuts[49], 4), "p99_ms": round(cuts[98], 4)}
    return found


def start(api: Any) -> float:
    began = time.perf_counter()
    if not api.initialize():
        raise SystemExit(f"no connection: {api.last_error()}")
    return round((time.perf_counter() - began) * 1000, 1)


def run(calls: int) -> dict[str, Any]:
    ways: dict[str, Any] = {}
    starts: dict[str, float] = {}
    server = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("paper_host.py")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        port = server.stdout.readline().strip()
        apis = {
            "in process": load().paper_terminal,
            "isolated": isolated_api(loader="paper_host:load"),
            "bridge": bridge_api(f"rpyc://127.0.0.1:{port}"),
        }
        for way, api in apis.items():
            starts[way] = start(api)
            ways[way] = measure(api, calls)
            api.shutdown()
    finally:
        server.kill()
        server.wait()
    return {"calls": calls, "market_time": AT.isoformat(), "ways": ways, "start_ms": starts}


def show(result: dict[str, Any]) -> None:
    ways = result["ways"]
    print(f"{'p50 / p99 ms':14}" + "".join(f"{way:>20}" for way in ways))
    for call in CALLS:
        cells = (f"{ways[way][call]['p50_ms']:.3f} / {ways[way][call]['p99_ms']:.3f}" for way in ways)
        print(f"{call:14}" + "".join(f"{cell:>20}" for cell in cells))
    print(f"{'first start':14}" + "".join(f"{result['start_ms'][way]:>17.0f} ms" for way in ways))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=500, help="how often each call is made")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    result = run(max(2, options.calls))
    print(json.dumps(result)) if options.json else show(result)


if __name__ == "__main__":
    main()
