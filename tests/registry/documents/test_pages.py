"""The register of outgoing documents, the files, and the check that is open to anybody."""

import subprocess
import sys
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from click.testing import CliRunner

from services.registry import documents
from services.registry.commands import AnnulAct
from services.registry.documents.commands import document
from tests.registry.builders import an_act, signed_by_the_chief
from tests.registry.documents.desk import TODAY, file_of, issued
from tests.registry.documents.reading import words_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def page(answer):
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def officer(console):
    return console.signed_in("CA_OFFICER")


@pytest.fixture
def person(registry):
    return registry.somebody()


def test_the_register_lists_documents_and_names_the_missing_numbers(officer, registry):
    issued(registry)
    issued(registry, number=4)
    issued(registry, "ND163_PL3_M02")
    issued(registry, "ND163_PL5_M33")

    whole = page(officer.get("/documents"))
    for shown in ("01/QĐ-CAP", "04/QĐ-CAP", "01/TB-CAP", "Bản tóm tắt lý lịch", "QĐ-CAP: 2, 3"):
        assert shown in whole
    assert "NGUYỄN" not in whole
    of_symbol = page(officer.get("/documents?year=2026&symbol=TB-CAP"))
    assert "01/TB-CAP" in of_symbol and "04/QĐ-CAP" not in of_symbol
    without = page(officer.get("/documents?year=2026&symbol=-"))
    assert "Bản tóm tắt lý lịch" in without and "01/TB-CAP" not in without
    assert "Chưa có văn bản nào" in page(officer.get("/documents?year=2020"))
    for odd in ("x", "99999", "0000", "", "-1", "２０２６"):
        assert officer.get(f"/documents?year={odd}").status_code == 200


def test_the_register_lists_the_papers_that_were_not_drawn_up_here(officer, registry):
    issued(registry)
    mover = registry.somebody(id_number="027090001300")
    moved = {"from_commune": "00008", "left_on": TODAY, "original_ends_on": date(2027, 3, 1)}
    choice = {"choice_moved_old_case": "FROM_NEW_DECISION"}
    taken = registry.do(
        an_act(
            mover.person_id, "A", "TransferReceived", on=TODAY,
            **signed_by_the_chief(document_number="2/QĐ-CAP", **moved, **choice),
        )
    )  # fmt: skip

    apart = page(officer.get("/documents?year=2026&symbol=%2B"))

    assert "Các số của năm này liền nhau" in apart
    assert "02/QĐ-CAP" in apart and "01/QĐ-CAP" not in apart
    assert "Chưa in từ phần mềm" in apart and "NGUYỄN" not in apart
    assert f"/acts/{taken.act_id}" in apart
    assert "symbol=%2B" in page(officer.get("/documents?year=2026"))
    registry.do(AnnulAct(act_id=taken.act_id, reason="ghi nhầm người"))
    assert "Đã hủy" in page(officer.get("/documents?year=2026&symbol=%2B"))


def test_a_file_is_sent_under_a_name_that_names_nobody_and_the_reading_is_noted(officer, registry, person):
    record = issued(registry, person_id=person.person_id)

    answer = officer.get(f"/documents/{record.document_id}")

    assert answer.status_code == 200 and answer.mimetype == DOCX
    assert "filename*=UTF-8''ND163_PL3_M04_2026-11-20_01.docx" in answer.headers["Content-Disposition"]
    assert "QUYẾT ĐỊNH" in words_of(answer.get_data())
    noted = registry.audited()
    assert ("document.read", record.document_id) in noted and ("person.read", person.person_id) in noted


def test_a_reprint_is_the_same_bytes_and_noted_apart(officer, registry, person):
    record = issued(registry, person_id=person.person_id)

    first, again = (officer.get(f"/documents/{record.document_id}{more}").get_data() for more in ("", "/reprint"))

    assert first == again == file_of(registry, record.document_id)
    assert ("document_reprint.read", record.document_id) in registry.audited()


def test_another_unit_and_another_role_get_nothing(console, registry):
    record = issued(registry)
    elsewhere = console.signed_in("CA_OFFICER", username="elsewhere", unit="09379")
    auditor = console.signed_in("DPO_AUDIT", username="auditor")

    for more in ("", "/reprint", "/about"):
        assert elsewhere.get(f"/documents/{record.document_id}{more}").status_code == 404
        assert auditor.get(f"/documents/{record.document_id}{more}").status_code == 403
    assert console.visitor().get(f"/documents/{record.document_id}").status_code in {302, 303, 401}


