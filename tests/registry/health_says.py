"""Events of the health station, as the registry hears them."""

import itertools
import uuid
from datetime import date, datetime

from chassis.envelope import Envelope
from chassis.testing import UNIT
from contracts.base import dump, happened_on, subject_of, type_of
from contracts.health import DeterminationConcluded

_positions = itertools.count(1)


def an_event(fact: object, *, at: datetime) -> Envelope:
    """Return a fact of the station in its envelope, the next one of its log."""
    import msgspec

    return Envelope(
        event_id=str(uuid.uuid4()),
        source=f"/units/{UNIT}/health",
        unit=UNIT,
        type=type_of(fact),
        subject=subject_of(fact),
        subject_version=1,
        occurred_on=happened_on(fact),
        recorded_at=at,
        position=next(_positions),
        data=msgspec.Raw(msgspec.json.encode(dump(fact))),
    )


def a_result(
    person_key: str, *, addicted: bool, on: date, at: datetime, request_id: str | None = None, regime: str = "R4_L120"
) -> Envelope:
    """Return the result of a determination."""
    fact = DeterminationConcluded(
        determination_id=str(uuid.uuid4()),
        request_id=request_id,
        person_key=person_key,
        conclusion="ADDICTED" if addicted else "NOT_ADDICTED",
        concluded_on=on,
        regime=regime,
        form_code="ND109_M05",
    )
    return an_event(fact, at=at)
