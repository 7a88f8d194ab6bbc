"""Reading a Word file as tests look at it: every word, the watermarks, the paragraphs inside boxes."""

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

_WATERMARK = re.compile(r'<v:textpath[^>]* string="([^"]*)"')


@cache
def opened(content: bytes) -> Any:
    return Document(BytesIO(content))


@cache
def paragraphs_of(content: bytes) -> list[Paragraph]:
    return list(_within(opened(content)))


def words_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in paragraphs_of(content)).replace("\N{NO-BREAK SPACE}", " ")


def watermarks_of(content: bytes) -> set[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        headers = [name for name in archive.namelist() if name.startswith("word/header")]
        found = [set(_WATERMARK.findall(archive.read(name).decode())) for name in headers]
    whole = set.union(*found) if found else set()
    return whole if all(each == whole for each in found) else {"not on every page"}


def _within(part: Any) -> Iterator[Paragraph]:
    for block in part.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _within(cell)
        else:
            yield block
