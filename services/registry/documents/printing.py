"""From a form and its answers to the Word file: the layout of the form, filled in; the same bytes each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from chassis import paper
from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.paper import About, Ending, Head, Signature, fill
from chassis.unit_of_work import UnitOfWork
from chassis.units import unit
from services.registry.documents.answers import needed_answers
from services.registry.documents.sources import IDENTITY, Block, fields_of, form_source
from services.registry.domain.forms import Form, Heading
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue

DRAFT, MADE_UP = "DỰ THẢO", "DỮ LIỆU MINH HOẠ"
DEMO = "demo"  # the trait that a demo writes into its database
_NOT_GIVEN = "……………"
_BY_HAND = "(Ký, ghi rõ họ tên)"
_SIGN_BY_HAND = frozenset({"PERSON", "PARENT", "COUNSELLOR"})
_NO_NUMBER_YET = "……"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What a document is beside its answers: number, day, unit, who signs. No ``number`` before it is issued.

    ``internal`` is a print for the office itself: neither issued nor a draft, so it has no number and no seal.
    """

    form_code: str
    unit_code: str
    issued_on: date
    signer_role: str
    signer_name: str
    number: str = ""
    document_id: str = ""
    demo: bool = False
    internal: bool = False

    @property
    def is_draft(self) -> bool:
        """Tell whether it was not issued yet."""
        return not self.document_id and not self.internal


def preview_document(
    uow: UnitOfWork,
    *,
    form_code: str,
    issued_on: date,
    data: Mapping[str, Any],
    signer_role: str,
    signer_name: str = "",
) -> bytes:
    """Return the document as it would be issued, marked as a draft and without a number; nothing is stored.

    Raises RuleBroken for a form or a signer of another regime, NotUnderstood for a field that is missing.
    """
    issue = draft_issue(uow, form_code=form_code, issued_on=issued_on, signer_role=signer_role, signer_name=signer_name)
    form = form_catalogue().form(form_code)
    return render(issue, needed_answers(form, data))


def draft_issue(uow: UnitOfWork, *, form_code: str, issued_on: date, signer_role: str, signer_name: str) -> Issue:
    """Return what a document of the acting person's unit would be, once form and signer are right. Raises RuleBroken."""
    regime = law().regime_on(issued_on).code
    form_catalogue().form_to_issue(form_code, regime=regime, issued_on=issued_on).check_signer(signer_role)
    return Issue(
        form_code=form_code,
        unit_code=uow.unit,
        issued_on=issued_on,
        signer_role=signer_role,
        signer_name=" ".join(signer_name.split()),
        demo=is_demo(uow),
    )


def is_demo(uow: UnitOfWork) -> bool:
    """Tell whether the people of this database are made up."""
    trait = uow.tables.trait
    return uow.session.execute(select(trait.c.name).where(trait.c.name == DEMO)).first() is not None


def render(issue: Issue, answers: Mapping[str, Any]) -> bytes:
    """Return the Word file; ``answers`` are those of :func:`needed_answers`."""
    form = form_catalogue().form(issue.form_code)
    mark = " – ".join(text for text, on in ((DRAFT, issue.is_draft), (MADE_UP, issue.demo)) if on)
    template = _template(issue.form_code, issue.unit_code, issue.signer_role, mark, bool(issue.document_id))
    given = {asked.name: answers.get(asked.name, _NOT_GIVEN) for asked in fields_of(issue.form_code)}
    place = unit(issue.unit_code)
    context = {
        **given,
        "known": sorted(answers),
        "commune": place.full_name,
        "place": place.name,
        "number": issue.number or _unnumbered(form, place.kind),
        "issued_on": issue.issued_on,
        "signer_name": issue.signer_name,
        "document_id": issue.document_id,
    }
    about = About(title=form.name, author=agency_of(form, issue.unit_code)[1], made_on=issue.issued_on)
    try:
        return fill(template, context, about=about)
    except ValueError as error:
        raise NotUnderstood(
            _("Văn bản có chữ mà tệp Word không chứa được; hãy gõ lại."), code="not_printable"
        ) from error


