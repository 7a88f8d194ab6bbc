"""Documents on paper: laid out as decree 30/2020/NĐ-CP (annex I) asks, filled with fields, sealed so that anybody can check them.

    sheet = Sheet(language="vi-VN")
    sheet.head(Head(parent="ỦY BAN NHÂN DÂN …", agency="…", number="Số: {{ number }}", place="…, {{ issued_on | day }}"))
    sheet.title("QUYẾT ĐỊNH", "Về việc …")
    sheet.grounds(["Căn cứ …"])
    sheet.article("**…** {{ full_name }}")
    sheet.ending(Ending(recipients=["Như Điều 2"], signature=["TRƯỞNG …"], name="{{ signer_name }}", seal=True))
    template = sheet.template()                              # a Word template with fields; keep it, it is the same each time
    plain = fill(template, context, about=About(…))          # the same bytes for the same context
    sealed = put_seal(plain, signed_text([…, content_hash(plain)], private_key))

What the words say is the service's own; nothing here knows what a document is about. The libraries that lay out and fill in
are loaded with the first document, so that a console that draws up none stays small: write `paper.Sheet`.
"""

from typing import TYPE_CHECKING, Any

from chassis.paper.filling import About, fill, names_in
from chassis.paper.parts import Column, Ending, Head, Signature
from chassis.paper.seals import (
    SealBroken,
    content_hash,
    picture_of,
    put_seal,
    read_signed_text,
    sealed_text_of,
    signed_text,
)

if TYPE_CHECKING:
    from chassis.paper.layout import Sheet

__all__ = [
    "About",
    "Column",
    "Ending",
    "Head",
    "SealBroken",
    "Sheet",
    "Signature",
    "content_hash",
    "fill",
    "names_in",
    "picture_of",
    "put_seal",
    "read_signed_text",
    "sealed_text_of",
    "signed_text",
]


def __getattr__(name: str) -> Any:
    """Load the layout when somebody asks for it."""
    if name != "Sheet":
        raise AttributeError(name)
    from chassis.paper.layout import Sheet  # noqa: PLC0415 - loaded with the first document

    return Sheet
