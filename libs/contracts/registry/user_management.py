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
