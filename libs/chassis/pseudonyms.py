"""The pseudonym under which events speak of a person: equal wherever the secret is, a riddle elsewhere."""

import hmac
import re
import unicodedata
from base64 import b32encode
from dataclasses import dataclass, field
from pathlib import Path

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.vault import read_secret

# A later secret or recipe takes the next version, so that keys of both can stand side by side for a while.
VERSION = "p1"
KEY_BYTES = 20

# 12 digits of the citizen number, or 9 of the older identity card.
_PERSONAL_NUMBER = re.compile(r"[0-9]{12}|[0-9]{9}")
_PROVINCE = re.compile(r"[0-9]{2}")
_PARTING = re.compile(r"[\s.\-]")


@dataclass(frozen=True)
class PersonKeys:
    """Makes person keys; held by the agencies that know people, and never by reporting.

    A personal number has little entropy: whoever holds the secret can find the person behind a key by trying
    all numbers, and nobody else can.
    """

    secret: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> "PersonKeys":
        """Read the shared secret file (mode 0600). Raises :class:`chassis.vault.KeysUnusableError`."""
        return cls(read_secret(path))

    def person_key(self, personal_number: str | None, registry_reference: str, province: str) -> str:
        """Return 34 letters and digits: equal for an equal number in one province, otherwise unrelated.

        Without a number the key comes from the registry's own reference. ``province`` is the 2-digit code of
        the unit's province, so that keys of two provinces cannot be joined. Raises :class:`NotUnderstood`.
        """
        if not _PROVINCE.fullmatch(province):
            raise ValueError(f"not a 2-digit province code: {province!r}")
        if personal_number:
            return self._key(province, "number", normalise_personal_number(personal_number))
        if registry_reference:
            return self._key(province, "reference", registry_reference)
        raise ValueError("a person key needs a personal number or a registry reference")

    def _key(self, province: str, kind: str, value: str) -> str:
        # No part can hold the separator: province and number are digits, and the reference comes last.
        said = f"{VERSION}|{province}|{kind}|{value}".encode()
        return VERSION + b32encode(hmac.digest(self.secret, said, "sha256")[:KEY_BYTES]).decode().lower()


def normalise_personal_number(text: str) -> str:
    """Return the digits of a citizen number (12) or an older identity card (9), without what parts them.

    Raises :class:`NotUnderstood` that names the field ``personal_number``.
    """
    number = _PARTING.sub("", unicodedata.normalize("NFKC", text))
    if not _PERSONAL_NUMBER.fullmatch(number):
        raise NotUnderstood(
            _("Số định danh cá nhân phải có 12 chữ số; chứng minh nhân dân cũ có 9 chữ số."),
            field="personal_number",
        )
    return number
