"""Who may come in, for how long, and what happens to those who guess."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from textwrap import dedent

import pytest
from sqlalchemy import func, select

from chassis.accounts import (
    Doorkeeper,
    Refused,
    SessionLimits,
    SignedIn,
    accounts_of,
    api_tokens_of,
    create_account,
    csrf_token,
    disable_account,
    find_by_username,
    get_account,
    hash_password,
    issue_api_token,
    password_matches,
    revoke_api_token,
    same_csrf_token,
    set_password,
    set_roles,
)
from chassis.accounts.lockout import FAILURES_ALLOWED, LOCKED_FOR, WINDOW
from chassis.accounts.sessions import remove_ended_sessions
from chassis.audit import entries, verify
from chassis.errors import NotAllowed, NotFound, NotUnderstood, RuleBroken
from tests.chassis.protection import ACCOUNTS, AUDIT, AUDIT_KEY, UNIT, fresh_store

PASSWORD = "đồng nguyên bình an"
OTHER = "một mật khẩu khác hẳn"
ALLOWED = {"person.list", "person.write"}
LIMITS = SessionLimits(idle=timedelta(minutes=30), absolute=timedelta(hours=12))
HASHES = {
    (password, name): hash_password(password, username=name) for password in (PASSWORD, OTHER) for name in ("lan",)
}


@pytest.fixture
def store(database, tmp_path):
    with fresh_store(database, tmp_path) as store:
        yield store


@pytest.fixture
def door(store, clock):
    return Doorkeeper(
        store=store,
        accounts=ACCOUNTS,
        audit_tables=AUDIT,
        audit_key=AUDIT_KEY,
        clock=clock,
        service="health",
        home_unit=UNIT,
        limits=LIMITS,
    )


@pytest.fixture
def lan(store, clock):
    """The account of a nurse."""
    with store.begin() as session:
        return an_account(session, clock)


def an_account(session, clock, **given):
    answers = {
        "unit": UNIT,
        "username": "lan",
        "display_name": "Nguyễn Thị Lan",
        "roles": ["TYT_COUNSELLOR"],
        "password": HASHES[PASSWORD, "lan"],
    }
    return create_account(session, ACCOUNTS, clock=clock, **(answers | given))


def signed_in(door, **given):
    outcome = door.sign_in(**{"username": "lan", "password": PASSWORD, **given})
    assert isinstance(outcome, SignedIn)
    return outcome.token


def audited(store):
    """What the audit log of the unit says, oldest first; the log itself must hold."""
    with store.reading() as session:
        assert verify(session, AUDIT, AUDIT_KEY, UNIT).ok
        found = entries(session, AUDIT, UNIT, limit=500).entries
    return [(entry["action"], entry["account_id"]) for entry in reversed(found)]


def count(store, table):
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


# -- accounts


def test_an_account_is_found_by_its_username_however_it_is_typed(store, lan):
    with store.reading() as session:
        assert find_by_username(session, ACCOUNTS, "  LAN ") == lan
        assert get_account(session, ACCOUNTS, lan.account_id) == lan
        assert accounts_of(session, ACCOUNTS, UNIT) == [lan]
        assert accounts_of(session, ACCOUNTS, "09388") == []
        assert find_by_username(session, ACCOUNTS, "minh") is None


def test_the_hash_of_a_password_is_not_part_of_an_account(lan):
    assert "argon2" not in repr(lan)


@pytest.mark.parametrize("username", ["", "ab", "nguyễn", "a b c", "-lan", "x" * 65, "lan\0", "lan'--"])
def test_an_unfit_username_is_refused_by_a_sentence_that_names_the_field(store, clock, username):
    with store.begin() as session, pytest.raises(NotUnderstood) as refusal:
        an_account(session, clock, username=username)
    assert list(refusal.value.fields) == ["username"]
    assert count(store, ACCOUNTS.account) == 0


def test_a_username_is_taken_for_all_units_of_the_database(store, clock, lan):
    with store.begin() as session, pytest.raises(RuleBroken, match="đã có người dùng"):
        an_account(session, clock, username="Lan", unit="09388")


def test_an_unknown_account_is_not_found(store, clock):
    with store.begin() as session:
        for deed in (
            lambda: get_account(session, ACCOUNTS, "nobody"),
            lambda: set_roles(session, ACCOUNTS, "nobody", ["X"]),
            lambda: disable_account(session, ACCOUNTS, "nobody", clock=clock),
            lambda: revoke_api_token(session, ACCOUNTS, "nothing", clock=clock),
        ):
            with pytest.raises(NotFound):
                deed()


# -- passwords


@pytest.mark.parametrize("password", ["", "mười một kt", "x" * 11, "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_refused(password):
    with pytest.raises(NotUnderstood, match="ký tự") as refusal:
        hash_password(password, username="lan")
    assert list(refusal.value.fields) == ["password"]


def test_a_password_that_is_the_username_is_refused():
    with pytest.raises(NotUnderstood, match="trùng với tên đăng nhập"):
        hash_password("NGUYEN.THI.LAN", username="nguyen.thi.lan")


def test_a_password_matches_in_both_unicode_forms_and_no_other_matches():
    import unicodedata

    stored = HASHES[PASSWORD, "lan"]
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password_matches(stored, unicodedata.normalize("NFD", PASSWORD))
    assert not password_matches(stored, PASSWORD + " ")
    assert not password_matches(stored, "")
    assert not password_matches(stored, "\ud800" * 12)
    assert not password_matches(None, PASSWORD)


def test_the_longest_password_matches_whole():
    longest = "ă" * 256
    stored = hash_password(longest, username="lan")
    assert password_matches(stored, longest)
    assert not password_matches(stored, longest + "x")


def test_an_unknown_username_costs_the_same_work_as_a_known_one(door, lan, monkeypatch):
    from chassis.accounts import passwords

    worked = []

    def counting(work, *arguments):
        worked.append(work.__name__)
        return work(*arguments)

    monkeypatch.setattr(passwords, "offload", counting)
    door.sign_in("lan", OTHER)
    door.sign_in("nobody", OTHER)
    assert worked == ["_verified", "_verified"]


def test_hashing_lets_green_threads_go_on():
    program = """
        import eventlet
        eventlet.monkey_patch()
        import time
        from chassis.accounts import hash_password, password_matches
        longest, running = [0.0], [True]
        def tick():
            last = time.monotonic()
            while running[0]:
                eventlet.sleep(0.001)
                now = time.monotonic()
                longest[0] = max(longest[0], now - last)
                last = now
        ticking = eventlet.spawn(tick)
        began = time.monotonic()
        for _ in range(8):
            assert password_matches(hash_password("a long password", username="lan"), "a long password")
        took = time.monotonic() - began
        running[0] = False
        ticking.wait()
        assert longest[0] < took / 3, (longest[0], took)
        print("went on")
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", dedent(program)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "went on", done.stderr


