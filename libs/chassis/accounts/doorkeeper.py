"""The door: signs people in and out and tells who is calling, each step in a transaction and in the audit log."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from chassis import audit
from chassis.accounts.api_tokens import api_token_actor
from chassis.accounts.directory import Account, find_by_username, get_account, set_password, stored_password
from chassis.accounts.lockout import count_failure, forget_failures, locked_until
from chassis.accounts.passwords import HashedPassword, hash_password, password_matches
from chassis.accounts.sessions import (
    SessionLimits,
    Visit,
    close_session,
    note_use,
    open_session,
    remove_ended_sessions,
    session_actor,
)
from chassis.accounts.tables import AccountTables
from chassis.actors import Actor
from chassis.clock import LOCAL_ZONE, Clock
from chassis.errors import NotUnderstood
from chassis.i18n import _

# Stands in the audit log for a username that no account has: what was typed may be a password.
UNKNOWN = "unknown"

_WRONG = _("Tên đăng nhập hoặc mật khẩu không đúng.")


class Transactions(Protocol):
    """What the door needs of the store."""

    def begin(self) -> AbstractContextManager[Session]: ...

    def reading(self) -> AbstractContextManager[Session]: ...


@dataclass(frozen=True)
class SignedIn:
    """The password was right: ``token`` goes into the cookie."""

    token: str
    actor: Actor


@dataclass(frozen=True)
class Refused:
    """The sign-in failed, and the failure is already counted; ``sentence`` is for the person."""

    sentence: str
    locked_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Doorkeeper:
    """Knows the accounts of one service.

    Failures are answers, not errors: an error would roll back the count of failures. Passwords are hashed between
    transactions, never inside one. ``home_unit`` keeps the audit of usernames that no account has.
    """

    store: Transactions
    accounts: AccountTables
    audit_tables: audit.AuditTables
    audit_key: bytes = field(repr=False)
    clock: Clock
    service: str
    home_unit: str
    limits: SessionLimits = field(default_factory=SessionLimits)

    def sign_in(
        self, username: str, password: str, *, previous: str | None = None, correlation_id: str = ""
    ) -> SignedIn | Refused:
        """Check a password and open a new session; ``previous`` is a session of the same browser, which ends."""
        account, stored, until = self._known(username)
        if until is not None:
            return _locked(until)
        matches = password_matches(stored, password)
        with self.store.begin() as session:
            until = locked_until(session, self.accounts, username, now=self.clock.now())
            if until is not None:
                return _locked(until)
            if account is None or not matches or not self._still(session, account, stored):
                return self._failed(session, username, account, correlation_id)
            if previous:
                close_session(session, self.accounts, previous)
            return self._let_in(session, account, ["account.signed_in"], correlation_id)

    def visit(self, token: str) -> Visit | None:
        """Return who calls with this session token, or None; notes the use at most once a minute."""
        with self.store.reading() as session:
            visit = session_actor(
                session, self.accounts, token, service=self.service, clock=self.clock, limits=self.limits
            )
        if visit is not None and visit.worth_noting:
            with self.store.begin() as session:
                note_use(session, self.accounts, token, clock=self.clock)
        return visit

    def stand_in(self, account_id: str) -> Actor | None:
        """Return the actor for work that somebody began and that goes on without them; None once they may not sign in."""
        with self.store.reading() as session:
            if stored_password(session, self.accounts, account_id) is None:
                return None
            return self._actor(get_account(session, self.accounts, account_id))

    def bearer(self, token: str) -> Actor | None:
        """Return who calls with this API token, or None."""
        with self.store.reading() as session:
            return api_token_actor(session, self.accounts, token, service=self.service, clock=self.clock)

    def sign_out(self, token: str, *, correlation_id: str = "") -> None:
        """End the session; a token that is not valid any more is no error."""
        visit = self.visit(token)
        with self.store.begin() as session:
            close_session(session, self.accounts, token)
            if visit is not None:
                self._note(session, visit.actor, ["account.signed_out"], correlation_id)

    def change_password(self, actor: Actor, *, old: str, new: str, correlation_id: str = "") -> SignedIn | Refused:
        """Replace a password; all sessions end and a new one opens. Wrong old passwords count as failures.

        Raises :class:`NotUnderstood` when the new password is unfit or is the old one.
        """
        account, stored, until = self._known(actor.username)
        if until is not None or account is None:
            return _locked(until) if until is not None else Refused(_WRONG)
        if old == new:
            raise NotUnderstood(_("Mật khẩu mới phải khác mật khẩu cũ."), field="password")
        hashed = hash_password(new, username=actor.username)
        matches = password_matches(stored, old)
        with self.store.begin() as session:
            if not matches or not self._still(session, account, stored):
                return self._failed(session, actor.username, account, correlation_id)
            set_password(session, self.accounts, account.account_id, hashed, clock=self.clock)
            return self._let_in(session, account, ["account.password_changed", "account.signed_in"], correlation_id)

    def _known(self, username: str) -> tuple[Account | None, HashedPassword | None, datetime | None]:
        with self.store.reading() as session:
            until = locked_until(session, self.accounts, username, now=self.clock.now())
            account = find_by_username(session, self.accounts, username)
            stored = None if account is None else stored_password(session, self.accounts, account.account_id)
        return account, stored, until

    def _still(self, session: Session, account: Account, checked: HashedPassword | None) -> bool:
        """Tell whether the password that was checked is the one stored now; it was checked outside."""
        return checked is not None and stored_password(session, self.accounts, account.account_id) == checked

    def _let_in(self, session: Session, account: Account, actions: Sequence[str], correlation_id: str) -> SignedIn:
        forget_failures(session, self.accounts, account.username)
        remove_ended_sessions(session, self.accounts, clock=self.clock, limits=self.limits)
        token = open_session(session, self.accounts, account.account_id, clock=self.clock, limits=self.limits)
        actor = self._actor(get_account(session, self.accounts, account.account_id))
        self._note(session, actor, actions, correlation_id)
        return SignedIn(token, actor)

    def _failed(self, session: Session, username: str, account: Account | None, correlation_id: str) -> Refused:
        until = count_failure(session, self.accounts, username, now=self.clock.now())
        actor = self._nobody() if account is None else self._actor(account)
        action = "account.locked" if until else "account.sign_in_refused"
        self._note(session, actor, [action], correlation_id)
        return _locked(until) if until else Refused(_WRONG)

    def _actor(self, account: Account) -> Actor:
        return Actor(
            account_id=account.account_id,
            username=account.username,
            display_name=account.display_name,
            unit=account.unit_code,
            service=self.service,
            roles=account.roles,
        )

    def _nobody(self) -> Actor:
        return Actor(account_id=UNKNOWN, username="", display_name="", unit=self.home_unit, service=self.service)

    def _note(self, session: Session, actor: Actor, actions: Sequence[str], correlation_id: str) -> None:
        """Add to the audit log; comes last in a transaction, because the end of the log stays locked."""
        entries = [
            audit.AuditEntry(
                at=self.clock.now(),
                unit_code=actor.unit,
                account_id=actor.account_id,
                roles=",".join(sorted(actor.roles)),
                action=action,
                record_type="account",
                record_id=actor.account_id,
                purpose="ACCESS",
                correlation_id=correlation_id,
            )
            for action in actions
        ]
        audit.append(session, self.audit_tables, self.audit_key, entries)


def _locked(until: datetime) -> Refused:
    time = until.astimezone(LOCAL_ZONE).strftime("%H:%M")
    return Refused(_("Đã nhập sai nhiều lần. Hãy thử lại sau %(time)s.", time=time), locked_until=until)
