"""What the commune police announce of determinations of addiction (track B): asked for, withdrawn, told to the person."""

from datetime import date
from typing import Annotated

from contracts.base import Code, Key, code, event

DeterminationRequester = Annotated[str, code("POLICE", "INVESTIGATOR", "PERSON")]


@event("registry.determination.requested.v1", subject="request_id", on="requested_on")
class DeterminationRequested:
    """The health station was asked, by a signed request, to determine whether somebody is addicted.

    Not sent for a draft; who the person is and the summary of the file are given only to who asks for them by right.
    """

    request_id: Key
    person_key: Key
    requested_on: date
    ground: Code
    requester: DeterminationRequester
    regime: Code
    test_id: Key | None = None


@event("registry.determination.withdrawn.v1", subject="request_id", on="withdrawn_on")
class DeterminationWithdrawn:
    """A request for a determination was taken back by the agency that made it.

    Not sent when the station itself ended the matter, nor after a result was received.
    """

    request_id: Key
    withdrawn_on: date
    reason: Code


@event("registry.determination.notified.v1", subject="request_id", on="notified_on")
class DeterminationNotified:
    """The person was told the result of the determination; the time for registering runs from then.

    Not sent when the result only reached the agency that had asked for it.
    """

    request_id: Key
    person_key: Key
    notified_on: date
