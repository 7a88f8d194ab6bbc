"""A form that brings a file: read in memory, up to its limit, on the pages that say so and on no other."""

from io import BytesIO

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request as HTTPRequest

from chassis.errors import NotUnderstood, TooLarge
from chassis.web import bodies

MEBIBYTE = 1024 * 1024


def sent(content: bytes, *, name: str = "sổ.xlsx", field: str = "file", **answers: str) -> HTTPRequest:
    builder = EnvironBuilder(method="POST", data={field: (BytesIO(content), name), **answers})
    environ = builder.get_environ()
    with environ["wsgi.input"] as written:
        environ["wsgi.input"] = BytesIO(written.read())
    builder.close()
    return HTTPRequest(environ)


def test_a_file_is_read_in_memory_with_its_name_and_the_answers_beside_it():
    http = sent(b"PK" * MEBIBYTE, name="C:/ổ đĩa/sổ.xlsx", note="ghi")
    bodies.read_body(http, 3 * MEBIBYTE)

    found = bodies.uploaded_file(http, "file", largest=3 * MEBIBYTE)

    assert found == bodies.UploadedFile(name="sổ.xlsx", content=b"PK" * MEBIBYTE)
    assert http.form["note"] == "ghi"
    assert isinstance(http.files["file"].stream, BytesIO), "a file that names people never lies on the disk"


def test_a_page_that_takes_no_file_reads_no_more_than_before():
    with pytest.raises(TooLarge, match="1 MiB"):
        bodies.read_body(sent(b"x" * (MEBIBYTE + 1)))


def test_a_file_past_its_limit_is_refused_with_the_limit():
    with pytest.raises(TooLarge, match="3 MiB"):
        bodies.read_body(sent(b"x" * (4 * MEBIBYTE)), 2 * MEBIBYTE)
    http = sent(b"x" * (2 * MEBIBYTE + 1))
    bodies.read_body(http, 2 * MEBIBYTE)
    with pytest.raises(TooLarge, match="2 MiB") as refused:
        bodies.uploaded_file(http, "file", largest=2 * MEBIBYTE)
    assert list(refused.value.fields) == ["file"]


def test_only_a_form_with_files_may_be_that_long():
    builder = EnvironBuilder(method="POST", data="x" * (MEBIBYTE + 1), content_type="application/json")
    with pytest.raises(TooLarge):
        bodies.read_body(HTTPRequest(builder.get_environ()), 8 * MEBIBYTE)


@pytest.mark.parametrize("http", [sent(b"", name=""), sent(b"x", field="other")], ids=["none chosen", "another field"])
def test_a_form_without_its_file_is_asked_for_it(http):
    bodies.read_body(http, MEBIBYTE)
    with pytest.raises(NotUnderstood, match="chọn một tệp"):
        bodies.uploaded_file(http, "file", largest=MEBIBYTE)
