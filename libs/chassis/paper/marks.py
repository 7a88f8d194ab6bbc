"""What python-docx has no words for: fonts for every script, page numbers, rules, a watermark."""

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

_SCRIPTS = ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs")
_VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
_TURNED_TEXT = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
    '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
    '<v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
    '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="custom" '
    'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype>'
)
_POINTS_PER_LETTER = 26


def set_fonts(document: DocxDocument, font: str, size: Length, language: str) -> None:
    """Give every style one font for all scripts, black, in one language."""
    normal = document.styles["Normal"]
    if not isinstance(normal, ParagraphStyle):
        raise TypeError("the style Normal is no style of paragraphs")
    normal.font.name, normal.font.size = font, size
    properties = normal.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in _SCRIPTS:
        fonts.set(qn(script), font)
    spoken = parse_xml(f'<w:lang {nsdecls("w")} w:val="{language}" w:eastAsia="{language}"/>')
    properties.append(spoken)
    normal.paragraph_format.space_after = Pt(0)


def number_pages(document: DocxDocument, size: Length) -> None:
    """Put the number of the page in the middle of the top margin, not on the first page."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = size
        if kind == "text":
            run.text = text
        elif text:
            run._r.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> {text} </w:instrText>'))  # noqa: SLF001
        else:
            run._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))  # noqa: SLF001


def put_watermark(document: DocxDocument, text: str) -> None:
    """Put a text across every page, behind what is written."""
    section = document.sections[0]
    for number, header in enumerate((section.first_page_header, section.header), start=1):
        header.paragraphs[0]._p.append(_watermark(text, number))  # noqa: SLF001


def _watermark(text: str, number: int) -> BaseOxmlElement:
    width = min(len(text) * _POINTS_PER_LETTER, 470)
    style = (
        f"position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{width // max(len(text), 1) * 2}pt;"
        "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return parse_xml(
        f"<w:r {nsdecls('w')} {_VML}><w:rPr><w:noProof/></w:rPr><w:pict>{_TURNED_TEXT}"
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        f'style="{style}" o:allowincell="f" fillcolor="#c8c8c8" stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt" string={quoteattr(text)}/>'
        "</v:shape></w:pict></w:r>"
    )


def draw_line_above(paragraph: Paragraph) -> None:
    """Draw a solid line at the top of an empty paragraph that takes hardly any room."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    border = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>')
    _insert(properties, border, before=("w:spacing", "w:ind", "w:jc", "w:rPr"))
    spacing = properties.find(qn("w:spacing"))
    spacing.set(qn("w:line"), "80")
    spacing.set(qn("w:lineRule"), "exact")
    properties.append(parse_xml(f'<w:rPr {nsdecls("w")}><w:sz w:val="4"/></w:rPr>'))


def set_cell_margins(table: Table, margin: Length) -> None:
    """Say how far the text of a cell stands from its left and right edge."""
    width = round(margin.twips)
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="{width}" w:type="dxa"/>'
        f'<w:right w:w="{width}" w:type="dxa"/></w:tblCellMar>'
    )
    _insert(table._tbl.tblPr, margins, before=("w:tblLook",))  # noqa: SLF001


def set_grid(table: Table, widths: Sequence[Length]) -> None:
    """Say the widths in the grid, too: some programs read only it."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def keep_row_together(row: _Row) -> None:
    """Never break a row over two pages."""
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001


def repeat_on_every_page(row: _Row) -> None:
    """Show a table's heading on each of its pages."""
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001


def _insert(properties: BaseOxmlElement, element: BaseOxmlElement, *, before: Sequence[str]) -> None:
    """Insert an element where the schema wants it."""
    for name in before:
        found = properties.find(qn(name))
        if found is not None:
            found.addprevious(element)
            return
    properties.append(element)
