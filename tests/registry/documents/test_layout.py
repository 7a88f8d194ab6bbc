"""Every printed form is laid out as annex I of decree 30/2020 asks (domain.md 9), in the file and as LibreOffice draws it."""

import os
import re
import shutil
import subprocess
import unicodedata
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from chassis.vault import KeyRing, Vault
from services.registry import documents
from services.registry.documents.printing import Issue
from services.registry.domain.forms import Heading, shown_number
from services.registry.law.form_catalogue import form_catalogue
from tests.registry.documents.reading import opened, paragraphs_of, words_of
from tests.registry.documents.samples import SIGNER, data_for

PRINTED = [form.code for form in form_catalogue().forms.values() if form.printed]
WARD = "09385"
COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
POINT = 25.4 / 72
NUMBER_OF_ALL = 5
TINOS = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
# Too long for the narrow box below those who receive a document: drawn on two lines.
LONG_WORDS = {"0193a8e2-7c11-7d3a-9b1e-2f6a4c5d6e7f", "163/2026/NĐ-CP.", "109/2021/NĐ-CP."}


def number_of(form):
    symbol = form.symbol_in("phuong")
    return shown_number(NUMBER_OF_ALL if symbol else None, symbol)


def printed(form_code, vault, *, demo=False):
    form = form_catalogue().form(form_code)
    answers = documents.needed_answers(form, data_for(form_code))
    issue = Issue(
        form_code=form_code, unit_code=WARD, issued_on=date(2026, 11, 5), signer_role=form.signers[0],
        signer_name=SIGNER, number=number_of(form), document_id="0193a8e2-7c11-7d3a-9b1e-2f6a4c5d6e7f", demo=demo,
    )  # fmt: skip
    return documents.sealed(vault, issue, documents.render(issue, answers), answers)


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    return Vault(KeyRing.load(tmp_path_factory.mktemp("keys") / "registry", create=True))


@pytest.fixture(scope="module")
def files(vault):
    return {code: printed(code, vault) for code in PRINTED} | {"DEMO": printed("ND163_PL3_M04", vault, demo=True)}


FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <!-- It stands for Times New Roman by default, and lacks most Vietnamese letters. -->
  <selectfont><rejectfont><pattern>
    <patelt name="family"><string>Liberation Serif</string></patelt>
  </pattern></rejectfont></selectfont>
