"""What is said when an answer is declared, and how the answers of one request are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from marshmallow import ValidationError, fields

from chassis.i18n import _

Choices: TypeAlias = Mapping[str, str] | Callable[[Any], Mapping[str, str]]
"""Code -> label, or a function of the request that returns such a mapping."""

LONGEST_LINE = 200
LONGEST_TEXT = 2_000
LARGEST_NUMBER = 999_999_999
EARLIEST_DAY = date(1900, 1, 1)
MOST_CHOICES_AS_RADIO = 5


NO_BREAK_SPACE = "\u00a0"
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the answers of this request are read: by whom they were sent, what day it is, and who asks."""

    channel: str
    today: date
    request: Any = None

    @property
    def on_page(self) -> bool:
        """Days are typed as dd/mm/yyyy."""
        return self.channel == "page"

    @property
    def as_text(self) -> bool:
        """Everything arrives as text: from a page or in a query string."""
        return self.channel in {"page", "query"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was said when the answer was declared."""

    label: str
    hint: str = ""
    needed: bool = False
    choices: Choices | None = None
    max_length: int | None = None
    minimum: Any = None
    maximum: Any = None
    not_future: bool = False
    long: bool = False
    secret: bool = False
    hidden: bool = False

    def offered(self, request: Any) -> Mapping[str, str]:
        """Code -> label for this request."""
        if self.choices is None:
            return {}
        return self.choices(request) if callable(self.choices) else self.choices


def asked(field: fields.Field[Any]) -> Asked:
    """The declaration behind a field; a field not made by `ask` is an optional one with its own name."""
    found = field.metadata.get("asked")
    return found if isinstance(found, Asked) else Asked(label=field.name or "")


def reading() -> Reading:
    """How to read right now; outside a form (an output schema) answers are written as programs write them."""
    return _reading.get()


@contextmanager
def read_as(how: Reading) -> Iterator[None]:
    """Read answers this way inside the block."""
    token = _reading.set(how)
    try:
        yield
    finally:
        _reading.reset(token)


_AS_PROGRAM = Reading(channel="api", today=date.max)
_reading: ContextVar[Reading] = ContextVar("reading", default=_AS_PROGRAM)


def clean(text: str) -> str:
    """Unicode NFC without blanks at the ends, and without the unseen signs that word processors leave behind.

    Raises ValidationError for signs that no paper form could hold.
    """
    seen = (
        sign for sign in text.replace("\r\n", "\n").replace(NO_BREAK_SPACE, " ") if unicodedata.category(sign) != "Cf"
    )
    composed = unicodedata.normalize("NFC", "".join(seen)).strip()
    if any(_is_no_writing(sign) for sign in composed):
        raise ValidationError(str(_("hãy bỏ các ký tự điều khiển hoặc ký tự lạ.")))
    return composed


def _is_no_writing(sign: str) -> bool:
    # The replacement sign stands where bytes were no UTF-8: something was lost on the way.
    return sign == REPLACEMENT or (unicodedata.category(sign) in {"Cc", "Cs", "Cn"} and sign not in "\n\t")
