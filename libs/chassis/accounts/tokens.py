"""Opaque secrets handed to a browser or a machine, of which the database keeps only a hash."""

import hmac
import secrets
from hashlib import sha256

_BYTES = 32


def new_token(prefix: str = "") -> str:
    """Return a new secret of 256 bits as text that fits a cookie or a header."""
    return prefix + secrets.token_urlsafe(_BYTES)


def token_hash(token: str) -> str:
    """Return what is stored in place of the token. It needs no salt: nobody guesses 256 random bits."""
    return sha256(token.encode()).hexdigest()


def csrf_token(token: str) -> str:
    """Return the token that forms of this session carry; it follows from the session's own, which no page holds."""
    return hmac.digest(token.encode(), b"csrf", "sha256").hex()


def same_csrf_token(token: str, given: str) -> bool:
    """Compare what a form carried with what its session expects, without telling by time how much agrees."""
    return hmac.compare_digest(csrf_token(token).encode(), given.encode())
