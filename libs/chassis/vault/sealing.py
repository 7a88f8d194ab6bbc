"""Sealing identity fields, and indexes that find them again without opening them."""

import json
import secrets
import struct
from collections.abc import Mapping
from datetime import date
from functools import cache
from hmac import digest
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.fold import folded_words, nfc
from chassis.vault.keyring import KEY_BYTES, KeyRing

FORMAT = 1
HEADER = struct.Struct(">BH")  # format, key id
NONCE_BYTES = 12
INDEX_BYTES = 16
SHORTEST_PREFIX = 2


class SealBrokenError(Exception):
    """A sealed value cannot be opened: it was changed, belongs to another record, or its key is gone."""


class Vault:
    """Seals, opens and indexes with the keys of one service.

    ``context`` names the place of a value, such as ``person/<id>/identity``: a sealed value copied to another
    place does not open there.
    """

    def __init__(self, keys: KeyRing) -> None:
        self.keys = keys
        self._index_key = cache(self._derive_index_key)

    @property
    def audit_key(self) -> bytes:
        """Return the key of the audit log's chain."""
        return self.keys.audit

    def seal(self, context: str, plaintext: bytes) -> bytes:
        """Return header, nonce and AES-256-GCM ciphertext; 31 bytes longer than the plaintext."""
        self._follow_rotation()
        key_id = self.keys.current
        header = HEADER.pack(FORMAT, key_id)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys.sealing[key_id]).encrypt(nonce, plaintext, header + context.encode())
        return header + nonce + sealed

    def open(self, context: str, sealed: bytes) -> bytes:
        """Return the plaintext. Raises :class:`SealBrokenError`."""
        key_id = key_id_of(sealed)
        if key_id not in self.keys.sealing:
            self._follow_rotation()
        key = self.keys.sealing.get(key_id)
        if key is None:
            raise SealBrokenError(f"the key that sealed {context} is not in {self.keys.folder}")
        header, rest = sealed[: HEADER.size], sealed[HEADER.size :]
        nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, header + context.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError(f"what is stored at {context} was changed or belongs elsewhere") from error

    def needs_resealing(self, sealed: bytes) -> bool:
        """Tell whether the value was sealed by another key than the one in use."""
        return key_id_of(sealed) != self.keys.current

    def seal_answers(self, context: str, answers: Mapping[str, Any]) -> bytes:
        """Seal named answers as JSON, every text in NFC; dates become ISO text."""
        text = json.dumps(_in_nfc(answers), ensure_ascii=False, separators=(",", ":"))
        return self.seal(context, text.encode())

    def open_answers(self, context: str, sealed: bytes) -> dict[str, Any]:
        """Return the answers of :meth:`seal_answers`."""
        answers: dict[str, Any] = json.loads(self.open(context, sealed))
        return answers

    def blind_index(self, column: str, value: str) -> str:
        """Return 32 hexadecimal letters by which an equal value of the same column is found.

        The value is brought to NFC; spaces and capitals are the caller's to settle.
        """
        return digest(self._index_key(column), nfc(value).encode(), "sha256")[:INDEX_BYTES].hex()

    def search_tokens(self, column: str, text: str) -> set[str]:
        """Return what to store so that the text is found by the beginnings of its words, marks or no marks.

        Each word gives every beginning of two letters or more; a word of one letter gives itself.
        """
        return {self.blind_index(column, start) for word in folded_words(text) for start in _beginnings(word)}

    def query_tokens(self, column: str, text: str) -> set[str]:
        """Return what a record must have *all* of to be found by the words typed.

        A single letter beside longer words is a word still being typed and is left out; alone it finds words
        of one letter, such as «Ý». Nothing typed gives the empty set, which does not mean everybody.
        """
        words = folded_words(text)
        long_enough = [word for word in words if len(word) >= SHORTEST_PREFIX]
        return {self.blind_index(column, word) for word in long_enough or words}

    def _follow_rotation(self) -> None:
        """Read the keys again after `binhan keys rotate`, so that a service at work need not be started anew."""
        if self.keys.is_stale():
            self.keys = KeyRing.load(self.keys.folder)

    def _derive_index_key(self, column: str) -> bytes:
        derivation = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"blind index/" + column.encode())
        return derivation.derive(self.keys.index)


def key_id_of(sealed: bytes) -> int:
    """Return the id of the key that sealed a value. Raises :class:`SealBrokenError` for what is none."""
    if len(sealed) < HEADER.size + NONCE_BYTES or sealed[0] != FORMAT:
        raise SealBrokenError("this is not a sealed value")
    key_id: int = HEADER.unpack_from(sealed)[1]
    return key_id


def _beginnings(word: str) -> set[str]:
    return {word[:length] for length in range(SHORTEST_PREFIX, len(word) + 1)} or {word}


def _in_nfc(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {nfc(str(name)): _in_nfc(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_in_nfc(item) for item in value]
    return value
