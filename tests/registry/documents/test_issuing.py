"""A document is issued whole, with the next number, or not at all."""

import contextlib
import hashlib
import threading
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from chassis.errors import NotAllowed, NotUnderstood, RuleBroken
from chassis.forms import NeedsConfirmation
from chassis.testing import an_actor
from services.registry import documents, handlers
from services.registry.commands import AnnulAct
from services.registry.documents.printing import Issue
from services.registry.domain.forms import shown_number
from services.registry.handlers.documents import NumberTaken
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue
from services.registry.queries.documents import document_data, papers_of_year, series_of
from services.registry.tables import Document
from tests.registry.builders import a_decision, an_act, signed_by_the_chief
from tests.registry.documents.desk import DRAFTER, TODAY, file_of, issue, issued
from tests.registry.documents.samples import SIGNER, data_for

PRINTED = [form.code for form in form_catalogue().forms.values() if form.printed]


def test_every_printed_form_is_issued_with_its_number_and_its_seal(registry):
    counted = Counter()
    for form_code in PRINTED:
        symbol = form_catalogue().form(form_code).symbol_in("phuong")
        counted[symbol] += 1

        record = issued(registry, form_code)

        assert record.shown_number == (shown_number(counted[symbol], symbol) if symbol else ""), form_code
        content = file_of(registry, record.document_id)
        assert hashlib.sha256(content).hexdigest() == record.sha256
        verdict = documents.verify_file(content, documents.public_key_of(registry.runtime.vault))
        assert verdict.valid and verdict.whole_file, form_code
        assert (verdict.document_id, verdict.number) == (record.document_id, record.shown_number)
        assert (verdict.issued_on, record.law_digest) == (TODAY, law().digest)
    assert registry.announced() == ["registry.document.issued.v1"] * len(PRINTED)


def test_numbers_follow_one_another_within_symbol_and_year(registry, clock):
    first = [issued(registry).shown_number for _count in range(11)]
    other = issued(registry, "ND163_PL3_M02").shown_number
    clock.set(clock.now().replace(year=2027, month=1, day=4))
    in_january = issued(registry, issued_on=date(2027, 1, 4)).shown_number
    late = issued(registry, issued_on=date(2026, 12, 31)).shown_number

    assert first == [f"{number:02}/QĐ-CAP" for number in range(1, 12)]
    assert other == "01/TB-CAP"
    assert in_january == "01/QĐ-CAP"
    assert late == "12/QĐ-CAP"


def test_another_unit_counts_for_itself(registry):
    issued(registry)
    elsewhere = an_actor("registry", "CA_OFFICER", unit="09379", account_id="elsewhere")

    record = issued(registry, by=elsewhere)

    assert record.number == 1
    with registry.asking() as uow, pytest.raises(Exception, match="Không tìm thấy"):
        document_data(uow, record.document_id)


def test_a_refused_act_gives_its_number_back(registry):
    issued(registry)
    with contextlib.suppress(ZeroDivisionError), registry.runtime.unit_of_work(DRAFTER) as uow:
        issue(uow)
        raise ZeroDivisionError

    assert issued(registry).number == 2


def test_numbers_are_without_gap_and_never_doubled_when_many_issue_at_once(registry):
    failures, each = [], 6

    def work(place: int) -> None:
        for count in range(each):
            try:
                with registry.runtime.unit_of_work(DRAFTER) as uow:
                    issue(uow)
                    if (place + count) % 4 == 0:
                        raise ZeroDivisionError  # noqa: TRY301 - an act that fails after it took its number
            except ZeroDivisionError:
                failures.append(place)
            except Exception as error:  # noqa: BLE001 - shown by the assertion below
                failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(place,)) for place in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    refused = len(failures)
    assert all(isinstance(failure, int) for failure in failures), failures
    assert refused > 0
    with registry.asking() as uow:
        numbers = sorted(uow.session.scalars(select(Document.number)))
        series = series_of(uow, 2026)[0]
    assert numbers == list(range(1, 5 * each - refused + 1))
    assert series.is_whole and series.gaps == ()


