"""The seal of a document: a signed text, as a picture on the paper and as a property of the file.

Whoever holds the public key can tell offline whether the text was signed here, and whether the file still holds what was
signed: the text carries a hash over every part of the file but the seal itself, and the picture must be the one of the text.
"""

import base64
import hashlib
import re
import zipfile
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape, unescape

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.paper.filling import packed, parts_of

_PROPERTIES = "docProps/custom.xml"
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_NAME = "Seal"
_BETWEEN = "|"
_TEXT = re.compile(r"<vt:lpwstr>(.*?)</vt:lpwstr>", re.DOTALL)
_LARGEST_PART = 4 * 1024 * 1024
_MOST_PARTS = 100


class SealBroken(Exception):
    """The text was not signed by this key, or the file is not the one that was sealed."""


def _picture(text: str) -> bytes:
    import segno  # noqa: PLC0415 - loaded with the first document

    bytes_ = BytesIO()
    segno.make(text, error="l", micro=False, boost_error=False).save(bytes_, kind="png", scale=6, border=3)
    return bytes_.getvalue()


@cache
def placeholder() -> bytes:
    """Return the picture for which a layout leaves room."""
    return _picture("-")


def signed_text(parts: Sequence[str], key: Ed25519PrivateKey) -> str:
    """Return the parts as one line of text that ends with the signature. Raises ValueError for a part that holds «|»."""
    if any(_BETWEEN in part or not part.isprintable() for part in parts):
        raise ValueError("a part of a seal may not hold «|» or a line break")
    said = _BETWEEN.join(parts)
    return f"{said}{_BETWEEN}{_coded(key.sign(said.encode()))}"


def read_signed_text(text: str, key: Ed25519PublicKey) -> tuple[str, ...]:
    """Return the parts of a signed text. Raises :class:`SealBroken`."""
    said, _between, signature = text.strip().rpartition(_BETWEEN)
    try:
        key.verify(_decoded(signature), said.encode())
    except (InvalidSignature, ValueError) as error:
        raise SealBroken("the text was not signed by this key") from error
    return tuple(said.split(_BETWEEN))


def content_hash(document: bytes) -> str:
    """Return a hash over everything in a Word file but its seal."""
    parts = _with_properties(_safe_parts(document), "")
    digest = hashlib.sha256()
    for name in sorted(parts):
        held = b"" if name == _PROPERTIES or _is_picture(name) else parts[name]
        digest.update(name.encode() + b"\0" + hashlib.sha256(held).digest())
    return _coded(digest.digest())


def put_seal(document: bytes, text: str) -> bytes:
    """Return the file with the text as a property and, where the layout left room for it, as a picture."""
    parts = _with_properties(parts_of(document), text)
    for name, content in parts.items():
        if content == placeholder():
            parts[name] = _picture(text)
    return packed(parts)


def sealed_text_of(document: bytes) -> str:
    """Return the text of a file's seal. Raises :class:`SealBroken` when there is none, or its picture shows another."""
    parts = _safe_parts(document)
    found = _TEXT.search(parts.get(_PROPERTIES, b"").decode("utf-8", "replace"))
    if found is None:
        raise SealBroken("the file has no seal")
    text = unescape(found.group(1))
    if parts[_PROPERTIES] != _with_properties(parts, text)[_PROPERTIES]:
        raise SealBroken("the seal of the file is not the one that was put there")
    pictures = [content for name, content in parts.items() if _is_picture(name)]
    if any(content != _picture(text) for content in pictures):
        raise SealBroken("the picture shows another seal than the file holds")
    return text


def picture_of(text: str) -> bytes:
    """Return the picture (PNG) of a seal."""
    return _picture(text)


def _safe_parts(document: bytes) -> dict[str, bytes]:
    """Return the parts of a file that a stranger may have sent. Raises :class:`SealBroken` for what is no Word file."""
    try:
        with zipfile.ZipFile(BytesIO(document)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _LARGEST_PART:
                raise SealBroken("the file is larger than a document of this program")
            if len({entry.filename for entry in entries}) != len(entries):
                raise SealBroken("the file holds a part twice")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise SealBroken("this is no Word file") from error


def _is_picture(name: str) -> bool:
    return name.startswith("word/media/")


def _with_properties(parts: dict[str, bytes], text: str) -> dict[str, bytes]:
    """Return the parts with the property that holds the text; a file that has one already gets the new text."""
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
    declared = f'<Override PartName="/{_PROPERTIES}" ContentType="{kind}"/></Types>'.encode()
    related = f'<Relationship Id="rIdSeal" Type="{relation}" Target="{_PROPERTIES}"/></Relationships>'.encode()
    found = dict(parts)
    if _PROPERTIES not in found:
        found[_TYPES] = found.get(_TYPES, b"").replace(b"</Types>", declared)
        found[_RELATIONS] = found.get(_RELATIONS, b"").replace(b"</Relationships>", related)
    found[_PROPERTIES] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{_NAME}">'
        f"<vt:lpwstr>{escape(text)}</vt:lpwstr></property></Properties>"
    ).encode()
    return found


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
