"""What is asked about reports: which versions there are, and how the living figures differ from what was signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session

from chassis.unit_of_work import UnitOfWork
from services.reporting.indicators import Definition, the_catalogue
from services.reporting.periods import Period, Window, the_calendar
from services.reporting.reports.content import (
    Content,
    MovedFigure,
    ReportedFigure,
    differing,
    digest_of,
    read,
)
from services.reporting.reports.late import bearing_on
from services.reporting.tables import Report

IN_ORDER = (Report.report_id,)


class State(StrEnum):
    """Where a version stands."""

    REVIEWED = "REVIEWED"
    REPLACED = "REPLACED"
    SIGNED = "SIGNED"


def state_of(report: Report) -> State:
    """Return where a version stands: waiting for a signature, replaced before one, or signed for good."""
    if report.signed_at is not None:
        return State.SIGNED
    return State.REVIEWED if report.replaced_at is None else State.REPLACED


def period_of(report: Report) -> Period:
    """Return the period of a report."""
    return the_calendar().period(report.period_kind, report.period_label)


def definitions_of(period: Period) -> list[Definition]:
    """Return the indicators that the report of a period holds, by code."""
    return [each for each in the_catalogue() if period.kind.code in each.periods]


def reports() -> Select[Report]:
    """Ask for the reports of the unit, the latest review first."""
    return select(Report).order_by(Report.reviewed_at.desc(), Report.report_id.desc())


def of_period(session: Session, period: Period) -> Sequence[Report]:
    """Return every version of the report of a period, the latest first."""
    of_this = (Report.period_kind == period.kind.code, Report.period_label == period.label)
    return session.scalars(reports().where(*of_this)).all()


def signed_last(versions: Sequence[Report]) -> Report | None:
    """Return the version that is in force."""
    return max((each for each in versions if each.signed_at is not None), key=lambda each: each.number, default=None)


def content_of(report: Report) -> Content:
    """Return what a version holds."""
    return read(report.content)


def moved_since(connection: Connection, content: Content, now: Sequence[ReportedFigure]) -> tuple[MovedFigure, ...]:
    """Return the figures that are no longer what a version says, each with the events since that bear on it."""
    different = differing(content.figures, now)
    if not different:
        return ()
    window = Window(content.first_day, content.last_day)
    events = bearing_on(connection, the_catalogue(), content.unit, window, content.heard)
    return tuple(
        MovedFigure(code=code, before=before, after=after, events=events.get(code, ()))
        for code, before, after in different
    )


@dataclass(frozen=True)
class OpenedReport:
    """One version with what it holds, and the figures that are no longer what it says."""

    report: Report
    content: Content
    moved_since: tuple[MovedFigure, ...]

    @property
    def intact(self) -> bool:
        """Tell whether the version still is what was reviewed, to the letter."""
        return digest_of(self.report.content) == self.report.digest

    @property
    def previous(self) -> str | None:
        """Return the digest of the version that it corrects."""
        return self.content.previous

    @property
    def figures(self) -> tuple[ReportedFigure, ...]:
        return self.content.figures

    @property
    def moved(self) -> tuple[MovedFigure, ...]:
        """Return the figures in which it differs from the version that it corrects."""
        return self.content.moved


def report_of(uow: UnitOfWork, report_id: str) -> Report:
    """Return one version; raise :class:`NotFound`."""
    return uow.get(Report, report_id)


def open_report(connection: Connection, report: Report, now: Sequence[ReportedFigure]) -> OpenedReport:
    """Return a version held against the figures as they stand now."""
    content = content_of(report)
    return OpenedReport(report, content, moved_since(connection, content, now))


def by_period(versions: Sequence[Report]) -> Mapping[tuple[str, str], list[Report]]:
    """Return versions by kind and label of their period, in the order given."""
    found: dict[tuple[str, str], list[Report]] = {}
    for each in versions:
        found.setdefault((each.period_kind, each.period_label), []).append(each)
    return found
