"""The command `bot-service`, also as `python -m bot_service`; the brake takes the shortest way."""

from __future__ import annotations

import gc
import sys

BRAKE = ["stop-all"]


def main() -> None:
    """Run the command line; a stop doesn't wait until all other commands are known."""
    if sys.argv[1:] == BRAKE:
        _stop_all()
    from bot_service import cli  # noqa: PLC0415  # see above

    cli.main()


def _stop_all() -> None:
    # In a process of a second nothing is garbage, and the imports alone would look for it a hundred times.
    gc.disable()
    from bot_service.app import brake  # noqa: PLC0415
    from bot_service.settings import SettingsError, read_settings  # noqa: PLC0415

    try:
        settings = read_settings()
    except SettingsError:
        return  # the command line says what is wrong with them
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # as the command line does
    sys.exit(brake.run_stop_all(settings))


if __name__ == "__main__":
    main()
