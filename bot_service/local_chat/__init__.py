"""A Bot API server on this machine with a chat page, to try the service and to test it over real HTTP."""

from bot_service.local_chat.chat import LocalChat
from bot_service.local_chat.routes import create_app
from bot_service.local_chat.server import ChatServer
from bot_service.local_chat.store import Person

__all__ = ["ChatServer", "LocalChat", "Person", "create_app"]
