"""A form as the templates draw it: groups of labelled fields with what was typed, what is wrong and what to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marshmallow import fields

from chassis.forms.answers import DateAnswer, DecimalAnswer, IntegerAnswer, SeveralAnswer, YearOrDateAnswer, YesNoAnswer
from chassis.forms.asking import LONGEST_LINE, LONGEST_TEXT, MOST_CHOICES_AS_RADIO, Asked, asked
from chassis.forms.form import REASON, Form, Group
from chassis.i18n import _

NOTHING = "—"


@dataclass(kw_only=True)
class DrawnField:
    """One field, ready to be drawn.

    `kind` is text, textarea, date, number, select, radio, checkbox, multiselect, password or hidden; `choices` are
    (code, label, selected).
    """

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    value: str
    choices: list[tuple[str, str, bool]]
    errors: list[str]
    warning: str
    reason_name: str
    reason: str
    attributes: dict[str, str]


@dataclass(kw_only=True)
class DrawnGroup:
    """A heading and its fields."""

    heading: str
    fields: list[DrawnField]


@dataclass(kw_only=True)
class BoundForm:
    """A form with answers. `errors` is the summary on top: (name, label, sentence); faults of the whole form have no name."""

    title: str
    intro: str
    action: str
    submit: str
    groups: list[DrawnGroup]
    errors: list[tuple[str, str, str]] = field(default_factory=list)
    version: int | None = None
    cancel: str | None = None
    once: str = ""
    summary: str = ""
    onward: str = ""


def bind(
    form: Form,
    *,
    action: str,
    typed: Mapping[str, Any] | None = None,
    faults: Mapping[str, Sequence[object]] | None = None,
    warnings: Mapping[str, Sequence[object]] | None = None,
    reasons: Mapping[str, str] | None = None,
    version: int | None = None,
    cancel: str | None = None,
    once: str = "",
    summary: object = "",
) -> BoundForm:
    """Draw the form with what was typed (texts as sent, or Python values from a prefill); everything typed is kept."""
    draw = _Drawing(form, dict(typed or {}), dict(faults or {}), dict(warnings or {}), dict(reasons or {}))
    groups = [
        DrawnGroup(heading=str(group.heading), fields=[draw.field(name) for name in group.names])
        for group in form.groups_to_draw() or [Group("", list(form.fields))]
        if group.names
    ]
    return BoundForm(
        title=str(type(form).title),
        intro=str(type(form).intro),
        action=action,
        submit=str(type(form).submit),
        groups=groups,
        errors=draw.summary(),
        version=version,
        cancel=cancel,
        once=once,
        summary=str(summary or ""),
    )


@dataclass
class _Drawing:
    form: Form
    typed: dict[str, Any]
    faults: dict[str, Sequence[object]]
    warnings: dict[str, Sequence[object]]
    reasons: dict[str, str]

    def field(self, name: str) -> DrawnField:
        answer = self.form.fields[name]
        said = asked(answer)
        value = self.typed.get(name)
        kind = kind_of(answer, said, self.form.reading.request)
        errors = [str(sentence) for sentence in self.faults.get(name, ())]
        return DrawnField(
            name=name,
            label=str(said.label),
            hint=str(said.hint),
            kind=kind,
            required=said.needed,
            value=_value(answer, value, kind),
            choices=self._choices(said, value, kind),
            errors=errors,
            warning=" ".join(str(sentence) for sentence in self.warnings.get(name, ())),
            reason_name=name + REASON,
            reason=self.reasons.get(name, ""),
            attributes=self._attributes(name, answer, said, kind),
        )

    def summary(self) -> list[tuple[str, str, str]]:
        lines = [
            (name, sentence) for found in (self.faults, self.warnings) for name in found for sentence in found[name]
        ]
        return [(self._anchor(name), self._label(name, str(sentence)), str(sentence)) for name, sentence in lines]

    def _anchor(self, name: str) -> str:
        return name if name in self.form.fields else ""

    def _label(self, name: str, sentence: str) -> str:
        """The field's label, unless the sentence already begins with it."""
        label = str(asked(self.form.fields[name]).label) if name in self.form.fields else ""
        return "" if sentence.startswith(f"{label}:") else label

    def _choices(self, said: Asked, value: Any, kind: str) -> list[tuple[str, str, bool]]:
        chosen = {str(code) for code in value} if isinstance(value, list | tuple | set | frozenset) else {str(value)}
        offered = [
            (code, str(label), code in chosen) for code, label in said.offered(self.form.reading.request).items()
        ]
        if kind != "select":
            return offered
        return [("", str(_("— Chọn —")), not any(selected for *_rest, selected in offered)), *offered]

    def _attributes(self, name: str, answer: fields.Field[Any], said: Asked, kind: str) -> dict[str, str]:
        attributes = _attributes(answer, said, kind)
        if name == self._begins_with():
            attributes["autofocus"] = "autofocus"
        return attributes

    def _begins_with(self) -> str | None:
        """Where one begins to type: the first wrong answer; where nothing is wrong, the first needed one that is missing."""
        if self.faults or self.warnings:
            return next((name for name in self.form.fields if name in self.faults or name in self.warnings), None)
        drawn = [name for group in self.form.groups_to_draw() for name in group.names] or list(self.form.fields)
        drawn = [name for name in drawn if not asked(self.form.fields[name]).hidden]
        missing = (name for name in drawn if asked(self.form.fields[name]).needed and not self.typed.get(name))
        return next(missing, next(iter(drawn), None))


