"""From what is known of a person and a case to what a form prints: words for codes, days as days, nothing made up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.units import unit
from services.registry.documents.sources import AskedField, FieldKind, fields_of, form_source, is_empty, missing_in
from services.registry.domain.codes import (
    EDUCATION,
    ETHNIC_GROUPS,
    ID_TYPES,
    NO_PAPERS,
    RESULTS,
    SAMPLES,
    SEXES,
    SUBSTANCES,
    TEST_GROUNDS,
)
from services.registry.domain.forms import Form

LONGEST = 4000
MOST_ROWS = 20_000
# Facts of a track that a form calls otherwise.
_OTHERWISE = {
    "from_agency": "recipient",
    "document_number": "decision_number",
    "original_ends_on": "ends_on",
    "taken_time": "taken_at",
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": SEXES,
    "education": EDUCATION,
    "sample": SAMPLES,
    "result": RESULTS,
    "test_ground": TEST_GROUNDS,
}


def context_for(person_answers: Mapping[str, Any], case_facts: Mapping[str, Any], unit_code: str) -> dict[str, Any]:
    """Return what forms ask, from a person's answers and a case's facts; what neither says is left out.

    ``case_facts`` win, under the names of fields.yml; ``to_commune`` becomes the new residence, ``substances`` words.
    """
    found: dict[str, Any] = {name: value for name, value in person_answers.items() if value not in (None, "")}
    if person_answers:
        found |= {
            "full_name": str(person_answers.get("full_name", "")).upper(),
            "birth_date": "/".join(reversed(str(person_answers.get("birth_date", "")).split("-"))),
            "ethnic_group": _ethnic_group(person_answers),
            "papers": _papers(person_answers),
            "residence": _residence(person_answers),
        }
    for name, value in case_facts.items():
        if value not in (None, ""):
            found[_OTHERWISE.get(name, name) if _OTHERWISE.get(name) not in case_facts else name] = value
    if "to_commune" in case_facts and "new_residence" not in case_facts:
        found["new_residence"] = unit(str(case_facts["to_commune"])).title
    return _derived(_in_words(found))


def needed_answers(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form prints, ready to be stored as JSON. Raises NotUnderstood that names every field at fault."""
    missing = missing_in(form.code, data)
    if missing:
        raise NotUnderstood(
            _("%(form)s: còn thiếu %(fields)s; hãy ghi rồi lập lại văn bản.",
              form=form.reference, fields=", ".join(f"«{asked.label.spoken}»" for asked in missing)),
            code="field_missing",
            fields={asked.name: [_("%(label)s: hãy ghi mục này.", label=asked.label.spoken)] for asked in missing},
        )  # fmt: skip
    return {
        asked.name: _plain(form.code, asked, data[asked.name])
        for asked in fields_of(form.code)
        if not is_empty(data.get(asked.name), asked.kind)
    }


def _plain(code: str, asked: AskedField, value: Any) -> Any:
    """Return one answer as JSON holds it. Raises NotUnderstood."""
    if asked.kind is FieldKind.ROWS:
        return _rows(code, asked, value)
    if asked.kind is FieldKind.DAY:
        return _day(asked, value)
    if asked.kind is FieldKind.MOMENT:
        return _moment(asked, value)
    if asked.kind is FieldKind.COUNT:
        return _count(asked, value)
    text = str(value).strip()
    if asked.kind is FieldKind.CODE and text not in asked.codes:
        known = ", ".join(sorted(asked.codes))
        raise _refused(asked, _("%(label)s: mẫu này chỉ có các mã %(codes)s.", label=asked.label.spoken, codes=known))
    if len(text) > LONGEST:
        raise _refused(asked, _("%(label)s: hãy ghi nhiều nhất %(most)s chữ.", label=asked.label.spoken, most=LONGEST))
    return text


def _rows(code: str, asked: AskedField, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_ROWS:
        raise _refused(asked, _("%(label)s: hãy đưa vào một danh sách các dòng.", label=asked.label.spoken))
    names = form_source(code).row_names(asked.name)
    return [{name: str(row.get(name) or "") for name in sorted(names)} for row in value]


def _day(asked: AskedField, value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(LOCAL_ZONE).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _refused(asked, _("%(label)s: hãy ghi ngày, ví dụ 05/07/2026.", label=asked.label.spoken)) from None


def _moment(asked: AskedField, value: Any) -> str:
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise _refused(
            asked, _("%(label)s: hãy ghi ngày và giờ, ví dụ 05/07/2026 16:00.", label=asked.label.spoken)
        ) from None
    local = read.astimezone(LOCAL_ZONE) if read.tzinfo else read
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def _count(asked: AskedField, value: Any) -> int:
    text = str(value).strip()
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(LONGEST)) + 2:
        raise _refused(asked, _("%(label)s: hãy ghi một số.", label=asked.label.spoken))
    return int(text)


def _refused(asked: AskedField, sentence: object) -> NotUnderstood:
    return NotUnderstood(sentence, field=asked.name)


# -- words ---------------------------------------------------------------------------------------------------------------------


def _in_words(found: dict[str, Any]) -> dict[str, Any]:
    for name, words in _WORDS.items():
        if found.get(name) in words:
            found[name] = vietnamese(words[found[name]])
    codes = found.get("substances")
    if isinstance(codes, list | tuple | set):
        found["substances"] = ", ".join(vietnamese(SUBSTANCES.get(code, str(code))) for code in codes)
    return found


def _derived(found: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from the rest: the days that remain of a term, the day from which a decision works."""
    ends_on, left_on = found.get("ends_on"), found.get("left_on")
    if isinstance(ends_on, date) and isinstance(left_on, date):
        found.setdefault("remaining_days", max(0, (ends_on - left_on).days))
    if "decided_on" in found:
        found.setdefault("effective_on", found["decided_on"])
    return found


def _papers(answers: Mapping[str, Any]) -> str:
    kind, number = str(answers.get("id_type") or ""), answers.get("id_number")
    word = vietnamese(ID_TYPES.get(kind, kind))
    if kind == NO_PAPERS or not number:
        reason = answers.get("no_id_reason")
        return f"{vietnamese(ID_TYPES[NO_PAPERS])} ({reason})" if reason else vietnamese(ID_TYPES[NO_PAPERS])
    return f"{word} số {number}"


def _residence(answers: Mapping[str, Any]) -> str | None:
    places = (answers.get(name) for name in ("current_abode", "temporary_address", "permanent_address"))
    return next((str(place) for place in places if place), None)


def _ethnic_group(answers: Mapping[str, Any]) -> str | None:
    group = str(answers.get("ethnic_group") or "")
    if answers.get("ethnic_name"):
        return str(answers["ethnic_name"])
    return vietnamese(ETHNIC_GROUPS[group]) if group in ETHNIC_GROUPS else None


def vietnamese(word: str) -> str:
    """Return a word of the program in Vietnamese, whatever the language of the page: a document has one language."""
    return str.__str__(word)
