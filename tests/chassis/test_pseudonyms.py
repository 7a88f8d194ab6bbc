"""A person has one key in every agency that holds the secret, and nothing in it tells who they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import NotUnderstood
from chassis.pseudonyms import VERSION, PersonKeys, normalise_personal_number
from chassis.vault import KeysUnusableError, write_secret

KEYS = PersonKeys(bytes(range(32)))
NUMBERS = st.from_regex(r"[0-9]{12}|[0-9]{9}", fullmatch=True)


@given(NUMBERS)
def test_registry_and_health_find_the_same_key_for_the_same_number(number):
    in_registry = KEYS.person_key(number, "registry-reference", "24")
    in_health = PersonKeys(bytes(range(32))).person_key(f" {number[:3]} {number[3:]}", "health-reference", "24")
    assert in_registry == in_health


@given(NUMBERS)
def test_a_key_is_opaque_short_and_says_its_version(number):
    key = KEYS.person_key(number, "", "24")
    assert re.fullmatch(r"p1[a-z2-7]{32}", key)
    assert key.startswith(VERSION)
    assert number not in key


@given(NUMBERS, NUMBERS)
def test_different_numbers_have_different_keys(one, other):
    assert (KEYS.person_key(one, "", "24") == KEYS.person_key(other, "", "24")) == (one == other)


@given(NUMBERS)
def test_provinces_and_secrets_keep_apart(number):
    key = KEYS.person_key(number, "", "24")
    assert key != KEYS.person_key(number, "", "01")
    assert key != PersonKeys(b"x" * 32).person_key(number, "", "24")


def test_without_a_number_the_reference_of_the_registry_gives_the_key():
    key = KEYS.person_key(None, "0190-a", "24")
    assert key == KEYS.person_key("", "0190-a", "24")
    assert key != KEYS.person_key(None, "0190-b", "24")


def test_a_reference_that_looks_like_a_number_is_not_that_number():
    assert KEYS.person_key("024090000001", "", "24") != KEYS.person_key(None, "024090000001", "24")


@pytest.mark.parametrize("typed", ["024 090 000 001", "024.090.000.001", "024-090-000-001", "024090000001"])
def test_a_number_may_be_typed_in_groups(typed):
    assert normalise_personal_number(typed) == "024090000001"


def test_the_older_identity_card_has_nine_digits():
    assert normalise_personal_number("125 123 456") == "125123456"


@pytest.mark.parametrize("typed", ["", "123", "0240900000011", "C1234567", "02409000000a", "٠٢٤٠٩٠٠٠٠٠٠١"])
def test_what_is_no_personal_number_is_refused_by_a_sentence_that_names_the_field(typed):
    with pytest.raises(NotUnderstood, match="12 chữ số") as refusal:
        normalise_personal_number(typed)
    assert list(refusal.value.fields) == ["personal_number"]


@pytest.mark.parametrize("province", ["", "9", "240", "VN", "2|"])
def test_a_province_is_a_code_of_two_digits(province):
    with pytest.raises(ValueError, match="province"):
        KEYS.person_key("024090000001", "", province)


def test_neither_number_nor_reference_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="personal number or a registry reference"):
        KEYS.person_key(None, "", "24")


def test_the_secret_comes_from_a_file_and_never_shows(tmp_path):
    secret = tmp_path / "person_key.secret"
    write_secret(secret)
    keys = PersonKeys.load(secret)
    assert secret.read_text().strip() not in repr(keys)
    assert keys.person_key("024090000001", "", "24") == PersonKeys.load(secret).person_key("024090000001", "", "24")


def test_a_secret_that_others_may_read_is_refused(tmp_path):
    secret = tmp_path / "person_key.secret"
    write_secret(secret)
    secret.chmod(0o640)
    with pytest.raises(KeysUnusableError, match="chmod 600"):
        PersonKeys.load(secret)
