"""The form of every act, made of what its line in the law asks: the day, the facts, the document, who signs."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from marshmallow import Schema, ValidationError, fields

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotFound, NotUnderstood
from chassis.forms import DateAnswer, Form, Group, IntegerAnswer, ask
from chassis.i18n import _
from chassis.units import unit
from services.registry import queries
from services.registry.commands import PerformAct
from services.registry.documents import asked_of_the_officer, is_printed_here, members_written
from services.registry.documents.sources import AskedField, FieldKind
from services.registry.domain.acts import choices_to_ask
from services.registry.domain.choices import CHOICES, WHY_CHOSEN
from services.registry.domain.codes import DECIDERS, SIGNERS
from services.registry.domain.history import Draft
from services.registry.domain.terms import time_of_day
from services.registry.domain.tracks import FactKind, Track, Transition
from services.registry.law import law
from services.registry.permissions import PERMISSIONS

YES, NO = "YES", "NO"
MOST_IN_GROUP = 7
NOW, FOR_SIGNATURE = "NOW", "FOR_SIGNATURE"
CHOSEN = _("Luật để cán bộ chọn")

_DOCUMENT_NUMBER = re.compile(r"[0-9]+[0-9A-Za-zĐđ/\-. ]*")
_COMMUNE_DIGITS = 5
_OF_THE_ORDER = {"document_number", "signer_role", "signer_name", "how"}


def is_document_number(typed: str) -> None:
    """Refuse what cannot be the number of a document, with ValidationError."""
    if not _DOCUMENT_NUMBER.fullmatch(typed):
        raise ValidationError(str(_("hãy ghi số rồi đến ký hiệu của văn bản, ví dụ 15/QĐ-CAP.")))


def is_time(typed: str) -> None:
    """Refuse what is no time of day, with ValidationError."""
    if time_of_day(typed) is None:
        raise ValidationError(str(_("hãy ghi giờ và phút, ví dụ 8:30 hoặc 16:00.")))


def is_commune(typed: str) -> None:
    """Refuse what is no code of a commune in force, with ValidationError."""
    try:
        found = len(typed) == _COMMUNE_DIGITS and unit(typed) is not None
    except NotFound:
        found = False
    if not found:
        raise ValidationError(str(_("hãy ghi mã 5 chữ số của xã, phường, đặc khu, ví dụ 09385.")))


def are_members(typed: str) -> None:
    """Refuse what is no list of the members of a team, with ValidationError."""
    try:
        members_written(typed)
    except NotUnderstood as wrong:
        raise ValidationError(str(wrong.message)) from None


class ActForm(Form):
    """The form of one line of a track; subclasses are made by :func:`form_of`."""

    command = PerformAct
    confirmable = ("document_number",)
    track: Track
    transition: Transition

    def to_command(
        self, data: Mapping[str, Any], *, confirmed: Mapping[str, str] | None = None, **path: Any
    ) -> PerformAct:
        """Build the order: facts that the law looks at as values, everything else sealed."""
        line, kinds = self.transition, law().facts
        plain = {name: value for name, value in data.items() if name in kinds and kinds[name].kind != "TEXT"}
        facts = {name: value == YES if kinds[name].kind == "FLAG" else value for name, value in plain.items()}
        details = {
            name: value for name, value in data.items()
            if name not in facts and name not in _OF_THE_ORDER and name not in {line.on, time_field(line)}
        }  # fmt: skip
        return PerformAct(
            person_id=path["person_id"],
            track=self.track.track,
            event=line.event,
            happened_on=data[line.on],
            happened_time=data.get(time_field(line)),
            answers=facts,
            document_number=data.get("document_number"),
            signer_role=data.get("signer_role"),
            signer_name=data.get("signer_name"),
            for_signature=data.get("how") == FOR_SIGNATURE,
            details=self.plain(details),
            confirmed_warnings=dict(confirmed or {}),
        )

    def groups_to_draw(self) -> Sequence[Group]:
        """What the law leaves to the officer is asked where it arises, and again on a form that comes back."""
        request = self.reading.request
        if request is None or request.writes or self._leaves_a_choice(request):
            return self.groups
        return [group for group in self.groups if group.heading != CHOSEN]

    def _leaves_a_choice(self, request: Any) -> bool:
        history = queries.history_for(request.uow, request.path_values["person_id"])
        draft = Draft(
            track=self.track.track,
            event=self.transition.event,
            happened_at=request.runtime.clock.now().astimezone(LOCAL_ZONE),
        )
        return bool(choices_to_ask(law(), history, draft))

    @classmethod
    def _check_command(cls, declared: list[str], path_names: list[str]) -> None:
        """The command takes every answer in `to_command`; nothing is left to the names of its fields."""


def time_field(line: Transition) -> str:
    """Return the name of the hour of a timed act."""
    return f"{line.on.removesuffix('_on')}_time"


def form_of(track: Track, line: Transition) -> type[ActForm]:
    """Return the form of a line of the law."""
    what = _what(line)
    paper = {**_paper(track, line), **_for_the_document(line)}
    chosen = _chosen(line)
    answers = {**what, **chosen, **paper, "note": ask(fields.String, _("Ghi chú"), long=True, max_length=1000)}
    groups = [Group(line.name.spoken, part) for part in _parts(list(what))]
    groups += [Group(CHOSEN, part) for part in _parts(list(chosen))]
    heading = _("Văn bản và ghi chú") if paper else _("Ghi chú")
    groups += [Group(heading, part) for part in _parts([*paper, "note"])]
    return type(
        f"{track.track}{line.event}Form",
        (ActForm,),
        {
            "__doc__": f"{line.name.en}.",
            "__module__": __name__,
            "title": line.name.spoken,
            "intro": _intro(line),
            "groups": tuple(groups),
            "track": track,
            "transition": line,
            **answers,
        },
    )


def _intro(line: Transition) -> str:
    if any(under.issued_here for under in line.under):
        return _("Để trống số văn bản: phần mềm lấy số tiếp theo của sổ văn bản và lập văn bản. Thời hạn do luật định.")
    return _("Việc này được ghi cùng căn cứ pháp luật của ngày thực hiện.")


def _what(line: Transition) -> dict[str, Any]:
    """The day, its hour, and the facts that the line asks."""
    answers: dict[str, Any] = {line.on: ask(DateAnswer, _day_label(line), needed=True, not_future=True)}
    if line.timed:
        answers[time_field(line)] = ask(
            fields.String, _("Giờ"), max_length=5, validate=is_time,
            hint=_("Giờ:phút, ví dụ 16:00; thời hạn tính theo giờ. Để trống nếu là bây giờ"),
        )  # fmt: skip
    for name in sorted(line.asks, key=lambda name: name not in line.needs):  # what is needed comes first
        answers[name] = _fact(name, law().facts[name], line, needed=name in line.needs)
    return answers


def _chosen(line: Transition) -> dict[str, Any]:
    """What the law leaves to the officer, and why it was chosen so."""
    names = [CHOICES[code].fact for code in line.choices]
    answers = {name: _fact(name, law().facts[name], line, needed=False) for name in names}
    if answers:
        answers[WHY_CHOSEN] = ask(fields.String, _("Vì sao chọn như vậy"), max_length=500)
    return answers


def _day_label(line: Transition) -> str:
    kind = law().facts.get(line.on)
    if kind is not None:
        return kind.name.spoken
    return _("Ngày ký") if any(under.deciders for under in line.under) else _("Ngày thực hiện")


def _fact(name: str, kind: FactKind, line: Transition, *, needed: bool) -> Any:
    label, hint = kind.name.spoken, kind.hint.spoken if kind.hint else ""
    if kind.kind == "DAY":
        return ask(DateAnswer, label, hint=hint, needed=needed, not_future=kind.not_future)
    if kind.kind == "COUNT":
        return ask(
            IntegerAnswer, label, hint=hint, needed=needed, minimum=kind.minimum or 0, maximum=kind.maximum or 100_000
        )
    if kind.kind == "FLAG":
        return ask(fields.String, label, hint=hint, needed=needed, choices={YES: _("Có"), NO: _("Không")})
    if kind.kind == "CODE":
        choices = (
            partial(_reasons, line)
            if name == line.reasons_of
            else {code: text.spoken for code, text in kind.choices.items()}
        )
        return ask(fields.String, label, hint=hint, needed=needed, choices=choices)
    if kind.kind == "COMMUNE":
        return ask(fields.String, label, hint=hint, needed=needed, max_length=5, validate=is_commune)
    if kind.kind == "NUMBER":
        return ask(fields.String, label, hint=hint, needed=needed, max_length=60, validate=is_document_number)
    return ask(fields.String, label, hint=hint, needed=needed, max_length=300)


def _reasons(line: Transition, request: Any) -> Mapping[str, str]:
    """The reasons of every law: one signed under an earlier law may be recorded late, and the rule says which fits."""
    return {reason.code: reason.name.spoken for reason in line.reasons}


def _paper(track: Track, line: Transition) -> dict[str, Any]:
    if not any(under.form or under.deciders for under in line.under):
        return {}
    issued_here = any(under.issued_here for under in line.under)
    answers: dict[str, Any] = {
        "document_number": ask(
            fields.String, _("Số văn bản"), max_length=60, validate=is_document_number,
            hint=_("Để trống: lấy số tiếp theo của sổ; ví dụ 15/QĐ-CAP") if issued_here else _("Số của văn bản chứng minh"),
        )
    }  # fmt: skip
    if any(under.deciders for under in line.under):
        answers["signer_role"] = ask(fields.String, _("Chức vụ người ký"), needed=True, choices=_deciders(line))
        answers["signer_name"] = ask(fields.String, _("Họ tên người ký"), needed=True, max_length=120)
    if issued_here and _somebody_signs_here(track):
        answers["how"] = ask(
            fields.String, _("Cách ghi"), hint=_("Để trống: ghi ngay văn bản đã được ký"),
            choices={NOW: _("Ghi văn bản đã được ký"), FOR_SIGNATURE: _("Trình người có thẩm quyền ký")},
        )  # fmt: skip
    return answers


def _somebody_signs_here(track: Track) -> bool:
    """Some papers, such as a request for a determination, are signed on paper only."""
    right = track.right.removesuffix(".write") + ".sign"
    return right in PERMISSIONS.actions and bool(PERMISSIONS.roles_that_may(right))


def _deciders(line: Transition) -> Mapping[str, str]:
    """The offices of every law, so that a wrong one is refused with its article and not as an unknown word."""
    return {
        code: DECIDERS[code]
        for code in DECIDERS
        if code in SIGNERS or any(code in under.deciders for under in line.under)
    }


def _for_the_document(line: Transition) -> dict[str, Any]:
    """What a document that this office prints says beyond the act itself: asked for when the program draws it up."""
    codes = [under.form for under in line.under if under.issued_here and under.form and is_printed_here(under.form)]
    asked = {each.name: each for code in codes for each in asked_of_the_officer(code, line)}
    return {name: _of_document(each) for name, each in asked.items()}


def _of_document(each: AskedField) -> Any:
    hint = _("Không bắt buộc") if each.optional else _("Ghi khi phần mềm lập văn bản")
    if each.kind is FieldKind.DAY:
        return ask(DateAnswer, each.label.spoken, hint=hint)
    if each.kind is FieldKind.ROWS:
        return ask(
            fields.String, each.label.spoken, long=True, max_length=3000, validate=are_members,
            hint=_("Mỗi dòng một người: vai trò; họ tên; cơ quan. Để trống: lấy thành viên của tổ đang được giao người này"),
        )  # fmt: skip
    return ask(fields.String, each.label.spoken, hint=hint, max_length=300, choices=each.choices or None)


def _parts(names: list[str]) -> list[list[str]]:
    return [names[start : start + MOST_IN_GROUP] for start in range(0, len(names), MOST_IN_GROUP)]


class CaseOut(Schema):
    """A case as its acts have made it; ``facts`` are codes, numbers and days."""

    case_id = fields.String()
    person_id = fields.String()
    track = fields.String()
    state = fields.String()
    opened_on = fields.Date()
    since_on = fields.Date()
    decided_on = fields.Date(allow_none=True)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    closed_on = fields.Date(allow_none=True)
    closing_event = fields.String(allow_none=True)
    closing_reason = fields.String(allow_none=True)
    document_number = fields.String(allow_none=True)
    regime = fields.String()
    facts = fields.Dict()
    version = fields.Integer()


class ActOut(Schema):
    """An act, with the state and the term of its case after it; a draft for signature has a ``proposal_id`` and no act yet."""

    proposal_id = fields.String()
    act_id = fields.String()
    case_id = fields.String()
    person_id = fields.String()
    track = fields.String()
    event = fields.String()
    happened_on = fields.Date()
    happened_at = fields.AwareDateTime()
    state = fields.String()
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    closed_on = fields.Date(allow_none=True)
    document_number = fields.Function(lambda record: getattr(record.row, "document_number", None))
    document_id = fields.String(allow_none=True)
    signer_role = fields.String(allow_none=True)
    signer_name = fields.String(allow_none=True)
    regime = fields.Function(lambda record: getattr(record.row, "regime", None))
    form_code = fields.String(allow_none=True)
    article = fields.String()
    law_digest = fields.String()
    facts = fields.Function(lambda record: getattr(record.row, "facts", None))
    annulled_at = fields.AwareDateTime(allow_none=True)
    warnings = fields.Function(lambda record: [str(each) for each in getattr(record, "warnings", ())])