def test_a_number_from_paper_moves_the_series_and_the_gap_is_shown(registry):
    issued(registry)
    typed = issued(registry, number="05/QĐ-CAP")
    following = issued(registry)

    assert (typed.shown_number, following.shown_number) == ("05/QĐ-CAP", "06/QĐ-CAP")
    with registry.asking() as uow:
        series = series_of(uow, 2026)[0]
    assert not series.is_whole and series.gaps == (2, 3, 4)
    assert issued(registry, number=3).number == 3
    assert issued(registry).number == 7


def test_a_number_far_ahead_of_its_series_is_confirmed_or_it_moves_nothing(registry):
    assert issued(registry, number=400).number == 400  # the papers before these books were numbered by hand
    assert issued(registry, number=450).number == 450

    with pytest.raises(NeedsConfirmation, match=r"450/QĐ-CAP.*ghi các văn bản còn thiếu trước") as refusal:
        issued(registry, number=5010)
    assert set(refusal.value.fields) == {"number"}
    assert issued(registry).number == 451

    assert issued(registry, number=5010, leap_reason="Sổ giấy dùng đến số này").number == 5010
    assert issued(registry).number == 5011


def test_a_number_that_is_taken_is_refused_and_changes_nothing(registry):
    issued(registry)
    before = registry.rows()

    with pytest.raises(RuleBroken, match="01/QĐ-CAP năm 2026 đã có"):
        issued(registry, number=1)

    assert registry.rows() == before
    assert issued(registry).number == 2


@pytest.mark.parametrize("typed", ["0", "-1", "x", "1.5", "05/QĐ-UBND", "1000000", "５", "1/"])
def test_what_is_no_number_of_the_form_is_refused(registry, typed):
    with pytest.raises(NotUnderstood) as refusal:
        issued(registry, number=typed)

    assert "number" in refusal.value.fields


def test_a_paper_without_numbers_takes_none(registry):
    assert issued(registry, "ND163_PL5_M33").shown_number == ""
    with pytest.raises(NotUnderstood, match="không lấy số"):
        issued(registry, "ND163_PL5_M33", number=4)


def test_each_missing_field_refuses_the_document_and_is_named(registry):
    before = registry.rows()
    for form_code in PRINTED:
        whole = data_for(form_code)
        for asked in documents.fields_of(form_code):
            if asked.optional:
                continue
            without = {name: value for name, value in whole.items() if name != asked.name}
            with pytest.raises(NotUnderstood) as refusal:
                issued(registry, form_code, data=without)
            assert asked.name in refusal.value.fields
            assert asked.label.vi in str(refusal.value)
            assert form_catalogue().form(form_code).reference in str(refusal.value)
    assert registry.rows() == before


@pytest.mark.parametrize(
    ("form_code", "role", "says"),
    [
        ("ND163_PL3_M04", "UB_CHAIR", "điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025"),
        ("ND163_PL3_M04", "CA_DEPUTY", "Trưởng Công an cấp xã"),
        ("ND163_PL5_M53", "CA_CHIEF", "khoản 6 Điều 42 Luật Phòng, chống ma túy 2025"),
        ("ND163_PL5_M52", "UB_CHAIR", "khoản 1 Điều 134"),
    ],
)
def test_somebody_who_is_not_the_decider_is_refused_with_the_article(registry, form_code, role, says):
    with pytest.raises(RuleBroken, match=says):
        issued(registry, form_code, signer_role=role)


