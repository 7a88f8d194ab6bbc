"""Pages about breaches: the minutes, which breach it is, and what the law asks next."""

from collections.abc import Mapping
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.i18n import _
from chassis.presentation import format_time
from chassis.web import Operation, Request, Routes, flash
from services.registry.domain.terms import HOUR_UNKNOWN
from services.registry.domain.violations import Ladder
from services.registry.forms.books.violations import LADDERS, SITUATIONS, STEPS, ViolationForm, ViolationOut
from services.registry.handlers import books as handlers
from services.registry.law.violations import violation_law
from services.registry.pages.books.of_person import about_person, back_to_books, books_of
from services.registry.pages.books.shelf import Column, Shelf, about, put_up
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord

routes = Routes()


def _consequence(_request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    return [
        {
            "heading": _("Bước tiếp theo theo luật"),
            "facts": [
                (_("Lần vi phạm"), entry.count),
                (_("Bước xử lý"), STEPS[entry.step]),
                (_("Căn cứ"), entry.article),
            ],
        }
    ]


def _hour(entry: EntryRecord) -> str | None:
    minutes_at = entry.minutes_at.astimezone(LOCAL_ZONE)
    return None if minutes_at.time() == HOUR_UNKNOWN else format_time(minutes_at)


VIOLATIONS = Shelf(
    slug="violations",
    title=_("Biên bản vi phạm"),
    one=_("Biên bản vi phạm"),
    book=queries.VIOLATIONS,
    asks=ViolationForm,
    out=ViolationOut,
    codes=LADDERS,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Ngày vi phạm"), cell=lambda entry: entry.committed_on),
        Column(label=_("Hành vi vi phạm"), cell=lambda entry: LADDERS[entry.kind]),
        Column(label=_("Lần vi phạm"), cell=lambda entry: entry.count, numeric=True),
        Column(label=_("Bước xử lý"), cell=lambda entry: STEPS[entry.step]),
        Column(label=_("Số biên bản"), cell=lambda entry: entry.minutes_number),
    ),
    parts=_consequence,
    values=lambda entry: {"mended": {True: "YES", False: "NO"}.get(entry.mended), "recorded_time": _hour(entry)},
)


def _ladders(request: Request, person_id: str) -> Mapping[str, Any]:
    """Return the rungs of each ladder before the minutes are entered."""
    law = violation_law()
    rungs = [(ladder.name.spoken, {"text": _rungs(ladder), "sub": ladder.article}) for ladder in law.ladders]
    return {**about_person(request, person_id), "signing": rungs}


def _rungs(ladder: Ladder) -> str:
    last = _last_rung(ladder)
    return " → ".join(
        str(_("lần %(count)s: %(step)s", count=rung.count, step=STEPS.get(rung.step, last))) for rung in ladder.rungs
    )


def _last_rung(ladder: Ladder) -> str:
    """Return what stands at the end of a ladder, for whom where that differs."""
    steps = set(ladder.last.values())
    if len(steps) == 1:
        return str(STEPS[steps.pop()])
    return "; ".join(f"{STEPS[step]} ({SITUATIONS[situation]})" for situation, step in ladder.last.items())


def _said(saved: EntryRecord) -> Any:
    return flash(
        _("Đã ghi vi phạm lần %(count)s. Bước tiếp theo: %(step)s (%(article)s).",
          count=saved.count, step=STEPS[saved.step], article=saved.article)
    )  # fmt: skip


put_up(routes, VIOLATIONS)
routes.add(Operation(
    name="record_violation", title=_("Ghi biên bản vi phạm"), may="book.write", form=ViolationForm,
    handle=handlers.record_violation, page="/people/<person_id>/violations/new",
    api="/api/v1/people/<person_id>/violations", out=ViolationOut,
    prefill=lambda request, person_id: {"committed_on": request.today}, context=_ladders, cancel=back_to_books,
    done=books_of, said=_said, location=lambda saved: f"/api/v1/violations/{saved.violation_id}",
))  # fmt: skip
