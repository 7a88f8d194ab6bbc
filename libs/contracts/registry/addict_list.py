"""What the commune police announce of the list of people with addiction (track C)."""

from datetime import date

from contracts.base import Code, Key, event


@event("registry.addict_list.listed.v1", subject="case_id", on="listed_on")
class AddictListListed:
    """A person found addicted, or who moved here as such, was put on the commune's list.

    Not sent for somebody who lives in another commune, nor when a person on the list is found addicted again.
    """

    case_id: Key
    person_key: Key
    listed_on: date
    regime: Code
    form_code: Code | None
    list_ground: Code | None
    concluded_on: date | None
    from_commune: Code | None


@event("registry.addict_list.removed.v1", subject="case_id", on="removed_on")
class AddictListRemoved:
    """A person left the list for a reason that the law of the day knows; the reasons differ before and after July 2026.

    Not sent when the person only moved to another commune: that is `transferred`.
    """

    case_id: Key
    person_key: Key
    removed_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.addict_list.transferred.v1", subject="case_id", on="transferred_on")
class AddictListTransferred:
    """A person on the list moved, and the new commune was notified.

    Not sent when the move was only noted.
    """

    case_id: Key
    person_key: Key
    transferred_on: date
    regime: Code
    form_code: Code | None
    to_commune: Code


@event("registry.addict_list.corrected.v1", subject="case_id", on="corrected_on")
class AddictListCorrected:
    """An act was declared mistaken, and this is now the whole truth of an entry on the list of people with
    addiction.
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
