"""What is sealed opens only in its own place and with its own key; what is indexed is found without opening it."""

import shutil
import threading
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from chassis.vault import (
    KeyRing,
    KeysUnusableError,
    SealBrokenError,
    SealedColumn,
    Vault,
    keys_in_use,
    read_secret,
    reseal,
    write_secret,
)
from tests.chassis.protection import FILE, fresh_store

NAME = "Nguyễn Thị Đào"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def vault(folder):
    return Vault(KeyRing.load(folder, create=True))


@pytest.fixture(scope="module")
def lasting_vault(tmp_path_factory):
    return Vault(KeyRing.load(tmp_path_factory.mktemp("keys"), create=True))


@pytest.fixture
def store(database, tmp_path):
    with fresh_store(database, tmp_path) as store:
        yield store


def place(file_id):
    return f"file/{file_id}/identity"


COLUMN = SealedColumn(FILE, "file_id", "identity", place)


# -- key files


def test_new_keys_are_readable_by_the_service_alone(folder, vault):
    assert folder.stat().st_mode & 0o777 == 0o700
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["audit.key", "index.key", "sealing-00001.key"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert len({file.read_text() for file in files}) == 3


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
@pytest.mark.parametrize("name", ["audit.key", "index.key", "sealing-00001.key"])
def test_keys_open_to_others_are_refused_by_a_sentence_that_says_what_to_do(folder, vault, name, mode):
    (folder / name).chmod(mode)
    with pytest.raises(KeysUnusableError, match=rf"{name} is open to other accounts .* chmod 600"):
        KeyRing.load(folder)


@pytest.mark.parametrize("damaged", ["", "00", "xyz", "é" * 64, "00" * 33])
def test_a_damaged_key_file_is_refused(folder, vault, damaged):
    (folder / "index.key").write_text(damaged)
    with pytest.raises(KeysUnusableError, match=r"index\.key"):
        KeyRing.load(folder)


def test_missing_keys_are_refused_and_never_replaced_beside_others(folder, vault):
    (folder / "index.key").unlink()
    with pytest.raises(KeysUnusableError, match="backup"):
        KeyRing.load(folder, create=True)
    assert not (folder / "index.key").exists()


def test_a_folder_without_keys_is_refused_unless_new_ones_are_asked_for(folder):
    with pytest.raises(KeysUnusableError, match="there are no keys"):
        KeyRing.load(folder)
    assert KeyRing.load(folder, create=True).current == 1


def test_a_key_file_without_an_id_is_refused(folder, vault):
    shutil.copy(folder / "sealing-00001.key", folder / "sealing-old.key")
    with pytest.raises(KeysUnusableError, match="no key id"):
        KeyRing.load(folder)


def test_keys_stay_as_they_are_when_they_are_created_again(folder, vault):
    before = {file.name: file.read_text() for file in folder.iterdir()}
    KeyRing.create_missing(folder)
    assert {file.name: file.read_text() for file in folder.iterdir()} == before


def test_processes_that_make_a_secret_at_once_end_with_one(tmp_path):
    path = tmp_path / "shared" / "person_key.secret"
    makers = [threading.Thread(target=write_secret, args=(path,)) for _number in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(read_secret(path)) == 32
    assert list(path.parent.iterdir()) == [path]


def test_keys_do_not_show_in_logs(vault):
    shown = repr(vault.keys)
    assert vault.keys.index.hex() not in shown
    assert repr(vault.keys.index) not in shown
    assert repr(vault.keys.audit) not in shown


# -- sealing


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_place(lasting_vault, plaintext, name):
    context = place(name.encode(errors="replace").decode())
    sealed = lasting_vault.seal(context, plaintext)
    assert lasting_vault.open(context, sealed) == plaintext
    assert len(sealed) == len(plaintext) + 31
    assert len(plaintext) < 8 or plaintext not in sealed


def test_the_same_text_never_looks_the_same(vault):
    assert vault.seal("a", b"same") != vault.seal("a", b"same")


def test_a_sealed_value_moved_to_another_record_does_not_open(vault):
    sealed = vault.seal(place("1"), b"024090000001")
    with pytest.raises(SealBrokenError, match="file/2/identity"):
        vault.open(place("2"), sealed)


@given(st.data())
def test_a_sealed_value_with_any_bit_changed_does_not_open(lasting_vault, data):
    sealed = bytearray(lasting_vault.seal("place", b"024090000001"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBrokenError):
        lasting_vault.open("place", bytes(sealed))


@given(st.binary(max_size=40))
def test_what_was_never_sealed_does_not_open(lasting_vault, junk):
    with pytest.raises(SealBrokenError):
        lasting_vault.open("place", junk)


def test_a_sealed_value_does_not_open_with_the_keys_of_another_service(vault, tmp_path):
    other = Vault(KeyRing.load(tmp_path / "other", create=True))
    with pytest.raises(SealBrokenError):
        other.open("place", vault.seal("place", b"x"))


def test_answers_come_back_in_one_unicode_form(vault):
    typed = {
        "full_name": unicodedata.normalize("NFD", NAME),
        "aliases": ["Tý"],
        "born_on": date(1990, 7, 5),
        "no": None,
    }
    answers = vault.open_answers("p", vault.seal_answers("p", typed))
    assert answers == {"full_name": NAME, "aliases": ["Tý"], "born_on": "1990-07-05", "no": None}


# -- finding


def test_both_unicode_forms_have_one_index(vault):
    one, other = unicodedata.normalize("NFD", NAME), unicodedata.normalize("NFC", NAME)
    assert one != other
    assert vault.blind_index("name", one) == vault.blind_index("name", other)


def test_an_index_tells_nothing_across_columns_or_services(vault, tmp_path):
    other = Vault(KeyRing.load(tmp_path / "other", create=True))
    index = vault.blind_index("personal_number", "024090000001")
    assert len(index) == 32
    assert index != vault.blind_index("phone", "024090000001")
    assert index != other.blind_index("personal_number", "024090000001")


@pytest.mark.parametrize(
    "typed",
    ["Nguyễn Thị Đào", "nguyen thi dao", "Đào", "dao nguyen", "ng", "NGUYEN d", "nguyễn thị đ", "th da", "Nguyê"],
)
def test_a_person_is_found_by_beginnings_of_words_marks_or_not(vault, typed):
    wanted = vault.query_tokens("name", typed)
    assert wanted
    assert wanted <= vault.search_tokens("name", NAME)


@pytest.mark.parametrize("typed", ["Nguyen Van", "hi", "dao nguyenn", "uyen", "x", "n"])
def test_a_person_is_not_found_by_anything_else(vault, typed):
    wanted = vault.query_tokens("name", typed)
    assert wanted
    assert not wanted <= vault.search_tokens("name", NAME)


@pytest.mark.parametrize("typed", ["", "  ", "…", "'"])
def test_nothing_typed_asks_for_nothing(vault, typed):
    assert vault.query_tokens("name", typed) == set()


def test_a_name_of_one_letter_is_found_by_it(vault):
    assert vault.query_tokens("name", "Ý") <= vault.search_tokens("name", "Y Ban Niê")
    assert not vault.query_tokens("name", "N") <= vault.search_tokens("name", "Y Ban Niê")


# -- a new key


def test_what_an_old_key_sealed_opens_after_a_new_one_came(folder, vault):
    sealed, index = vault.seal("p", b"old"), vault.blind_index("name", NAME)
    renewed = Vault(vault.keys.rotate())
    assert renewed.keys.current == 2
    assert renewed.open("p", sealed) == b"old"
    assert renewed.needs_resealing(sealed)
    assert not renewed.needs_resealing(renewed.seal("p", b"new"))
    assert renewed.blind_index("name", NAME) == index
    assert renewed.audit_key == vault.audit_key


def test_a_service_at_work_follows_a_rotation_made_beside_it(folder, vault):
    at_work = Vault(KeyRing.load(folder))
    old = at_work.seal("p", b"old")
    renewed = Vault(KeyRing.load(folder).rotate())
    assert at_work.open("p", renewed.seal("p", b"new")) == b"new"
    assert not renewed.needs_resealing(at_work.seal("p", b"later"))
    assert at_work.open("p", old) == b"old"


def test_a_service_at_work_goes_on_when_its_keys_folder_is_out_of_reach(folder, vault):
    shutil.rmtree(folder)
    assert vault.open("p", vault.seal("p", b"x")) == b"x"


def test_the_key_in_use_cannot_be_removed(vault):
    with pytest.raises(ValueError, match="in use"):
        vault.keys.remove(1)


def sealed_rows(store, vault, numbers):
    rows = [{"file_id": f"{n:03d}", "identity": vault.seal(place(f"{n:03d}"), b"person %d" % n)} for n in numbers]
    with store.begin() as session:
        session.execute(insert(FILE), rows)
        session.execute(insert(FILE).values(file_id="empty", identity=None))


def test_after_resealing_the_old_key_can_go(store, vault):
    sealed_rows(store, vault, range(25))
    renewed = Vault(vault.keys.rotate())
    with store.reading() as session:
        assert keys_in_use(session, [COLUMN]) == {1}
    assert reseal(store.begin, renewed, [COLUMN], batch=4) == 25
    with store.reading() as session:
        assert keys_in_use(session, [COLUMN]) == {2}
    alone = Vault(renewed.keys.remove(1))
    assert set(alone.keys.sealing) == {2}
    with store.reading() as session:
        for file_id, sealed in session.execute(select(FILE).where(FILE.c.identity.is_not(None))):
            assert alone.open(place(file_id), sealed) == b"person %d" % int(file_id)
    assert reseal(store.begin, alone, [COLUMN]) == 0


def test_resealing_that_was_stopped_goes_on_where_it_was(store, vault):
    sealed_rows(store, vault, range(25))
    renewed = Vault(vault.keys.rotate())
    begun = []

    def begin_until_the_power_fails():
        begun.append(1)
        if len(begun) > 3:
            raise KeyboardInterrupt
        return store.begin()

    with pytest.raises(KeyboardInterrupt):
        reseal(begin_until_the_power_fails, renewed, [COLUMN], batch=4)
    with store.reading() as session:
        assert keys_in_use(session, [COLUMN]) == {1, 2}
    assert reseal(store.begin, renewed, [COLUMN], batch=4) == 25 - 3 * 4


def test_resealing_stops_at_a_value_that_does_not_open(store, vault):
    sealed_rows(store, vault, range(3))
    with store.begin() as session:
        session.execute(insert(FILE).values(file_id="swapped", identity=vault.seal(place("000"), b"x")))
    with pytest.raises(SealBrokenError, match="file/swapped/identity"):
        reseal(store.begin, Vault(vault.keys.rotate()), [COLUMN])
