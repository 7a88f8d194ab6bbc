"""Every page renders in both languages, is whole HTML that our content policy allows, and can be used with the keyboard alone."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from chassis import presentation
from chassis.i18n import LOCALES
from tests.chassis import gallery

VOID = {"meta", "link", "input", "br", "hr", "img"}
PAGES = list(gallery.pages())
BOTH = pytest.mark.parametrize("locale", LOCALES)
EVERY = pytest.mark.parametrize(
    ("name", "template", "context"), PAGES, ids=[name for name, _template, _context in PAGES]
)


class Page(HTMLParser):
    """A page as a list of elements; raises when tags are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says an attribute twice: {names}"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1] == tag, f"</{tag}> closes <{self._open[-1]}>"
        self._open.pop()

    def handle_data(self, data):
        self.text += data

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def environment():
    return gallery.gallery_environment()


def drawn(environment, name, locale="vi"):
    template, context = next((template, context) for page, template, context in PAGES if page == name)
    return gallery.render(environment, template, context, locale)


@BOTH
@EVERY
def test_pages_are_whole_and_obey_the_content_policy(environment, name, template, context, locale):
    page = Page(gallery.render(environment, template, context, locale))
    assert page.all("html")[0]["lang"] == locale
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    assert all(script.get("src") for script in page.all("script"))
    assert all((link["href"] or "").startswith("/") for link in page.all("link"))


@BOTH
@EVERY
def test_pages_have_landmarks_one_heading_and_unique_ids(environment, name, template, context, locale):
    page = Page(gallery.render(environment, template, context, locale))
    assert len(page.all("main")) == len(page.all("header")[:1]) == len(page.all("h1")) == 1
    ids = Counter(attributes["id"] for _tag, attributes in page.elements if attributes.get("id"))
    assert [identity for identity, count in ids.items() if count > 1] == []
    for _tag, attributes in page.elements:
        for relation in ("for", "aria-describedby", "aria-labelledby"):
            for identity in (attributes.get(relation) or "").split():
                assert identity in ids, f"{relation}={identity} points nowhere"


@EVERY
def test_every_control_has_a_label_and_every_post_its_token(environment, name, template, context):
    html = gallery.render(environment, template, context, "vi")
    page = Page(html)
    labelled = {label.get("for") for label in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        if control.get("type") in {"hidden", "radio", "checkbox"}:
            continue
        assert control["id"] in labelled
    for form in re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL):
        assert 'name="_csrf" value="token"' in form


def test_the_english_frame_has_no_vietnamese_left(environment):
    page = Page(drawn(environment, "sign-in-health", "en"))
    assert "Sign in" in page.text
    assert "Đăng nhập" not in page.text
    assert "Dữ liệu minh hoạ" not in page.text


def test_what_people_typed_is_escaped(environment):
    html = environment.from_string("{{ ui.facts([(label, text)]) }}{{ ui.light('MET', text) }}").render(
        label="<i>", text="<script>alert(1)</script>"
    )
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_name_that_nobody_gave_is_an_error(environment):
    with pytest.raises(UndefinedError, match="'title' is undefined"):
        environment.get_template("list.html").render(gallery.frame() | {"locale": "vi", "rows": [], "columns": []})


def test_the_search_box_and_the_menu_are_for_those_who_are_signed_in(environment):
    inside, outside = Page(drawn(environment, "list")), Page(drawn(environment, "sign-in"))
    assert [form["action"] for form in inside.all("form") if form.get("role") == "search"] == ["/people"]
    assert [form for form in outside.all("form") if form.get("role") == "search"] == []
    assert "Menu chính" in [nav.get("aria-label") for nav in inside.all("nav")]
    assert "Menu chính" not in [nav.get("aria-label") for nav in outside.all("nav")]


def test_on_a_phone_four_entries_stay_and_the_others_are_under_more(environment):
    html = drawn(environment, "list")
    assert html.count('class="beyond"') == 2
    assert "<span>Thêm</span>" in html


def test_a_wrong_form_links_each_fault_and_focuses_the_first(environment):
    page = Page(drawn(environment, "form-wrong"))
    links = [link["href"] for link in page.all("a")]
    assert "#held_on" in links
    assert "#number" in links
    held_on = next(control for control in page.all("input") if control.get("name") == "held_on")
    assert held_on["aria-invalid"] == "true"
    assert held_on["aria-describedby"] == "held_on-hint held_on-error"
    assert "autofocus" in held_on
    assert held_on["value"] == "31/02/2026"
    assert [control["name"] for control in page.all("input") if (control.get("name") or "").endswith("_reason")] == [
        "number_reason"
    ]


