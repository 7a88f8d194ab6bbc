"""The audit log can be added to and read; whoever touches it otherwise is found out."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from chassis.audit import BREAK_NOTICED, Anchor, AuditEntry, append, entries, verify
from chassis.audit.entry import head_mac
from chassis.i18n import use_locale
from tests.chassis.protection import AUDIT, AUDIT_KEY, UNIT, fresh_store

ENTRY, HEAD = AUDIT.audit_entry, AUDIT.audit_head
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LENGTH = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("audit")


@pytest.fixture
def store(database, tmp_path):
    with fresh_store(database, tmp_path) as store:
        yield store


@pytest.fixture
def chain(store):
    """A store with a chain of eight entries."""
    with store.begin() as session:
        append(session, AUDIT, AUDIT_KEY, [an_entry(number) for number in range(1, LENGTH + 1)])
    return store


def an_entry(number, **given):
    answers = {
        "at": START + timedelta(seconds=number),
        "unit_code": UNIT,
        "account_id": f"account-{number % 2}",
        "roles": "CA_OFFICER",
        "action": "person.read",
        "record_type": "person",
        "record_id": f"person-{number % 3}",
        "purpose": "MANAGE_USER",
        "facts": {"fields": "full_name,birth_on", "rows": number},
        "correlation_id": f"request-{number}",
    }
    return AuditEntry(**(answers | given))


def check(session, **given):
    return verify(session, AUDIT, AUDIT_KEY, UNIT, **{"batch": 3, **given})


def tampered(store, *statements, **given):
    """What a check says after these statements, which are then undone."""
    with store.writing(), store.engine.connect() as connection:
        from sqlalchemy.orm import Session

        with Session(connection) as session:
            for statement in statements:
                session.execute(statement)
            report = check(session, **given)
            session.rollback()
    return report


def row(position):
    return ENTRY.c.position == position


def test_a_chain_that_nobody_touched_holds_in_batches_of_any_size(chain):
    with chain.reading() as session:
        for batch in (1, 3, LENGTH, 1000):
            report = check(session, batch=batch)
            assert (report.ok, report.count, report.first_broken, report.reason) == (True, LENGTH, None, "")


def test_a_unit_that_wrote_nothing_has_an_empty_chain_that_holds(store):
    with store.reading() as session:
        report = check(session)
    assert report.ok
    assert report.count == 0


def test_entries_of_one_call_go_to_the_chains_of_their_units_in_order(store):
    with store.begin() as session:
        append(session, AUDIT, AUDIT_KEY, [an_entry(1), an_entry(2, unit_code="09388"), an_entry(3)])
        append(session, AUDIT, AUDIT_KEY, [])
        append(session, AUDIT, AUDIT_KEY, [an_entry(4)])
    with store.reading() as session:
        own = session.execute(select(ENTRY).where(ENTRY.c.unit_code == UNIT).order_by(ENTRY.c.position)).all()
        assert [(entry.position, entry.correlation_id) for entry in own] == [
            (1, "request-1"),
            (2, "request-3"),
            (3, "request-4"),
        ]
        assert check(session).ok
        assert verify(session, AUDIT, AUDIT_KEY, "09388").count == 1


def test_entries_vanish_with_the_transaction_that_is_undone(chain):
    with chain.begin() as session:
        append(session, AUDIT, AUDIT_KEY, [an_entry(9)])
        session.rollback()
    with chain.reading() as session:
        assert check(session).count == LENGTH


def test_writers_at_the_same_moment_make_one_chain(store):
    def write(number):
        with store.begin() as session:
            append(session, AUDIT, AUDIT_KEY, [an_entry(number), an_entry(number)])

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with store.reading() as session:
        report = check(session)
    assert (report.ok, report.count) == (True, 16)


def test_a_changed_row_is_found_where_it_is(chain):
    report = tampered(chain, update(ENTRY).where(row(4)).values(account_id="somebody-else"))
    assert (report.ok, report.count, report.first_broken) == (False, 3, 4)
    assert "sửa" in report.reason


def test_a_removed_row_is_found_where_it_was(chain):
    report = tampered(chain, delete(ENTRY).where(row(4)))
    assert (report.ok, report.first_broken) == (False, 4)
    assert report.reason == "Thiếu dòng này: nó đã bị xóa."


def test_a_removed_first_row_is_found(chain):
    assert tampered(chain, delete(ENTRY).where(row(1))).first_broken == 1


def test_a_removed_tail_is_found(chain):
    report = tampered(chain, delete(ENTRY).where(ENTRY.c.position >= 7))
    assert (report.ok, report.first_broken) == (False, 7)
    assert report.reason == "Các dòng cuối của nhật ký đã bị xóa."


def test_a_removed_tail_with_an_adjusted_end_is_found(chain):
    with chain.reading() as session:
        sixth = session.execute(select(ENTRY).where(row(6))).one()
    shortened = update(HEAD).values(entries=6, last_mac=sixth.mac)
    report = tampered(chain, delete(ENTRY).where(ENTRY.c.position >= 7), shortened)
    assert (report.ok, report.first_broken) == (False, 7)
    assert report.reason == "Điểm cuối của nhật ký đã bị sửa."


def test_a_removed_log_is_found_by_its_end_and_a_removed_end_by_its_log(chain):
    assert tampered(chain, delete(ENTRY)).first_broken == 1
    assert tampered(chain, delete(HEAD)).reason == "Điểm cuối của nhật ký đã bị xóa."


def test_reordered_rows_are_found(chain):
    swapped = [
        update(ENTRY).where(row(3)).values(position=1000),
        update(ENTRY).where(row(4)).values(position=3),
        update(ENTRY).where(row(1000)).values(position=4),
    ]
    assert tampered(chain, *swapped).first_broken == 3


def test_a_forged_row_is_found_in_the_middle_and_after_the_end(chain):
    with chain.reading() as session:
        last = dict(session.execute(select(ENTRY).where(row(LENGTH))).mappings().one())
    after = tampered(chain, insert(ENTRY).values(**(last | {"position": LENGTH + 1, "mac": "0" * 64})))
    assert after.first_broken == LENGTH + 1
    in_the_middle = tampered(
        chain,
        update(ENTRY).where(row(LENGTH)).values(position=LENGTH + 1),
        insert(ENTRY).values(**(last | {"position": LENGTH, "record_id": "person-9"})),
    )
    assert in_the_middle.first_broken == LENGTH


def test_whole_rows_past_the_stored_end_are_found(chain):
    with chain.reading() as session:
        sixth = session.execute(select(ENTRY).where(row(6))).one()
    back = update(HEAD).values(entries=6, last_mac=sixth.mac, mac=head_mac(AUDIT_KEY, UNIT, 6, sixth.mac))
    report = tampered(chain, back)
    assert (report.ok, report.first_broken) == (False, 7)


def test_another_key_opens_nothing(chain):
    with chain.reading() as session:
        report = verify(session, AUDIT, b"x" * 32, UNIT)
    assert (report.ok, report.first_broken) == (False, 1)


def test_a_log_put_back_to_an_older_state_is_found_by_an_anchor_noted_outside(chain):
    with chain.reading() as session:
        sixth = session.execute(select(ENTRY).where(row(6))).one()
        now = check(session)
    noted = Anchor(now.count, now.last_mac)
    older = [
        delete(ENTRY).where(ENTRY.c.position > 6),
        update(HEAD).values(entries=6, last_mac=sixth.mac, mac=head_mac(AUDIT_KEY, UNIT, 6, sixth.mac)),
    ]
    assert tampered(chain, *older).ok
    assert tampered(chain, *older, anchor=noted).first_broken == 7
    assert tampered(chain, anchor=noted).ok
    assert tampered(chain, anchor=Anchor(5, "0" * 64)).first_broken == 5


def test_a_touched_end_stays_visible_after_more_was_written(chain):
    with chain.begin() as session:
        sixth = session.execute(select(ENTRY).where(row(6))).one()
        session.execute(delete(ENTRY).where(ENTRY.c.position > 6))
        session.execute(update(HEAD).values(entries=6, last_mac=sixth.mac))
    with chain.begin() as session:
        append(session, AUDIT, AUDIT_KEY, [an_entry(9)])
    with chain.reading() as session:
        report = check(session)
        actions = session.scalars(select(ENTRY.c.action).where(ENTRY.c.position > 6).order_by(ENTRY.c.position))
        assert list(actions) == [BREAK_NOTICED, "person.read"]
    assert (report.ok, report.first_broken) == (False, 7)
    assert report.reason == "Điểm cuối của nhật ký đã bị sửa trước khi ghi dòng này."


def test_a_removed_end_does_not_stop_the_work_and_stays_visible(chain):
    with chain.begin() as session:
        session.execute(delete(HEAD))
    with chain.begin() as session:
        append(session, AUDIT, AUDIT_KEY, [an_entry(9)])
    with chain.reading() as session:
        report = check(session)
    assert (report.ok, report.first_broken) == (False, LENGTH + 1)


def test_a_value_that_is_no_json_any_more_is_found_where_it_is(chain, database):
    if database == "postgres":
        spoilt = text("UPDATE audit_entry SET facts = 'null' WHERE position = 5")
    else:
        spoilt = text("UPDATE audit_entry SET facts = '{broken' WHERE position = 5")
    assert tampered(chain, spoilt).first_broken == 5


def test_the_reason_speaks_the_language_of_the_reader(chain):
    report = tampered(chain, delete(ENTRY).where(row(4)))
    assert str(report.reason) == "Thiếu dòng này: nó đã bị xóa."
    with use_locale("en"):
        assert str(report.reason) == "This entry is missing: it was removed."


@pytest.mark.parametrize("fact", ["Nguyễn Văn A", "two words", "a\nb", "x" * 401])
def test_free_text_is_no_audit_fact(fact):
    with pytest.raises(ValueError, match="must be a code"):
        an_entry(1, facts={"reason": fact})


@pytest.mark.parametrize("fact", [1.5, ["a"], {"a": 1}, START])
def test_an_audit_fact_is_a_code_or_a_whole_number(fact):
    with pytest.raises(TypeError, match="must be a code"):
        an_entry(1, facts={"reason": fact})


def test_codes_numbers_dates_and_column_names_are_audit_facts(store):
    facts = {"form": "M04", "on": "2026-07-05", "rows": 3, "first": True, "test": None, "fields": "full_name,phone"}
    with store.begin() as session:
        append(session, AUDIT, AUDIT_KEY, [an_entry(1, facts=facts)])
    with store.reading() as session:
        assert check(session).ok
        assert entries(session, AUDIT, UNIT).entries[0]["facts"] == facts


def test_the_log_is_read_page_by_page_newest_first(chain):
    with chain.reading() as session:
        first = entries(session, AUDIT, UNIT, limit=3)
        assert [entry["position"] for entry in first.entries] == [8, 7, 6]
        second = entries(session, AUDIT, UNIT, limit=3, before=first.next)
        third = entries(session, AUDIT, UNIT, limit=3, before=second.next)
        assert [entry["position"] for entry in third.entries] == [2, 1]
        assert third.next is None
        assert entries(session, AUDIT, UNIT, limit=8).next is None


def test_the_log_is_read_for_one_record_or_one_account_of_one_unit(chain):
    with chain.begin() as session:
        append(session, AUDIT, AUDIT_KEY, [an_entry(1, unit_code="09388")])
    with chain.reading() as session:
        of_record = entries(session, AUDIT, UNIT, record_type="person", record_id="person-1").entries
        assert [entry["position"] for entry in of_record] == [7, 4, 1]
        of_account = entries(session, AUDIT, UNIT, account_id="account-0").entries
        assert [entry["position"] for entry in of_account] == [8, 6, 4, 2]
        both = entries(session, AUDIT, UNIT, record_id="person-1", account_id="account-0").entries
        assert [entry["position"] for entry in both] == [4]


CODES = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_.-", min_size=1, max_size=20)
CHANGES = {
    "unit_code": st.sampled_from(["00001", "09388"]),
    "position": st.integers(1, 2**40),
    "at": st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    "facts": st.dictionaries(CODES, st.one_of(CODES, st.integers(-9, 9), st.booleans(), st.none()), max_size=3),
    "mac": st.text("0123456789abcdef", min_size=64, max_size=64),
} | dict.fromkeys(("account_id", "roles", "action", "record_type", "record_id", "purpose", "correlation_id"), CODES)
HEAD_CHANGES = {
    "unit_code": st.sampled_from(["00001", "09388"]),
    "entries": st.integers(0, 2**40),
    "last_mac": CHANGES["mac"],
    "mac": CHANGES["mac"],
}


@pytest.fixture(scope="module")
def long_lived_chain(database, folder):
    with fresh_store(database, folder) as store:
        with store.begin() as session:
            append(session, AUDIT, AUDIT_KEY, [an_entry(number) for number in range(1, LENGTH + 1)])
        yield store


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_change_of_any_field_of_any_entry_is_found(long_lived_chain, data):
    column = data.draw(st.sampled_from(sorted(CHANGES)))
    position = data.draw(st.integers(1, LENGTH))
    with long_lived_chain.reading() as session:
        taken = set(session.scalars(select(ENTRY.c.position)))
        before = session.execute(select(ENTRY).where(row(position))).mappings().one()[column]
    changed = data.draw(CHANGES[column].filter(lambda value: not same(value, before)))
    if column == "position" and changed in taken:
        changed += LENGTH
    report = tampered(long_lived_chain, update(ENTRY).where(row(position)).values({column: changed}))
    assert not report.ok
    assert report.first_broken == position
    with long_lived_chain.reading() as session:
        assert check(session).ok


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_any_change_of_any_field_of_the_end_is_found(long_lived_chain, data):
    column = data.draw(st.sampled_from(sorted(HEAD_CHANGES)))
    with long_lived_chain.reading() as session:
        before = session.execute(select(HEAD)).mappings().one()[column]
    changed = data.draw(HEAD_CHANGES[column].filter(lambda value: value != before))
    assert not tampered(long_lived_chain, update(HEAD).values({column: changed})).ok


def same(one, other):
    return one == other and type(one) is type(other)


def test_the_newest_entries_can_be_checked_alone(chain):
    newest = tampered(chain, update(ENTRY).where(row(2)).values(account_id="x"), last=5)
    assert (newest.ok, newest.count, newest.checked) == (True, LENGTH, 5)
    assert tampered(chain, update(ENTRY).where(row(4)).values(account_id="x"), last=5).first_broken == 4
    assert tampered(chain, delete(ENTRY).where(row(LENGTH)), last=5).first_broken == LENGTH
    assert tampered(chain, last=LENGTH).ok
    assert tampered(chain, last=1000).checked == LENGTH
