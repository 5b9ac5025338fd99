"""A Bot API server on this machine with a chat page, to try the service and to test it over real HTTP."""

from bot_service.local_chat.chat import LocalChat
from bot_service.local_chat.server import ChatServer, create_app

__all__ = ["ChatServer", "LocalChat", "create_app"]
