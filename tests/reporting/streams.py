"""Random but plausible streams of events, for properties that must hold for every stream."""

from datetime import date, timedelta

from hypothesis import strategies as st

from contracts.campaigns import (
    ActivityCancelled,
    ActivityDelivered,
    ActivityVerified,
    PlaceClosed,
    PlaceRegistered,
)
from contracts.health import (
    CounsellingHeld,
    OstTreatmentAdmitted,
    OstTreatmentEnded,
    OstTreatmentListed,
    TestKitDiscarded,
    TestKitReceived,
    TestKitUsed,
    TrainingAttended,
    TrainingRequired,
)
from contracts.registry import (
    PersonCorrected,
    PersonRegistered,
    UserManagementCorrected,
    UserManagementDecided,
    UserManagementEnded,
    UserManagementExtended,
    UserManagementReceived,
    UserManagementReplaced,
    UserManagementResumed,
    UserManagementStopped,
    UserManagementSuspended,
    UserManagementTransferred,
)
from tests.reporting.events import Log

FIRST_DAY = date(2025, 11, 20)

days = st.integers(0, 420).map(lambda number: FIRST_DAY + timedelta(days=number))
persons = st.integers(1, 6).map("P{}".format)
cases = st.integers(1, 5).map("C{}".format)
treatments = st.integers(1, 5).map("T{}".format)
staff = st.integers(1, 3).map("S{}".format)
courses = st.integers(1, 3).map("K{}".format)
activities = st.integers(1, 4).map("H{}".format)
places = st.integers(1, 5).map("TDP{}".format)
counts = st.integers(0, 50)
kinds = st.sampled_from(["TUYEN_TRUYEN_TRUC_TIEP", "TO_ROI", "TIN_BAI"])
about_a_person = {
    "person_key": persons,
    "sex": st.sampled_from(["MALE", "FEMALE"]),
    "birth_year": st.none() | st.integers(1960, 2014),
    "ethnic_group": st.sampled_from(["KINH", "KHAC"]),
}
of_management = {"regime": st.just("R4"), "form_code": st.just("M04")}
kits = {
    "product_code": st.sampled_from(["TEST4", "TEST5"]),
    "lot_id": st.just("L1"),
    "moved_on": days,
    "quantity": st.integers(1, 40),
}
moves = st.uuids().map(str)

facts = st.one_of(
    st.builds(PersonRegistered, **about_a_person, registered_on=days),
    st.builds(PersonCorrected, **about_a_person, corrected_on=days),
    st.builds(
        UserManagementDecided,
        case_id=cases,
        person_key=persons,
        decided_on=days,
        starts_on=days,
        ends_on=days,
        decider_role=st.just("TRUONG_CAX"),
        test_id=st.none(),
        **of_management,
    ),
    st.builds(
        UserManagementStopped,
        case_id=cases,
        person_key=persons,
        stopped_on=days,
        reason=st.sampled_from(["DECEASED", "MOVED"]),
        **of_management,
    ),
    st.builds(UserManagementEnded, case_id=cases, person_key=persons, ended_on=days, **of_management),
    st.builds(
        UserManagementReceived,
        case_id=cases,
        person_key=persons,
        decided_on=days,
        starts_on=st.none() | days,
        ends_on=st.none() | days,
        from_commune=st.just("09379"),
        decider_role=st.none(),
        **of_management,
    ),
    st.builds(
        UserManagementTransferred,
        case_id=cases,
        person_key=persons,
        transferred_on=days,
        to_commune=st.just("09379"),
        left_on=st.none(),
        **of_management,
    ),
    st.builds(UserManagementReplaced, case_id=cases, person_key=persons, replaced_on=days, **of_management),
    st.builds(UserManagementSuspended, case_id=cases, person_key=persons, suspended_on=days, **of_management),
    st.builds(UserManagementResumed, case_id=cases, person_key=persons, released_on=days, **of_management),
    st.builds(
        UserManagementExtended,
        case_id=cases,
        person_key=persons,
        recorded_on=days,
        starts_on=st.none() | days,
        ends_on=st.none() | days,
        decided_under=st.none() | st.just("R3"),
        **of_management,
    ),
    st.builds(
        UserManagementCorrected,
        case_id=cases,
        person_key=persons,
        corrected_on=days,
        state=st.sampled_from(["MANAGED", "ENDED", "TRANSFERRED", "REPLACED", "ANNULLED"]),
        starts_on=st.none() | days,
        ends_on=st.none() | days,
        closed_on=st.none() | days,
        reason=st.none() | st.just("PRISON"),
        void=st.booleans(),
        regime=st.just("R4"),
    ),
    st.builds(
        OstTreatmentAdmitted,
        treatment_id=treatments,
        person_key=persons,
        admitted_on=days,
        facility_code=st.just("CS01"),
    ),
    st.builds(OstTreatmentListed, treatment_id=treatments, person_key=persons, listed_on=days),
    st.builds(
        OstTreatmentEnded,
        treatment_id=treatments,
        person_key=persons,
        ended_on=days,
        reason=st.sampled_from(["LEFT", "COMPLETED"]),
    ),
    st.builds(
        CounsellingHeld,
        counselling_id=st.uuids().map(str),
        person_key=persons,
        held_on=days,
        kind=st.sampled_from(["Y_TE", "TAM_LY", "XA_HOI", "PHAP_LY"]),
        group=st.sampled_from(["NGUOI_SDTP", "OST"]),
    ),
    st.builds(TestKitReceived, move_id=moves, expires_on=days, **kits),
    st.builds(TestKitUsed, move_id=moves, **kits),
    st.builds(TestKitDiscarded, move_id=moves, reason=st.just("EXPIRED"), **kits),
    st.builds(TrainingRequired, course_id=courses, staff_id=staff, held_on=days),
    st.builds(TrainingAttended, course_id=courses, staff_id=staff, held_on=days, attended_on=days, fully=st.booleans()),
    st.builds(
        PlaceRegistered,
        place_id=places,
        kind=st.sampled_from(["TDP", "THON", "SCHOOL"]),
        since_on=days,
        size=st.none() | counts,
    ),
    st.builds(PlaceClosed, place_id=places, closed_on=days),
    st.builds(
        ActivityDelivered,
        activity_id=activities,
        campaign_id=st.just("D1"),
        kind=kinds,
        delivered_on=days,
        sessions=counts,
        attendances=counts,
        leaflets=counts,
        news_items=counts,
        articles=counts,
        photos=counts,
        reportages=counts,
        broadcasts=counts,
        posts=counts,
    ),
    st.builds(
        ActivityVerified,
        activity_id=activities,
        campaign_id=st.just("D1"),
        kind=kinds,
        delivered_on=days,
        verified_on=days,
        places=st.lists(places, max_size=3, unique=True).map(tuple),
    ),
    st.builds(ActivityCancelled, activity_id=activities, cancelled_on=days),
)


@st.composite
def logs(draw, units=("09385", "09386"), max_size=40):
    """Return the events of a log, in the order in which they were recorded."""
    log = Log()
    for fact in draw(st.lists(facts, max_size=max_size)):
        log.say(fact, unit=draw(st.sampled_from(units)))
    return log.events


@st.composite
def hearings(draw, events):
    """Return the events as somebody hears them: in any order, some of them again, in batches of any size."""
    again = draw(st.lists(st.sampled_from(events), max_size=10)) if events else []
    heard = draw(st.permutations([*events, *again]))
    batches = []
    while heard:
        size = draw(st.integers(1, len(heard)))
        batches.append(heard[:size])
        heard = heard[size:]
    return batches
