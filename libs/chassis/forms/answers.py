"""One answer on a form: its kind, its label, its bounds, and the sentence that says what to write instead.

`ask(kind, label, …)` declares an answer. The same declaration reads what a clerk typed (05/07/2026) and what a program sent
(2026-07-05), draws the field, and describes it in the OpenAPI document. Sentences here do not name the field; the form does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from chassis.forms.asking import (
    EARLIEST_DAY,
    LARGEST_NUMBER,
    LONGEST_LINE,
    LONGEST_TEXT,
    Asked,
    Choices,
    asked,
    clean,
    reading,
)
from chassis.i18n import _

# -- the kinds -----------------------------------------------------------------------------------------------------------------


class Text(fields.String):
    """A trimmed line of text, at most 200 signs unless said otherwise; one code when choices are given."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(str(_("hãy ghi bằng chữ.")))
        text = clean(value)
        if not asked(self).long and "\n" in text:
            raise ValidationError(str(_("hãy ghi trên một dòng.")))
        self._check_length(text)
        check_choice(self, text)
        return text

    def _check_length(self, text: str) -> None:
        longest = asked(self).max_length or (LONGEST_TEXT if asked(self).long else LONGEST_LINE)
        if len(text) > longest:
            raise ValidationError(str(_("hãy ghi không quá %(longest)s ký tự.", longest=longest)))


class DateAnswer(fields.Date):
    """A day: dd/mm/yyyy on pages (5/7/2026 and 05072026 too), 2026-07-05 in JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str):
            raise ValidationError(self._explained(value))
        day = _day(value.strip())
        if day is None:
            raise ValidationError(self._explained(value))
        _check_day(asked(self), day)
        return day

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value if isinstance(value, str) or value is None else value.isoformat()

    @staticmethod
    def _explained(value: object) -> str:
        shown = str(value)[:30]
        if reading().on_page:
            return str(
                _("ngày %(day)s không có trong lịch; ghi theo dạng ngày/tháng/năm, ví dụ 05/07/2026.", day=shown)
            )
        return str(_("ngày %(day)s không có trong lịch; ghi theo dạng năm-tháng-ngày, ví dụ 2026-07-05.", day=shown))


class YearOrDateAnswer(fields.String):
    """A day or only its year, kept as ISO text: "1990" or "1990-05-01". For birth dates that nobody wrote down."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = value.strip() if isinstance(value, str) else ""
        if re.fullmatch(r"[0-9]{4}", text) and int(text) > 0:
            _check_day(asked(self), date(int(text), 1, 1))
            return text
        day = _day(text)
        if day is None:
            raise ValidationError(self._explained(value))
        _check_day(asked(self), day)
        return day.isoformat()

    @staticmethod
    def _explained(value: object) -> str:
        shown = str(value)[:30]
        if reading().on_page:
            return str(_("“%(day)s” không phải là ngày hay năm; ghi 05/07/1990, hoặc chỉ ghi năm 1990.", day=shown))
        return str(_("“%(day)s” không phải là ngày hay năm; ghi 1990-07-05, hoặc chỉ ghi năm 1990.", day=shown))


class IntegerAnswer(fields.Integer):
    """A whole number: digits on pages (47.500 too), a JSON number and nothing else in JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        number = _whole_number(value)
        lowest, highest = self._bounds()
        if number is None or not lowest <= number <= highest:
            raise ValidationError(self._explained(lowest, highest))
        return number

    def _bounds(self) -> tuple[int, int]:
        said = asked(self)
        lowest = -LARGEST_NUMBER if said.minimum is None else int(said.minimum)
        return lowest, LARGEST_NUMBER if said.maximum is None else int(said.maximum)

    @staticmethod
    def _explained(lowest: int, highest: int) -> str:
        if lowest == -LARGEST_NUMBER and highest == LARGEST_NUMBER:
            return str(_("hãy ghi một số nguyên."))
        if highest == LARGEST_NUMBER:
            return str(_("hãy ghi một số nguyên từ %(lowest)s trở lên.", lowest=lowest))
        if lowest == -LARGEST_NUMBER:
            return str(_("hãy ghi một số nguyên không quá %(highest)s.", highest=highest))
        return str(_("hãy ghi một số nguyên từ %(lowest)s đến %(highest)s.", lowest=lowest, highest=highest))


class DecimalAnswer(fields.Decimal):
    """A number with a fraction: 92,86 on pages; in JSON a number or the text "92.86". Written as text, so nothing is rounded."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(as_string=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        number = _number(value)
        said = asked(self)
        lowest = Decimal(-LARGEST_NUMBER if said.minimum is None else said.minimum)
        highest = Decimal(LARGEST_NUMBER if said.maximum is None else said.maximum)
        if number is None or not lowest <= number <= highest:
            raise ValidationError(
                str(_("hãy ghi một số từ %(lowest)s đến %(highest)s.", lowest=lowest, highest=highest))
            )
        return number


