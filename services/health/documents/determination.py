"""The result of a determination on paper (decree 109/2021/NĐ-CP, forms 04 and 05): the same bytes for the same result.

Criteria, observation and notes are not printed: the paper goes to people who may know the conclusion and no more.
"""

import hashlib
from functools import cache
from typing import Any

from chassis import paper
from chassis.accounts import accounts_of
from chassis.i18n import use_locale
from chassis.paper import About, Ending, Head, Signature, fill
from chassis.unit_of_work import UnitOfWork
from chassis.units import unit
from services.health.domain.codes import CONCLUSIONS, REQUESTERS, SEXES, label
from services.health.domain.determination import PARENTS, PERSON, REQUESTER, entitled_to_result
from services.health.law import law
from services.health.queries.patients import PatientFile, patient_file
from services.health.tables import Determination, DeterminationResult, Patient

_RECIPIENTS = {REQUESTER: "Cơ quan đề nghị", PERSON: "Người được xác định", PARENTS: "Cha, mẹ (người giám hộ)"}
KEPT = "Lưu: hồ sơ bệnh án"
DOTS = "……"


def result_paper(found: Determination, result: DeterminationResult, uow: UnitOfWork) -> bytes:
    """Return the printed result as a Word file, in Vietnamese whatever language the person at the desk reads."""
    person = patient_file(uow.get(Patient, found.patient_id), uow.vault)
    recipients = entitled_to_result(requester=found.requester, birth_date=person.birth_date, on=result.concluded_on)
    with use_locale("vi"):
        fields = _fields(found, result, person, uow)
    return fill(
        _template(recipients),
        fields,
        about=About(title="Phiếu kết quả xác định tình trạng nghiện ma túy", author=_agency(uow), made_on=uow.today()),
    )


def sha256_of(document: bytes) -> str:
    """Return the hash by which a copy of the file is known."""
    return hashlib.sha256(document).hexdigest()


def _fields(found: Determination, result: DeterminationResult, person: PatientFile, uow: UnitOfWork) -> dict[str, Any]:
    here = unit(uow.unit)
    rules = law().regime_on(result.issued_on or uow.today()).determination
    ground = rules.ground(found.ground)
    names = {each.account_id: each.display_name for each in accounts_of(uow.session, uow.tables.accounts, uow.unit)}
    return {
        "parent": f"ỦY BAN NHÂN DÂN {here.full_name}".upper(),
        "agency": _agency(uow).upper(),
        "number": f"{result.number or 0:02}/{result.symbol}",
        "place": here.name,
        "issued_on": result.issued_on,
        "addressee": str(label(REQUESTERS, found.requester)) if found.requester != PERSON else person.full_name,
        "full_name": person.full_name,
        "sex": str(label(SEXES, person.sex)),
        "birth": _birth(person.birth_date),
        "personal_number": person.personal_number or DOTS,
        "address": person.details.get("address") or DOTS,
        "ground": ground.name if ground else found.ground,
        "received_on": found.received_on,
        "conclusion": str(label(CONCLUSIONS, result.conclusion)),
        "concluded_on": result.concluded_on,
        "doctor": names.get(str(result.signed_by), ""),
        "head": names.get(str(result.approved_by), ""),
        "version": result.result_version,
    }


def _agency(uow: UnitOfWork) -> str:
    return f"Trạm Y tế {unit(uow.unit).full_name}"


def _birth(birth_date: str | None) -> str:
    if not birth_date:
        return DOTS
    year, *rest = birth_date.split("-")
    return "/".join([*reversed(rest), year])


@cache
def _template(recipients: tuple[str, ...]) -> bytes:
    """Return the form for these recipients; where an agency asked, the head signs beside the doctor."""
    sheet = paper.Sheet()
    sheet.head(
        Head(
            parent="{{ parent }}",
            agency="{{ agency }}",
            number="Số: {{ number }}",
            place="{{ place }}, {{ issued_on | day }}",
        )
    )
    sheet.title("PHIẾU KẾT QUẢ", "Xác định tình trạng nghiện ma túy")
    sheet.addressee("Kính gửi: {{ addressee }}")
    for line in (
        "Họ và tên: **{{ full_name }}**",
        "Giới tính: {{ sex }}. Ngày, tháng, năm sinh: {{ birth }}",
        "Số định danh cá nhân: {{ personal_number }}",
        "Nơi ở hiện tại: {{ address }}",
        "Căn cứ xác định: {{ ground }}",
        "Được tiếp nhận để xác định tình trạng nghiện: {{ received_on | day }}",
        "**Kết luận: {{ conclusion }}**",
        "Kết luận {{ concluded_on | day }}, theo tiêu chuẩn chẩn đoán của Bộ Y tế.",
    ):
        sheet.text(line)
    sheet.only_if("version > 1")
    sheet.text("Phiếu này thay cho các phiếu kết quả đã cấp trước đó của cùng lần xác định (bản thứ {{ version }}).")
    sheet.end_if()
    sheet.text("Phiếu lập thành 02 bản: 01 bản lưu hồ sơ bệnh án, 01 bản gửi nơi đề nghị.")
    doctor = Signature(lines=["BÁC SĨ XÁC ĐỊNH"], name="{{ doctor }}", note="(Ký, ghi rõ họ tên)")
    head = Signature(lines=["TRƯỞNG TRẠM"], name="{{ head }}", note="(Ký, đóng dấu)")
    receive = [_RECIPIENTS[each] for each in recipients]
    if PERSON in recipients and REQUESTER not in recipients:
        sheet.ending(Ending(signature=doctor, recipients=[*receive, KEPT]))
    else:
        sheet.ending(Ending(signature=head, others=[doctor], recipients=[*receive, KEPT]))
    return sheet.template()
