"""The local chat as a web application: every address and who answers it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot_service.local_chat import botapi, sim, view
from bot_service.local_chat.errors import ApiError
from bot_service.local_chat.guard import SameMachine

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot_service.local_chat.chat import LocalChat

_PAGE: Final = Path(__file__).parent / "page"
_SHOWN: Final = frozenset({".js", ".css", ".svg"})


async def _not_found(_request: Request, _error: Exception) -> Response:
    return botapi.refusal(ApiError(404, "Not Found"))


async def _page(request: Request) -> Response:
    name = request.url.path.removeprefix("/") or "index.html"
    return FileResponse(_PAGE / name, headers={"Cache-Control": "no-cache"})


def create_app(chat: LocalChat) -> Starlette:
    """Build the web application of a local chat."""
    both = ["GET", "POST"]
    files = ["/", *(f"/{path.name}" for path in sorted(_PAGE.iterdir()) if path.suffix in _SHOWN)]
    routes = [
        *(Route(path, _page) for path in files),
        Route("/bot{token}/{method}", botapi.call_method, methods=both),
        Route("/file/bot{token}/{path:path}", botapi.send_file),
        Route("/sim/transcript", view.transcript),
        Route("/sim/silent", view.silent),
        Route("/sim/view", view.view),
        Route("/sim/labels", view.labels),
        Route("/sim/fault", view.faults),
        Route("/sim/file/{file_id}", view.picture),
        Route("/sim/fault", sim.clear_faults, methods=["DELETE"]),
        Route("/sim/{deed}", sim.answer, methods=["POST"]),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(SameMachine, chat=chat, page=frozenset(files))],
        exception_handlers={404: _not_found},
    )
    app.state.chat = chat
    return app
