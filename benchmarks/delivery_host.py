"""The service whose alerts the delivery benchmark counts; a process of its own, for it is killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot_service.app.house import House  # noqa: E402  # runs from a checkout, too
from bot_service.app.serving import serve  # noqa: E402
from bot_service.settings import offline_settings  # noqa: E402
from bot_service.telegram_bot.application import EdgeConfig  # noqa: E402

OWNER = 1001
TOKEN = "10010:" + "d" * 35


def main() -> None:
    """Serve the chat at an address until somebody ends the process."""
    data_dir, url = Path(sys.argv[1]), sys.argv[2]
    settings = offline_settings(data_dir=data_dir, owner_id=OWNER, language="en", alerts_per_hour=0)
    house = House(settings, count_restarts=False)
    asyncio.run(serve(house, EdgeConfig(TOKEN, url), ready=lambda: print("ready", flush=True)))


if __name__ == "__main__":
    main()
