"""What can go wrong, as situations with a sentence for the person who can mend it.

    ProgrammeError
    ├── NotFound          404   there is no such thing here, or it is another unit's
    ├── NotAllowed        403   this person may not do this
    │   └── NotSignedIn   401   nobody is signed in
    ├── RuleBroken        409   the request is understood and a rule forbids it
    │   └── StaleVersion  412   the record has changed since it was read
    ├── NotUnderstood     422   the request itself is wrong; names the field
    │   └── TooLarge      413   the request is longer than this service reads
    └── Unavailable       503   something this service needs is away for now

The edge maps the branches to answers in one place; handlers never build responses.
"""

from collections.abc import Mapping, Sequence


class StartRefused(Exception):
    """The service cannot start as it is set up; the text says why and what to do. For operators, in English."""


class ProgrammeError(Exception):
    """A situation with a sentence (``message``), a stable ``code`` and, where it applies, the fields at fault."""

    status = 500
    code = "programme_error"

    def __init__(
        self,
        message: object,
        *,
        code: str | None = None,
        field: str | None = None,
        fields: Mapping[str, Sequence[object]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields: dict[str, list[object]] = {name: list(sentences) for name, sentences in (fields or {}).items()}
        if field is not None:
            self.fields.setdefault(field, []).append(message)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(ProgrammeError):
    """There is no such thing here, or it belongs to another unit (the answer does not tell which)."""

    status = 404
    code = "not_found"


class NotAllowed(ProgrammeError):
    """This person may not do this."""

    status = 403
    code = "not_allowed"


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "not_signed_in"


class RuleBroken(ProgrammeError):
    """The request is understood and a rule of the programme forbids it."""

    status = 409
    code = "rule_broken"


class StaleVersion(RuleBroken):
    """The record has changed since it was read."""

    status = 412
    code = "stale_version"


class NotUnderstood(ProgrammeError):
    """The request itself is wrong: a field is missing, unknown, or of the wrong kind."""

    status = 422
    code = "not_understood"


class TooLarge(NotUnderstood):
    """The request is longer than this service reads."""

    status = 413
    code = "too_large"


class Unavailable(ProgrammeError):
    """Something this service needs is away for now; trying again later is the way out."""

    status = 503
    code = "unavailable"
