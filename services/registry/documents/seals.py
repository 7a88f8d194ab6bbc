"""The seal of a document of this programme: what it says, the key that signs it, and the check of a file or a scanned text."""

import hashlib
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.paper import SealBroken, content_hash, put_seal, read_signed_text, sealed_text_of, signed_text
from chassis.vault import Vault
from services.registry.documents.printing import Issue

VERSION = "BINHAN1"
NO_NUMBER = "-"
KEY_BYTES = 32
FINGERPRINT_BYTES = 12
_PURPOSE = b"document seal/ed25519/1"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a seal says: whether it holds, and the facts it names (none when it was not signed here)."""

    valid: bool
    sentence: str
    unit_code: str = ""
    form_code: str = ""
    number: str = ""
    issued_on: date | None = None
    document_id: str = ""
    whole_file: bool = False


def sealed(vault: Vault, issue: Issue, document: bytes, data: Mapping[str, Any]) -> bytes:
    """Return the file with its seal: unit, form, number, day, id, the hash of the file, the fingerprint of the data."""
    parts = (
        VERSION,
        issue.unit_code,
        issue.form_code,
        issue.number or NO_NUMBER,
        issue.issued_on.isoformat(),
        issue.document_id,
        content_hash(document),
        data_fingerprint(issue.document_id, data),
    )
    return put_seal(document, signed_text(parts, _private_key(vault)))


def data_fingerprint(document_id: str, data: Mapping[str, Any]) -> str:
    """Return 16 letters that tell whether a stored snapshot is the one that was printed."""
    said = json.dumps([document_id, data], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(said.encode()).digest()[:FINGERPRINT_BYTES]).decode()


def public_key_of(vault: Vault) -> str:
    """Return the key with which anybody checks the seals of this agency, as text."""
    return b64encode(_private_key(vault).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def verify_file(document: bytes, public_key: str) -> Verdict:
    """Tell whether a Word file is, byte for byte of its content, the document that was issued. Raises NotUnderstood."""
    key = _public_key(public_key)
    try:
        verdict, signed_hash = _read(sealed_text_of(document), key)
        is_whole = content_hash(document) == signed_hash
    except SealBroken as broken:
        return Verdict(valid=False, sentence=_("Không hợp lệ: %(reason)s.", reason=_reason(broken)))
    if not is_whole:
        return Verdict(
            **(
                vars(verdict)
                | {"valid": False, "sentence": _("Đã bị sửa: nội dung tệp không phải là nội dung đã ban hành.")}
            )
        )
    return Verdict(
        **(vars(verdict) | {"whole_file": True, "sentence": _("Hợp lệ: tệp đúng là văn bản đã ban hành, chưa bị sửa.")})
    )


def verify_text(text: str, public_key: str) -> Verdict:
    """Tell whether the text of a picture on paper was signed here: number, day and form can then be compared."""
    key = _public_key(public_key)
    try:
        return _read(text, key)[0]
    except SealBroken as broken:
        return Verdict(valid=False, sentence=_("Không hợp lệ: %(reason)s.", reason=_reason(broken)))


def _read(text: str, key: Ed25519PublicKey) -> tuple[Verdict, str]:
    parts = read_signed_text(text, key)
    try:
        version, unit_code, form_code, number, day, document_id, hashed, _fingerprint = parts
        issued_on = date.fromisoformat(day)
    except ValueError as error:
        raise SealBroken("the text is no seal of this program") from error
    if version != VERSION:
        raise SealBroken("the text is no seal of this program")
    verdict = Verdict(
        valid=True,
        sentence=_("Hợp lệ: mã này do đơn vị ký; hãy so số, ngày và tên văn bản trên giấy với các mục dưới đây."),
        unit_code=unit_code,
        form_code=form_code,
        number="" if number == NO_NUMBER else number,
        issued_on=issued_on,
        document_id=document_id,
    )
    return verdict, hashed


def _reason(broken: SealBroken) -> object:
    reasons = {
        "the text was not signed by this key": _("mã không do khóa này ký"),
        "the file has no seal": _("tệp không có mã kiểm tra"),
        "the picture shows another seal than the file holds": _("hình mã trong tệp đã bị thay"),
        "this is no Word file": _("đây không phải là tệp Word"),
    }
    return reasons.get(str(broken), _("mã hoặc tệp không đúng dạng của chương trình này"))


def _private_key(vault: Vault) -> Ed25519PrivateKey:
    """Derive the key from the one key of the ring that never rotates, so that old documents stay checkable."""
    derivation = HKDF(SHA256(), KEY_BYTES, salt=None, info=_PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(derivation.derive(vault.keys.index))


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(b64decode(text.strip(), validate=True))
    except ValueError as error:
        raise NotUnderstood(_("Khóa công khai: hãy dán đúng 44 chữ của khóa."), field="key") from error
