"""Issuing statutory documents: number, bytes, hash and the data behind them commit together with the act, or not at all."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from chassis.errors import NotAllowed, NotUnderstood, RuleBroken
from chassis.fold import folded_words
from chassis.forms import NeedsConfirmation
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.units import unit
from contracts.registry import DocumentIssued
from services.registry import queries
from services.registry.commands.documents import AnnulDocument
from services.registry.documents import draft_issue, is_printed_here, names_somebody, needed_answers, render, sealed
from services.registry.domain.forms import MOST_AHEAD, Heading, is_of_another_office, read_number, shown_number
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue
from services.registry.permissions import PERMISSIONS
from services.registry.queries.documents import DocumentRecord, document_record, is_taken
from services.registry.tables import Document, NumberSeries
from services.registry.tables.documents import document_context, document_data_context

# Who decides does not draft (domain.md 13.3); minutes and papers of the person are signed by whoever draws them up.
DECIDERS = frozenset({"CA_CHIEF", "CA_DEPUTY", "UB_CHAIR", "UB_VICE"})
ANNULMENT = {Heading.UBND: "OWN_ANNUL_UB"}
ANNULMENT_OF_THE_POLICE = "OWN_ANNUL_CA"


class DrafterSigns(NotAllowed):
    """Who drafts a document does not sign it."""

    code = "drafter_signs"


class NumberTaken(RuleBroken):
    """The number typed from paper stands on another document."""

    code = "number_taken"


def issue_document(
    uow: UnitOfWork,
    *,
    form_code: str,
    issued_on: date,
    data: Mapping[str, Any],
    signer_role: str,
    signer_name: str,
    drafted_by: str,
    person_id: str | None = None,
    case_id: str | None = None,
    act_id: str | None = None,
    number: int | str | None = None,
    annuls: str | None = None,
    number_field: str = "number",
    leap_reason: str | None = None,
) -> DocumentRecord:
    """Issue a document in the transaction of the acting person; without ``number`` it takes the next one of its series.

    ``data`` is what :func:`services.registry.documents.context_for` gives. Raises RuleBroken for a form or signer of another
    regime and for a number that is taken, NotAllowed where the drafter would sign, NotUnderstood for a field that is missing, and
    NeedsConfirmation about ``number_field`` for a number far ahead of its series, unless ``leap_reason`` says why it is right.
    """
    PERMISSIONS.require(uow.by, "document.issue")
    _check_day(uow, issued_on)
    issue = draft_issue(uow, form_code=form_code, issued_on=issued_on, signer_role=signer_role, signer_name=signer_name)
    form = form_catalogue().form(form_code)
    _check_signature(uow, role=signer_role, name=issue.signer_name, drafted_by=drafted_by)
    answers = needed_answers(form, data)
    document_id = uow.new_id()
    symbol = form.symbol_in(unit(uow.unit).kind)
    leaps = _checked_leap(uow, symbol, issued_on.year, number, field=number_field, reason=leap_reason)
    taken = _number(uow, symbol, issued_on.year, number, field=number_field, act_id=act_id)
    issue = replace(issue, document_id=document_id, number=shown_number(taken, symbol))
    file = sealed(uow.vault, issue, render(issue, answers), answers)
    row = uow.add(
        Document(
            document_id=document_id,
            unit_code=uow.unit,
            person_id=person_id,
            case_id=case_id,
            act_id=act_id,
            form_code=form.code,
            symbol=symbol,
            number=taken,
            typed_number=taken is not None and number not in (None, ""),
            year=issued_on.year,
            issued_on=issued_on,
            regime=law().regime_on(issued_on).code,
            signer_role=signer_role,
            drafted_by=drafted_by,
            issued_by=uow.by.account_id,
            sealed=uow.vault.seal(document_context(document_id), file),
            sealed_data=uow.vault.seal_answers(
                document_data_context(document_id),
                {
                    "signer_name": issue.signer_name,
                    "answers": answers,
                    **({"leap_reason": leap_reason} if leaps else {}),
                },
            ),
            sha256=hashlib.sha256(file).hexdigest(),
            law_digest=law().digest,
            annuls=annuls,
            recorded_at=uow.now(),
        )
    )
    uow.record(
        DocumentIssued(
            document_id=document_id,
            form_code=form.code,
            issued_on=issued_on,
            year=issued_on.year,
            sequence=taken,
            regime=row.regime,
            signer_role=signer_role,
            annuls=annuls,
        )
    )
    uow.wrote(
        "document.issue", "document", document_id, form_code=form.code, number=taken, year=issued_on.year,
        confirmed=number_field if leaps else "",
    )  # fmt: skip
    return document_record(row)


def keep_number(
    uow: UnitOfWork,
    *,
    form_code: str,
    issued_on: date,
    number: str,
    act_id: str,
    number_field: str = "number",
    leap_reason: str | None = None,
) -> str:
    """Give the paper of an act that is not drawn up here its place in the series, and return its number as the series has it.

    No other paper or document takes the number from then on; a paper about nobody in particular may serve several people. A
    number with the symbol of another office is none of this series. Raises RuleBroken for a number that is taken, NotUnderstood
    for what is no number, and NeedsConfirmation for one far ahead of the series.
    """
    symbol = _symbol(uow, form_code)
    if symbol is None or is_of_another_office(number, symbol):
        return number
    _checked_leap(uow, symbol, issued_on.year, number, field=number_field, reason=leap_reason)
    shared = form_code if is_printed_here(form_code) and not names_somebody(form_code) else None
    taken = _number(uow, symbol, issued_on.year, number, field=number_field, act_id=act_id, shared=shared)
    return shown_number(taken, symbol)


def is_numbered_here(uow: UnitOfWork, form_code: str, number: str) -> bool:
    """Tell whether a number from paper does not bear the symbol of another office, whose papers are not drawn up here."""
    symbol = _symbol(uow, form_code)
    return symbol is None or not is_of_another_office(number, symbol)


def annul_document(
    uow: UnitOfWork,
    *,
    document_id: str,
    issued_on: date,
    reason_text: str,
    signer_role: str,
    signer_name: str,
    drafted_by: str,
    number: int | str | None = None,
    leap_reason: str | None = None,
) -> DocumentRecord:
    """Issue the decision that annuls an earlier document; the earlier one stays, marked. Raises RuleBroken for a second time."""
    PERMISSIONS.require(uow.by, "document.issue")
    earlier = uow.get(Document, document_id)
    if earlier.annulled_by is not None or earlier.voided_at is not None:
        raise RuleBroken(_("Văn bản này đã bị hủy bỏ trước đây."), code="annulled_before")
    if issued_on < earlier.issued_on:
        raise NotUnderstood(
            _("Ngày ký: không thể trước ngày của văn bản bị hủy bỏ, %(day)s.", day=f"{earlier.issued_on:%d/%m/%Y}"),
            field="issued_on",
        )
    form = form_catalogue().form(earlier.form_code)
    annulment = issue_document(
        uow,
        form_code=ANNULMENT.get(form.heading, ANNULMENT_OF_THE_POLICE),
        issued_on=issued_on,
        data={
            "annulled_name": form.name,
            "annulled_number": shown_number(earlier.number, earlier.symbol) or "không số",
            "annulled_on": earlier.issued_on,
            "reason_text": reason_text,
        },
        signer_role=signer_role,
        signer_name=signer_name,
        drafted_by=drafted_by,
        person_id=earlier.person_id,
        case_id=earlier.case_id,
        number=number,
        leap_reason=leap_reason,
        annuls=document_id,
    )
    earlier.annulled_by = annulment.row.document_id
    uow.wrote("document.annul", "document", document_id, by_document=annulment.row.document_id)
    return annulment


def annul_document_as_ordered(command: AnnulDocument, uow: UnitOfWork) -> DocumentRecord:
    """Carry out the order of the page: the acting person drafts, somebody else signed."""
    return annul_document(
        uow,
        document_id=command.document_id,
        issued_on=command.issued_on,
        reason_text=command.reason_text,
        signer_role=command.signer_role,
        signer_name=command.signer_name,
        drafted_by=uow.by.account_id,
        number=command.number,
        leap_reason=command.confirmed_warnings.get("number"),
    )


# -- what must hold ------------------------------------------------------------------------------------------------------------


def _check_day(uow: UnitOfWork, issued_on: date) -> None:
    if issued_on > uow.today():
        raise NotUnderstood(_("Ngày ký: chưa đến ngày này."), field="issued_on")


def _check_signature(uow: UnitOfWork, *, role: str, name: str, drafted_by: str) -> None:
    """A document has a signer; a decision is not signed by the account that drafted it, nor under its name."""
    if not name:
        raise NotUnderstood(_("Họ tên người ký: hãy ghi họ tên người ký."), field="signer_name")
    if role not in DECIDERS:
        return
    signs_here = role in uow.by.roles and uow.by.account_id == drafted_by
    drafter = queries.recorders(uow, [drafted_by]).get(drafted_by, "")
    if signs_here or (drafter and folded_words(drafter) == folded_words(name)):
        raise DrafterSigns(
            _("Người soạn thảo không được ký văn bản do mình soạn; hãy để người khác soạn hoặc trình người khác ký."),
            field="signer_name",
        )


def _number(
    uow: UnitOfWork,
    symbol: str | None,
    year: int,
    typed: int | str | None,
    *,
    field: str,
    act_id: str | None,
    shared: str | None = None,
) -> int | None:
    """Return the number of a document: the next one, or the one that stands on paper, unless it is taken."""
    if symbol is None:
        if typed not in (None, ""):
            raise NotUnderstood(_("Số văn bản: mẫu này không lấy số."), field=field)
        return None
    if typed in (None, ""):
        return _take_next(uow, symbol, year)
    number = read_number(typed or "", symbol, field=field)
    last = _hold_series(uow, symbol, year, number)
    if number > last:  # every number that is taken lies within its series
        _move_series(uow, symbol, year, number)
    elif is_taken(uow, year=year, symbol=symbol, number=number, but=act_id, shared=shared):
        raise NumberTaken(
            _("Số văn bản: số %(number)s năm %(year)s đã có trên một văn bản khác.",
              number=shown_number(number, symbol), year=str(year)),
            field=field,
        )  # fmt: skip
    return number


def _checked_leap(
    uow: UnitOfWork, symbol: str | None, year: int, typed: int | str | None, *, field: str, reason: str | None
) -> object | None:
    """Return what was confirmed of a number far ahead of its series. Raises NeedsConfirmation where no reason is given."""
    leaps = _leap(uow, symbol, year, typed, field=field)
    if leaps is not None and not reason:
        raise NeedsConfirmation(leaps, fields={field: [leaps]})
    return leaps


def _leap(uow: UnitOfWork, symbol: str | None, year: int, typed: int | str | None, *, field: str) -> object | None:
    """Return what to confirm of a number far ahead of its series: mistyped, it would leave a hole that nothing ever fills.

    A series that has not begun may begin anywhere: its first papers may have been numbered by hand.
    """
    last = uow.session.scalar(select(NumberSeries.last).where(NumberSeries.year == year, NumberSeries.symbol == symbol))
    if symbol is None or typed in (None, "") or last is None:
        return None
    number = read_number(typed or "", symbol, field=field)
    if number - last <= MOST_AHEAD:
        return None
    return _("Số văn bản: số %(number)s vượt số cuối của sổ năm %(year)s là %(last)s hơn %(most)s số. Nếu đúng, hãy ghi lý do "
             "xác nhận; nếu không, hãy sửa lại số, hoặc ghi các văn bản còn thiếu trước.",
             number=shown_number(number, symbol), year=str(year), last=shown_number(last, symbol), most=MOST_AHEAD)  # fmt: skip


def _symbol(uow: UnitOfWork, form_code: str) -> str | None:
    return form_catalogue().form(form_code).symbol_in(unit(uow.unit).kind)


def _take_next(uow: UnitOfWork, symbol: str, year: int) -> int:
    return _upsert(uow, symbol, year, first=1, later=NumberSeries.__table__.c.last + 1)


def _hold_series(uow: UnitOfWork, symbol: str, year: int, number: int) -> int:
    """Hold the series, so that nobody takes the number meanwhile, and return its last one; a new series begins with it."""
    return _upsert(uow, symbol, year, first=number, later=NumberSeries.__table__.c.last)


def _move_series(uow: UnitOfWork, symbol: str, year: int, number: int) -> None:
    _upsert(uow, symbol, year, first=number, later=number)


def _upsert(uow: UnitOfWork, symbol: str, year: int, *, first: int, later: Any) -> int:
    """Change the row of a series and return its number; the row stays held until the transaction ends, so none is skipped."""
    on_sqlite = uow.session.get_bind().dialect.name == "sqlite"
    statement = (sqlite_insert if on_sqlite else postgresql_insert)(NumberSeries).values(
        unit_code=uow.unit, year=year, symbol=symbol, last=first
    )
    upsert = statement.on_conflict_do_update(index_elements=["unit_code", "year", "symbol"], set_={"last": later})
    taken: int = uow.session.execute(upsert.returning(NumberSeries.__table__.c.last)).scalar_one()
    return taken