def test_without_green_threads_no_eventlet_is_loaded():
    program = """
        import sys
        from chassis.accounts import hash_password
        hash_password("a long password", username="lan")
        assert "eventlet" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", dedent(program)], check=True, timeout=60)


# -- signing in


def test_the_right_password_opens_a_session_and_the_database_keeps_only_its_hash(door, store, lan):
    token = signed_in(door)
    assert len(token) >= 43
    with store.reading() as session:
        kept = session.execute(select(ACCOUNTS.session_token)).mappings().one()
    assert kept["token_hash"] == sha256(token.encode()).hexdigest()
    assert token not in str(dict(kept))
    actor = door.visit(token).actor
    assert (actor.account_id, actor.username, actor.unit, actor.service) == (lan.account_id, "lan", UNIT, "health")
    assert (actor.roles, actor.channel, actor.scopes) == (frozenset({"TYT_COUNSELLOR"}), "page", None)
    assert audited(store) == [("account.signed_in", lan.account_id)]


def test_a_wrong_password_and_an_unknown_username_get_the_same_answer(door, store, lan):
    wrong, unknown = door.sign_in("lan", OTHER), door.sign_in("nobody", OTHER)
    assert wrong == unknown == Refused("Tên đăng nhập hoặc mật khẩu không đúng.")
    assert count(store, ACCOUNTS.session_token) == 0
    assert audited(store) == [
        ("account.sign_in_refused", lan.account_id),
        ("account.sign_in_refused", "unknown"),
    ]


@pytest.mark.parametrize("username", ["", "lan\0", "\ud800", "x" * 100_000, "lan' OR '1'='1"])
def test_odd_usernames_are_merely_unknown(door, lan, username):
    assert door.sign_in(username, PASSWORD) == door.sign_in("nobody", PASSWORD)


def test_what_was_typed_as_username_is_kept_nowhere(door, store, lan):
    door.sign_in("MyPasswordInTheWrongBox", OTHER)
    with store.reading() as session:
        for table in (ACCOUNTS.sign_in_failure, AUDIT.audit_entry):
            assert "mypassword" not in str(session.execute(select(table)).all()).lower()


@pytest.mark.parametrize("username", ["lan", "nobody"])
def test_five_failures_lock_known_and_unknown_usernames_alike(door, store, clock, lan, username):
    for _attempt in range(FAILURES_ALLOWED - 1):
        assert door.sign_in(username, OTHER).locked_until is None
    fifth = door.sign_in(username, OTHER)
    assert fifth.locked_until == clock.now() + LOCKED_FOR
    assert str(fifth.sentence) == "Đã nhập sai nhiều lần. Hãy thử lại sau 09:15."
    assert door.sign_in(username, PASSWORD) == fifth
    assert [action for action, _who in audited(store)][-1] == "account.locked"
    assert len(audited(store)) == FAILURES_ALLOWED


def test_a_lock_ends_by_itself(door, clock, lan):
    for _attempt in range(FAILURES_ALLOWED):
        door.sign_in("lan", OTHER)
    clock.advance(LOCKED_FOR - timedelta(seconds=1))
    assert isinstance(door.sign_in("lan", PASSWORD), Refused)
    clock.advance(timedelta(seconds=1))
    assert isinstance(door.sign_in("lan", PASSWORD), SignedIn)


def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_after_the_right_password(door, store, clock, lan):
    for _attempt in range(FAILURES_ALLOWED - 1):
        door.sign_in("lan", OTHER)
    clock.advance(WINDOW)
    for _attempt in range(FAILURES_ALLOWED - 1):
        assert door.sign_in("lan", OTHER).locked_until is None
    signed_in(door)
    assert count(store, ACCOUNTS.sign_in_failure) == 0
    for _attempt in range(FAILURES_ALLOWED - 1):
        assert door.sign_in("lan", OTHER).locked_until is None


def test_one_locked_username_does_not_lock_another(door, store, clock, lan):
    for _attempt in range(FAILURES_ALLOWED):
        door.sign_in("nobody", OTHER)
    assert isinstance(door.sign_in("lan", PASSWORD), SignedIn)


def test_guesses_at_the_same_moment_are_all_counted(door, lan):
    answers = []
    guessers = [threading.Thread(target=lambda: answers.append(door.sign_in("lan", OTHER))) for _number in range(12)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    locked = [answer for answer in answers if answer.locked_until is not None]
    assert len(answers) == 12
    assert len(locked) == 12 - (FAILURES_ALLOWED - 1)
    assert isinstance(door.sign_in("lan", PASSWORD), Refused)


def test_signing_in_again_ends_the_session_of_the_same_browser(door, lan):
    first = signed_in(door)
    second = signed_in(door, previous=first)
    assert second != first
    assert door.visit(first) is None
    assert door.visit(second) is not None


# -- sessions


def test_a_forged_token_is_nobody(door, lan):
    signed_in(door)
    for forged in ("", "x", "ba_" + "x" * 43, "\0", "é"):
        assert door.visit(forged) is None


def test_an_unused_session_ends_after_half_an_hour(door, clock, lan):
    token = signed_in(door)
    clock.advance(LIMITS.idle - timedelta(seconds=1))
    assert door.visit(token) is not None
    clock.advance(LIMITS.idle - timedelta(seconds=1))
    assert door.visit(token) is not None
    clock.advance(LIMITS.idle)
    assert door.visit(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(door, clock, lan):
    token = signed_in(door)
    for _quarter in range(12 * 4 - 1):
        clock.advance(timedelta(minutes=15))
        assert door.visit(token) is not None
    clock.advance(timedelta(minutes=15))
    assert door.visit(token) is None


def test_the_use_of_a_session_is_stored_at_most_once_a_minute(door, store, clock, lan):
    token = signed_in(door)

    def last_use():
        with store.reading() as session:
            return session.scalar(select(ACCOUNTS.session_token.c.last_seen_at))

    began = clock.now()
    clock.advance(timedelta(seconds=59))
    assert not door.visit(token).worth_noting
    assert last_use() == began
    clock.advance(timedelta(seconds=1))
    assert door.visit(token).worth_noting
    assert last_use() == clock.now()


def test_signing_out_ends_the_session_once(door, store, lan):
    token = signed_in(door)
    door.sign_out(token)
    door.sign_out(token)
    assert door.visit(token) is None
    assert audited(store)[1:] == [("account.signed_out", lan.account_id)]


def test_ended_sessions_are_removed_at_the_next_sign_in(door, store, clock, lan):
    signed_in(door)
    clock.advance(LIMITS.idle)
    token = signed_in(door)
    assert count(store, ACCOUNTS.session_token) == 1
    with store.begin() as session:
        remove_ended_sessions(session, ACCOUNTS, clock=clock, limits=LIMITS)
    assert door.visit(token) is not None


def test_the_csrf_token_follows_from_the_session_and_does_not_give_it_away(door, lan):
    one, other = signed_in(door), signed_in(door)
    visit = door.visit(one)
    assert visit.csrf_token == csrf_token(one) == door.visit(one).csrf_token
    assert visit.csrf_token != csrf_token(other)
    assert one not in visit.csrf_token
    assert same_csrf_token(one, visit.csrf_token)
    for wrong in ("", csrf_token(other), "é"):
        assert not same_csrf_token(one, wrong)


def test_new_roles_count_from_the_next_request(door, store, lan):
    token = signed_in(door)
    with store.begin() as session:
        set_roles(session, ACCOUNTS, lan.account_id, ["TYT_HEAD", "TYT_DOCTOR"])
    assert door.visit(token).actor.roles == {"TYT_HEAD", "TYT_DOCTOR"}


def test_a_disabled_account_is_out_at_once(door, store, clock, lan):
    session_token = signed_in(door)
    api_token = a_token(store, clock, lan)
    with store.begin() as session:
        disable_account(session, ACCOUNTS, lan.account_id, clock=clock)
    assert door.visit(session_token) is None
    assert door.bearer(api_token) is None
    assert door.sign_in("lan", PASSWORD) == door.sign_in("nobody", PASSWORD)
    with store.begin() as session, pytest.raises(NotAllowed):
        issue(session, clock, lan)


def test_work_goes_on_in_somebodys_name_with_the_roles_they_have_now_and_not_once_they_are_out(door, store, clock, lan):
    with store.begin() as session:
        set_roles(session, ACCOUNTS, lan.account_id, ["TYT_HEAD"])
    actor = door.stand_in(lan.account_id)
    assert (actor.account_id, actor.unit, actor.roles) == (lan.account_id, lan.unit_code, {"TYT_HEAD"})
    with store.begin() as session:
        disable_account(session, ACCOUNTS, lan.account_id, clock=clock)
    assert door.stand_in(lan.account_id) is None
    assert door.stand_in("nobody") is None


# -- changing a password


def test_a_new_password_ends_every_session_and_opens_one(door, store, lan):
    first, second = signed_in(door), signed_in(door)
    outcome = door.change_password(door.visit(first).actor, old=PASSWORD, new=OTHER)
    assert isinstance(outcome, SignedIn)
    assert door.visit(first) is None
    assert door.visit(second) is None
    assert door.visit(outcome.token) is not None
    assert isinstance(door.sign_in("lan", PASSWORD), Refused)
    assert isinstance(door.sign_in("lan", OTHER), SignedIn)
    assert ("account.password_changed", lan.account_id) in audited(store)


def test_a_wrong_old_password_changes_nothing_and_counts_as_a_guess(door, store, lan):
    token = signed_in(door)
    actor = door.visit(token).actor
    for _attempt in range(FAILURES_ALLOWED - 1):
        assert isinstance(door.change_password(actor, old="không phải mật khẩu", new=OTHER), Refused)
    assert door.change_password(actor, old="không phải mật khẩu", new=OTHER).locked_until is not None
    assert door.change_password(actor, old=PASSWORD, new=OTHER).locked_until is not None
    assert door.visit(token) is not None


@pytest.mark.parametrize("new", ["ngắn quá", PASSWORD])
def test_an_unfit_new_password_changes_nothing(door, lan, new):
    token = signed_in(door)
    with pytest.raises(NotUnderstood):
        door.change_password(door.visit(token).actor, old=PASSWORD, new=new)
    assert door.visit(token) is not None


def test_a_password_changed_between_check_and_entry_lets_nobody_in(door, store, clock, lan, monkeypatch):
    from chassis.accounts import doorkeeper

    def slow(stored, password):
        with store.begin() as session:
            set_password(session, ACCOUNTS, lan.account_id, HASHES[OTHER, "lan"], clock=clock)
        return password_matches(stored, password)

    monkeypatch.setattr(doorkeeper, "password_matches", slow)
    assert isinstance(door.sign_in("lan", PASSWORD), Refused)


# -- tokens for machines


def issue(session, clock, account, **given):
    answers = {"name": "đồng bộ số liệu", "scopes": {"person.list"}, "allowed": ALLOWED, "life": timedelta(days=30)}
    return issue_api_token(session, ACCOUNTS, account.account_id, clock=clock, **(answers | given))


def a_token(store, clock, account, **given):
    with store.begin() as session:
        return issue(session, clock, account, **given)[0]


def test_a_token_speaks_for_its_account_within_its_scopes(door, store, clock, lan):
    token = a_token(store, clock, lan)
    actor = door.bearer(token)
    assert token.startswith("ba_")
    assert (actor.account_id, actor.channel, actor.scopes) == (lan.account_id, "api", frozenset({"person.list"}))
    assert door.visit(token) is None
    with store.reading() as session:
        kept = session.execute(select(ACCOUNTS.api_token)).mappings().one()
    assert kept["token_hash"] == sha256(token.encode()).hexdigest()
    assert token not in str(dict(kept))


def test_a_token_ends_by_its_date_or_when_revoked(door, store, clock, lan):
    short, long = a_token(store, clock, lan, life=timedelta(days=1)), a_token(store, clock, lan)
    clock.advance(timedelta(days=1))
    assert door.bearer(short) is None
    assert door.bearer(long) is not None
    with store.begin() as session:
        tokens = {token.expires_at: token for token in api_tokens_of(session, ACCOUNTS, lan.account_id)}
        revoked = revoke_api_token(session, ACCOUNTS, tokens[max(tokens)].api_token_id, clock=clock)
    assert revoked.revoked_at == clock.now()
    assert door.bearer(long) is None


@pytest.mark.parametrize("forged", ["", "ba_", "ba_x", "x", "ba_\0"])
def test_a_forged_token_speaks_for_nobody(door, lan, forged):
    assert door.bearer(forged) is None


def test_a_session_is_no_token(door, lan):
    assert door.bearer(signed_in(door)) is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"life": timedelta(0)}, "life"),
        ({"life": timedelta(days=367)}, "life"),
        ({"scopes": set()}, "scopes"),
    ],
)
def test_an_unfit_token_is_refused_by_a_sentence_that_names_the_field(store, clock, lan, given, field):
    with store.begin() as session, pytest.raises(NotUnderstood) as refusal:
        issue(session, clock, lan, **given)
    assert list(refusal.value.fields) == [field]
    assert count(store, ACCOUNTS.api_token) == 0


def test_a_token_cannot_be_given_more_than_its_account_may(store, clock, lan):
    with store.begin() as session, pytest.raises(NotAllowed, match=r"case\.decide"):
        issue(session, clock, lan, scopes={"person.list", "case.decide"})


def test_instants_come_back_aware(store, clock, lan):
    with store.begin() as session:
        _token, known = issue(session, clock, lan)
    assert known.created_at == clock.now()
    assert known.created_at.tzinfo is not None
    assert known.expires_at == datetime.fromtimestamp(clock.now().timestamp(), UTC) + timedelta(days=30)
