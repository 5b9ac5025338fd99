"""Follow an order to close in one message that is edited."""

from __future__ import annotations

from dataclasses import replace

from bot_service.domain.close_tasks import TaskState
from bot_service.services.views import ClosingView
from bot_service.telegram_bot.render import Message, render
from bot_service.telegram_bot.request import Reply, Request


def followed(request: Request, begun: ClosingView, before: tuple[Message, ...] = ()) -> Reply:
    """Return the progress of an order, which is edited until nothing changes by itself any more."""

    def look() -> tuple[Message, bool]:
        view = request.services.closing.progress(begun.batch)
        view = replace(view, left_out=begun.left_out)
        more = any(task.state.open and task.state is not TaskState.MARKET_CLOSED for task in view.tasks)
        return render(view, request.t), more

    return Reply((*before, render(begun, request.t)), progress=look if begun.tasks else None)
