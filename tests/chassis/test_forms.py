"""A form is declared once; it reads pages and programs strictly, says what to write, and makes the command."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError, fields, validates_schema
from werkzeug.datastructures import MultiDict

from chassis.errors import NotUnderstood
from chassis.forms import DateAnswer, DecimalAnswer, Form, Group, NeedsConfirmation, ask, bind, facts
from chassis.i18n import _, use_locale
from tests.chassis.sample import CorrectVisit, RecordVisit, VisitForm

TODAY = date(2026, 11, 20)
GOOD_PAGE = {"person_key": "P1", "held_on": "5/7/2026", "kind": "Y_TE", "quantity": "47.500"}
GOOD_JSON = {"person_key": "P1", "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3}


def on_page(**typed: object) -> dict[str, Any]:
    form = VisitForm(today=TODAY, channel="page")
    return form.understand(form.typed_on_page(MultiDict({**GOOD_PAGE, **typed})))


def in_json(**sent: object) -> dict[str, Any]:
    return VisitForm(today=TODAY, channel="api").understand({**GOOD_JSON, **sent})


def faults_of(read: Any, **answers: object) -> dict[str, list[str]]:
    with pytest.raises(NotUnderstood) as refused:
        read(**answers)
    return {name: [str(sentence) for sentence in found] for name, found in refused.value.fields.items()}


def test_a_page_is_read_as_a_clerk_types():
    answers = on_page(topics="A", note="  Đồng ý\r\ngặp lại ", agreed="true")
    assert answers == {
        "person_key": "P1", "held_on": date(2026, 7, 5), "kind": "Y_TE", "quantity": 47_500, "topics": ["A"],
        "note": "Đồng ý\ngặp lại", "agreed": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["05/07/2026", "5/7/2026", "5-7-2026", "5.7.2026", "05072026", "2026-07-05", " 5/7/2026 "]
)
def test_days_are_typed_in_many_ways(typed):
    assert on_page(held_on=typed)["held_on"] == date(2026, 7, 5)


@pytest.mark.parametrize(
    "typed", ["31/02/2026", "29/02/2026", "0/1/2026", "5/13/2026", "5/7/26", "hôm qua", "2026-13-01"]
)
def test_an_impossible_day_is_explained(typed):
    assert faults_of(on_page, held_on=typed) == {
        "held_on": [f"Ngày tư vấn: ngày {typed} không có trong lịch; ghi theo dạng ngày/tháng/năm, ví dụ 05/07/2026."]
    }


@pytest.mark.parametrize("sent", ["05/07/2026", "2026-02-30", 20260705, None, ["2026-07-05"], True])
def test_a_program_sends_days_as_iso_only(sent):
    assert list(faults_of(in_json, held_on=sent)) == ["held_on"]


def test_a_day_to_come_is_refused_where_it_must_have_happened():
    assert "chưa đến ngày này" in faults_of(on_page, held_on="21/11/2026")["held_on"][0]
    assert on_page(held_on="20/11/2026")["held_on"] == TODAY


@pytest.mark.parametrize("typed", ["", "0", "-1", "1,5", "1.5", "ba", "1e3", "9999999999999999999", "٣"])
def test_a_whole_number_is_asked_for_with_its_bounds(typed):
    (sentence,) = faults_of(on_page, quantity=typed)["quantity"]
    assert sentence == ("Số lượng: hãy ghi mục này." if not typed else "Số lượng: hãy ghi một số nguyên từ 1 trở lên.")


@pytest.mark.parametrize("sent", ["3", 3.0, True, 0, 10**12, [], {}])
def test_a_program_sends_whole_numbers_as_numbers(sent):
    assert list(faults_of(in_json, quantity=sent)) == ["quantity"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("person_key", 5), ("person_key", "x" * 65), ("person_key", "a\nb"), ("person_key", "a\x00b"), ("note", "\ud800"),
     ("kind", "KHAC"), ("topics", "A"), ("topics", ["C"]), ("topics", [1]), ("agreed", "true"), ("born", "1899"),
     ("born", "2026-02-30")],
)  # fmt: skip
def test_wrong_kinds_are_refused_by_name(name, value):
    assert list(faults_of(in_json, **{name: value})) == [name]


def test_every_fault_is_told_at_once_and_unknown_answers_too():
    found = faults_of(on_page, held_on="31/02/2026", quantity="0", colour="red")
    assert set(found) == {"held_on", "quantity", "colour"}
    assert found["colour"] == ["Không có mục “colour” trong mẫu này; hãy bỏ mục đó."]


def test_one_answer_given_twice_is_refused():
    form = VisitForm(today=TODAY, channel="page")
    sent = MultiDict([*GOOD_PAGE.items(), ("person_key", "P2")])
    with pytest.raises(NotUnderstood):
        form.understand(form.typed_on_page(sent))


@pytest.mark.parametrize("sent", [[], "x", 5, None])
def test_what_is_no_object_is_no_form(sent):
    with pytest.raises(NotUnderstood):
        VisitForm(today=TODAY).understand(sent)


def test_text_is_composed_and_an_empty_text_is_no_answer():
    assert on_page(note="Hoa\u0300  ")["note"] == "Hoà"
    assert "note" not in on_page(note="   ")
    assert on_page(note="\ufeffMai\u200b\u00a0Anh\u202e")["note"] == "Mai Anh"
    assert list(faults_of(on_page, note="M\ufffdai")) == ["note"]
    assert faults_of(on_page, person_key="  ") == {"person_key": ["Mã người: hãy ghi mục này."]}


def test_a_year_is_enough_for_a_birth_date():
    assert on_page(born="1990")["born"] == "1990"
    assert on_page(born="1/5/1990")["born"] == "1990-05-01"
    assert in_json(born="1990-05-01")["born"] == "1990-05-01"


def test_a_decimal_is_written_with_a_comma_on_pages():
    class Share(Form):
        share = ask(DecimalAnswer, "Tỷ lệ", minimum=0, maximum=100)

    page = Share(today=TODAY, channel="page")
    assert str(page.understand({"share": "92,86"})["share"]) == "92.86"
    assert str(Share(today=TODAY).understand({"share": "92.86"})["share"]) == "92.86"
    for wrong in ("101", "1e2", "NaN", "-1", "92,86"):
        with pytest.raises(NotUnderstood):
            Share(today=TODAY).understand({"share": wrong})


def test_sentences_speak_the_language_of_the_request():
    with use_locale("en"):
        (sentence,) = faults_of(on_page, quantity="0")["quantity"]
    assert sentence.endswith(": give a whole number of at least 1.")


# -- commands ------------------------------------------------------------------------------------------------------------------


def test_what_the_command_has_no_field_for_goes_into_details():
    form = VisitForm(today=TODAY)
    command = form.to_command(in_json(born="1990-05-01", topics=["A"], note="Đ"))
    assert command == RecordVisit(
        person_key="P1", held_on=date(2026, 7, 5), kind="Y_TE", quantity=3,
        details={"born": "1990-05-01", "topics": ["A"], "note": "Đ"},
    )  # fmt: skip


def test_the_variables_of_the_address_join_the_command():
    from tests.chassis.sample import CorrectionForm

    data = {"held_on": TODAY, "kind": "Y_TE", "quantity": 1}
    command = CorrectionForm(today=TODAY).to_command(data, visit_id="v1", version=3)
    assert command == CorrectVisit(visit_id="v1", version=3, held_on=TODAY, kind="Y_TE", quantity=1, details={})


def test_a_warning_wants_a_reason():
    form = VisitForm(today=TODAY)
    data = in_json(quantity=500)
    with pytest.raises(NeedsConfirmation) as asked:
        form.confirm(data, {"quantity": "   "})
    assert asked.value.fields == {"quantity": ["Số lượng: nhiều hơn thường lệ."]}
    confirmed = form.confirm(data, {"quantity": " đếm hai lần ", "person_key": "x"})
    assert confirmed == {"quantity": "đếm hai lần"}
    assert form.to_command(data, confirmed=confirmed).confirmed_warnings == confirmed


# -- declarations --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Bare:
    name: str


@dataclass(frozen=True, kw_only=True)
class Roomy:
    name: str
    details: dict[str, Any] = field(default_factory=dict)


def a_form(**members: object) -> type[Form]:
    return type("OddForm", (Form,), {"name": ask(fields.String, "Tên"), **members})


@pytest.mark.parametrize(
    ("form", "path", "complaint"),
    [
        (a_form(groups=[Group("A", [])]), [], "every answer stands in exactly one group"),
        (a_form(groups=[Group("A", ["name"]), Group("B", ["name"])]), [], "every answer stands in exactly one group"),
        (a_form(command=Bare, note=ask(fields.String, "Ghi chú")), [], "needs `details` to hold note"),
        (a_form(command=Roomy), ["person_id"], "has no field for person_id"),
        (a_form(command=Roomy), ["name"], "asks name, which the path already says"),
        (
            a_form(groups=[Group("A", ["name", *"abcdefg"])], **{name: ask(fields.String, name) for name in "abcdefg"}),
            [],
            "at most 7",
        ),
    ],
)
def test_a_form_that_cannot_work_stops_the_start(form, path, complaint):
    with pytest.raises(TypeError, match=complaint):
        form.check_declaration(path)


def test_rules_between_answers_name_the_field_too():
    class Stay(Form):
        came_on = ask(DateAnswer, _("Ngày đến"), needed=True)
        left_on = ask(DateAnswer, _("Ngày đi"))

        @validates_schema
        def in_order(self, data, **_more):
            if data.get("left_on") and data["left_on"] < data["came_on"]:
                raise ValidationError("hãy ghi ngày sau ngày đến.", "left_on")

    with pytest.raises(NotUnderstood) as refused:
        Stay(today=TODAY).understand({"came_on": "2026-07-05", "left_on": "2026-07-04"})
    assert refused.value.fields == {"left_on": ["Ngày đi: hãy ghi ngày sau ngày đến."]}


# -- drawing -------------------------------------------------------------------------------------------------------------------


def drawn(**more: Any) -> dict[str, Any]:
    bound = bind(VisitForm(today=TODAY, channel="page"), action="/x", **more)
    return {field.name: field for group in bound.groups for field in group.fields}


def test_controls_follow_from_the_answers():
    kinds = {name: field.kind for name, field in drawn().items()}
    assert kinds == {
        "person_key": "text", "born": "text", "held_on": "date", "kind": "radio", "quantity": "number",
        "topics": "multiselect", "agreed": "checkbox", "note": "textarea",
    }  # fmt: skip


def test_what_was_typed_is_kept_as_typed():
    found = drawn(typed={"held_on": "31/02/2026", "quantity": "ba", "topics": ["B"], "agreed": "true", "kind": "Y_TE"})
    assert (found["held_on"].value, found["quantity"].value, found["agreed"].value) == ("31/02/2026", "ba", "true")
    assert found["topics"].choices == [("A", "Sức khỏe", False), ("B", "Việc làm", True)]
    assert [code for code, _label, chosen in found["kind"].choices if chosen] == ["Y_TE"]


def test_days_kept_in_details_are_shown_as_they_are_typed():
    found = drawn(typed={"born": "1990-05-01", "held_on": "2026-07-05"})
    assert (found["born"].value, found["held_on"].value) == ("01/05/1990", "05/07/2026")
    assert drawn(typed={"born": "1990"})["born"].value == "1990"
    assert drawn(typed={"held_on": "2026-02-30"})["held_on"].value == "2026-02-30"


def test_the_first_wrong_field_has_the_focus_and_the_summary_names_all():
    form = VisitForm(today=TODAY, channel="page")
    faults = {"quantity": ["Số lượng: sai."], "held_on": ["sai ngày."], "": ["cả mẫu."], "colour": ["lạ."]}
    bound = bind(form, action="/x", faults=faults)
    fields_of = {field.name: field for group in bound.groups for field in group.fields}
    assert [name for name, field in fields_of.items() if "autofocus" in field.attributes] == ["held_on"]
    assert bound.errors == [
        ("quantity", "", "Số lượng: sai."), ("held_on", "Ngày tư vấn", "sai ngày."), ("", "", "cả mẫu."), ("", "", "lạ."),
    ]  # fmt: skip


def test_a_password_is_never_sent_back():
    class Secret(Form):
        password = ask(fields.String, "Mật khẩu", secret=True)

    bound = bind(Secret(today=TODAY, channel="page"), action="/x", typed={"password": "bí mật"})
    assert (bound.groups[0].fields[0].kind, bound.groups[0].fields[0].value) == ("password", "")
    assert facts(Secret, {"password": "bí mật"}) == []


def test_a_record_shows_every_answer_in_words():
    values = {"person_key": "P1", "held_on": date(2026, 7, 5), "kind": "TAM_LY", "quantity": 3, "born": "1990-05-01",
              "topics": ["A", "B"], "agreed": True}  # fmt: skip
    assert dict(facts(VisitForm, values)) == {
        "Mã người": "P1", "Ngày tư vấn": "05/07/2026", "Loại": "Tâm lý", "Số lượng": "3", "Ngày sinh": "01/05/1990",
        "Chủ đề": "Sức khỏe, Việc làm", "Đồng ý": "Có", "Ghi chú": "—",
    }  # fmt: skip