def test_a_situation_without_a_field_is_said_once_on_top(environment):
    form = gallery.sample_form() | {"summary": "Hồ sơ đã thay đổi.", "errors": [("", "", "Hồ sơ đã thay đổi.")]}
    html = environment.from_string("{{ ui.form_summary(form) }}").render(form=form)
    assert html.count("Hồ sơ đã thay đổi.") == 1
    assert 'role="alert"' in html


def test_a_form_sends_what_belongs_to_it(environment):
    page = Page(drawn(environment, "form"))
    sent = {control.get("name"): control.get("value") for control in page.all("input")}
    assert sent["_version"] == "3"
    assert sent["_once"] == "once"
    assert sent["_csrf"] == "token"
    assert page.all("input")[0].get("type") == "search"
    assert "(không bắt buộc)" in page.text


def test_a_figure_says_its_parts_its_target_and_its_light_in_words(environment):
    html = drawn(environment, "figures")
    page = Page(html)
    for words in (
        "92,86\N{NO-BREAK SPACE}%",
        "13/14 người",
        "Chỉ tiêu > 90 %",
        "chưa đạt",
        "chưa giao chỉ tiêu",
        "chưa đủ dữ liệu",
    ):
        assert words in page.text
    assert "cập nhật 12 giây trước" in page.text
    assert 'hx-trigger="every 2s"' in html
    assert html.count("<polyline") == 6  # three trends, each with one gap


def test_duties_stand_in_their_groups_with_due_ground_and_one_button(environment):
    page = Page(drawn(environment, "today"))
    for words in ("Quá hạn", "Trong 24 giờ", "Tuần này", "Đang chờ nơi khác", "quá hạn 1 ngày", "Điều 22 Luật"):
        assert words in page.text
    assert "/people/2/test" in [link["href"] for link in page.all("a")]


def test_nothing_due_is_one_friendly_sentence(environment):
    page = Page(drawn(environment, "today-nothing"))
    assert "Không có việc nào đến hạn." in page.text
    assert page.all("table") == []


def test_a_whole_row_opens_and_empty_cells_say_so(environment):
    html = drawn(environment, "list")
    page = Page(html)
    assert sum(link.get("class") == "opener" for link in page.all("a")) == 8
    assert '<td role="cell" data-label="Nơi ở" class="nothing">—</td>' in html
    assert "47 dòng" in page.text


def test_no_page_is_heavy(environment):
    weights = {
        name: len(gallery.render(environment, template, context, "vi").encode()) for name, template, context in PAGES
    }
    static = presentation.STATIC
    shared = sum((static / file).stat().st_size for file in ("binhan.css", "binhan.js"))
    assert max(weights.values()) + shared < 100_000  # without the font, before compression
    htmx = (static / "vendor/htmx-2.0.11/htmx.min.js").stat().st_size
    assert weights["figures"] + shared + htmx < 110_000  # the page that refreshes itself


def test_what_the_stylesheet_and_the_frame_name_is_there():
    css = (presentation.STATIC / "binhan.css").read_text()
    base = (presentation.TEMPLATES / "base.html").read_text()
    named = re.findall(r"url\(([^)]+)\)", css) + re.findall(r'"/static/([^"?]+)', base)
    assert named
    for path in named:
        assert (presentation.STATIC / path).is_file(), path


def test_every_vendored_folder_has_its_licence_and_its_reason():
    reasons = (presentation.STATIC / "vendor" / "VENDOR.md").read_text()
    for folder in (path for path in (presentation.STATIC / "vendor").iterdir() if path.is_dir()):
        assert (folder / "LICENSE.txt").is_file()
        assert f"`{folder.name}`" in reasons


def _luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_accent_and_state_is_legible():
    css = (presentation.STATIC / "binhan.css").read_text()
    accents = re.findall(r"--accent: (#\w{6}); --accent-deep: (#\w{6}); --accent-tint: (#\w{6})", css)
    assert len(accents) == 5
    for accent, deep, tint in accents:
        assert _contrast(accent, "#ffffff") >= 4.5
        assert _contrast(deep, tint) >= 4.5
    for state in ("good", "bad", "warn", "info", "mute"):
        colour = re.search(rf"--{state}: (#\w{{6}})", css)[1]
        tint = re.search(rf"--{state}-tint: (#\w{{6}})", css)[1]
        assert _contrast(colour, tint) >= 4.5


def test_the_gallery_can_be_written_for_looking_at(tmp_path: Path):
    gallery.write(tmp_path)
    assert len(list(tmp_path.glob("*.html"))) == len(PAGES) * len(LOCALES)
    assert (tmp_path / "static" / "binhan.css").is_file()
