"""Pages about visits and talks of support, and about how people get on after rehabilitation."""

from chassis.i18n import _
from chassis.web import Operation, Routes, flash
from services.registry.domain.books import NEEDS, PROGRESS, VISIT_KINDS, VISIT_OUTCOMES
from services.registry.forms.books.support import ProgressForm, ProgressOut, SupportVisitForm, SupportVisitOut
from services.registry.handlers import books as handlers
from services.registry.pages.books.of_person import about_person, back_to_books, books_of
from services.registry.pages.books.shelf import Column, Shelf, about, put_up
from services.registry.queries import books as queries

routes = Routes()

PROGRESS_TONES = {"TOT": "good", "KHA": "good", "TRUNG_BINH": "info", "YEU": "warn"}

SUPPORT_VISITS = Shelf(
    slug="support-visits",
    title=_("Gặp gỡ, tư vấn, hỗ trợ"),
    one=_("Lượt gặp gỡ, tư vấn, hỗ trợ"),
    book=queries.SUPPORT_VISITS,
    asks=SupportVisitForm,
    out=SupportVisitOut,
    codes=VISIT_KINDS,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Ngày gặp"), cell=lambda entry: entry.visited_on),
        Column(label=_("Hình thức"), cell=lambda entry: VISIT_KINDS[entry.kind]),
        Column(
            label=_("Nhu cầu hỗ trợ"),
            cell=lambda entry: ", ".join(str(NEEDS.get(code, code)) for code in entry.needs) or None,
        ),
        Column(label=_("Kết quả"), cell=lambda entry: VISIT_OUTCOMES[entry.outcome]),
    ),
)
PROGRESS_BOOK = Shelf(
    slug="progress",
    title=_("Đánh giá sự tiến bộ sau cai"),
    one=_("Đánh giá sự tiến bộ"),
    book=queries.PROGRESS,
    asks=ProgressForm,
    out=ProgressOut,
    codes=PROGRESS,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Ngày đánh giá"), cell=lambda entry: entry.assessed_on),
        Column(
            label=_("Mức tiến bộ"),
            cell=lambda entry: {"tone": PROGRESS_TONES[entry.grade], "word": PROGRESS[entry.grade]},
        ),
    ),
)

put_up(routes, SUPPORT_VISITS)
put_up(routes, PROGRESS_BOOK)
routes.add(Operation(
    name="record_support_visit", title=_("Ghi lượt gặp gỡ, tư vấn, hỗ trợ"), may="book.write", form=SupportVisitForm,
    handle=handlers.record_support_visit, page="/people/<person_id>/support-visits/new",
    api="/api/v1/people/<person_id>/support-visits", out=SupportVisitOut,
    prefill=lambda request, person_id: {"visited_on": request.today}, context=about_person, cancel=back_to_books,
    done=books_of, said=lambda _saved: flash(_("Đã ghi lượt gặp gỡ, hỗ trợ.")),
    location=lambda saved: f"/api/v1/support-visits/{saved.visit_id}",
))  # fmt: skip
routes.add(Operation(
    name="assess_progress", title=_("Đánh giá sự tiến bộ sau cai"), may="book.write", form=ProgressForm,
    handle=handlers.assess_progress, page="/people/<person_id>/progress/new", api="/api/v1/people/<person_id>/progress",
    out=ProgressOut, prefill=lambda request, person_id: {"assessed_on": request.today}, context=about_person,
    cancel=back_to_books, done=books_of, said=lambda _saved: flash(_("Đã ghi kết quả đánh giá.")),
    location=lambda saved: f"/api/v1/progress/{saved.assessment_id}",
))  # fmt: skip
