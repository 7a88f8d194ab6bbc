"""The statutory forms: what each is called, in which regime it may be produced, who signs it, which number it takes."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.errors import NotFound, NotUnderstood, RuleBroken
from chassis.i18n import _
from services.registry.domain.codes import ROLES

FIRST_OF_TWO_DIGITS = 10
LARGEST_NUMBER = 999_999
MOST_AHEAD = 50
"""How far a number typed from paper may lie ahead of the last one of its series without being confirmed."""
_TYPED_NUMBER = re.compile(r"0*(?P<number>[1-9][0-9]{0,5})\s*(?:/\s*(?P<symbol>\S.*))?")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
# What stands for «{CA}» in a symbol (domain.md 9), by kind of commune.
POLICE_OF: Mapping[str, str] = {"xa": "CAX", "phuong": "CAP", "dac-khu": "CAĐK"}

SIGNER_ROLES: Mapping[str, str] = {
    **{role: ROLES[role] for role in ("CA_CHIEF", "CA_OFFICER", "UB_CHAIR", "UB_VICE")},
    "CA_DEPUTY": _("Phó Trưởng Công an cấp xã"),
    "PERSON": _("Người có tên trong văn bản"),
    "PARENT": _("Cha, mẹ hoặc người giám hộ"),
    "COUNSELLOR": _("Người tư vấn, hỗ trợ được phân công"),
    "FACILITY_HEAD": _("Người đứng đầu cơ sở"),
    "DOCTOR": _("Bác sĩ"),
}


class Heading(StrEnum):
    """Whose head a form prints."""

    CONG_AN = "CONG_AN"
    UBND = "UBND"
    FACILITY = "FACILITY"
    PERSON = "PERSON"


class Certainty(StrEnum):
    """Where a row of the catalogue comes from: read in the text, known and not yet verified, or the office's own."""

    TEXT = "TEXT"
    KNOWLEDGE = "KNOWLEDGE"
    OWN = "OWN"


@dataclass(frozen=True, kw_only=True)
class Form:
    """One statutory form. ``symbol`` is None for a paper that takes no number.

    ``printed`` tells whether we lay it out, ``printed_in`` for which regimes where these are not all of its own.
    """

    code: str
    name: str
    reference: str
    regimes: tuple[str, ...]
    heading: Heading
    signers: tuple[str, ...]
    article: str
    certainty: Certainty
    printed: bool
    printed_in: tuple[str, ...] = ()
    symbol: str | None = None
    recipients: tuple[str, ...] = ()
    note: str = ""

    def symbol_in(self, kind: str) -> str | None:
        """Return the symbol as a commune of this kind prints it: «QĐ-CAP» in a ward."""
        return self.symbol.replace("{CA}", POLICE_OF.get(kind, "CAX")) if self.symbol else None

    def check_signer(self, role: str) -> None:
        """Refuse somebody who does not sign this form in its regime, with the article. Raises RuleBroken."""
        if role in self.signers:
            return
        raise RuleBroken(
            _("Người ký: %(form)s do %(who)s ký, không phải %(role)s (%(article)s).",
              form=self.reference, who=", ".join(str(SIGNER_ROLES[each]) for each in self.signers),
              role=SIGNER_ROLES.get(role, role), article=self.article),
            code="wrong_signer", field="signer_role",
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FormCatalogue:
    """All forms by code, and what stands above each signer's name."""

    forms: Mapping[str, Form]
    signatures: Mapping[str, tuple[str, ...]]

    def form(self, code: str) -> Form:
        """Return one form. Raises NotFound."""
        found = self.forms.get(code)
        if found is None:
            raise NotFound(_("Không có mẫu văn bản mang mã «%(code)s».", code=code[:40]), code="unknown_form")
        return found

    def form_to_issue(self, code: str, *, regime: str, issued_on: date) -> Form:
        """Return a form that may be produced on this day. Raises RuleBroken for an old one, or one without a layout."""
        form = self.form(code)
        if regime not in form.regimes:
            raise RuleBroken(
                _("%(form)s không dùng cho văn bản ký ngày %(day)s; mẫu này chỉ lập theo chế độ %(regimes)s (%(article)s).",
                  form=form.reference, day=f"{issued_on:%d/%m/%Y}", regimes=", ".join(form.regimes), article=form.article),
                code="form_of_another_regime", field="form_code",
            )  # fmt: skip
        if not form.printed or (form.printed_in and regime not in form.printed_in):
            raise RuleBroken(
                _("%(form)s không được lập mới trong phần mềm này (%(article)s).", form=form.reference, article=form.article),
                code="form_not_printed", field="form_code",
            )  # fmt: skip
        return form


def shown_number(number: int | None, symbol: str | None) -> str:
    """Return «05/QĐ-CAP»: a number below 10 gets a leading zero; nothing for a paper without a number."""
    if number is None or symbol is None:
        return ""
    return f"{number:02}/{symbol}" if number < FIRST_OF_TWO_DIGITS else f"{number}/{symbol}"


def is_of_series(typed: str, symbol: str) -> bool:
    """Tell whether a number that was typed, with its symbol or without, belongs to this series."""
    found = _TYPED_NUMBER.fullmatch(typed.strip())
    return found is not None and _is_symbol(found, symbol)


def is_of_another_office(typed: str, symbol: str) -> bool:
    """Tell whether what was typed is a number with another symbol than this one."""
    found = _TYPED_NUMBER.fullmatch(typed.strip())
    return found is not None and not _is_symbol(found, symbol)


def read_number(typed: int | str, symbol: str, *, field: str = "number") -> int:
    """Return the number that somebody typed into ``field`` from paper, «15» or «15/QĐ-CAP». Raises NotUnderstood."""
    found = _TYPED_NUMBER.fullmatch(str(typed).strip())
    if found is None:
        raise NotUnderstood(
            _("Số văn bản: hãy ghi một số từ 1 đến %(most)s, ví dụ 15/%(symbol)s.", most=LARGEST_NUMBER, symbol=symbol),
            field=field,
        )
    if not _is_symbol(found, symbol):
        raise NotUnderstood(
            _("Số văn bản: ký hiệu của mẫu này là %(symbol)s, không phải %(typed)s.",
              symbol=symbol, typed=found["symbol"][:20]),
            field=field,
        )  # fmt: skip
    return int(found["number"])


def _is_symbol(found: re.Match[str], symbol: str) -> bool:
    return found["symbol"] is None or _folded(found["symbol"]) == _folded(symbol)


def _folded(symbol: str) -> str:
    """Return a symbol as it is compared: in small letters, without spaces, with one kind of dash."""
    return _DASHES.sub("-", "".join(unicodedata.normalize("NFKC", symbol).casefold().split()))