class YesNoAnswer(fields.Boolean):
    """A box that is ticked or not; true or false in JSON. Not answered means no."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if reading().as_text and isinstance(value, str):
            return value.lower() not in {"false", "0"}
        raise ValidationError(str(_("hãy trả lời có hoặc không (true hoặc false).")))


class SeveralAnswer(fields.List[str]):
    """Any number of codes out of the choices; each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.String(), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise ValidationError(str(_("hãy chọn trong danh sách.")))
        if asked(self).needed and not value:
            raise ValidationError(str(_("hãy chọn ít nhất một mục.")))
        for code in value:
            check_choice(self, code)
        return list(dict.fromkeys(value))


_STRICT: Mapping[type[fields.Field[Any]], type[fields.Field[Any]]] = {
    fields.String: Text,
    fields.Date: DateAnswer,
    fields.Integer: IntegerAnswer,
    fields.Decimal: DecimalAnswer,
    fields.Boolean: YesNoAnswer,
    fields.List: SeveralAnswer,
}


def ask(
    kind: type[fields.Field[Any]],
    label: str,
    *,
    needed: bool = False,
    hint: str = "",
    choices: Choices | None = None,
    max_length: int | None = None,
    minimum: Any = None,
    maximum: Any = None,
    not_future: bool = False,
    long: bool = False,
    secret: bool = False,
    hidden: bool = False,
    validate: Callable[[Any], None] | Sequence[Callable[[Any], None]] | None = None,
) -> Any:
    """Declare one answer of a form.

    `kind` is one of this module's kinds; `fields.String`, `Date`, `Integer`, `Decimal`, `Boolean` and `List` of marshmallow
    stand for their strict twins here. `minimum`/`maximum` bound numbers and dates. `long` is a text of several lines, `secret`
    is not shown while typed. A `validate` function raises `ValidationError(sentence)` with a sentence that says what to write.
    """
    said = Asked(
        label=label,
        hint=hint,
        needed=needed,
        choices=choices,
        max_length=max_length,
        minimum=minimum,
        maximum=maximum,
        not_future=not_future,
        long=long,
        secret=secret,
        hidden=hidden,
    )
    return _STRICT.get(kind, kind)(
        required=needed,
        allow_none=not needed,
        validate=validate,
        metadata={"asked": said},
        error_messages={marker: marker for marker in MARKED},
    )


MARKED = ("required", "null", "invalid", "validator_failed")
"""Messages of marshmallow itself; the form puts our sentences in their place, in the language of the request."""


# -- reading -------------------------------------------------------------------------------------------------------------------


def check_choice(field: fields.Field[Any], code: str) -> None:
    """Raise ValidationError when the code is not among the choices, if there are any."""
    said = asked(field)
    if said.choices is None:
        return
    if code not in said.offered(reading().request):
        raise ValidationError(str(_("“%(code)s” không có trong danh sách; hãy chọn một mục có sẵn.", code=code[:30])))


def _check_day(said: Asked, day: date) -> None:
    if said.not_future and day > reading().today:
        raise ValidationError(str(_("chưa đến ngày này; hãy ghi hôm nay hoặc một ngày đã qua.")))
    earliest = said.minimum or EARLIEST_DAY
    if day < earliest:
        raise ValidationError(str(_("hãy ghi từ ngày %(day)s trở đi.", day=f"{earliest:%d/%m/%Y}")))
    if said.maximum is not None and day > said.maximum:
        raise ValidationError(str(_("hãy ghi không muộn hơn ngày %(day)s.", day=f"{said.maximum:%d/%m/%Y}")))


_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_TYPED_DAY = re.compile(r"(?P<day>[0-9]{1,2})[/.\- ](?P<month>[0-9]{1,2})[/.\- ](?P<year>[0-9]{4})")
_RUN_TOGETHER_DAY = re.compile(r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})")


def _day(text: str) -> date | None:
    """The day that was written, or None. A page may also send ISO: date pickers do."""
    patterns = (_TYPED_DAY, _RUN_TOGETHER_DAY, _ISO_DAY) if reading().on_page else (_ISO_DAY,)
    for pattern in patterns:
        if found := pattern.fullmatch(text):
            return _in_calendar(int(found["year"]), int(found["month"]), int(found["day"]))
    return None


def _in_calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _whole_number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not (isinstance(value, str) and reading().as_text):
        return None
    text = value.strip()
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+", text):
        text = text.replace(".", "")
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        text = str(value)
    elif isinstance(value, str):
        text = value.strip()
        if reading().on_page and "," in text:
            text = text.replace(".", "").replace(",", ".")
    else:
        return None
    return Decimal(text) if re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", text) else None
