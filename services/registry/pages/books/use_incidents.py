"""Pages about unlawful use that was found out, and the tests of a month."""

from collections.abc import Mapping
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.i18n import _
from chassis.presentation import format_time
from chassis.units import unit
from chassis.web import Operation, Routes, flash
from services.registry.domain.codes import RESULTS, SAMPLES, SUBSTANCES, TEST_GROUNDS
from services.registry.forms import TestResultForm, TestResultOut, TestWithdrawalForm
from services.registry.forms.books.use_incidents import UseIncidentForm, UseIncidentOut
from services.registry.handlers import books as handlers
from services.registry.handlers import withdraw_test_result
from services.registry.pages.books.of_person import about_person, back_to_books, books_of
from services.registry.pages.books.shelf import Column, Shelf, TakingBack, about, put_up
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord

routes = Routes()

RESULT_TONES = {"POSITIVE": "warn", "NEGATIVE": "good"}

USE_INCIDENTS = Shelf(
    slug="use-incidents",
    title=_("Hành vi sử dụng trái phép bị phát hiện"),
    one=_("Hành vi sử dụng trái phép bị phát hiện"),
    book=queries.USE_INCIDENTS,
    asks=UseIncidentForm,
    out=UseIncidentOut,
    codes=TEST_GROUNDS,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Ngày phát hiện"), cell=lambda entry: entry.occurred_on),
        Column(label=_("Xã, phường"), cell=lambda entry: unit(entry.commune_code).title),
        Column(label=_("Căn cứ xét nghiệm"), cell=lambda entry: TEST_GROUNDS[entry.ground]),
        Column(label=_("Số thông báo"), cell=lambda entry: entry.notice_number),
    ),
)


def _hours_of(entry: EntryRecord) -> Mapping[str, Any]:
    """The instants of a test in the words of its form."""
    taken_at, received_at = (moment.astimezone(LOCAL_ZONE) for moment in (entry.taken_at, entry.received_at))
    return {
        "taken_time": format_time(taken_at),
        "received_on": received_at.date(),
        "received_time": format_time(received_at),
    }


TESTS = Shelf(
    slug="tests",
    title=_("Kết quả xét nghiệm"),
    one=_("Kết quả xét nghiệm"),
    book=queries.TESTS,
    asks=TestResultForm,
    out=TestResultOut,
    codes=RESULTS,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Ngày lấy mẫu"), cell=lambda entry: entry.taken_on),
        Column(label=_("Mẫu xét nghiệm"), cell=lambda entry: SAMPLES[entry.sample]),
        Column(
            label=_("Kết quả xét nghiệm"),
            cell=lambda entry: {"tone": RESULT_TONES[entry.result], "word": RESULTS[entry.result]},
        ),
        Column(
            label=_("Chất phát hiện"),
            cell=lambda entry: ", ".join(str(SUBSTANCES.get(code, code)) for code in entry.substances) or None,
        ),
        Column(label=_("Số lô que thử"), cell=lambda entry: entry.details.get("kit_lot")),
    ),
    values=_hours_of,
    taking_back=TakingBack(
        may="test_result.write",
        form=TestWithdrawalForm,
        handle=withdraw_test_result,
        said=_("Đã rút kết quả xét nghiệm."),
    ),
)

put_up(routes, USE_INCIDENTS)
put_up(routes, TESTS)
routes.add(Operation(
    name="record_use_incident", title=_("Ghi hành vi sử dụng trái phép bị phát hiện"), may="book.write", form=UseIncidentForm,
    handle=handlers.record_use_incident, page="/people/<person_id>/use-incidents/new",
    api="/api/v1/people/<person_id>/use-incidents", out=UseIncidentOut,
    prefill=lambda request, person_id: {"occurred_on": request.today}, context=about_person, cancel=back_to_books,
    done=books_of, said=lambda _saved: flash(_("Đã ghi hành vi bị phát hiện.")),
    location=lambda saved: f"/api/v1/use-incidents/{saved.incident_id}",
))  # fmt: skip
