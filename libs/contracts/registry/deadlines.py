"""What the commune police announce of the deadlines of the law."""

from datetime import date

from contracts.base import Code, Key, event


@event("registry.deadline.neared.v1", subject="case_id", on="due_on")
class DeadlineNeared:
    """Something that the law asks for in a case falls due within a day.

    ``waits_for`` names the body that has to act, where it is not this office: HEALTH, COURT, COMMITTEE, PROVINCE, FACILITY,
    PERSON.
    Not sent again for the same due time, nor for what was settled before.
    """

    case_id: Key
    person_key: Key
    duty: Code
    rule: Code
    due_on: date
    waits_for: Code | None = None


@event("registry.deadline.missed.v1", subject="case_id", on="due_on")
class DeadlineMissed:
    """Something that the law asks for in a case was not settled by its time.

    ``waits_for`` names the body that had to act, where it is not this office; such a delay is not a miss of this office's own.
    Not sent twice for the same due time.
    """

    case_id: Key
    person_key: Key
    duty: Code
    rule: Code
    due_on: date
    waits_for: Code | None = None
