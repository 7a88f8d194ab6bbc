"""Passwords: which are good enough, and their argon2id hashes."""

import sys
import unicodedata
from collections.abc import Callable
from importlib import import_module
from typing import Any, NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.errors import NotUnderstood
from chassis.fold import nfc
from chassis.i18n import _

SHORTEST = 12
LONGEST = 256

HashedPassword = NewType("HashedPassword", str)

# The OWASP profile of 19 MiB and two passes: about 40 ms on the machines of an office.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# A hash of nothing anybody knows. An unknown username costs the same time as a known one.
_NOBODY = HashedPassword(
    "$argon2id$v=19$m=19456,t=2,p=1$6GG0d1w6KAKcw6DBI1QkzA$y+ZuSKJ7kvuse3n8w4QA4K9vd3dUlTC5XDBo7gszTqk"
)


def offload(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run work that keeps the processor busy so that green threads go on; call it as it is where there are none."""
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is None or not patcher.is_monkey_patched("thread"):
        return work(*arguments)
    return import_module("eventlet.tpool").execute(work, *arguments)


def hash_password(password: str, *, username: str) -> HashedPassword:
    """Return the hash of a new password. Takes about 40 ms: never call it inside a write transaction.

    Raises :class:`NotUnderstood` for one that is too short, too long, or the username.
    """
    _check_password(password, username)
    return HashedPassword(offload(_HASHER.hash, _material(password)))


def password_matches(stored: HashedPassword | None, password: str) -> bool:
    """Tell whether the password is the stored one, in the same time when there is none. Takes about 40 ms."""
    matches: bool = offload(_verified, stored or _NOBODY, _material(password[:LONGEST]))
    return matches and stored is not None and len(password) <= LONGEST


def _material(password: str) -> bytes:
    # A half of a surrogate pair, which JSON can carry, is a wrong password and not a fault of the programme.
    return nfc(password).encode(errors="surrogatepass")


def _verified(stored: HashedPassword, material: bytes) -> bool:
    try:
        return _HASHER.verify(stored, material)
    except (VerificationError, InvalidHashError):
        return False


def _check_password(password: str, username: str) -> None:
    if len(nfc(password)) < SHORTEST:
        raise NotUnderstood(_("Mật khẩu phải có ít nhất %(count)s ký tự.", count=SHORTEST), field="password")
    if len(password) > LONGEST:
        raise NotUnderstood(_("Mật khẩu dài nhất %(count)s ký tự.", count=LONGEST), field="password")
    if unicodedata.normalize("NFKC", password).casefold() == username.casefold():
        raise NotUnderstood(_("Mật khẩu không được trùng với tên đăng nhập."), field="password")