</fontconfig>
"""


class Drawn:
    """What LibreOffice made of the files: each word with its page and its box in millimetres, and the pages as pictures."""

    def __init__(self, folder):
        self.folder = folder
        self.words = {pdf.stem: self._words(pdf) for pdf in folder.glob("*.pdf")}

    @staticmethod
    def _words(pdf):
        said = run("pdftotext", "-bbox", str(pdf), "-")
        found = []
        for place, page in enumerate(said.split("<page ")[1:], start=1):
            for box, word in re.findall(r"<word ([^>]*)>(.*?)</word>", page):
                sides = [float(each) * POINT for each in re.findall(r'"([\d.]+)"', box)]
                found.append((place, *sides, unicodedata.normalize("NFC", unescape(word))))
        return found

    def longest_line(self, code, text):
        """Return the length of the longest line of what is written there."""
        row = self.row_of(code, text)
        lines = {round(word[2]): [] for word in row}
        for word in row:
            lines[round(word[2])] += [word[1], word[3]]
        return max(max(line) - min(line) for line in lines.values())

    def row_of(self, code, text):
        """Return the words of the first place where they follow one another."""
        wanted, words = text.split(), self.words[code]
        for start in range(len(words)):
            if [word[5] for word in words[start : start + len(wanted)]] == wanted:
                return words[start : start + len(wanted)]
        raise AssertionError(f"{text} is not drawn on {code}")

    def pages(self, code):
        return max(word[0] for word in self.words[code])

    def points(self, code, page=1):
        """Turn a page into a picture, kept as PNG beside the file; return its points from 0, black, to 255."""
        at = ["-r", "60", "-f", str(page), "-l", str(page), str(self.folder / f"{code}.pdf")]
        run("pdftoppm", "-png", *at, str(self.folder / code))
        gray = subprocess.run(["pdftoppm", "-gray", *at], check=True, capture_output=True, timeout=60).stdout
        return gray.split(b"\n", 3)[3]


@pytest.fixture(scope="module")
def drawn(files, tmp_path_factory):
    """Draw all files in one run of LibreOffice."""
    if not shutil.which("soffice") or not shutil.which("pdftotext") or not Path(TINOS).exists():
        pytest.skip("needs LibreOffice Writer, poppler and a font as wide as Times: `deploy/dev install` brings them")
    folder, profile = tmp_path_factory.mktemp("drawn"), tmp_path_factory.mktemp("profile")
    (profile / "fonts.conf").write_text(FONTS)
    for code, content in files.items():
        (folder / f"{code}.docx").write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder),
         *(str(folder / f"{code}.docx") for code in files)],
        check=True, capture_output=True, timeout=180, env=os.environ | {"FONTCONFIG_FILE": str(profile / "fonts.conf")},
    )  # fmt: skip
    return Drawn(folder)


@pytest.fixture(params=PRINTED)
def code(request):
    return request.param


@pytest.fixture
def form(code):
    return form_catalogue().form(code)


@pytest.fixture
def paragraphs(code, files):
    return [paragraph for paragraph in paragraphs_of(files[code]) if paragraph.text.strip()]


def sizes(paragraph):
    return {run.font.size or Pt(13) for run in paragraph.runs if run.text.strip()}


def is_bold(paragraph):
    return all(run.bold for run in paragraph.runs if run.text.strip())


def is_italic(paragraph):
    return all(run.italic for run in paragraph.runs if run.text.strip())


def found(paragraphs, text):
    return next(paragraph for paragraph in paragraphs if plain(paragraph.text) == text)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def between(low, value, high):
    return low <= value <= high


# -- the Word file -------------------------------------------------------------------------------------------------------------


def test_the_sheet_is_a4_with_the_margins_of_the_annex(code, files):
    section = opened(files[code]).sections[0]
    paper = (round(section.page_width.mm), round(section.page_height.mm))
    assert paper in {(210, 297), (297, 210)}
    assert (paper == (297, 210)) == (code in {"ND163_PL3_M10", "OWN_L2", "OWN_L3"})
    assert between(20, section.top_margin.mm, 25) and between(20, section.bottom_margin.mm, 25)
    assert between(30, round(section.left_margin.mm), 35) and between(15, round(section.right_margin.mm), 20)


def test_there_is_one_font_for_all_scripts_in_black(code, files):
    document = opened(files[code])
    fonts = document.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
    runs = [run for paragraph in paragraphs_of(files[code]) for run in paragraph.runs]
    assert {run.font.name for run in runs} == {None}
    assert {run.font.color.rgb for run in runs if run.font.color and run.font.color.type} == set()


def test_country_and_motto_stand_on_top(paragraphs):
    country, motto = found(paragraphs, COUNTRY), found(paragraphs, MOTTO)
    assert sizes(country) <= {Pt(12), Pt(13)} and is_bold(country)
    assert sizes(motto) <= {Pt(13), Pt(14)} and is_bold(motto)
    assert country.alignment == motto.alignment == CENTRE


def test_the_head_names_the_agency_as_the_form_does(form, paragraphs):
    head = {
        Heading.CONG_AN: ("CÔNG AN THÀNH PHỐ BẮC NINH", "CÔNG AN PHƯỜNG ĐỒNG NGUYÊN"),
        Heading.UBND: ("ỦY BAN NHÂN DÂN THÀNH PHỐ BẮC NINH", "ỦY BAN NHÂN DÂN PHƯỜNG ĐỒNG NGUYÊN"),
    }.get(form.heading)
    if head is None:
        assert form.heading in {Heading.PERSON, Heading.FACILITY}
        return
    above, agency = (found(paragraphs, line) for line in head)
    assert sizes(above) | sizes(agency) <= {Pt(12), Pt(13)}
    assert not any(run.bold for run in above.runs)
    assert is_bold(agency) and above.alignment == agency.alignment == CENTRE


def test_the_number_is_upright_and_centred_below_the_agency(form, paragraphs):
    lines = [paragraph for paragraph in paragraphs if paragraph.text.startswith("Số: ")]
    if form.symbol is None:
        assert lines == []
        return
    assert [line.text for line in lines] == [f"Số: {number_of(form)}"]
    assert sizes(lines[0]) == {Pt(13)} and lines[0].alignment == CENTRE and not is_italic(lines[0])
    assert re.fullmatch(r"Số: 05/[A-ZĐ]+(-[A-ZĐ]+)+", lines[0].text)


def test_place_and_day_are_in_italics_with_leading_noughts(paragraphs):
    line = found(paragraphs, "Đồng Nguyên, ngày 05 tháng 11 năm 2026")
    assert sizes(line) <= {Pt(13), Pt(14)} and is_italic(line)


def test_kind_and_subject_are_bold_and_centred(code, paragraphs):
    source = documents.form_source(code)
    for text in filter(None, (source.title, source.subject)):
        line = found(paragraphs, text)
        assert sizes(line) <= {Pt(13), Pt(14)} and is_bold(line) and line.alignment == CENTRE
    assert source.title == source.title.upper()


def test_grounds_are_in_italics_and_end_with_semicolons(code, paragraphs):
    grounds = [each for each in paragraphs if each.text.startswith(("Căn cứ ", "Theo đề nghị")) and is_italic(each)]
    assert len(grounds) == len(documents.form_source(code).grounds)
    assert all(ground.text.endswith(";") for ground in grounds[:-1])
    assert all(ground.text.endswith(".") for ground in grounds[-1:])


def test_the_body_is_justified_indented_and_spaced(code, files):
    # Grounds and paragraphs of the body stand outside boxes and are neither title nor heading.
    body = [each for each in opened(files[code]).paragraphs if each.alignment == JUSTIFY]
    assert body or documents.form_source(code).landscape
    for paragraph in body:
        shape = paragraph.paragraph_format
        assert sizes(paragraph) <= {Pt(13), Pt(14)}
        assert between(Mm(10), shape.first_line_indent, Mm(12.8))
        assert shape.space_before >= Pt(6)
        assert between(1.0, shape.line_spacing, 1.5)


def test_articles_are_numbered_in_bold(code, paragraphs):
    expected = sum(block.article is not None for block in documents.form_source(code).body)
    articles = [each for each in paragraphs if re.match(r"Điều \d+\. ", each.text)]
    assert [each.runs[0].text for each in articles] == [f"Điều {count}." for count in range(1, expected + 1)]
    assert all(each.runs[0].bold and not each.runs[1].bold for each in articles)


def test_who_signs_stands_in_capitals_with_the_name_below(form, paragraphs):
    lines = form_catalogue().signatures[form.signers[0]]
    for text in lines:
        line = [each for each in paragraphs if each.text == text][-1]
        assert sizes(line) <= {Pt(13), Pt(14)} and is_bold(line) and line.alignment == CENTRE
        assert text == text.upper()
    name = found(paragraphs, SIGNER)
    assert sizes(name) <= {Pt(13), Pt(14)} and is_bold(name)


def test_those_who_receive_it_are_listed_left_of_the_signature(form, paragraphs):
    labels = [each for each in paragraphs if each.text == "Nơi nhận:"]
    listed = [each for each in paragraphs if each.text.startswith("- ")]
    assert len(labels) == bool(form.recipients) and len(listed) == len(form.recipients)
    for label in labels:
        assert sizes(label) == {Pt(12)} and is_bold(label) and is_italic(label)
    for place, line in enumerate(listed, start=1):
        assert sizes(line) == {Pt(11)} and not is_bold(line)
        assert line.text.endswith("." if place == len(listed) else ";")
    assert not listed or listed[-1].text.startswith("- Lưu: VT")


def test_pages_are_numbered_in_the_top_margin_but_not_the_first(code, files):
    section = opened(files[code]).sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert section.header.paragraphs[0].alignment == CENTRE
    assert sizes_of_field(section) <= {Pt(13), Pt(14)}
    assert "PAGE" not in section.first_page_header.paragraphs[0]._p.xml
    assert section.header_distance < section.top_margin


def sizes_of_field(section):
    return {run.font.size for run in section.header.paragraphs[0].runs}


def test_nothing_is_left_to_fill_in(code, files):
    words = words_of(files[code])
    assert "{{" not in words and "{%" not in words and "None" not in words
    assert "NGUYỄN" in words or code in {"ND163_PL5_M55", "OWN_ANNUL_CA", "OWN_ANNUL_UB"}


def test_every_form_speaks_of_people_without_a_label(code, files):
    words = words_of(files[code]).lower()
    for label in ("con nghiện", "đối tượng", "kẻ ", "tệ nạn", "hư hỏng"):
        assert label not in words


# -- as it is drawn ------------------------------------------------------------------------------------------------------------


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()


def test_what_is_drawn_is_every_word_of_the_file(drawn, code, files, form):
    words = [word[5] for word in drawn.words[code]]
    text = " ".join(words)

    assert COUNTRY in text
    assert f"Số: {number_of(form)}" in text or form.symbol is None
    assert not {"\N{REPLACEMENT CHARACTER}", "\N{WHITE SQUARE}", "\N{WHITE VERTICAL RECTANGLE}"} & set(text)
    written = set(unicodedata.normalize("NFC", words_of(files[code])).split())
    joined = "".join(words)  # a word may go on in the next line
    assert {word for word in written if word not in joined} <= LONG_WORDS


def test_only_a_font_as_wide_as_times_is_drawn(drawn, code):
    rows = run("pdffonts", str(drawn.folder / f"{code}.pdf")).splitlines()[2:]
    names = {re.sub(r"^[A-Z]{6}\+|-.*", "", row.split()[0]) for row in rows}
    has_boxes = any(block.ticks for block in documents.form_source(code).body)
    assert "Tinos" in names
    # The box to tick is the one sign that Times has not.
    assert len(names) == (2 if has_boxes else 1), names
    assert all(row.split()[-5] == "yes" for row in rows), "a font is not in the file"


def test_nothing_stands_in_the_margins_but_the_number_of_the_page(drawn, code):
    width = 297 if documents.form_source(code).landscape else 210
    height = 507 - width
    numbers = []
    for page, left, top, right, bottom, text in drawn.words[code]:
        if top < 19:
            numbers.append((page, text))
            assert abs((left + right) / 2 - (30 + width - 15) / 2) < 2
            continue
        assert left > 29.5 and right < width - 14.5 and bottom < height - 19.5, text
    assert numbers == [(page, str(page)) for page in range(2, drawn.pages(code) + 1)]


def test_the_rule_below_the_motto_is_as_long_as_the_motto(drawn, code, files):
    (rule,) = [length for above, length in rules_of(files[code]) if above == MOTTO]
    assert abs(drawn.longest_line(code, MOTTO) - rule) < 1


def test_the_rule_below_the_agency_is_a_third_to_a_half_of_its_line(drawn, code, files, form):
    if form.heading not in {Heading.CONG_AN, Heading.UBND}:
        return
    ((agency, rule),) = [each for each in rules_of(files[code]) if each[0].startswith(("CÔNG AN", "ỦY BAN"))]
    longest = drawn.longest_line(code, agency)
    assert between(longest / 3, rule, longest / 2)


def test_the_rule_below_the_subject_is_a_third_to_a_half_of_its_line(drawn, code, files):
    subject = documents.form_source(code).subject
    for above, rule in rules_of(files[code]):
        if above == subject:
            assert between(drawn.longest_line(code, subject) / 3, rule, drawn.longest_line(code, subject) / 2)


def rules_of(content):
    """Return each rule: the text above it and its length in millimetres."""
    found, above = [], ""
    for paragraph in paragraphs_of(content):
        if paragraph.text.strip():
            above = plain(paragraph.text)
        elif paragraph._p.find(f".//{qn('w:pBdr')}") is not None:
            shape = paragraph.paragraph_format
            found.append((above, room_of(paragraph, content) - shape.left_indent.mm - shape.right_indent.mm))
    return found


def room_of(paragraph, content):
    """Return the width of the box, or of the text, in which a paragraph stands."""
    parent = paragraph._p.getparent()
    if parent.tag == qn("w:tc"):
        return int(parent.tcPr.find(qn("w:tcW")).get(qn("w:w"))) / 1440 * 25.4
    section = opened(content).sections[0]
    return section.page_width.mm - section.left_margin.mm - section.right_margin.mm


def test_who_signs_is_never_alone_on_a_page(drawn, code):
    """Above those who receive and sign there are always words of the body, or lines of the list."""
    page, _left, top, *_rest = [word for word in drawn.words[code] if word[5] in {"TRƯỞNG", "NGƯỜI", "CÁN", "TM."}][-1]
    above = [word for word in drawn.words[code] if word[0] == page and 19 < word[2] < top - 6]
    assert len(above) > 10


def test_a_page_is_neither_blank_nor_over_full(drawn, code):
    for page in range(1, drawn.pages(code) + 1):
        points = drawn.points(code, page)
        ink = sum(point < 128 for point in points) / len(points)
        assert between(0.003, ink, 0.25), page


def test_the_mark_of_made_up_people_is_drawn_behind_the_words(drawn):
    marked, plain_ = drawn.points("DEMO"), drawn.points("ND163_PL3_M04")
    grey = [sum(218 < point < 234 for point in points) / len(points) for points in (marked, plain_)]
    assert grey[0] > grey[1] + 0.003
