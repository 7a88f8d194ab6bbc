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

What the words say is the service's own; nothing here knows what a document is about.
"""

from chassis.paper.filling import About, fill, names_in
from chassis.paper.layout import Column, Ending, Head, Sheet, Signature
from chassis.paper.seals import (
    SealBroken,
    content_hash,
    picture_of,
    put_seal,
    read_signed_text,
    sealed_text_of,
    signed_text,
)

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
