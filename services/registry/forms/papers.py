"""The form of every paper that no act issues: what it says beyond the record, the day, the number, who signs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import fields

from chassis.clock import LOCAL_ZONE
from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.registry.commands.documents import IssuePaper
from services.registry.documents import AskedField, asked_on_paper
from services.registry.documents.sources import FieldKind
from services.registry.domain.forms import SIGNER_ROLES
from services.registry.domain.forms import Form as PaperForm
from services.registry.domain.terms import time_of_day
from services.registry.forms.acts import is_time

LONG_ANSWERS = frozenset({"life_summary", "use_history", "breach_text", "sanctions", "statement"})
MOST_IN_GROUP = 7


class DrawUpForm(Form):
    """The form of one paper; subclasses are made by :func:`paper_form_of`."""

    command = IssuePaper
    confirmable = ("number",)
    submit = _("Lập văn bản")
    paper: PaperForm

    def to_command(
        self, data: Mapping[str, Any], *, confirmed: Mapping[str, str] | None = None, **path: Any
    ) -> IssuePaper:
        """Build the order. What stood on the page and was emptied stays empty; a program leaves out what the register knows."""
        details: dict[str, Any] = {}
        for each in asked_on_paper(self.paper.code):
            value = _moment(data, each.name) if each.kind is FieldKind.MOMENT else data.get(each.name)
            if value is not None or self.reading.on_page:
                details[each.name] = value
        return IssuePaper(
            person_id=path["person_id"],
            form_code=self.paper.code,
            issued_on=data["issued_on"],
            signer_role=data["signer_role"],
            signer_name=data["signer_name"],
            number=data.get("number"),
            details=details,
            confirmed_warnings=dict(confirmed or {}),
        )

    @classmethod
    def _check_command(cls, declared: list[str], path_names: list[str]) -> None:
        """The command takes every answer in `to_command`; nothing is left to the names of its fields."""


def hour_of(name: str) -> str:
    """Return the name of the hour that belongs to a moment; the moment's own name is its day."""
    return f"{name.removesuffix('_at')}_time"


def paper_form_of(form: PaperForm) -> type[DrawUpForm]:
    """Return the form of a paper of the catalogue."""
    facts: dict[str, Any] = {}
    for each in asked_on_paper(form.code):
        facts |= _of_paper(each)
    signature = _signature(form)
    groups = [Group(_("Nội dung văn bản"), part) for part in _parts(list(facts))]
    groups.append(Group(_("Ngày, số và người ký"), list(signature)))
    return type(
        f"{form.code}Form",
        (DrawUpForm,),
        {
            "__doc__": f"{form.name}.",
            "__module__": __name__,
            "title": form.name,
            "intro": _("Nhân thân lấy từ hồ sơ; các mục đã điền sẵn lấy từ sổ, hãy xem lại trước khi lập."),
            "groups": tuple(groups),
            "paper": form,
            **facts,
            **signature,
        },
    )


def _of_paper(each: AskedField) -> dict[str, Any]:
    label, hint = each.label.spoken, _("Không bắt buộc") if each.optional else ""
    if each.kind is FieldKind.DAY:
        return {each.name: ask(DateAnswer, label, hint=hint)}
    if each.kind is FieldKind.MOMENT:
        hour = ask(fields.String, _("Giờ"), max_length=5, validate=is_time, hint=_("Giờ:phút, ví dụ 16:00"))
        return {each.name: ask(DateAnswer, label, hint=hint, not_future=True), hour_of(each.name): hour}
    if each.name in LONG_ANSWERS:
        return {each.name: ask(fields.String, label, hint=hint, long=True, max_length=3000)}
    return {each.name: ask(fields.String, label, hint=hint, max_length=500, choices=each.choices or None)}


def _signature(form: PaperForm) -> dict[str, Any]:
    answers: dict[str, Any] = {"issued_on": ask(DateAnswer, _("Ngày ký"), needed=True, not_future=True)}
    if form.symbol:
        answers["number"] = ask(
            fields.String, _("Số văn bản"), max_length=40, hint=_("Để trống: phần mềm lấy số tiếp theo của sổ")
        )
    roles = {role: SIGNER_ROLES[role] for role in form.signers}
    answers["signer_role"] = ask(fields.String, _("Người ký"), needed=True, choices=roles)
    answers["signer_name"] = ask(fields.String, _("Họ tên người ký"), needed=True, max_length=120)
    return answers


def _moment(data: Mapping[str, Any], name: str) -> datetime | None:
    """Return day and hour together; a day without its hour is not yet a moment."""
    day, hour = data.get(name), time_of_day(str(data.get(hour_of(name)) or ""))
    return datetime.combine(day, hour, LOCAL_ZONE) if isinstance(day, date) and hour is not None else None


def on_page(form_code: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the register says of a paper as its form shows it first."""
    first: dict[str, Any] = {}
    for each in asked_on_paper(form_code):
        value = said.get(each.name)
        if each.kind is FieldKind.MOMENT and isinstance(value, datetime):
            local = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(LOCAL_ZONE)
            first |= {each.name: local.date(), hour_of(each.name): f"{local:%H:%M}"}
        elif value is not None:
            first[each.name] = value
    return first


def _parts(names: list[str]) -> list[list[str]]:
    return [names[start : start + MOST_IN_GROUP] for start in range(0, len(names), MOST_IN_GROUP)]
