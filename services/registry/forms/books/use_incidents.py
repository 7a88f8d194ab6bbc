"""Unlawful use that was found out."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from chassis.forms import DateAnswer, DetailsOf, Form, Group, ask
from chassis.i18n import _
from services.registry import queries
from services.registry.commands.books import RecordUseIncident
from services.registry.domain.codes import RESULTS, TEST_GROUNDS
from services.registry.domain.terms import time_of_day
from services.registry.forms.books.asking import EntryOut, commune, elsewhere, note


def _is_time(typed: str) -> None:
    if time_of_day(typed) is None:
        raise ValidationError(str(_("hãy ghi giờ và phút, ví dụ 8:30 hoặc 16:00.")))


def _tests(request: Any) -> Mapping[str, str]:
    """The tests of the person in the address, by their day."""
    if request is None:
        return {}
    return {
        test.test_id: f"{RESULTS[test.result]}, {test.taken_on:%d/%m/%Y}"
        for test in queries.tests_of(request.uow, request.path_values["person_id"])
        if test.withdrawn_at is None
    }


class UseIncidentForm(Form):
    """Unlawful use that was found out."""

    title = _("Ghi hành vi sử dụng trái phép bị phát hiện")
    command = RecordUseIncident
    groups = (
        Group(_("Vụ việc"), ["occurred_on", "occurred_time", "place", "commune_code", "elsewhere_code"]),
        Group(_("Căn cứ"), ["ground", "notice_number", "test_id", "note"]),
    )

    occurred_on = ask(DateAnswer, _("Ngày phát hiện"), needed=True, not_future=True)
    occurred_time = ask(
        fields.String, _("Giờ phát hiện"), max_length=5, validate=_is_time, hint=_("Giờ:phút, ví dụ 16:00")
    )
    place = ask(fields.String, _("Địa điểm"))
    commune_code = commune()
    elsewhere_code = elsewhere()
    ground = ask(fields.String, _("Căn cứ xét nghiệm"), needed=True, choices=TEST_GROUNDS)
    notice_number = ask(fields.String, _("Số thông báo"), max_length=60)
    test_id = ask(fields.String, _("Kết quả xét nghiệm"), choices=_tests, max_length=36)
    note = note()


class UseIncidentOut(EntryOut):
    """Unlawful use that was found out."""

    incident_id = fields.String()
    person_id = fields.String()
    occurred_on = fields.Date()
    occurred_at = fields.AwareDateTime(allow_none=True)
    commune_code = fields.String()
    ground = fields.String()
    notice_number = fields.String(allow_none=True)
    test_id = fields.String(allow_none=True)
    details = DetailsOf(UseIncidentForm)