def kind_of(answer: fields.Field[Any], said: Asked, request: Any) -> str:
    """Which control draws this answer."""
    if said.hidden:
        return "hidden"
    if said.secret:
        return "password"
    if isinstance(answer, YesNoAnswer):
        return "checkbox"
    if isinstance(answer, SeveralAnswer):
        return "multiselect"
    if said.choices is not None:
        few = len(said.offered(request)) <= MOST_CHOICES_AS_RADIO
        return "radio" if few and said.needed else "select"
    if isinstance(answer, DateAnswer):
        return "date"
    if isinstance(answer, IntegerAnswer):
        return "number"
    return "textarea" if said.long else "text"


def _attributes(answer: fields.Field[Any], said: Asked, kind: str) -> dict[str, str]:
    if kind == "date":
        return {"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "maxlength": "10", "autocomplete": "off"}
    if kind == "number":
        return {"inputmode": "numeric", "maxlength": "14", "autocomplete": "off"}
    if isinstance(answer, DecimalAnswer):
        return {"inputmode": "decimal", "maxlength": "20", "autocomplete": "off"}
    if kind == "text":
        return {"maxlength": str(said.max_length or LONGEST_LINE), "autocomplete": "off"}
    if kind == "textarea":
        return {"maxlength": str(said.max_length or LONGEST_TEXT)}
    if kind == "password":
        return {"maxlength": str(said.max_length or LONGEST_LINE)}
    return {}


def _value(answer: fields.Field[Any], value: Any, kind: str) -> str:
    if kind == "password":  # a password is never sent back
        return ""
    if kind == "checkbox":
        return "true" if value not in (None, False, "") else ""
    if kind == "multiselect":
        return ""
    return _typed_text(_day_of(answer, value) or value)


def _day_of(answer: fields.Field[Any], value: Any) -> date | None:
    """The day behind a stored ISO text: `details` keep days as text."""
    is_day = isinstance(answer, DateAnswer | YearOrDateAnswer) and isinstance(value, str)
    if not is_day or len(value) != len("2026-07-05"):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _typed_text(value: Any) -> str:
    """What a clerk would have typed for this value."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list):  # the same name was sent twice: show what came first
        return _typed_text(value[0]) if value else ""
    return str(value)


def facts(form: type[Form], values: Mapping[str, Any], *, request: Any = None) -> list[tuple[str, str]]:
    """(label, text) of each answer, for a record page. `values` are columns and `details` in one mapping."""
    return [(str(asked(answer).label), shown(answer, values.get(name), request)) for name, answer in _answers(form)]


def _answers(form: type[Form]) -> list[tuple[str, fields.Field[Any]]]:
    return [(name, answer) for name, answer in form.declared().items() if not asked(answer).secret]


def shown(answer: fields.Field[Any], value: Any, request: Any = None) -> str:
    """One answer as a person reads it: labels for codes, 05/07/2026, Có or Không, a dash for nothing."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return str(_("Có")) if value else str(_("Không"))
    offered = asked(answer).offered(request)
    if isinstance(value, list | tuple):
        return ", ".join(str(offered.get(code, code)) for code in value)
    if offered:
        return str(offered.get(str(value), value))
    return _typed_text(_day_of(answer, value) or value)