def agency_of(form: Form, unit_code: str) -> tuple[str, str]:
    """Return the two lines of the head: the agency above and the one that issues, in capitals."""
    place = unit(unit_code)
    above = (place.parent_name or "").upper()
    if form.heading is Heading.CONG_AN:
        return f"CÔNG AN {above}", f"CÔNG AN {place.full_name.upper()}"
    if form.heading is Heading.UBND:
        return f"ỦY BAN NHÂN DÂN {above}", f"ỦY BAN NHÂN DÂN {place.full_name.upper()}"
    return "", ""


@lru_cache(maxsize=512)
def _template(code: str, unit_code: str, signer_role: str, mark: str, seal: bool) -> bytes:  # noqa: FBT001 - a key of the cache
    form, source = form_catalogue().form(code), form_source(code)
    sheet = paper.Sheet(landscape=source.landscape, watermark=mark)
    head = _head(form, unit_code, signer_role)
    sheet.head(head)
    if not head.agency:
        sheet.note_on_day("{{ place }}, {{ issued_on | day }}")
    sheet.title(source.title, source.subject)
    if source.decider:
        sheet.centred(_decider(form, unit_code))
    sheet.grounds(source.grounds)
    for block in source.body:
        _lay_out(sheet, block)
    lines = form_catalogue().signatures[signer_role]
    sheet.ending(
        Ending(
            others=source.signatures,
            recipients=form.recipients,
            signature=Signature(
                lines=lines, name="{{ signer_name }}", note=_BY_HAND if signer_role in _SIGN_BY_HAND else ""
            ),
            seal=seal,
            seal_note=f"{form.reference}. Mã văn bản: {{{{ document_id }}}}",
        )
    )
    return sheet.template()


def _head(form: Form, unit_code: str, signer_role: str) -> Head:
    number = "Số: {{ number }}" if form.symbol else ""
    if form.heading is Heading.FACILITY and signer_role == "FACILITY_HEAD":
        return Head(agency="{{ facility_name | upper }}", number=number, place="{{ place }}, {{ issued_on | day }}")
    above, agency = agency_of(form, unit_code)
    return Head(parent=_whole(above), agency=_whole(agency), number=number, place="{{ place }}, {{ issued_on | day }}")


def _whole(agency: str) -> str:
    """Return a line that breaks, where it is too long, before the name of the unit and never within it."""
    for office in ("CÔNG AN ", "ỦY BAN NHÂN DÂN "):
        if agency.startswith(office):
            return office + agency.removeprefix(office).replace(" ", "\N{NO-BREAK SPACE}")
    return agency


def _decider(form: Form, unit_code: str) -> str:
    who = "CHỦ TỊCH" if form.heading is Heading.UBND else "TRƯỞNG"
    return f"{who} {agency_of(form, unit_code)[1]}"


def _unnumbered(form: Form, kind: str) -> str:
    symbol = form.symbol_in(kind)
    return f"{_NO_NUMBER_YET}/{symbol}" if symbol else ""


def _lay_out(sheet: "paper.Sheet", block: Block) -> None:
    """Lay out one part of the body."""
    if block.when:
        sheet.only_if(f"'{block.when}' in known")
    for kind, lay in (
        (block.text, sheet.text),
        (block.article, sheet.article),
        (block.heading, sheet.heading),
        (block.centred, sheet.centred),
        (block.to, sheet.addressee),
    ):
        if kind is not None:
            lay(kind)
    for line in IDENTITY.get(block.identity or "", ()):
        sheet.text(line)
    for option in block.options:
        codes = ", ".join(f"'{code}'" for code in option.codes)
        sheet.text(f"{{{{ {block.ticks} | ticked({codes}) }}}} {option.text.vi}.")
    if block.table:
        sheet.table(block.columns, rows=block.table)
    if block.when:
        sheet.end_if()
