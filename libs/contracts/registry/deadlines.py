"""What the commune police announce of the deadlines of the law."""

from datetime import date

from contracts.base import Code, Key, event


@event("registry.deadline.neared.v1", subject="case_id", on="due_on")
class DeadlineNeared:
    """Something that the law asks for in a case falls due within a day.

    Not sent again for the same due time, nor for what was settled before.
    """

    case_id: Key
    person_key: Key
    duty: Code
    rule: Code
    due_on: date


@event("registry.deadline.missed.v1", subject="case_id", on="due_on")
class DeadlineMissed:
    """Something that the law asks for in a case was not settled by its time.

    Not sent for what another body has to do and is merely waited for, nor twice for the same due time.
    """

    case_id: Key
    person_key: Key
    duty: Code
    rule: Code
    due_on: date
