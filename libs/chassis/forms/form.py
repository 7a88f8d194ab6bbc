"""A form: declared once, it reads a page and the JSON API, refuses with sentences, and makes the command.

A form knows no table and no handler. What the command has no field for goes into its `details`, so a new answer needs no other
file than the one that asks it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load
from werkzeug.datastructures import MultiDict

from chassis.errors import NotUnderstood
from chassis.forms.answers import SeveralAnswer, YesNoAnswer
from chassis.forms.asking import Reading, asked, clean, read_as
from chassis.i18n import _

MOST_FIELDS_IN_GROUP = 7
REASON = "_reason"
LONGEST_REASON = 300


class Group:
    """A heading and the names of at most seven answers under it."""

    def __init__(self, heading: str, names: Sequence[str]) -> None:
        self.heading = heading
        self.names = tuple(names)


class NeedsConfirmation(NotUnderstood):
    """The answers are possible but unlikely; they are accepted with a reason for each."""

    code = "needs_confirmation"


class Form(Schema):
    """What a clerk fills in. Subclasses set `title` and `command`, and declare answers with `ask`.

    The answers of one request are read by one instance; `today` and `request` are handed in. `confirmable` names answers that the
    handler, too, may want confirmed with a reason.
    """

    class Meta:
        unknown = RAISE

    error_messages: ClassVar[dict[str, str]] = {"unknown": "unknown", "type": "type"}  # type: ignore[misc]

    title: ClassVar[str] = ""
    intro: ClassVar[str] = ""
    submit: ClassVar[str] = _("Ghi nhận")
    command: ClassVar[type[Any] | None] = None
    groups: ClassVar[Sequence[Group]] = ()
    confirmable: ClassVar[Sequence[str]] = ()

    def __init__(self, *, today: date, channel: str = "api", request: Any = None) -> None:
        super().__init__()
        self.reading = Reading(channel=channel, today=today, request=request)

    # -- to be overridden ------------------------------------------------------------------------------------------------------

    def warnings(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Field -> sentence for answers that are possible but unlikely; each must then be confirmed with a reason."""
        return {}

    def groups_to_draw(self) -> Sequence[Group]:
        """The groups that the page shows for this request; an answer that is not drawn may still be sent."""
        return self.groups

    # -- reading ---------------------------------------------------------------------------------------------------------------

    def understand(self, typed: object) -> dict[str, Any]:
        """Return the answers as Python values, unanswered ones left out.

        Raises NotUnderstood with a sentence for every field at fault, unknown fields among them.
        """
        if not isinstance(typed, Mapping):
            raise NotUnderstood(_("Hãy gửi một đối tượng JSON có các mục của mẫu này."))
        with read_as(self.reading):
            try:
                answers = self.load(typed)
            except ValidationError as wrong:
                raise NotUnderstood(FORM_HAS_FAULTS, fields=self._sentences(wrong.normalized_messages())) from None
        return {name: value for name, value in answers.items() if value is not None}

    def confirm(self, data: Mapping[str, Any], reasons: Mapping[str, str]) -> dict[str, str]:
        """Return the reason for each warning. Raises NeedsConfirmation naming the warnings without one.

        A reason for one of the ``confirmable`` answers goes along: only the handler can tell whether it was needed.
        """
        warned = self.warnings(data)
        asked_later = [name for name in self.confirmable if name not in warned and _reason(reasons.get(name))]
        given = {name: _reason(reasons.get(name)) for name in (*warned, *asked_later)}
        bare = {name: [_sentence_about(self._label(name), str(warned[name]))] for name in warned if not given[name]}
        if bare:
            raise NeedsConfirmation(_("Có điều cần xác nhận; hãy kiểm tra lại, nếu đúng thì ghi lý do."), fields=bare)
        return given

    @pre_load
    def _clean(self, typed: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """Trim and compose every text; an empty one is no answer."""
        return {name: _trimmed(value) for name, value in typed.items()}

    def _sentences(self, messages: Mapping[str, Any]) -> dict[str, list[object]]:
        return {name: [self._sentence(name, one) for one in _flat(found)] for name, found in messages.items()}

    def _sentence(self, name: str, message: str) -> str:
        if message == "unknown":
            return str(_("Không có mục “%(name)s” trong mẫu này; hãy bỏ mục đó.", name=name[:60]))
        ours = _OURS.get(message)
        text = str(ours) if ours is not None else message
        return text if name not in self.fields else _sentence_about(self._label(name), text)

    def _label(self, name: str) -> str:
        return str(asked(self.fields[name]).label) if name in self.fields else name

    # -- what was sent by a page -----------------------------------------------------------------------------------------------

    def typed_on_page(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        """Return what a page sent, as `understand` takes it. Names beginning with `_` and reasons are not answers."""
        typed: dict[str, Any] = {}
        for name, values in sent.lists():
            if name.startswith("_") or self._is_reason(name):
                continue
            typed[name] = self._typed(name, list(values))
        for name, field in self.fields.items():
            if isinstance(field, YesNoAnswer):
                typed.setdefault(name, False)
            if isinstance(field, SeveralAnswer):
                typed.setdefault(name, [])
        return typed

    def typed_in_query(self, sent: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return what a query string held, as `understand` takes it."""
        return {name: self._typed(name, list(values)) for name, values in sent.items()}

    def _typed(self, name: str, values: list[str]) -> Any:
        if isinstance(self.fields.get(name), SeveralAnswer):
            return values
        return values[0] if len(values) == 1 else values

    def reasons_on_page(self, sent: MultiDict[str, str]) -> dict[str, str]:
        """Return the reasons typed beside warnings, by field."""
        return {name.removesuffix(REASON): value for name, value in sent.items() if self._is_reason(name)}

    def _is_reason(self, name: str) -> bool:
        return name.endswith(REASON) and name not in self.fields and name.removesuffix(REASON) in self.fields

    # -- to the command --------------------------------------------------------------------------------------------------------

    def to_command(self, data: Mapping[str, Any], *, confirmed: Mapping[str, str] | None = None, **path: Any) -> Any:
        """Build the command: its own fields by name, all other answers as JSON values in its `details`.

        `path` holds the variables of the address; they win over nothing, for a form never asks what the address says.
        """
        command = type(self).command
        if command is None:
            raise TypeError(f"{type(self).__name__} has no command")
        known = {field.name: field for field in dataclasses.fields(command)}
        values = {name: value for name, value in data.items() if name in known} | path
        if "details" in known:
            values["details"] = self.plain({name: value for name, value in data.items() if name not in known})
        if "confirmed_warnings" in known:
            values["confirmed_warnings"] = dict(confirmed or {})
        for name, field in known.items():
            if name not in values and _has_no_default(field):
                values[name] = None
        return command(**values)

    def plain(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The answers as JSON values, for `details` and for comparing."""
        dumped: dict[str, Any] = self.dump(dict(data))
        return dumped

    @classmethod
    def declared(cls) -> Mapping[str, fields.Field[Any]]:
        """The answers as they were declared, by name."""
        return cls._declared_fields

    # -- checking the declaration ----------------------------------------------------------------------------------------------

    @classmethod
    def check_declaration(cls, path_names: Iterable[str] = ()) -> None:
        """Raise TypeError with a sentence when the form cannot work. Called once, when it is added to the routes."""
        declared = list(cls.declared())
        grouped = [name for group in cls.groups for name in group.names]
        if cls.groups and sorted(grouped) != sorted(declared):
            odd = sorted(set(grouped) ^ set(declared)) or sorted(grouped)
            raise TypeError(f"{cls.__name__}: every answer stands in exactly one group; look at {', '.join(odd)}")
        for group in cls.groups:
            if len(group.names) > MOST_FIELDS_IN_GROUP:
                raise TypeError(
                    f"{cls.__name__}: a group has at most {MOST_FIELDS_IN_GROUP} answers: {group.heading!s}"
                )
        cls._check_command(declared, list(path_names))

    @classmethod
    def _check_command(cls, declared: list[str], path_names: list[str]) -> None:
        if cls.command is None:
            return
        known = {field.name for field in dataclasses.fields(cls.command)}
        homeless = [name for name in declared if name not in known]
        if homeless and "details" not in known:
            raise TypeError(f"{cls.__name__}: {cls.command.__name__} needs `details` to hold {', '.join(homeless)}")
        lost = [name for name in path_names if name not in known]
        if lost:
            raise TypeError(f"{cls.__name__}: {cls.command.__name__} has no field for {', '.join(lost)} of the path")
        twice = [name for name in path_names if name in declared]
        if twice:
            raise TypeError(f"{cls.__name__}: asks {', '.join(twice)}, which the path already says")


FORM_HAS_FAULTS = _("Có mục chưa đúng; hãy sửa các mục dưới đây rồi ghi lại. Chưa có gì được lưu.")

_OURS: Mapping[str, str] = {
    "required": _("hãy ghi mục này."),
    "null": _("hãy ghi mục này."),
    "invalid": _("hãy ghi lại cho đúng."),
    "validator_failed": _("hãy ghi lại cho đúng."),
    "type": _("Hãy gửi một đối tượng JSON có các mục của mẫu này."),
}


class DetailsOf(fields.Nested):
    """In an output schema: the `details` of a record, with the answers of its forms that have no column.

    Where several forms write into one record (planned, then held, then verified), the first one names the schema. ``also`` names
    answers that a command has a field for and its handler keeps in the details.
    """

    def __init__(self, *forms: type[Form], also: Iterable[str] = (), **kwargs: Any) -> None:
        extra = {name: answer for form in forms for name, answer in _without_a_column(form).items()}
        extra |= {name: form.declared()[name] for form in forms for name in also if name in form.declared()}
        super().__init__(Schema.from_dict(extra, name=f"{forms[0].__name__}Details"), **kwargs)


def _without_a_column(form: type[Form]) -> dict[str, fields.Field[Any]]:
    named = {field.name for field in dataclasses.fields(form.command)} if form.command else set()
    return {name: answer for name, answer in form.declared().items() if name not in named}


def _trimmed(value: Any) -> Any:
    try:
        return (clean(value) or None) if isinstance(value, str) else value
    except ValidationError:  # the answer itself will say so, beside what else is wrong
        return value


def _sentence_about(label: str, text: str) -> str:
    return f"{label}: {text}"


def _flat(found: Any) -> list[str]:
    if isinstance(found, Mapping):
        return [sentence for part in found.values() for sentence in _flat(part)]
    if isinstance(found, list):
        return [sentence for part in found for sentence in _flat(part)]
    return [str(found)]


def _reason(given: object) -> str:
    return " ".join(given.split())[:LONGEST_REASON] if isinstance(given, str) else ""


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
