"""What the mentor does by himself every few seconds, in the order in which it has to be known."""

from __future__ import annotations

from bot_service.domain.jobs import MentorJob, ReportJob
from bot_service.services.mentoring import Mentoring
from bot_service.services.promising import Promising
from bot_service.services.prompting import Prompting
from bot_service.services.weekly import Weekly


class MentorRounds:
    """Ask, remind, book what was kept; a day's report comes after what its promises came to."""

    def __init__(
        self, prompting: Prompting, promising: Promising, mentoring: Mentoring, weekly: Weekly
    ) -> None:
        self._weekly = weekly
        self._prompting = prompting
        self._promising = promising
        self._mentoring = mentoring

    def look(self, job: MentorJob) -> None:
        """Look after the people of an account."""
        self._promising.round(job.account_id)
        self._prompting.look(job.account_id)
        self._weekly.round()

    def report(self, job: ReportJob) -> None:
        """Write what is due for an account."""
        self._promising.round(job.account_id)
        self._mentoring.run(job)
