"""What the commune health station announces: treatment, counselling, test kits and training."""

from datetime import date
from typing import Annotated

from contracts.base import Code, Key, Quantity, Ref, code, event

TreatmentEnding = Annotated[str, code("TERMINATED", "COMPLETED", "TRANSFERRED", "DECEASED", "LEFT")]
CounsellingKind = Annotated[str, code("Y_TE", "TAM_LY", "XA_HOI", "PHAP_LY")]
CounsellingGroup = Annotated[str, code("NGUOI_SDTP", "OST", "CAI_NGHIEN", "SAU_CAI")]
DiscardReason = Annotated[str, code("EXPIRED", "LOST", "DAMAGED", "RECALLED", "TRANSFERRED")]

DeterminationConclusion = Annotated[str, code("ADDICTED", "NOT_ADDICTED")]
ResultRecipient = Annotated[str, code("REQUESTER", "PERSON", "PARENTS")]
DeterminationCancelReason = Annotated[str, code("WITHDRAWN", "NOT_COME", "LEFT", "TRANSFERRED", "DECEASED")]


@event("health.determination.received.v1", subject="determination_id", on="received_on")
class DeterminationReceived:
    """The station received the person whose addiction it is to determine; the time for the result runs from then.

    Not sent when only the papers came in; ``request_id`` is null for somebody who came without a request of the police.
    """

    determination_id: Key
    request_id: Ref | None
    person_key: Key
    received_on: date


@event("health.determination.concluded.v1", subject="determination_id", on="concluded_on")
class DeterminationConcluded:
    """A determination came to its result: signed by the doctor, approved where the law asks for it, and numbered.

    Not sent for a draft or a signature that still waits for approval; criteria, observation and notes never leave the station.
    """

    determination_id: Key
    request_id: Ref | None
    person_key: Key
    conclusion: DeterminationConclusion
    concluded_on: date
    regime: Code
    form_code: Code


@event("health.determination.returned.v1", subject="determination_id", on="returned_on")
class DeterminationReturned:
    """A copy of the result was handed to one of those who are entitled to it.

    Not sent for the copy that stays in the medical record.
    """

    determination_id: Key
    request_id: Ref | None
    person_key: Key
    returned_on: date
    recipient: ResultRecipient


@event("health.determination.corrected.v1", subject="determination_id", on="corrected_on")
class DeterminationCorrected:
    """A result was replaced by a new version, with a reason that stays at the station; these values count from now on.

    Not sent while a result is still being written.
    """

    determination_id: Key
    request_id: Ref | None
    person_key: Key
    conclusion: DeterminationConclusion
    concluded_on: date
    corrected_on: date
    regime: Code
    form_code: Code
    result_version: Quantity


@event("health.determination.cancelled.v1", subject="determination_id", on="cancelled_on")
class DeterminationCancelled:
    """A determination ended without a result: the request was withdrawn, or the person did not come or left.

    Not sent once there is a result. Where nobody was received, ``determination_id`` repeats the request's identifier.
    """

    determination_id: Key
    request_id: Ref | None
    person_key: Key
    cancelled_on: date
    reason: DeterminationCancelReason


@event("health.ost_treatment.admitted.v1", subject="treatment_id", on="admitted_on")
class OstTreatmentAdmitted:
    """A treatment facility took a resident of the commune into substitution treatment.

    Not sent for an application or a waiting place; dose and medicine are never announced.
    """

    treatment_id: Key
    person_key: Key
    admitted_on: date
    facility_code: Code


@event("health.ost_treatment.listed.v1", subject="treatment_id", on="listed_on")
class OstTreatmentListed:
    """A person in substitution treatment was put on the list the commune manages.

    Not sent by the admission itself: the two may lie weeks apart, and the gap is what is measured.
    """

    treatment_id: Key
    person_key: Key
    listed_on: date


@event("health.ost_treatment.ended.v1", subject="treatment_id", on="ended_on")
class OstTreatmentEnded:
    """Substitution treatment at the facility ended.

    Not sent for missed days as long as the facility keeps the person in treatment.
    """

    treatment_id: Key
    person_key: Key
    ended_on: date
    reason: TreatmentEnding


@event("health.counselling.held.v1", subject="counselling_id", on="held_on")
class CounsellingHeld:
    """A counsellor and a person met, and the meeting was entered.

    Not sent for an appointment that was missed, and never for counselling about HIV.
    """

    counselling_id: Key
    person_key: Key
    held_on: date
    kind: CounsellingKind
    group: CounsellingGroup


@event("health.test_kit.received.v1", subject="lot_id", on="moved_on")
class TestKitReceived:
    """Test kits of one lot came into the stock of the station.

    Not sent for an order or a promised delivery.
    """

    # Its name starts with Test, and pytest would otherwise take it for one.
    __test__ = False

    move_id: Key
    product_code: Code
    lot_id: Key
    moved_on: date
    quantity: Quantity
    expires_on: date


@event("health.test_kit.used.v1", subject="lot_id", on="moved_on")
class TestKitUsed:
    """Test kits of one lot were used for testing.

    Says nothing of who was tested or what came out, and is not sent for kits thrown away.
    """

    __test__ = False

    move_id: Key
    product_code: Code
    lot_id: Key
    moved_on: date
    quantity: Quantity


@event("health.test_kit.discarded.v1", subject="lot_id", on="moved_on")
class TestKitDiscarded:
    """Test kits of one lot left the stock without being used.

    Not sent at the moment a lot expires: only when somebody takes it off the shelf.
    """

    __test__ = False

    move_id: Key
    product_code: Code
    lot_id: Key
    moved_on: date
    quantity: Quantity
    reason: DiscardReason


@event("health.training.required.v1", subject="course_id", on="held_on")
class TrainingRequired:
    """A member of the station's staff is required to take part in a course of the level above.

    Not sent for courses that staff attend by their own choice.
    """

    course_id: Key
    staff_id: Key
    held_on: date


@event("health.training.attended.v1", subject="course_id", on="attended_on")
class TrainingAttended:
    """A member of staff took part in a course, fully or in part.

    Not sent for absence: a requirement without attendance says that.
    """

    course_id: Key
    staff_id: Key
    held_on: date
    attended_on: date
    fully: bool