def test_a_document_is_annulled_on_its_page_and_both_say_so(officer, registry):
    record = issued(registry)
    about = f"/documents/{record.document_id}/about"
    assert "Đã ban hành" in page(officer.get(about))
    answers = {
        "reason_text": "ghi sai thời hạn",
        "issued_on": "20/11/2026",
        "signer_role": "CA_CHIEF",
        "signer_name": "Trần Thị Bích Hằng",
    }

    refused = officer.submit(f"/documents/{record.document_id}/annul", answers | {"signer_role": "UB_CHAIR"})
    saved = officer.submit(f"/documents/{record.document_id}/annul", answers)

    assert refused.status_code == 409 and "Trưởng Công an cấp xã" in page(refused)
    assert saved.status_code == 303, page(saved)
    annulment = page(officer.get(saved.location))
    assert "02/QĐ-CAP" in annulment and "Hủy bỏ văn bản 01/QĐ-CAP" in annulment
    assert "Đã bị hủy bỏ" in page(officer.get(about))
    again = officer.submit(f"/documents/{record.document_id}/annul", answers)
    assert again.status_code == 409 and "đã bị hủy bỏ trước đây" in page(again)


# -- checking ------------------------------------------------------------------------------------------------------------------


def checked(console, **sent):
    visitor = console.visitor()
    return visitor.submit("/documents/verify", sent, content_type="multipart/form-data")


def test_anybody_checks_a_file_without_an_account_and_nothing_is_kept(console, registry):
    record = issued(registry)
    content = file_of(registry, record.document_id)
    before = registry.rows()

    good = page(checked(console, file=(BytesIO(content), "a.docx")))

    assert "Hợp lệ: tệp đúng là văn bản đã ban hành" in good
    assert "01/QĐ-CAP" in good and record.document_id in good and "Phường Đồng Nguyên" in good
    assert registry.rows() == before


def test_a_file_that_was_changed_or_is_none_is_told_apart(console, registry):
    content = file_of(registry, issued(registry).document_id)
    altered = page(checked(console, file=(BytesIO(changed(content)), "a.docx")))
    assert "Đã bị sửa" in altered
    for other in (b"", b"PK\x03\x04", b"%PDF-1.7", content[:2000], b"\x00" * 5000):
        answer = checked(console, file=(BytesIO(other), "a.docx"))
        assert answer.status_code in {200, 422}
        assert "Không hợp lệ" in page(answer) or "Hãy chọn một tệp" in page(answer)
    assert "Hãy chọn một tệp" in page(checked(console))


def test_the_text_of_the_picture_is_checked_without_the_file(console, registry):
    from chassis.paper import sealed_text_of

    text = sealed_text_of(file_of(registry, issued(registry).document_id))

    good = page(checked(console, text=text))
    assert "mã này do đơn vị ký" in good and "01/QĐ-CAP" in good
    forged = page(checked(console, text=text.replace("01/QĐ-CAP", "02/QĐ-CAP")))
    assert "mã không do khóa này ký" in forged and "02/QĐ-CAP" not in forged
    assert "mã không do khóa này ký" in page(checked(console, text="<script>alert(1)</script>"))


def changed(content):
    import zipfile

    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "word/document.xml"
    parts[name] = parts[name].replace("01 năm".encode(), "02 năm".encode())
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, held in parts.items():
            archive.writestr(part, held)
    return out.getvalue()


def test_the_command_checks_offline_with_the_public_key(registry, tmp_path):
    record = issued(registry)
    content = file_of(registry, record.document_id)
    key = documents.public_key_of(registry.runtime.vault)
    (tmp_path / "good.docx").write_bytes(content)
    (tmp_path / "bad.docx").write_bytes(changed(content))

    good = CliRunner().invoke(document, ["verify", str(tmp_path / "good.docx"), "--key", key])
    bad = CliRunner().invoke(document, ["verify", str(tmp_path / "bad.docx"), "--key", key])
    other = CliRunner().invoke(document, ["verify", str(tmp_path / "good.docx"), "--key", "A" * 43 + "="])
    wrong = CliRunner().invoke(document, ["verify", str(tmp_path / "good.docx"), "--key", "x"])

    assert good.exit_code == 0 and "Hợp lệ" in good.output and "01/QĐ-CAP" in good.output
    assert bad.exit_code == 1 and "Đã bị sửa" in bad.output
    assert other.exit_code == 1 and "Không hợp lệ" in other.output
    assert wrong.exit_code == 1 and "Khóa công khai" in wrong.output


def test_the_command_is_part_of_the_program(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from chassis.cli import main; main()", "document", "verify", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": "libs:.:deploy", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0 and "--key" in done.stdout
