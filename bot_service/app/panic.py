"""`bot-service panic`: close from the machine itself, with the service or without it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from bot_service.app.console import open_console
from bot_service.app.house import House
from bot_service.app.locking import AlreadyRunning, only_service
from bot_service.app.plain import plain
from bot_service.app.speech import say
from bot_service.domain.close_tasks import TaskState
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.facade import Services
from bot_service.services.views import CloseLine, ClosingView
from bot_service.settings import Settings
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.render.closing import told
from bot_service.telegram_bot.render.parts import age
from bot_service.terminals.isolated.process import PackageMissing
from bot_service.terminals.paper import PaperMismatch

FAILED = 1
WAIT_S = 90.0
LOOK_S = 0.5
YES = frozenset({"y", "yes", "ya"})
_ENDED_WELL = frozenset({TaskState.DONE, TaskState.GONE})


class Panic:
    """What comes after the bots were stopped; `read` asks, `wait_s` is how long closings are watched."""

    def __init__(
        self,
        settings: Settings,
        *,
        yes: bool,
        manual: bool,
        read: Callable[[str], str] = input,
        wait_s: float = WAIT_S,
    ) -> None:
        self._settings = settings
        self._yes = yes
        self._manual = manual
        self._read = read
        self._wait_s = wait_s
        self._t = Translator(settings.language, settings.time_zone)

    def run(self) -> int:
        """Close what is confirmed; return the exit code."""
        services = open_console(self._settings)
        try:
            with only_service(self._settings.data_dir):
                return self._alone(services)
        except AlreadyRunning:
            self._say(_("The service is running: it closes what you confirm here and tells the chat."))
            return self._close(services)

    def _alone(self, services: Services) -> int:
        self._say(_("The service is not running, so I open the terminal myself. The chat is told later."))
        try:
            house = House(self._settings, count_restarts=False)
        except (PackageMissing, PaperMismatch) as error:
            sys.stderr.write(f"{error}\n")
            self._say(_("I can't open the terminal. What you confirm will be closed when the service runs."))
            return self._close(services, waiting=False)
        try:
            house.open()
            return self._close(house.services)
        finally:
            house.close()

    def _close(self, services: Services, *, waiting: bool = True) -> int:
        view = services.closing.preview()
        if not view.lines and not view.manual:
            self._say(_("No open positions."))
            return 0 if view.age_s is not None else FAILED
        old = age(view.age_s, self._t)
        if old is not None:
            self._write(old)
        chosen = list(
            self._confirmed(view.lines, _("Positions of the bots: {n}. Close them now? y/N"), yes=self._yes)
        )
        by_hand = _("Positions that no bot opened: {n}. Close them too? y/N")
        chosen += self._confirmed(view.manual, by_hand, yes=self._yes and self._manual)
        if not chosen:
            self._say(_("Nothing is closed."))
            return 0
        begun = services.closing.order(None, [line.item for line in chosen], panic=True)
        return self._follow(services, begun, self._wait_s if waiting else 0.0)

    def _confirmed(self, lines: Sequence[CloseLine], question: str, *, yes: bool) -> Sequence[CloseLine]:
        if not lines:
            return ()
        for line in told(lines, self._t):
            self._write(line)
        if yes:
            return lines
        if self._yes:
            self._say(_("No bot opened these: they stay open. --manual closes them too."))
            return ()
        try:
            answer = self._read(self._t.text(question, n=len(lines)) + " ")
        except EOFError:
            answer = ""
        return lines if answer.strip().lower() in YES else ()

    def _follow(self, services: Services, begun: ClosingView, wait_s: float) -> int:
        view, end = begun, time.monotonic() + wait_s
        while _moves(view) and time.monotonic() < end:
            time.sleep(LOOK_S)
            view = services.closing.progress(begun.batch)
        self._write(render(view, self._t).text)
        if not view.finished:
            self._say(_("What is still open stays queued: the service closes it as soon as it can."))
        return 0 if all(task.state in _ENDED_WELL for task in view.tasks) else FAILED

    def _say(self, msgid: str, **fields: object) -> None:
        say(self._settings.language, msgid, **fields)

    def _write(self, html: str) -> None:
        sys.stdout.write(plain(html) + "\n")
        sys.stdout.flush()


def _moves(view: ClosingView) -> bool:
    return any(task.state.open and task.state is not TaskState.MARKET_CLOSED for task in view.tasks)
