"""Which use case does which job of a lane."""

from __future__ import annotations

from bot_service.domain.jobs import (
    CloseJob,
    CloseUnknownJob,
    MentorJob,
    ReconcileJob,
    ReportJob,
    TickJob,
    WatchJob,
)
from bot_service.ports import Handler
from bot_service.services.facade import Services


def handlers_of(services: Services) -> dict[str, Handler]:
    """Return what runs each kind of job."""
    return {
        TickJob.kind: services.cycle.run,  # type: ignore[dict-item]  # a lane gives each kind its own jobs
        WatchJob.kind: services.watch.run,
        ReconcileJob.kind: services.reconcile.run,
        CloseUnknownJob.kind: services.strangers.run,  # type: ignore[dict-item]  # as above
        CloseJob.kind: services.closer.run,
        ReportJob.kind: services.mentor_rounds.report,  # type: ignore[dict-item]
        MentorJob.kind: services.mentor_rounds.look,  # type: ignore[dict-item]
    }
