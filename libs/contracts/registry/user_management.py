"""What the commune police announce of user management (track A)."""

from datetime import date

from contracts.base import Code, Key, event


@event("registry.user_management.decided.v1", subject="case_id", on="decided_on")
class UserManagementDecided:
    """The competent decider put a person under management for unlawful use of drugs.

    Not sent for a proposal or a draft: only a signed decision with number and date counts.
    """

    case_id: Key
    person_key: Key
    decided_on: date
    starts_on: date
    ends_on: date
    regime: Code
    decider_role: Code
    form_code: Code
    test_id: Key | None


@event("registry.user_management.stopped.v1", subject="case_id", on="stopped_on")
class UserManagementStopped:
    """Management stopped before its term, for a reason the law names.

    Not sent when the term simply ran out: that is `ended`.
    """

    case_id: Key
    person_key: Key
    stopped_on: date
    reason: Code
    regime: Code
    form_code: Code


@event("registry.user_management.ended.v1", subject="case_id", on="ended_on")
class UserManagementEnded:
    """The term of management ran out and its end was confirmed.

    Not sent for an early end (`stopped`), nor by the calendar alone without a confirmed end.
    """

    case_id: Key
    person_key: Key
    ended_on: date
    regime: Code
    form_code: Code


@event("registry.user_management.received.v1", subject="case_id", on="decided_on")
class UserManagementReceived:
    """A case of another commune was taken over with what was left of its term.

    Not sent for a person first detected here.
    """

    case_id: Key
    person_key: Key
    decided_on: date
    regime: Code
    form_code: Code | None
    from_commune: Code
    starts_on: date | None
    ends_on: date | None
    decider_role: Code | None


@event("registry.user_management.suspended.v1", subject="case_id", on="suspended_on")
class UserManagementSuspended:
    """Management was suspended because the person was detained; its end does not move.

    Not sent when detention is longer than what was left: that is `stopped`.
    """

    case_id: Key
    person_key: Key
    suspended_on: date
    regime: Code
    form_code: Code | None


@event("registry.user_management.resumed.v1", subject="case_id", on="released_on")
class UserManagementResumed:
    """Management went on after the release.

    Not sent when the term ran out in detention.
    """

    case_id: Key
    person_key: Key
    released_on: date
    regime: Code
    form_code: Code | None


@event("registry.user_management.replaced.v1", subject="case_id", on="replaced_on")
class UserManagementReplaced:
    """A new decision took the place of this one after renewed use.

    Not sent for a stop or an end.
    """

    case_id: Key
    person_key: Key
    replaced_on: date
    regime: Code
    form_code: Code | None


@event("registry.user_management.extended.v1", subject="case_id", on="recorded_on")
class UserManagementExtended:
    """An absence does not count, and the end of management moved.

    Not sent for a reported absence.
    """

    case_id: Key
    person_key: Key
    recorded_on: date
    regime: Code
    form_code: Code | None
    starts_on: date | None
    ends_on: date | None
    decided_under: Code | None


@event("registry.user_management.transferred.v1", subject="case_id", on="transferred_on")
class UserManagementTransferred:
    """A case was handed over to the commune where the person lives now.

    Not sent when the move was only noted.
    """

    case_id: Key
    person_key: Key
    transferred_on: date
    regime: Code
    form_code: Code | None
    to_commune: Code
    left_on: date | None


@event("registry.user_management.corrected.v1", subject="case_id", on="corrected_on")
class UserManagementCorrected:
    """An act was declared mistaken, and this is now the whole truth of a case of user management.
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
