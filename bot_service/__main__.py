"""Let `python -m bot_service` do what `bot-service` does."""

from bot_service.cli import main

if __name__ == "__main__":
    main()
