"""Laying out one document as annex I of decree 30/2020/NĐ-CP asks: paper, margins, sizes, the head, the body, the ending."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from chassis.paper import marks
from chassis.paper.parts import Column, Ending, Head, Signature
from chassis.paper.seals import placeholder

FONT = "Times New Roman"
PAGE = (Mm(210), Mm(297))
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
HEADER_DISTANCE = Mm(10)
TITLE, BODY, SMALL_HEAD, HEAD = Pt(14), Pt(13), Pt(12), Pt(13)
RECIPIENT, NOTE, CELL = Pt(11), Pt(8), Pt(12)
INDENT = Mm(12.7)
SPACING = Pt(6)
SEAL_WIDTH = Mm(27)
CELL_MARGIN = Mm(1.2)
MANY_COLUMNS, DENSE_CELL = 10, Pt(9)
"""A list with so many columns is set smaller, so that no day and no number is broken."""
_HEAD_LEFT = Mm(74)
_RECIPIENTS, _SEAL = Mm(58), Mm(29)
# Average advance of a letter in Times, as a part of its size; the rules below a line are measured with it.
_CAPITAL, _SMALL = 0.665, 0.44
_MOTTO_WIDTH = Mm(56.1)
_EMPTY_LINE = "\N{NO-BREAK SPACE}"  # so that the names stand on one line
_BOLD = re.compile(r"\*\*(.+?)\*\*")

CENTRE, JUSTIFY, LEFT_ALIGNED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


class Sheet:
    """One document under construction, from the top to the bottom."""

    def __init__(self, *, language: str = "vi-VN", landscape: bool = False, watermark: str = "") -> None:
        self._document: DocxDocument = Document()
        self._articles = 0
        self._width = _prepare_page(self._document, landscape=landscape)
        marks.set_fonts(self._document, FONT, BODY, language)
        marks.number_pages(self._document, HEAD)
        if watermark:
            marks.put_watermark(self._document, watermark)

    # -- the top ---------------------------------------------------------------------------------------------------------------

    def head(self, head: Head) -> None:
        """Put the issuing agency left, country and motto right, number and day below them."""
        if not head.agency:
            self._country(self._paragraphs(2), self._width)
            return
        left, right = _cells(self._document, [_HEAD_LEFT, Length(self._width - _HEAD_LEFT)])
        self._agency(left, head)
        self._country(_paragraphs_of(right, 2), self._width - _HEAD_LEFT)
        if head.place:
            _write(right.add_paragraph(), head.place, size=HEAD, italic=True, align=CENTRE, before=SPACING)

    def _agency(self, cell: _Cell, head: Head) -> None:
        *above, agency = _paragraphs_of(cell, 2 if head.parent else 1)
        for line in above:
            _write(line, head.parent, size=SMALL_HEAD, align=CENTRE)
        _write(agency, head.agency, size=SMALL_HEAD, bold=True, align=CENTRE)
        _rule(cell.add_paragraph(), _HEAD_LEFT, _rule_below(head.agency, _CAPITAL, SMALL_HEAD, _HEAD_LEFT))
        if head.number:
            _write(cell.add_paragraph(), head.number, size=HEAD, align=CENTRE, before=SPACING)
        if head.about:
            _write(cell.add_paragraph(), head.about, size=SMALL_HEAD, align=CENTRE)

    def _country(self, paragraphs: Sequence[Paragraph], width: int) -> None:
        country, motto = paragraphs
        _write(country, COUNTRY, size=SMALL_HEAD, bold=True, align=CENTRE)
        _write(motto, MOTTO, size=HEAD, bold=True, align=CENTRE)
        _rule(_after(motto), Length(width), _MOTTO_WIDTH)

    def title(self, kind: str, subject: str = "") -> None:
        """Put the kind of the document and what it is about, with the rule below."""
        _write(self._paragraph(), kind, size=TITLE, bold=True, align=CENTRE, before=Pt(14), keep=True)
        if not subject:
            return
        _write(self._paragraph(), subject, size=TITLE, bold=True, align=CENTRE, keep=True)
        _rule(
            self._paragraph(),
            Length(self._width),
            _rule_below(subject, _SMALL, BODY, Length(self._width)),
            after=SPACING,
        )

    def note_on_day(self, text: str) -> None:
        """Put place and day in italics at the right, for a document without an agency's head."""
        _write(self._paragraph(), text, size=HEAD, italic=True, align=WD_ALIGN_PARAGRAPH.RIGHT, before=SPACING)

    # -- the body --------------------------------------------------------------------------------------------------------------

    def centred(self, text: str) -> None:
        """Put a bold line in the middle, such as the one who decides."""
        _write(self._paragraph(), text, size=BODY, bold=True, align=CENTRE, before=SPACING, after=SPACING, keep=True)

    def addressee(self, text: str) -> None:
        """Put to whom the document is addressed."""
        _write(self._paragraph(), text, size=BODY, align=CENTRE, before=SPACING, after=SPACING)

    def grounds(self, grounds: Sequence[str]) -> None:
        """Put what the document rests on: in italics, each line ends with a semicolon, the last one with a full stop."""
        for place, ground in enumerate(grounds, start=1):
            end = "." if place == len(grounds) else ";"
            self._body(f"{ground}{end}", italic=True)

    def article(self, text: str) -> None:
        """Put the next numbered article."""
        self._articles += 1
        self._body(f"**Điều {self._articles}.** {text}")

    def text(self, text: str) -> None:
        """Put a paragraph."""
        self._body(text)

    def heading(self, text: str) -> None:
        """Put a bold line that begins a part."""
        _write(
            self._paragraph(), text, size=BODY, bold=True, align=LEFT_ALIGNED, before=SPACING, indent=INDENT, keep=True
        )

    def only_if(self, condition: str) -> None:
        """Begin a part that stands there only under a condition; end it with :meth:`end_if`."""
        self._paragraph().add_run(f"{{%p if {condition} %}}")

    def end_if(self) -> None:
        """End what :meth:`only_if` began."""
        self._paragraph().add_run("{%p endif %}")

    def table(self, columns: Sequence[Column], *, rows: str) -> None:
        """Put a table with a line for each of ``rows``; its heading stands on every page."""
        self._document.paragraphs[-1].paragraph_format.space_after = SPACING
        table = self._document.add_table(rows=4, cols=len(columns))
        table.style = "Table Grid"
        marks.set_cell_margins(table, CELL_MARGIN)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _format(self._paragraph(), align=LEFT_ALIGNED)
        whole = sum(column.share for column in columns)
        widths = [Length(self._width * column.share // whole) for column in columns]
        marks.set_grid(table, widths)
        for row in table.rows:
            _set_widths(row.cells, widths)
            marks.keep_row_together(row)
        marks.repeat_on_every_page(table.rows[0])
        size = CELL if len(columns) < MANY_COLUMNS else DENSE_CELL
        for place, column in enumerate(columns):
            _write(table.cell(0, place).paragraphs[0], column.title, size=size, bold=True, align=CENTRE)
            align = CENTRE if column.centred else LEFT_ALIGNED
            _write(table.cell(2, place).paragraphs[0], column.text, size=size, align=align)
        table.cell(1, 0).paragraphs[0].add_run(f"{{%tr for row in {rows} %}}")
        table.cell(3, 0).paragraphs[0].add_run("{%tr endfor %}")

    # -- the end ---------------------------------------------------------------------------------------------------------------

    def ending(self, ending: Ending) -> None:
        """Put those who receive the document left and who signs it right; several who sign stand side by side above."""
        self._hold_to_the_end()
        width = self._width
        if ending.others:
            everybody = [replace(one, note=one.note or _EMPTY_LINE) for one in (*ending.others, ending.signature)]
            share = Length(width // len(everybody))
            for cell, signature in zip(_cells(self._document, [share] * len(everybody)), everybody, strict=True):
                _sign(cell, signature, keep=True)
            self._space()
        shares = [_RECIPIENTS, _SEAL, Length(width - _RECIPIENTS - _SEAL)]
        receives, sealed, signs = _cells(self._document, shares)
        self._recipients(receives, ending)
        if not ending.others:
            _sign(signs, ending.signature)
        if ending.seal:
            _format(sealed.paragraphs[0], align=CENTRE)
            sealed.paragraphs[0].add_run().add_picture(BytesIO(placeholder()), width=SEAL_WIDTH)

    def _recipients(self, cell: _Cell, ending: Ending) -> None:
        if ending.recipients:
            _write(cell.paragraphs[0], "Nơi nhận:", size=SMALL_HEAD, bold=True, italic=True, align=LEFT_ALIGNED)
        for place, recipient in enumerate(ending.recipients, start=1):
            end = "." if place == len(ending.recipients) else ";"
            _write(cell.add_paragraph(), f"- {recipient}{end}", size=RECIPIENT, align=LEFT_ALIGNED)
        if ending.seal:
            note = cell.add_paragraph() if ending.recipients else cell.paragraphs[0]
            _write(note, ending.seal_note, size=NOTE, align=LEFT_ALIGNED, before=SPACING)

    def _space(self) -> None:
        """Leave a little room that stays with what follows."""
        space = self._paragraph()
        _format(space, align=LEFT_ALIGNED, keep=True)
        space.paragraph_format.line_spacing = Pt(10)

    def _hold_to_the_end(self) -> None:
        """Keep the last words on the page of those who sign, and some room between."""
        last = self._document.element.body[-2]
        if last.tag == qn("w:p"):
            Paragraph(last, self._document).paragraph_format.keep_with_next = True
            Paragraph(last, self._document).paragraph_format.keep_together = True
        self._space()

    def template(self) -> bytes:
        """Return the document as a Word template."""
        bytes_ = BytesIO()
        self._document.save(bytes_)
        return bytes_.getvalue()

    # -- one paragraph ---------------------------------------------------------------------------------------------------------

    def _paragraph(self) -> Paragraph:
        return self._document.add_paragraph()

    def _paragraphs(self, count: int) -> list[Paragraph]:
        return [self._paragraph() for _count in range(count)]

    def _body(self, text: str, *, italic: bool = False) -> None:
        _write(self._paragraph(), text, size=BODY, italic=italic, align=JUSTIFY, before=SPACING, indent=INDENT)


def _prepare_page(document: DocxDocument, *, landscape: bool) -> Length:
    """Set paper and margins; return the width of the text."""
    section = document.sections[0]
    width, height = reversed(PAGE) if landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance, section.footer_distance = HEADER_DISTANCE, HEADER_DISTANCE
    return Length(width - LEFT - RIGHT)


def _cells(document: DocxDocument, widths: Sequence[Length]) -> list[_Cell]:
    """Add a row of boxes without lines; return them."""
    table: Table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    marks.set_cell_margins(table, Mm(0))
    marks.keep_row_together(table.rows[0])
    _set_widths(table.rows[0].cells, widths)
    marks.set_grid(table, widths)
    return list(table.rows[0].cells)


def _set_widths(cells: Sequence[_Cell], widths: Sequence[Length]) -> None:
    for cell, width in zip(cells, widths, strict=True):
        cell.width = width


def _sign(cell: _Cell, signature: Signature, *, keep: bool = False) -> None:
    first, *others = signature.lines
    _write(cell.paragraphs[0], first, size=BODY, bold=True, align=CENTRE, keep=True)
    for line in others:
        _write(cell.add_paragraph(), line, size=BODY, bold=True, align=CENTRE, keep=True)
    if signature.note:
        _write(cell.add_paragraph(), signature.note, size=SMALL_HEAD, italic=True, align=CENTRE, keep=True)
    _format(cell.add_paragraph(), align=CENTRE, before=Pt(36), keep=True)  # room for a hand and a stamp
    _write(cell.add_paragraph(), signature.name, size=BODY, bold=True, align=CENTRE, keep=keep)


def _paragraphs_of(cell: _Cell, count: int) -> list[Paragraph]:
    """Return the first paragraphs of an empty cell."""
    return [cell.paragraphs[0], *(cell.add_paragraph() for _count in range(count - 1))]


def _after(paragraph: Paragraph) -> Paragraph:
    """Return a new paragraph below another one."""
    added = Paragraph(paragraph._p.makeelement(paragraph._p.tag, {}), paragraph._parent)  # noqa: SLF001 - python-docx has no «after»
    paragraph._p.addnext(added._p)  # noqa: SLF001
    return added


def _rule(paragraph: Paragraph, room: Length, length: Length, *, after: Length | None = None) -> None:
    """Draw a solid line of this length in the middle of the room."""
    aside = Length(max(0, (room - length) // 2))
    _format(paragraph, align=CENTRE, before=Pt(4), after=after)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = aside
    marks.draw_line_above(paragraph)


def _rule_below(text: str, advance: float, size: Length, room: Length) -> Length:
    """Return 2/5 of the length of a line of text: between a third and a half, as annex I asks."""
    letters = re.sub(r"\{\{.*?\}\}", "x" * 12, text)
    longest = max(len(line) for line in textwrap.wrap(letters, max(1, int(room / (advance * size)))) or [letters])
    return Length(int(min(longest * advance * size, room) * 2 // 5))


def _write(
    paragraph: Paragraph,
    text: str,
    *,
    size: Length,
    align: WD_ALIGN_PARAGRAPH,
    bold: bool = False,
    italic: bool = False,
    before: Length | None = None,
    after: Length | None = None,
    indent: Length | None = None,
    line: float = 1.0,
    keep: bool = False,
) -> None:
    """Write a paragraph; what stands between two double asterisks is bold."""
    _format(paragraph, align=align, before=before, after=after, line=line, keep=keep)
    if indent is not None:
        paragraph.paragraph_format.first_line_indent = indent
    for place, part in enumerate(_BOLD.split(text)):
        if part:
            _style(paragraph.add_run(part), size, bold=bold or place % 2 == 1, italic=italic)


def _style(run: Run, size: Length, *, bold: bool, italic: bool) -> None:
    run.font.size = size
    run.bold = bold or None
    run.italic = italic or None


def _format(
    paragraph: Paragraph,
    *,
    align: WD_ALIGN_PARAGRAPH,
    before: Length | None = None,
    after: Length | None = None,
    line: float = 1.0,
    keep: bool = False,
) -> None:
    shape = paragraph.paragraph_format
    shape.alignment = align
    shape.space_before, shape.space_after = before or Pt(0), after or Pt(0)
    shape.line_spacing = line
    shape.keep_with_next = keep or None
