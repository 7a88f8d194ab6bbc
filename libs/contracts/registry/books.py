"""What the commune police announce of the other books: residences, incidents, support, violations, places and counts."""

from datetime import date
from typing import Annotated

from contracts.base import Code, Count, Key, Quantity, code, event

CheckOutcome = Annotated[str, code("PRESENT", "ABSENT", "MOVED", "UNKNOWN")]
Progress = Annotated[str, code("TOT", "KHA", "TRUNG_BINH", "YEU")]
HotspotKind = Annotated[str, code("PLACE", "AREA", "VEHICLE")]


@event("registry.residence.verified.v1", subject="stay_id", on="verified_on")
class ResidenceVerified:
    """The police verified where somebody lives, since when, and whether the residence is a stable one.

    Not sent for the monthly look whether they still live there: that is `checked`.
    """

    stay_id: Key
    person_key: Key
    verified_on: date
    since_on: date
    kind: Code
    stable: bool
    commune_code: Code


@event("registry.residence.ended.v1", subject="stay_id", on="ended_on")
class ResidenceEnded:
    """Somebody no longer lives at a verified residence; the day is the last one there.

    Not sent for an absence, nor before the end was recorded.
    """

    stay_id: Key
    person_key: Key
    ended_on: date


@event("registry.residence.checked.v1", subject="check_id", on="checked_on")
class ResidenceChecked:
    """An officer looked whether somebody under management lives where the register says.

    Not sent when a residence is entered or verified for the first time.
    """

    check_id: Key
    person_key: Key
    checked_on: date
    outcome: CheckOutcome


@event("registry.use.detected.v1", subject="incident_id", on="detected_on")
class UseDetected:
    """Unlawful use of drugs by somebody in the register was found out.

    Not sent for a positive test alone: that is `test_result.recorded`; the test named here may have led to it.
    """

    incident_id: Key
    person_key: Key
    detected_on: date
    ground: Code
    commune_code: Code
    test_id: Key | None


@event("registry.assignment.opened.v1", subject="assignment_id", on="opened_on")
class AssignmentOpened:
    """A team, or one helper, took somebody into its care.

    Not sent when a team is formed or its members change.
    """

    assignment_id: Key
    person_key: Key
    opened_on: date
    until_on: date | None
    kind: Code


@event("registry.assignment.ended.v1", subject="assignment_id", on="ended_on")
class AssignmentEnded:
    """A team, or one helper, no longer cares for somebody; the day is the last one.

    Not sent when the case itself ends: its own event says so.
    """

    assignment_id: Key
    person_key: Key
    ended_on: date


@event("registry.support_visit.held.v1", subject="visit_id", on="held_on")
class SupportVisitHeld:
    """Somebody was visited or counselled by those who manage and support them.

    Not sent for counselling at the health station: health announces that.
    """

    visit_id: Key
    person_key: Key
    held_on: date
    kind: Code
    needs: tuple[Code, ...]
    outcome: Code


@event("registry.progress.assessed.v1", subject="assessment_id", on="assessed_on")
class ProgressAssessed:
    """It was assessed how somebody gets on after rehabilitation.

    Not sent for the completion of a rehabilitation or of its stages.
    """

    assessment_id: Key
    person_key: Key
    assessed_on: date
    grade: Progress


@event("registry.violation.recorded.v1", subject="violation_id", on="recorded_on")
class ViolationRecorded:
    """Minutes of a breach in a running case were written; the count and the step follow from the law.

    Not sent for the step itself: the decision or dossier that follows has its own event.
    """

    violation_id: Key
    person_key: Key
    recorded_on: date
    kind: Code
    situation: Code
    count: Quantity
    step: Code


@event("registry.hotspot.found.v1", subject="hotspot_id", on="found_on")
class HotspotFound:
    """A place, an area or a vehicle where unlawful use is organised or harboured was found.

    Not sent for a single incident of use: that is `use.detected`.
    """

    hotspot_id: Key
    found_on: date
    kind: HotspotKind
    commune_code: Code
    border_commune_code: Code | None = None


@event("registry.hotspot.cleared.v1", subject="hotspot_id", on="cleared_on")
class HotspotCleared:
    """A known place of organised or harboured use exists no longer.

    Not sent for one that was never found: finding comes first.
    """

    hotspot_id: Key
    cleared_on: date


@event("registry.offender.arrested.v1", subject="arrest_id", on="arrested_on")
class OffenderArrested:
    """So many people were arrested for drug crimes on a day; nobody is named.

    Not sent for administrative offences: `tally.recorded` counts those.
    """

    arrest_id: Key
    arrested_on: date
    commune_code: Code
    offenders: Quantity


@event("registry.illicit_plant.found.v1", subject="plot_id", on="found_on")
class IllicitPlantFound:
    """A plot with plants that hold narcotics was found; one square decimetre is 0.01 m².

    Not sent again when more of the same plot is measured: that is a new plot.
    """

    plot_id: Key
    found_on: date
    commune_code: Code
    plants: Count
    square_decimetres: Count
    border_commune_code: Code | None = None


@event("registry.illicit_plant.destroyed.v1", subject="plot_id", on="destroyed_on")
class IllicitPlantDestroyed:
    """What grew on a found plot was destroyed: so much of it.

    Not sent for a plot that was never found: finding comes first.
    """

    plot_id: Key
    destroyed_on: date
    plants: Count
    square_decimetres: Count


@event("registry.tally.recorded.v1", subject="tally_id", on="counted_on")
class TallyRecorded:
    """Offences, fines or tips of a day were counted.

    Not sent for arrests: `offender.arrested` counts those.
    """

    tally_id: Key
    counted_on: date
    kind: Code
    commune_code: Code
    quantity: Quantity


@event("registry.book_entry.withdrawn.v1", subject="entry_id", on="withdrawn_on")
class BookEntryWithdrawn:
    """A line of a book was entered by mistake; the fact that the event with this identifier stated is not one.

    Not sent when something came to an end: a residence, a care or a hotspot has its own event for that.
    """

    entry_id: Key
    book: Code
    person_key: Key | None
    withdrawn_on: date
