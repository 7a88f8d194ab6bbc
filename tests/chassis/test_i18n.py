"""Texts are Vietnamese in the code and follow the language of the request when shown."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path
from types import MappingProxyType

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

from chassis import i18n
from chassis.i18n import LazyString, _, current_locale, ngettext, spoken, use_locale

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Bench:
    """A text in a class body is made when the module is read, before anybody has asked for anything."""

    title = _("Hôm nay")
    words = MappingProxyType({"A": _("Đăng nhập")})


def test_a_text_from_a_class_body_speaks_the_language_of_the_moment():
    assert str(Bench.title) == "Hôm nay"
    with use_locale("en"):
        assert str(Bench.title) == "Today"
        assert f"{Bench.words['A']}!" == "Sign in!"
    assert str(Bench.title) == "Hôm nay"


def test_every_way_of_joining_texts_translates():
    with use_locale("en"):
        joined = {"» " + Bench.title, f"» {Bench.title}", "» {}".format(*[Bench.title]), "» %s".__mod__(Bench.title)}
        assert joined == {"» Today"}
        assert Bench.title + "!" == "Today!"


def test_a_text_is_a_str_that_compares_as_vietnamese_in_every_language():
    with use_locale("en"):
        assert isinstance(Bench.title, str)
        assert Bench.title == "Hôm nay"
        assert {Bench.title: 1}["Hôm nay"] == 1


def test_placeholders_are_filled_in_after_translating():
    text = _("ghi bởi %(who)s", who="An")
    assert str(text) == "ghi bởi An"
    with use_locale("en"):
        assert str(text) == "recorded by An"


def test_a_placeholder_may_itself_be_a_text():
    text = _("cập nhật %(ago)s", ago=_("vừa xong"))
    with use_locale("en"):
        assert str(text) == "updated just now"


def test_a_percent_sign_needs_no_doubling_without_placeholders():
    assert str(_("đạt 90 %")) == "đạt 90 %"


@pytest.mark.parametrize(("count", "said"), [(1, "1 day"), (2, "2 days"), (0, "0 days")])
def test_english_counts_in_two_forms(count, said):
    with use_locale("en"):
        assert str(ngettext("%(count)s ngày", "%(count)s ngày", count)) == said


def test_a_count_may_be_written_another_way():
    assert str(ngettext("%(count)s dòng", "%(count)s dòng", 1234, count="1.234")) == "1.234 dòng"


def test_texts_survive_copying_and_pickling():
    text = ngettext("%(count)s ngày", "%(count)s ngày", 3)
    for twin in (copy.copy(text), copy.deepcopy(text), pickle.loads(pickle.dumps(text))):  # noqa: S301 - our own bytes
        with use_locale("en"):
            assert str(twin) == "3 days"


def test_a_whole_answer_is_spoken_before_it_becomes_json():
    answer = {"title": Bench.title, "errors": [{"detail": Bench.title}], "count": 3}
    with use_locale("en"):
        assert json.loads(json.dumps(spoken(answer))) == {"title": "Today", "errors": [{"detail": "Today"}], "count": 3}


def test_a_text_is_escaped_in_a_template():
    template = Environment(autoescape=True).from_string("{{ text }}")
    assert template.render(text=_("ghi bởi %(who)s", who="<b>")) == "ghi bởi &lt;b&gt;"


def test_an_unknown_text_stays_vietnamese():
    with use_locale("en"):
        assert str(LazyString("một câu chưa ai dịch")) == "một câu chưa ai dịch"


def test_an_unknown_language_is_refused_and_the_old_one_stays():
    with pytest.raises(ValueError, match="no such language: 'fr'"), use_locale("fr"):
        pass
    assert current_locale() == "vi"


def test_every_text_of_the_chassis_has_english():
    assert i18n.missing(i18n.folder_of("chassis")) == []


WITH_ENGLISH = [name for name in i18n.packages() if i18n.catalogue_file(i18n.folder_of(name)).is_file()]


@pytest.mark.parametrize("package", WITH_ENGLISH)
def test_english_keeps_the_placeholders_of_the_vietnamese(package):
    with i18n.catalogue_file(i18n.folder_of(package)).open("rb") as stream:
        for message in read_po(stream, locale="en"):
            forms = [message.string] if isinstance(message.string, str) else message.string
            source = message.id if isinstance(message.id, str) else message.id[0]
            for form in filter(None, forms):
                assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(source)), source


def test_the_tool_finds_texts_of_python_and_templates_and_keeps_what_is_translated(tmp_path: Path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "pages.py").write_text('title = _("Người")\nrows = ngettext("%(count)s hộp", "%(count)s hộp", 2)\n')
    (tmp_path / "templates" / "people.html").write_text('{{ _("Quyết định") }}')
    assert i18n.update(tmp_path) == 3

    file = i18n.catalogue_file(tmp_path)
    text = file.read_text().replace('msgid "Người"\nmsgstr ""', 'msgid "Người"\nmsgstr "People"')
    file.write_text(
        text.replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%(count)s box"\nmsgstr[1] "%(count)s boxes"')
    )
    assert i18n.missing(tmp_path) == ["Quyết định"]

    (tmp_path / "templates" / "people.html").write_text("")
    assert i18n.update(tmp_path) == 0
    assert i18n.translations(tmp_path) == {"Người": ("People",), "%(count)s hộp": ("%(count)s box", "%(count)s boxes")}


def test_the_command_fails_when_something_is_missing(tmp_path: Path, capsys, monkeypatch):
    (tmp_path / "shelter").mkdir()
    (tmp_path / "shelter" / "__init__.py").write_text('title = _("Nhà tạm lánh")\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    assert i18n.main(["missing", "shelter"]) == 1
    assert capsys.readouterr().out == "shelter: Nhà tạm lánh\n"
    assert i18n.main(["update", "shelter"]) == 1
    file = tmp_path / "shelter" / "locale" / "en.po"
    file.write_text(file.read_text().replace('msgstr ""', 'msgstr "Shelter"'))
    assert i18n.main(["missing", "shelter"]) == 0
    assert i18n.main([]) == 2