def test_the_deputy_signs_monitoring_and_the_vice_chairman_for_the_chairman(registry):
    monitoring = issued(registry, "ND163_PL1_M02", signer_role="CA_DEPUTY")
    after_rehab = issued(registry, "ND163_PL5_M53", signer_role="UB_VICE")

    for record, lines in (
        (monitoring, ["KT. TRƯỞNG CÔNG AN", "PHÓ TRƯỞNG CÔNG AN"]),
        (after_rehab, ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
    ):
        assert text_of(file_of(registry, record.document_id), lines[0])
        assert all(text_of(file_of(registry, record.document_id), line) for line in lines)


def text_of(content: bytes, line: str) -> bool:
    from tests.registry.documents.reading import words_of

    return line in words_of(content)


@pytest.mark.parametrize("form_code", ["ND163_PL3_M04", "ND163_PL5_M53", "ND163_PL1_M02"])
def test_a_form_of_the_new_law_is_refused_on_the_last_day_of_the_old_one(registry, form_code):
    with pytest.raises(RuleBroken, match="30/06/2026"):
        issued(registry, form_code, issued_on=date(2026, 6, 30))
    assert issued(registry, form_code, issued_on=date(2026, 7, 1)).number == 1


@pytest.mark.parametrize("form_code", ["ND105_M07", "ND116_M24", "ND116_M51"])
def test_forms_of_the_old_law_are_never_produced_anew(registry, form_code):
    for day in (date(2026, 6, 30), TODAY):
        with pytest.raises(RuleBroken, match=r"không được lập mới|không dùng cho văn bản"):
            issued(registry, form_code, issued_on=day, data=data_for("ND163_PL3_M04"))


def test_who_drafts_does_not_sign(registry, console):
    chief = an_actor("registry", "CA_CHIEF", "CA_OFFICER", account_id="chief")
    with pytest.raises(NotAllowed, match="không được ký văn bản do mình soạn"):
        issued(registry, by=chief)
    drafter = console.account("CA_OFFICER", username="hoanganh")
    with pytest.raises(NotAllowed, match="không được ký"):
        issued(registry, drafted_by=drafter, signer_name="  HOÀNGanh ")

    assert issued(registry, by=chief, drafted_by="drafter").drafted_by == "drafter"


def test_a_day_to_come_and_a_nameless_signer_are_refused(registry):
    with pytest.raises(NotUnderstood, match="chưa đến ngày này"):
        issued(registry, issued_on=date(2026, 11, 21))
    with pytest.raises(NotUnderstood, match="Họ tên người ký"):
        issued(registry, signer_name="  ")


def test_who_has_no_right_issues_nothing(registry):
    for role in ("DPO_AUDIT", "SYSADMIN"):
        with pytest.raises(NotAllowed):
            issued(registry, by=an_actor("registry", role))


def test_a_reprint_is_the_very_same_file_and_the_snapshot_makes_it_anew(registry):
    record = issued(registry)
    first, again = (file_of(registry, record.document_id) for _count in range(2))
    with registry.asking() as uow:
        _record, data = document_data(uow, record.document_id)
    remade = Issue(
        form_code=record.form_code, unit_code="09385", issued_on=TODAY, signer_role=record.signer_role,
        signer_name=data["signer_name"], number=record.shown_number, document_id=record.document_id,
    )  # fmt: skip

    rendered = documents.sealed(
        registry.runtime.vault, remade, documents.render(remade, data["answers"]), data["answers"]
    )

    assert first == again == rendered


def test_nothing_that_names_somebody_is_stored_in_the_open_or_announced(registry):
    issued(registry)
    secret = ["Ánh", "ÁNH", "027090001234", "Hoa Lan", "Hằng", "0912345678"]
    with registry.runtime.store.reading() as session:
        tables = registry.runtime.definition.metadata.sorted_tables
        stored = [str(row) for table in tables for row in session.execute(select(table))]
    for word in secret:
        assert not any(word in row for row in stored), word


def test_a_preview_is_a_draft_without_number_and_stores_nothing(registry):
    from tests.registry.documents.reading import watermarks_of, words_of

    before = registry.rows()
    with registry.runtime.unit_of_work(DRAFTER) as uow:
        preview = documents.preview_document(
            uow, form_code="ND163_PL3_M04", issued_on=TODAY, data=data_for("ND163_PL3_M04"),
            signer_role="CA_CHIEF", signer_name=SIGNER,
        )  # fmt: skip

    assert registry.rows() == before
    assert "……/QĐ-CAP" in words_of(preview)
    assert watermarks_of(preview) == {"DỰ THẢO"}
    key = documents.public_key_of(registry.runtime.vault)
    assert not documents.verify_file(preview, key).valid


def test_made_up_people_carry_their_mark_on_every_document(registry):
    from tests.registry.documents.reading import watermarks_of

    trait = registry.runtime.tables.trait
    with registry.runtime.store.begin() as session:
        session.execute(trait.insert().values(name="demo", value="yes"))

    for form_code in PRINTED:
        record = issued(registry, form_code)
        assert watermarks_of(file_of(registry, record.document_id)) == {"DỮ LIỆU MINH HOẠ"}
        with registry.runtime.unit_of_work(DRAFTER) as uow:
            preview = documents.preview_document(
                uow, form_code=form_code, issued_on=TODAY, data=data_for(form_code),
                signer_role=record.signer_role, signer_name=SIGNER,
            )  # fmt: skip
        assert watermarks_of(preview) == {"DỰ THẢO – DỮ LIỆU MINH HOẠ"}


def test_an_annulment_is_a_document_of_its_own_and_happens_once(registry):
    wrong = issued(registry)
    of_the_committee = issued(registry, "ND163_PL5_M53")

    with registry.runtime.unit_of_work(DRAFTER) as uow:
        annulment = handlers.annul_document(
            uow, document_id=wrong.document_id, issued_on=TODAY, reason_text="ghi sai thời hạn",
            signer_role="CA_CHIEF", signer_name=SIGNER, drafted_by="drafter",
        )  # fmt: skip
        other = handlers.annul_document(
            uow, document_id=of_the_committee.document_id, issued_on=TODAY, reason_text="ghi sai tên",
            signer_role="UB_CHAIR", signer_name=SIGNER, drafted_by="drafter",
        )  # fmt: skip

    assert (annulment.shown_number, other.shown_number) == ("02/QĐ-CAP", "02/QĐ-UBND")
    assert (annulment.annuls, annulment.form_code) == (wrong.document_id, "OWN_ANNUL_CA")
    with registry.asking() as uow:
        assert document_data(uow, wrong.document_id)[0].annulled_by == annulment.document_id
    before = registry.rows()
    with pytest.raises(RuleBroken, match="đã bị hủy bỏ"), registry.runtime.unit_of_work(DRAFTER) as uow:
        handlers.annul_document(
            uow, document_id=wrong.document_id, issued_on=TODAY, reason_text="x", signer_role="CA_CHIEF",
            signer_name=SIGNER, drafted_by="drafter",
        )  # fmt: skip
    assert registry.rows() == before


def test_numbers_below_ten_are_written_with_a_nought():
    assert [shown_number(number, "QĐ-CAX") for number in (1, 9, 10, 190)] == [
        "01/QĐ-CAX", "09/QĐ-CAX", "10/QĐ-CAX", "190/QĐ-CAX",
    ]  # fmt: skip


def test_a_paper_that_is_not_drawn_up_takes_its_place_in_the_series_all_the_same(registry):
    somewhere, elsewhere, here = (
        registry.somebody_positive(on=TODAY, id_number=f"02709000120{place}", details={"permanent_address": address})[0]
        for place, address in enumerate(["", "", "Số 5 phố Hoa Lan"])
    )
    registry.do(a_decision(somewhere.person_id, on=TODAY, document_number="05/QĐ-CAP"))
    with pytest.raises(NeedsConfirmation):
        registry.do(a_decision(elsewhere.person_id, on=TODAY, document_number="500/QĐ-CAP"))
    decided = registry.do(a_decision(here.person_id, on=TODAY))

    assert decided.row.document_number == "06/QĐ-CAP"
    with registry.asking() as uow:
        assert list(uow.session.scalars(select(Document.number))) == [6]
        assert series_of(uow, 2026)[0].gaps == (1, 2, 3, 4)


def arrived(person_id, **answers):
    """The decision on somebody who moved here; without the number of the old one it is not drawn up here."""
    moved = {
        "from_commune": "00008", "left_on": date(2026, 11, 1), "original_ends_on": date(2027, 3, 1),
        "choice_moved_old_case": "FROM_NEW_DECISION",
    }  # fmt: skip
    return an_act(person_id, "A", "TransferReceived", on=TODAY, **signed_by_the_chief(**moved, **answers))


def three_people(registry):
    return [registry.somebody(id_number=f"02709000130{place}").person_id for place in range(3)]


def test_a_number_of_this_office_stands_on_one_paper_whether_it_is_drawn_up_or_not(registry):
    first, second, _third = three_people(registry)
    registry.do(arrived(first, document_number="15/QĐ-CAP"))
    before = registry.rows()

    for typed in ("15/QĐ-CAP", "015/QĐ-CAP", "15"):
        with pytest.raises(NumberTaken, match="15/QĐ-CAP năm 2026 đã có") as refusal:
            registry.do(arrived(second, document_number=typed))
        assert set(refusal.value.fields) == {"document_number"}
    with pytest.raises(NumberTaken) as refusal:
        issued(registry, number=15)
    assert set(refusal.value.fields) == {"number"}

    assert registry.rows() == before
    assert registry.do(arrived(second, document_number="16")).row.document_number == "16/QĐ-CAP"


def test_a_number_that_a_document_has_is_refused_on_the_field_of_the_act(registry):
    first, _second, _third = three_people(registry)
    issued(registry)

    with pytest.raises(NumberTaken) as refusal:
        registry.do(arrived(first, document_number="01/QĐ-CAP"))

    assert set(refusal.value.fields) == {"document_number"}


def test_the_paper_of_another_office_takes_no_number_of_this_one(registry):
    person, _test = registry.somebody_positive(on=TODAY)
    registry.do(an_act(person.person_id, "A", "NoticeReceived", on=TODAY, document_number="01/TB-CAP"))

    record = issued(registry, "ND163_PL3_M02", number="01/TB-CAP")

    assert record.number == 1
    with registry.asking() as uow:
        assert series_of(uow, 2026)[0].count == 1


def test_the_number_of_an_act_that_was_a_mistake_is_free_for_the_paper_that_has_it(registry):
    first, second, third = three_people(registry)
    mistaken = registry.do(arrived(first, document_number="15/QĐ-CAP"))
    registry.do(AnnulAct(act_id=mistaken.act_id, reason="ghi nhầm người"))

    assert registry.do(arrived(second, document_number="15/QĐ-CAP")).row.document_number == "15/QĐ-CAP"
    with pytest.raises(NumberTaken):
        registry.do(arrived(third, document_number="15/QĐ-CAP"))


def test_a_symbol_is_the_same_in_small_letters_with_spaces_and_with_another_dash(registry):
    first, second, _third = three_people(registry)
    registry.do(arrived(first, document_number="20 / qđ–cap"))

    for typed in ("20/QĐ-CAP", "20/qđ-cap", "20 /QĐ-CAP", "20/QĐ - CAP"):
        with pytest.raises(NumberTaken, match="20/QĐ-CAP năm 2026 đã có"):
            registry.do(arrived(second, document_number=typed))

    with registry.asking() as uow:
        assert [each.row.document_number for each in papers_of_year(uow, year=2026).items] == ["20/QĐ-CAP"]


@pytest.mark.parametrize("address", ["", "Số 5 phố Hoa Lan"])
def test_a_paper_with_the_symbol_of_another_office_is_kept_and_never_drawn_up(registry, address):
    person, _test = registry.somebody_positive(on=TODAY, details={"permanent_address": address})

    decided = registry.do(a_decision(person.person_id, on=TODAY, document_number="15/QĐ-CAX"))

    assert (decided.row.document_number, decided.row.document_id) == ("15/QĐ-CAX", None)
    with registry.asking() as uow:
        assert series_of(uow, 2026) == []


@pytest.mark.parametrize("address", ["", "Số 5 phố Hoa Lan"])
def test_what_is_no_number_is_refused_whether_the_paper_is_drawn_up_or_not(registry, address):
    person, _test = registry.somebody_positive(on=TODAY, details={"permanent_address": address})

    with pytest.raises(NotUnderstood, match="hãy ghi một số từ 1") as refusal:
        registry.do(a_decision(person.person_id, on=TODAY, document_number="mười lăm"))
    assert set(refusal.value.fields) == {"document_number"}
