"""What the commune police announce of management after rehabilitation (track G)."""

from datetime import date

from contracts.base import Code, Key, event


@event("registry.post_rehab.proposed.v1", subject="case_id", on="proposed_on")
class PostRehabProposed:
    """The police proposed management after rehabilitation to the chair of the People's Committee.

    Not sent when the notice of coming completion only came in.
    """

    case_id: Key
    person_key: Key
    proposed_on: date
    regime: Code
    form_code: Code | None
    basis: Code | None


@event("registry.post_rehab.decided.v1", subject="case_id", on="decided_on")
class PostRehabDecided:
    """The chair decided management after rehabilitation; it runs from the completion.

    Not sent for a proposal or a draft.
    """

    case_id: Key
    person_key: Key
    decided_on: date
    regime: Code
    form_code: Code | None
    basis: Code | None
    starts_on: date | None
    ends_on: date | None
    decider_role: Code | None


@event("registry.post_rehab.withdrawn.v1", subject="case_id", on="withdrawn_on")
class PostRehabWithdrawn:
    """A proposal or decision fell away because rehabilitation was not completed after all.

    Not sent once management runs.
    """

    case_id: Key
    person_key: Key
    withdrawn_on: date
    regime: Code
    form_code: Code | None


@event("registry.post_rehab.assigned.v1", subject="case_id", on="team_assigned_on")
class PostRehabAssigned:
    """The chair set up the team that manages and supports the person.

    Not sent for a change of one member.
    """

    case_id: Key
    person_key: Key
    team_assigned_on: date
    regime: Code
    form_code: Code | None


@event("registry.post_rehab.interrupted.v1", subject="case_id", on="interrupted_on")
class PostRehabInterrupted:
    """Management was interrupted because the person serves a prison sentence.

    Not sent for an absence.
    """

    case_id: Key
    person_key: Key
    interrupted_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.post_rehab.resumed.v1", subject="case_id", on="resumed_on")
class PostRehabResumed:
    """Management went on for what was left of the term.

    Not sent for an absence that is over.
    """

    case_id: Key
    person_key: Key
    resumed_on: date
    regime: Code
    form_code: Code | None
    ends_on: date | None


@event("registry.post_rehab.extended.v1", subject="case_id", on="recorded_on")
class PostRehabExtended:
    """An absence that was not reported does not count, and the end of management moved.

    Not sent for a reported absence.
    """

    case_id: Key
    person_key: Key
    recorded_on: date
    regime: Code
    form_code: Code | None
    ends_on: date | None


@event("registry.post_rehab.transferred.v1", subject="case_id", on="transferred_on")
class PostRehabTransferred:
    """A case was handed over to the commune where the person lives now.

    Not sent when the move was only noted.
    """

    case_id: Key
    person_key: Key
    transferred_on: date
    regime: Code
    form_code: Code | None
    to_commune: Code


@event("registry.post_rehab.received.v1", subject="case_id", on="received_on")
class PostRehabReceived:
    """A case of another commune was taken over; the end stays.

    Not sent for a person who completed rehabilitation here.
    """

    case_id: Key
    person_key: Key
    received_on: date
    regime: Code
    form_code: Code | None
    from_commune: Code
    basis: Code | None
    starts_on: date | None
    ends_on: date | None


@event("registry.post_rehab.removed.v1", subject="case_id", on="removed_on")
class PostRehabRemoved:
    """A person left the list of those under management before the term: found addicted, or dead.

    Not sent for completion or a move.
    """

    case_id: Key
    person_key: Key
    removed_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.post_rehab.completed.v1", subject="case_id", on="certified_on")
class PostRehabCompleted:
    """Management was completed and certified.

    Not sent by the calendar alone without the certificate.
    """

    case_id: Key
    person_key: Key
    certified_on: date
    regime: Code
    form_code: Code | None
    completed_on: date | None


@event("registry.post_rehab.corrected.v1", subject="case_id", on="corrected_on")
class PostRehabCorrected:
    """An act was declared mistaken, and this is now the whole truth of a case of post-rehabilitation management.
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
