"""For what somebody asks, what is then left out, and records that open only behind glass."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.errors import NotFound, NotUnderstood, RuleBroken
from chassis.testing import an_actor
from services.registry import queries
from services.registry.commands.access import BreakTheGlass, LiftRestriction, RestrictRecord
from services.registry.commands.disclosures import DiscloseList
from services.registry.domain.access import (
    BY_REFERENCE,
    OPENED,
    RESTRICTED,
    DrafterMaySign,
    FieldHidden,
    PersonFacts,
    RecordRestricted,
    Standing,
    check_opening,
    check_restriction,
    check_separate,
)
from services.registry.handlers import access as handlers
from services.registry.handlers.disclosures import disclose_list
from services.registry.permissions import MATRIX, PERMISSIONS
from services.registry.tables import AccessNotice, BreakGlass, Proposal
from tests.registry.access import NOW, a_case, a_draft
from tests.registry.builders import a_test, an_act, imprisoned

CHIEF = an_actor("registry", "CA_CHIEF", account_id="chief")
OFFICER = an_actor("registry", "CA_OFFICER", account_id="officer")
AUDITOR = an_actor("registry", "DPO_AUDIT", account_id="auditor")
PEOPLE = "/api/v1/people"
TODAY = date(2026, 11, 20)


@pytest.fixture
def person(registry):
    return registry.somebody()


@pytest.fixture
def officer(console):
    scopes = sorted(PERMISSIONS.allowed_actions(["CA_OFFICER"]))
    return console.program("CA_OFFICER", scopes=scopes, username="officer")


def with_case(registry, person, track, *, is_open=True):
    with registry.runtime.unit_of_work(OFFICER) as uow:
        a_case(uow, person.person_id, track, is_open=is_open)


def entries(registry, action):
    entry = registry.runtime.tables.audit.audit_entry
    with registry.runtime.store.reading() as session:
        return session.execute(select(entry).where(entry.c.action == action).order_by(entry.c.position)).all()


# -- for what it is asked ------------------------------------------------------------------------------------------------------


def test_the_purpose_that_is_named_stands_in_the_log_with_the_right_and_the_fields(officer, registry, person):
    assert officer.get(f"{PEOPLE}/{person.person_id}", {"X-Purpose": "DSR"}).status_code == 200

    noted = entries(registry, "person.read")[-1]
    assert noted.purpose == "DSR"
    assert noted.facts["right"] == "person.read"
    assert set(noted.facts["fields"].split(",")) == set(MATRIX.fields)


def test_the_query_names_a_purpose_too(officer, registry, person):
    answer = officer.get(f"{PEOPLE}?purpose=STATISTICS")

    assert "full_name" not in answer.json["items"][0]
    assert entries(registry, "person.read")[-1].purpose == "STATISTICS"
    assert entries(registry, "person.read")[-1].facts["fields"] == "reference,status,dates"


@pytest.mark.parametrize(
    ("purpose", "status", "code"),
    [
        ("CURIOSITY", 422, "not_understood"),
        ("INSPECTION", 403, "purpose_not_yours"),
        ("x" * 500, 422, "not_understood"),
    ],
)
def test_a_purpose_that_does_not_exist_or_is_anothers_is_refused_before_anything_is_read(
    officer, registry, person, purpose, status, code
):
    before = registry.rows()

    answer = officer.get(f"{PEOPLE}/{person.person_id}", {"X-Purpose": purpose})

    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (status, code)
    assert registry.rows() == before


def test_who_counts_people_neither_enters_nor_searches_them(officer, registry, person):
    counting = {"X-Purpose": "STATISTICS"}

    assert officer.send("POST", PEOPLE, {}, counting).status_code == 403
    assert officer.get(f"{PEOPLE}?q=anh", counting).json["items"] == []
    seen = officer.get(f"{PEOPLE}/{person.person_id}", counting).json
    assert set(seen) == {"person_id", "person_key", "state", "registered_on", "details"}
    assert officer.get(f"{PEOPLE}/{person.person_id}/test-results", counting).json["items"] == []


@pytest.mark.parametrize(
    ("track", "purpose"),
    [("A", "MANAGE_USER"), ("B", "DETERMINATION"), ("D", "REHAB"), ("E", "OST"), ("F", "REHAB"), ("G", "POST_REHAB")],
)
def test_where_nothing_is_said_the_running_case_gives_the_purpose(officer, registry, person, track, purpose):
    with_case(registry, person, track)

    officer.get(f"{PEOPLE}/{person.person_id}")

    assert entries(registry, "person.read")[-1].purpose == purpose


def test_an_address_that_names_a_track_gives_its_purpose(console, registry, person):
    console.signed_in("CA_OFFICER").get(f"/people/{person.person_id}/acts/post-rehab/proposed")

    assert entries(registry, "person.read")[-1].purpose == "POST_REHAB"


def test_the_province_reads_a_dossier_for_inspection_and_everything_else_by_reference(console, registry, person):
    with_case(registry, person, "F")
    other = registry.somebody(full_name="Trần Văn Khác", id_number="027090009999")
    visitor = console.signed_in("PROV_CA")

    assert visitor.get(f"{PEOPLE}/{person.person_id}").json["full_name"] == person.full_name
    assert entries(registry, "person.read")[-1].purpose == "INSPECTION"
    assert "full_name" not in visitor.get(f"{PEOPLE}/{other.person_id}").json
    assert entries(registry, "person.read")[-1].purpose == "STATISTICS"


def test_a_correction_needs_every_field_open_so_that_none_is_lost(officer, registry, person):
    path, tag = f"{PEOPLE}/{person.person_id}", {"If-Match": '"1"'}

    refused = officer.send("PATCH", path, {"phone": "0912345678"}, tag | {"X-Purpose": "OST"})
    done = officer.send("PATCH", path, {"phone": "0912345678"}, tag)

    assert (refused.status_code, done.status_code) == (403, 200)
    assert done.json["details"]["permanent_address"] == "Số 5 phố Hoa Lan"


# -- restricted records --------------------------------------------------------------------------------------------------------


def restrict(registry, person, reason="ARCHIVED"):
    with registry.runtime.unit_of_work(CHIEF) as uow:
        return handlers.restrict_record(RestrictRecord(person_id=person.person_id, reason=reason), uow).restriction_id


def open_it(registry, person, *, by=OFFICER, minutes=15, reason="Người nhà báo cấp cứu"):
    with registry.runtime.unit_of_work(by) as uow:
        return handlers.break_the_glass(
            BreakTheGlass(person_id=person.person_id, reason=reason, minutes=minutes), uow
        ).grant_id


def read(registry, person, *, by=OFFICER):
    with registry.asking(by=by) as uow:
        return queries.person_record(uow, person.person_id)


def test_a_restricted_record_is_closed_and_says_where_it_opens(registry, person):
    restrict(registry, person)

    with pytest.raises(RecordRestricted, match=f"/people/{person.person_id}/break-glass"):
        read(registry, person)


def test_glass_is_broken_on_a_form_and_the_chief_and_the_auditor_are_told(console, registry, person):
    restrict(registry, person)
    officer = console.signed_in("CA_OFFICER", username="officer")
    chief = console.signed_in("CA_CHIEF", username="the-chief")
    auditor = console.signed_in("DPO_AUDIT", username="the-auditor")
    path = f"/people/{person.person_id}"
    assert officer.get(path).status_code == 403

    answer = officer.submit(f"{path}/break-glass", {"reason": "Người nhà báo cấp cứu", "minutes": "15"})

    assert answer.location == f"{path}/opened"
    assert "NGUYỄN ĐỨC ÁNH" in officer.get(f"{path}/opened").text
    assert "NGUYỄN ĐỨC ÁNH" in officer.get(path).text
    assert "chưa xem" in chief.get("/").text
    assert "chưa xem" in auditor.get("/audit").text
    told = chief.get("/openings").text
    assert "Người nhà báo cấp cứu" in told
    assert "Officer" in told
    assert "NGUYỄN ĐỨC ÁNH" not in told
    chief.client.post("/openings/seen", data={"_csrf": chief.csrf("/openings")})
    assert "chưa xem" not in chief.get("/").text
    assert "chưa xem" in auditor.get("/audit").text


def test_everything_read_behind_glass_carries_its_number_in_the_log(registry, person):
    restrict(registry, person)
    grant_id = open_it(registry, person)

    assert read(registry, person).opened_by == grant_id

    (opened,) = entries(registry, "break_glass.opened")
    (noticed,) = entries(registry, "break_glass.noticed")
    assert (opened.record_id, opened.facts["break_glass"], opened.facts["minutes"]) == (person.person_id, grant_id, 15)
    assert noticed.facts == {"to": "CA_CHIEF,DPO_AUDIT"}
    assert entries(registry, "person.read")[-1].facts["break_glass"] == grant_id


def test_it_ends_by_itself_and_opens_for_nobody_else(registry, person, clock):
    restrict(registry, person)
    open_it(registry, person, minutes=15)
    other = an_actor("registry", "CA_OFFICER", account_id="another")

    assert read(registry, person).full_name == "Nguyễn Đức Ánh"
    with pytest.raises(RecordRestricted):
        read(registry, person, by=other)
    clock.set(clock.now() + timedelta(minutes=15))
    with pytest.raises(RecordRestricted):
        read(registry, person)


def test_the_auditor_reads_content_behind_glass_only_and_on_its_own_page(console, registry, person):
    auditor = console.signed_in("DPO_AUDIT")
    path = f"/people/{person.person_id}"
    assert auditor.get(path).status_code == 403
    assert auditor.get(f"{path}/opened").location == f"{path}/break-glass"

    auditor.submit(f"{path}/break-glass", {"reason": "Kiểm tra khiếu nại", "minutes": "5"})

    assert "NGUYỄN ĐỨC ÁNH" in auditor.get(f"{path}/opened").text
    assert auditor.get(path).status_code == 403
    assert auditor.get("/people").status_code == 403
    assert entries(registry, "person.read")[-1].purpose == "INSPECTION"


@pytest.mark.parametrize("role", ["UB_CHAIR", "VHXH", "HELPER", "PROV_CA", "SYSADMIN", "TYT_HEAD"])
def test_nobody_else_breaks_glass(console, registry, person, role):
    restrict(registry, person)
    visitor = console.signed_in(role)
    before = registry.rows()

    answer = visitor.client.post(
        f"{PEOPLE}/{person.person_id}/openings",
        json={"reason": "Cần xem", "minutes": 5},
        headers={"X-CSRF-Token": visitor.csrf("/password")},
    )

    assert answer.status_code == 403
    assert registry.rows() == before


@pytest.mark.parametrize(("minutes", "field"), [(0, "minutes"), (61, "minutes"), ("x", "minutes"), (None, "minutes")])
def test_glass_is_broken_for_at_most_an_hour(officer, registry, person, minutes, field):
    restrict(registry, person)

    answer = officer.send("POST", f"{PEOPLE}/{person.person_id}/openings", {"reason": "Cần xem", "minutes": minutes})

    assert (answer.status_code, [error["field"] for error in answer.json["errors"]]) == (422, [field])


def test_the_table_holds_the_hour_too(registry, person):
    with pytest.raises(IntegrityError), registry.runtime.unit_of_work(OFFICER) as uow:
        uow.add(
            BreakGlass(
                grant_id="g", unit_code=uow.unit, person_id=person.person_id, account_id="a", roles="CA_OFFICER", minutes=61,
                opened_at=uow.now(), ends_at=uow.now() + timedelta(minutes=61), sealed=b"",
            )
        )  # fmt: skip


def test_what_is_open_anyway_has_no_glass(officer, registry, person):
    answer = officer.send("POST", f"{PEOPLE}/{person.person_id}/openings", {"reason": "Cần xem", "minutes": 5})

    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (409, "not_restricted")


def test_the_reason_lies_sealed(registry, person):
    restrict(registry, person)
    open_it(registry, person, reason="Hàng xóm tên Tư báo")

    with registry.runtime.store.engine.connect() as connection:
        stored = b" ".join(bytes(row.sealed) for row in connection.execute(select(BreakGlass.__table__)))
        told = connection.execute(select(AccessNotice.for_role)).scalars().all()
    assert "Hàng xóm".encode() not in stored
    assert sorted(told) == ["CA_CHIEF", "DPO_AUDIT"]


def test_a_record_that_is_worked_on_is_open_though_flagged(registry, person):
    young = registry.somebody(full_name="Lê Văn Trẻ", birth_date="2011-05-01", id_number="027211004321")
    restrict(registry, young, "MINOR")
    with pytest.raises(RecordRestricted):
        read(registry, young)

    with_case(registry, young, "A")

    assert read(registry, young).full_name == "Lê Văn Trẻ"


def test_a_restricted_record_is_in_no_list_that_is_handed_out(registry, person):
    restrict(registry, person)
    open_it(registry, person, by=CHIEF)
    order = DiscloseList(
        list_code="SEARCH", asked="anh", file_kind="csv", purpose="INSPECTION", recipient="Công an tỉnh",
        legal_basis="Kế hoạch 1", document_number="1/KH", with_minors=False,
    )  # fmt: skip
    with registry.runtime.unit_of_work(an_actor("registry", "CA_CHIEF", account_id="another")) as uow:
        assert disclose_list(order, uow).row.people == 0


def test_only_who_has_it_open_lifts_the_flag(registry, person):
    restrict(registry, person)
    lift = LiftRestriction(person_id=person.person_id, confirmed=True)
    with pytest.raises(FieldHidden), registry.runtime.unit_of_work(CHIEF) as uow:
        handlers.lift_restriction(lift, uow)

    open_it(registry, person, by=CHIEF)
    with registry.runtime.unit_of_work(CHIEF) as uow:
        handlers.lift_restriction(lift, uow)

    assert read(registry, person).full_name == "Nguyễn Đức Ánh"
    with pytest.raises(RuleBroken, match="không ở diện hạn chế"), registry.runtime.unit_of_work(CHIEF) as uow:
        handlers.lift_restriction(lift, uow)


def test_the_flag_is_set_and_lifted_on_forms_by_the_chief(console, registry, person):
    chief, officer = (
        console.signed_in("CA_CHIEF", username="the-chief"),
        console.signed_in("CA_OFFICER", username="officer"),
    )
    path = f"/people/{person.person_id}"
    assert officer.get(f"{path}/restriction").status_code == 403

    assert chief.submit(f"{path}/restriction", {"reason": "ARCHIVED"}).location == "/people"
    assert "hạn chế" in chief.get("/people").text
    assert "Nguyễn Đức Ánh" not in chief.get("/people").text
    assert "Nguyễn Đức Ánh" not in chief.get("/people?q=anh").text
    chief.submit(f"{path}/break-glass", {"reason": "Mở lại hồ sơ", "minutes": "5"})
    assert chief.submit(f"{path}/restriction/lift", {"confirmed": "true"}).location == path

    assert "Nguyễn Đức Ánh" in officer.get("/people").text


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"reason": "ARCHIVED", "is_minor": False, "has_open_case": True, "already": False}, "case_still_open"),
        ({"reason": "MINOR", "is_minor": False, "has_open_case": False, "already": False}, "not_a_minor"),
        ({"reason": "MINOR", "is_minor": True, "has_open_case": True, "already": True}, "already_restricted"),
    ],
)
def test_a_flag_that_does_not_fit_is_refused(case, code):
    with pytest.raises(RuleBroken) as refusal:
        check_restriction(**case, on=NOW)
    assert refusal.value.code == code


def test_another_units_people_are_behind_no_glass_of_ours(registry, person):
    restrict(registry, person)
    elsewhere = an_actor("registry", "DPO_AUDIT", unit="09379", account_id="elsewhere")

    with pytest.raises(NotFound):
        open_it(registry, person, by=elsewhere)


# -- two people ----------------------------------------------------------------------------------------------------------------


def test_who_drafts_does_not_sign():
    check_separate(drafted_by="a", signed_by="b")
    with pytest.raises(DrafterMaySign):
        check_separate(drafted_by="a", signed_by="a")


def test_an_opening_has_bounds():
    check_opening(minutes=60, restricted=True, is_auditor=False)
    check_opening(minutes=1, restricted=False, is_auditor=True)
    with pytest.raises(NotUnderstood):
        check_opening(minutes=61, restricted=True, is_auditor=False)


# -- whatever the person and the roles -----------------------------------------------------------------------------------------

ROLES = st.sets(st.sampled_from(sorted(MATRIX.roles)), max_size=3)
PURPOSES = st.sampled_from(sorted(MATRIX.purposes))
CASES = st.frozensets(
    st.builds(
        Standing,
        track=st.sampled_from("ABCDEFGHK"),
        regime=st.sampled_from(["R1_L73", "R2_L73_BCA", "R3_L73_2T", "R4_L120"]),
        is_open=st.booleans(),
    ),
    max_size=4,
)


@st.composite
def standing(draw):
    roles = draw(ROLES)
    awaiting = frozenset(draw(st.sets(st.sampled_from(sorted(roles) or ["CA_CHIEF"])))) & roles
    return roles, PersonFacts(cases=draw(CASES), assigned=draw(st.booleans()), awaiting=frozenset(awaiting))


@given(standing(), PURPOSES)
def test_a_purpose_never_opens_more_than_it_needs_and_a_restriction_no_identity(someone, purpose):
    roles, facts = someone
    needed = MATRIX.purposes[purpose].fields
    fields = MATRIX.fields_for(roles, facts, purpose)

    assert fields <= (set(MATRIX.fields) if needed == "ALL" else set(needed))
    assert MATRIX.fields_for(roles, facts, purpose, RESTRICTED) == fields & set(BY_REFERENCE)
    if purpose not in MATRIX.purposes_of(roles):
        assert fields == MATRIX.fields_for(roles, facts, purpose, OPENED) == frozenset()


@given(standing(), ROLES, PURPOSES)
def test_a_further_role_closes_nothing(someone, more, purpose):
    roles, facts = someone

    assert MATRIX.fields_for(roles, facts, purpose) <= MATRIX.fields_for(roles | more, facts, purpose)


@given(standing(), PURPOSES, st.sampled_from("ABCDEFGHK"))
def test_what_is_sought_by_name_could_be_read_by_name(someone, purpose, track):
    """The cells through which a search goes are those through which the record opens."""
    roles, facts = someone
    ways = list(MATRIX.cells_opening(roles, "name", purpose))

    if MATRIX.may_see(roles, facts, "name", purpose):
        assert ways


# -- files that await a signature ----------------------------------------------------------------------------------------------


def a_waiting_draft(registry, person, track, event, deciders):
    with_case(registry, person, track)
    with registry.runtime.unit_of_work(OFFICER) as uow:
        return a_draft(uow, person.person_id, track, event, deciders).proposal_id


@pytest.mark.parametrize("role", ["UB_CHAIR", "UB_VICE"])
def test_the_committee_reads_whom_a_draft_is_about_while_it_awaits_its_signature(console, registry, person, role):
    draft = a_waiting_draft(registry, person, "G", "Decided", ["UB_CHAIR"])
    visitor = console.signed_in(role)

    assert "NGUYỄN ĐỨC ÁNH" in visitor.get("/").text
    assert "NGUYỄN ĐỨC ÁNH" in visitor.get(f"/proposals/{draft}").text
    assert "NGUYỄN ĐỨC ÁNH" in visitor.get(f"/people/{person.person_id}").text

    with registry.runtime.unit_of_work(OFFICER) as uow:
        uow.session.delete(uow.get(Proposal, draft))
    assert "NGUYỄN ĐỨC ÁNH" not in visitor.get(f"/people/{person.person_id}").text


@pytest.mark.parametrize("role", ["UB_CHAIR", "VHXH", "HELPER", "PROV_CA", "DPO_AUDIT", "SYSADMIN"])
def test_a_draft_for_somebody_elses_signature_is_open_to_nobody_it_does_not_concern(console, registry, person, role):
    draft = a_waiting_draft(registry, person, "A", "ManagementDecided", ["CA_CHIEF"])
    visitor = console.signed_in(role)

    for path in (
        f"/proposals/{draft}",
        f"/proposals/{draft}/preview",
        f"/proposals/{draft}/sign",
        f"/api/v1/proposals/{draft}",
    ):
        assert visitor.get(path).status_code in {403, 404, 405}, path
    assert draft not in visitor.get("/").text


# -- writing -------------------------------------------------------------------------------------------------------------------


def test_nothing_is_written_of_a_restricted_record_before_it_was_opened(registry, person):
    restrict(registry, person)

    for command in (
        a_test(person.person_id, on=TODAY),
        an_act(person.person_id, "B", "Requested", on=TODAY, ground="VOLUNTARY", requester="PERSON"),
        imprisoned(person.person_id, since=TODAY),
    ):
        with pytest.raises(RecordRestricted):
            registry.do(command)

    assert registry.rows()["test_result"] == registry.rows()["act"] == registry.rows()["circumstance"] == 0


def test_a_merge_opens_no_restricted_record(registry, person, officer):
    other = registry.somebody(id_number="027090005678")
    restrict(registry, person)
    into = {"into_number": "027090005678", "reason": "trùng"}

    refused = officer.send("POST", f"{PEOPLE}/{person.person_id}/merge", into)

    assert (refused.status_code, refused.json["code"]) == (403, "record_restricted")
    assert "full_name" not in officer.get(f"{PEOPLE}/{person.person_id}").json
    assert officer.get(f"{PEOPLE}/{other.person_id}").json["full_name"]


def test_the_chief_finds_what_may_be_entered_though_not_the_correction_of_a_person(console, registry, person):
    chief = console.signed_in("CA_CHIEF", username="chief-at-work")

    assert chief.get(f"/people/{person.person_id}/acts").status_code == 200
    assert f"/people/{person.person_id}/acts" in chief.get(f"/people/{person.person_id}").get_data(as_text=True)
    assert chief.get(f"/people/{person.person_id}/edit").status_code == 403
