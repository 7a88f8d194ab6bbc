"""What the commune police announce of voluntary rehabilitation (track D)."""

from datetime import date

from contracts.base import Code, Count, Key, event


@event("registry.voluntary_rehab.registered.v1", subject="case_id", on="registered_on")
class VoluntaryRehabRegistered:
    """A person registered for voluntary rehabilitation.

    Not sent for substitution treatment, which health announces.
    """

    case_id: Key
    person_key: Key
    registered_on: date
    regime: Code
    form_code: Code | None
    venue: Code


@event("registry.voluntary_rehab.decided.v1", subject="case_id", on="decided_on")
class VoluntaryRehabDecided:
    """The competent decider ordered voluntary rehabilitation; its law governs term and stages.

    Not sent for a draft, nor for a decision that takes over somebody from another commune: that is `received`.
    """

    case_id: Key
    person_key: Key
    decided_on: date
    regime: Code
    form_code: Code | None
    venue: Code
    rehab_sequence_no: Count | None
    term_months: Count | None
    decider_role: Code | None


@event("registry.voluntary_rehab.started.v1", subject="case_id", on="started_on")
class VoluntaryRehabStarted:
    """Rehabilitation began with the reception; the term runs from then.

    Not sent by the decision alone.
    """

    case_id: Key
    person_key: Key
    started_on: date
    regime: Code
    form_code: Code | None
    venue: Code | None
    starts_on: date | None
    ends_on: date | None
    rehab_sequence_no: Count | None


@event("registry.voluntary_rehab.advanced.v1", subject="case_id", on="stage_completed_on")
class VoluntaryRehabAdvanced:
    """One of the five stages of rehabilitation was completed.

    Not sent when a stage merely began.
    """

    case_id: Key
    person_key: Key
    stage_completed_on: date
    regime: Code
    form_code: Code | None
    stage: Count
    stage_began_on: date | None


@event("registry.voluntary_rehab.left.v1", subject="case_id", on="left_on")
class VoluntaryRehabLeft:
    """A person left a private facility lawfully after at least three stages, to go on at home.

    Not sent for leaving against the rules: that is `breached`.
    """

    case_id: Key
    person_key: Key
    left_on: date
    regime: Code
    form_code: Code | None


@event("registry.voluntary_rehab.resumed.v1", subject="case_id", on="resumed_on")
class VoluntaryRehabResumed:
    """Rehabilitation went on for what was left of the term, at home after a private facility or after prison.

    Not sent for the first reception.
    """

    case_id: Key
    person_key: Key
    resumed_on: date
    regime: Code
    form_code: Code | None
    venue: Code | None
    ends_on: date | None


@event("registry.voluntary_rehab.interrupted.v1", subject="case_id", on="interrupted_on")
class VoluntaryRehabInterrupted:
    """Rehabilitation was interrupted because the person serves a prison sentence.

    Not sent for an absence that is a violation.
    """

    case_id: Key
    person_key: Key
    interrupted_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.voluntary_rehab.breached.v1", subject="case_id", on="violated_on")
class VoluntaryRehabBreached:
    """A violation ended voluntary rehabilitation; it is a ground for compulsory rehabilitation.

    Not sent for a violation after which the person is reminded and goes on.
    """

    case_id: Key
    person_key: Key
    violated_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.voluntary_rehab.transferred.v1", subject="case_id", on="transferred_on")
class VoluntaryRehabTransferred:
    """A case was handed over to the commune where the person lives now.

    Not sent when the move was only noted.
    """

    case_id: Key
    person_key: Key
    transferred_on: date
    regime: Code
    form_code: Code | None
    to_commune: Code


@event("registry.voluntary_rehab.received.v1", subject="case_id", on="decided_on")
class VoluntaryRehabReceived:
    """A case of another commune was taken over; the end of the old decision stays.

    Not sent for a person who registers here.
    """

    case_id: Key
    person_key: Key
    decided_on: date
    regime: Code
    form_code: Code | None
    from_commune: Code
    venue: Code | None
    starts_on: date | None
    ends_on: date | None
    rehab_sequence_no: Count | None


@event("registry.voluntary_rehab.completed.v1", subject="case_id", on="certified_on")
class VoluntaryRehabCompleted:
    """Completion of voluntary rehabilitation was certified; it counts from the last day of the term.

    Not sent when the term ran out without the stages that the law asks for.
    """

    case_id: Key
    person_key: Key
    certified_on: date
    regime: Code
    form_code: Code | None
    completed_on: date | None
    venue: Code | None


@event("registry.voluntary_rehab.closed.v1", subject="case_id", on="closed_on")
class VoluntaryRehabClosed:
    """A case ended without completion and without a violation, such as by death.

    Not sent for completion, violation or a move.
    """

    case_id: Key
    person_key: Key
    closed_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.voluntary_rehab.corrected.v1", subject="case_id", on="corrected_on")
class VoluntaryRehabCorrected:
    """An act was declared mistaken, and this is now the whole truth of a case of voluntary rehabilitation.
    With `void` there never was one.

    Not sent for a later act that ends or changes the case in the ordinary way.
    """

    case_id: Key
    person_key: Key
    corrected_on: date
    regime: Code
    state: Code
    starts_on: date | None
    ends_on: date | None
    closed_on: date | None
    reason: Code | None
    void: bool
