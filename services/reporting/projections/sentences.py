"""Each event class with the sentence that it makes true: event in, rows out, no reading, no clock."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.campaigns import (
    ActivityCancelled,
    ActivityDelivered,
    ActivityPlanned,
    ActivityVerified,
    CampaignOpened,
    PlaceClosed,
    PlaceRegistered,
    SupportCaseClosed,
    SupportCaseOpened,
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
    PersonWithdrawn,
    TestResultRecorded,
    TestResultWithdrawn,
    UserManagementCorrected,
    UserManagementDecided,
    UserManagementEnded,
    UserManagementExtended,
    UserManagementReceived,
    UserManagementReplaced,
    UserManagementStopped,
    UserManagementTransferred,
)
from services.reporting.domain import DISCARDED, FULLY, MEASURES, PARTLY, RECEIVED, USED
from services.reporting.projections.rows import NONE_STATED, Attributes, Fact, Person, Row, Span

Rows = tuple[Row, ...]

TERM_ENDED = "TERM_ENDED"


def person_is_known(fact: PersonRegistered | PersonCorrected) -> Rows:
    person = Person(
        person_key=fact.person_key,
        sex=fact.sex,
        birth_year=fact.birth_year,
        ethnic_group=fact.ethnic_group,
    )
    return (person,)


def person_is_forgotten(fact: PersonWithdrawn) -> Rows:
    """The row stays, so that an older event that comes late still loses against it; it says nothing of anybody."""
    return (Person(person_key=fact.person_key),)


def test_result_was_taken(fact: TestResultRecorded) -> Rows:
    test = Fact(
        kind="test_result",
        key=fact.test_id,
        person_key=fact.person_key,
        origin=fact.test_id,
        happened_on=fact.taken_on,
        attributes={"result": fact.result},
    )
    return (test,)


def test_result_was_withdrawn(fact: TestResultWithdrawn) -> Rows:
    return (Fact(kind="withdrawal", key=fact.test_id, happened_on=fact.withdrawn_on),)


def user_management_began(fact: UserManagementDecided) -> Rows:
    management = Span(
        kind="user_management",
        key=fact.case_id,
        person_key=fact.person_key,
        began_on=fact.starts_on,
        planned_end_on=fact.ends_on,
        attributes={"regime": fact.regime},
    )
    return (management,)


def user_management_stopped(fact: UserManagementStopped) -> Rows:
    return (Span(kind="user_management", key=fact.case_id, ended_on=fact.stopped_on, end_reason=fact.reason),)


def user_management_ended(fact: UserManagementEnded) -> Rows:
    return (Span(kind="user_management", key=fact.case_id, ended_on=fact.ended_on, end_reason=TERM_ENDED),)


def user_management_was_taken_over(fact: UserManagementReceived) -> Rows:
    management = Span(
        kind="user_management",
        key=fact.case_id,
        person_key=fact.person_key,
        began_on=fact.starts_on or fact.decided_on,
        planned_end_on=fact.ends_on,
        attributes={"regime": fact.regime},
    )
    return (management,)


def user_management_was_handed_over(fact: UserManagementTransferred) -> Rows:
    return (Span(kind="user_management", key=fact.case_id, ended_on=fact.transferred_on, end_reason="TRANSFERRED"),)


def user_management_was_replaced(fact: UserManagementReplaced) -> Rows:
    return (Span(kind="user_management", key=fact.case_id, ended_on=fact.replaced_on, end_reason="REPLACED"),)


def user_management_lasts_longer(fact: UserManagementExtended) -> Rows:
    if fact.starts_on is None:
        return ()
    management = Span(
        kind="user_management",
        key=fact.case_id,
        person_key=fact.person_key,
        began_on=fact.starts_on,
        planned_end_on=fact.ends_on,
        attributes={"regime": fact.decided_under or fact.regime},
    )
    return (management,)


def user_management_was_put_right(fact: UserManagementCorrected) -> Rows:
    """Both halves anew: a beginning or an end that was a mistake is no more, and a void case vanishes."""
    stands = fact.starts_on is not None and not fact.void
    has_ended = stands and fact.closed_on is not None
    management = Span(
        kind="user_management",
        key=fact.case_id,
        person_key=fact.person_key if stands else None,
        began_on=fact.starts_on if stands else None,
        planned_end_on=fact.ends_on if stands else None,
        attributes={"regime": fact.regime} if stands else None,
        began_version=NONE_STATED,
        ended_on=fact.closed_on if has_ended else None,
        end_reason=(fact.reason or _REASON_OF_STATE.get(fact.state)) if has_ended else None,
        ended_version=NONE_STATED,
    )
    return (management,)


_REASON_OF_STATE = {"ENDED": TERM_ENDED, "TRANSFERRED": "TRANSFERRED", "REPLACED": "REPLACED"}


def ost_treatment_began(fact: OstTreatmentAdmitted) -> Rows:
    treatment = Span(
        kind="ost_treatment",
        key=fact.treatment_id,
        person_key=fact.person_key,
        began_on=fact.admitted_on,
        attributes={"facility_code": fact.facility_code},
    )
    return (treatment,)


def ost_listing_began(fact: OstTreatmentListed) -> Rows:
    return (Span(kind="ost_listing", key=fact.treatment_id, person_key=fact.person_key, began_on=fact.listed_on),)


def ost_treatment_and_listing_ended(fact: OstTreatmentEnded) -> Rows:
    return (
        Span(kind="ost_treatment", key=fact.treatment_id, ended_on=fact.ended_on, end_reason=fact.reason),
        Span(kind="ost_listing", key=fact.treatment_id, ended_on=fact.ended_on, end_reason=fact.reason),
    )


def counselling_happened(fact: CounsellingHeld) -> Rows:
    counselling = Fact(
        kind="counselling",
        key=fact.counselling_id,
        person_key=fact.person_key,
        happened_on=fact.held_on,
        attributes={"kind": fact.kind, "group": fact.group},
    )
    return (counselling,)


def test_kits_came(fact: TestKitReceived) -> Rows:
    return (_test_kits_moved(fact, RECEIVED, amount=fact.quantity),)


def test_kits_were_used(fact: TestKitUsed) -> Rows:
    return (_test_kits_moved(fact, USED, amount=-fact.quantity),)


def test_kits_were_discarded(fact: TestKitDiscarded) -> Rows:
    return (_test_kits_moved(fact, DISCARDED, amount=-fact.quantity, reason=fact.reason),)


def _test_kits_moved(
    fact: TestKitReceived | TestKitUsed | TestKitDiscarded, move: str, *, amount: int, reason: str | None = None
) -> Fact:
    attributes: Attributes = {
        "move": move,
        "product_code": fact.product_code,
        "lot_id": fact.lot_id,
        "quantity": fact.quantity,
    }
    if reason is not None:
        attributes["reason"] = reason
    return Fact(kind="test_kit_move", key=fact.move_id, happened_on=fact.moved_on, amount=amount, attributes=attributes)


def training_became_a_duty(fact: TrainingRequired) -> Rows:
    return (Span(kind="training_duty", key=_duty(fact), person_key=fact.staff_id, began_on=fact.held_on),)


def training_duty_was_met(fact: TrainingAttended) -> Rows:
    how = FULLY if fact.fully else PARTLY
    return (Span(kind="training_duty", key=_duty(fact), ended_on=fact.attended_on, end_reason=how),)


def _duty(fact: TrainingRequired | TrainingAttended) -> str:
    return f"{fact.course_id}/{fact.staff_id}"


def place_began(fact: PlaceRegistered) -> Rows:
    attributes: Attributes = {"kind": fact.kind}
    if fact.size is not None:
        attributes["size"] = fact.size
    place = Span(kind="place", key=fact.place_id, place=fact.place_id, began_on=fact.since_on, attributes=attributes)
    return (place,)


def place_ended(fact: PlaceClosed) -> Rows:
    return (Span(kind="place", key=fact.place_id, ended_on=fact.closed_on),)


def campaign_began(fact: CampaignOpened) -> Rows:
    campaign = Span(
        kind="campaign",
        key=fact.campaign_id,
        began_on=fact.starts_on,
        planned_end_on=fact.ends_on,
        attributes={"kind": fact.kind},
    )
    return (campaign,)


def activity_was_planned(fact: ActivityPlanned) -> Rows:
    plan = Span(
        kind="activity_plan",
        key=fact.activity_id,
        began_on=fact.planned_on,
        attributes={"kind": fact.kind, "campaign_id": fact.campaign_id, "organiser": fact.organiser},
    )
    return (plan,)


def activity_happened(fact: ActivityDelivered) -> Rows:
    attributes: Attributes = {"kind": fact.kind, "campaign_id": fact.campaign_id}
    for measure in MEASURES:
        if count := getattr(fact, measure):
            attributes[measure] = count
    return (
        Fact(
            kind="activity",
            key=fact.activity_id,
            origin=fact.activity_id,
            happened_on=fact.delivered_on,
            attributes=attributes,
        ),
        Span(kind="activity_plan", key=fact.activity_id, ended_on=fact.delivered_on, end_reason="DELIVERED"),
    )


def activity_reached_places(fact: ActivityVerified) -> Rows:
    attributes: Attributes = {"kind": fact.kind, "campaign_id": fact.campaign_id}
    reached = tuple(
        Fact(
            kind="coverage",
            key=f"{fact.activity_id}/{place}",
            place=place,
            origin=fact.activity_id,
            happened_on=fact.delivered_on,
            attributes=attributes,
        )
        for place in fact.places
    )
    return (*reached, Fact(kind="verification", key=fact.activity_id, happened_on=fact.verified_on))


def activity_was_called_off(fact: ActivityCancelled) -> Rows:
    return (
        Fact(kind="withdrawal", key=fact.activity_id, happened_on=fact.cancelled_on),
        Span(kind="activity_plan", key=fact.activity_id, ended_on=fact.cancelled_on, end_reason="CANCELLED"),
    )


def support_began(fact: SupportCaseOpened) -> Rows:
    return (Span(kind="support_case", key=fact.case_id, began_on=fact.opened_on, attributes={"need": fact.need}),)


def support_ended(fact: SupportCaseClosed) -> Rows:
    return (Span(kind="support_case", key=fact.case_id, ended_on=fact.closed_on, end_reason=fact.outcome),)


PROJECTIONS: Mapping[type[Any], Callable[[Any], Rows]] = {
    PersonRegistered: person_is_known,
    PersonCorrected: person_is_known,
    PersonWithdrawn: person_is_forgotten,
    TestResultRecorded: test_result_was_taken,
    TestResultWithdrawn: test_result_was_withdrawn,
    UserManagementDecided: user_management_began,
    UserManagementStopped: user_management_stopped,
    UserManagementEnded: user_management_ended,
    UserManagementReceived: user_management_was_taken_over,
    UserManagementTransferred: user_management_was_handed_over,
    UserManagementReplaced: user_management_was_replaced,
    UserManagementExtended: user_management_lasts_longer,
    UserManagementCorrected: user_management_was_put_right,
    OstTreatmentAdmitted: ost_treatment_began,
    OstTreatmentListed: ost_listing_began,
    OstTreatmentEnded: ost_treatment_and_listing_ended,
    CounsellingHeld: counselling_happened,
    TestKitReceived: test_kits_came,
    TestKitUsed: test_kits_were_used,
    TestKitDiscarded: test_kits_were_discarded,
    TrainingRequired: training_became_a_duty,
    TrainingAttended: training_duty_was_met,
    PlaceRegistered: place_began,
    PlaceClosed: place_ended,
    CampaignOpened: campaign_began,
    ActivityPlanned: activity_was_planned,
    ActivityDelivered: activity_happened,
    ActivityVerified: activity_reached_places,
    ActivityCancelled: activity_was_called_off,
    SupportCaseOpened: support_began,
    SupportCaseClosed: support_ended,
}
"""An event that stands in no line here is kept in the log and changes no figure."""
