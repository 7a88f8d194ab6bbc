"""The search would find a canary: the control without which the other tests here would prove nothing."""

import base64
import gzip
import json
import unicodedata
from urllib.parse import quote

import pytest

from chassis.fold import fold
from tests.privacy.canaries import ALL, PATIENT, PERSON, found_in

NAME = PERSON["full_name"]
NUMBER = PERSON["id_number"]

WAYS = {
    "as it is": lambda text: text,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "without marks": fold,
    "in capitals": str.upper,
    "as JSON": lambda text: json.dumps({"x": text}),
    "as JSON with its letters": lambda text: json.dumps({"x": text}, ensure_ascii=False),
    "in an address": lambda text: f"/people?q={quote(text)}",
    "as a token": lambda text: fold(text).replace(" ", "-"),
    "with points": lambda text: ".".join(text.split()),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64 behind one byte": lambda text: base64.b64encode(b"{" + text.encode() + b"}").decode(),
    "in base64 behind two": lambda text: base64.urlsafe_b64encode(b'{"' + text.encode() + b'"}').decode(),
    "in hexadecimal": lambda text: text.encode().hex(),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_canary_is_found_in_every_form(way):
    for canary in ALL:
        haystack = f"…{{'kind': 'Y_TE'}} {WAYS[way](canary.text)} 2026-11-20…"
        assert canary.text in found_in(haystack), f"{canary.text} {way}"


@pytest.mark.parametrize("written", ["027 091 739 284", "027.091.739.284", "027-091-739-284", "x027091739284x"])
def test_a_number_is_found_however_it_is_parted(written):
    assert found_in(f"Số {written}, cấp ngày") == {NUMBER}


def test_bytes_of_a_database_are_searched_too():
    assert found_in(b"\x00\xffSQLite" + NAME.encode() + b"\xfe\x00") == {NAME}


def test_what_is_sealed_or_somebody_elses_is_not_found():
    assert found_in(gzip.compress(NAME.encode())) == set()
    assert found_in("Nguyễn Văn An 027090000001 Số 5 phố Hoa Lan") == set()


def test_the_canaries_of_two_people_share_nothing():
    assert not set(PERSON.values()) & set(PATIENT.values())
