"""What the registry makes of the station's events: whatever the order and however often, the same cases, or a parked event."""

import itertools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from chassis import audit
from chassis.envelope import Envelope
from chassis.testing import START, UNIT
from contracts.base import dump, happened_on, subject_of, type_of
from contracts.health import (
    DeterminationCancelled,
    DeterminationConcluded,
    DeterminationCorrected,
    DeterminationReceived,
    DeterminationReturned,
    OstTreatmentAdmitted,
    OstTreatmentEnded,
)
from services.registry import handlers, queries
from services.registry.commands import MergePeople
from services.registry.tables import Act, Case
from tests.registry.builders import OFFICER, a_test, an_act

TODAY = date(2026, 11, 20)
BEFORE = date(2026, 11, 18)
ADDICTED, NOT_ADDICTED = "ADDICTED", "NOT_ADDICTED"
REGIME = {"regime": "R4_L120", "form_code": "ND109_M05"}
DONE = {"signer_role": "CA_CHIEF", "signer_name": "Người Ký", "happened_time": "07:00"}
NUMBERS = itertools.count(1)


@dataclass
class Station:
    """The station, as far as the registry hears it: its log, with positions and versions."""

    _positions: Any = field(default_factory=lambda: itertools.count(1))
    _versions: dict[str, int] = field(default_factory=dict)

    def says(self, *facts: object) -> list[Envelope]:
        return [self._envelope(fact) for fact in facts]

    def _envelope(self, fact: object) -> Envelope:
        subject = subject_of(fact)
        self._versions[subject] = self._versions.get(subject, 0) + 1
        return Envelope(
            event_id=str(uuid.uuid4()),
            source=f"/units/{UNIT}/health",
            unit=UNIT,
            type=type_of(fact),
            subject=subject,
            subject_version=self._versions[subject],
            occurred_on=happened_on(fact),
            recorded_at=START,
            position=next(self._positions),
            data=msgspec.Raw(msgspec.json.encode(dump(fact))),
        )


@pytest.fixture
def station() -> Station:
    return Station()


# -- what the station says -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Matter:
    """One determination or treatment of one person, in the words of the station."""

    number: str
    person_key: str
    request_id: str | None = None

    @property
    def _about(self) -> dict[str, Any]:
        return {"determination_id": self.number, "request_id": self.request_id, "person_key": self.person_key}

    def received(self) -> DeterminationReceived:
        return DeterminationReceived(**self._about, received_on=TODAY)

    def concluded(self, conclusion: str) -> DeterminationConcluded:
        return DeterminationConcluded(**self._about, conclusion=conclusion, concluded_on=TODAY, **REGIME)

    def corrected(self, conclusion: str, version: int) -> DeterminationCorrected:
        return DeterminationCorrected(
            **self._about,
            conclusion=conclusion,
            concluded_on=TODAY,
            corrected_on=TODAY,
            result_version=version,
            **REGIME,
        )

    def returned(self) -> DeterminationReturned:
        return DeterminationReturned(**self._about, returned_on=TODAY, recipient="REQUESTER")

    def cancelled(self) -> DeterminationCancelled:
        return DeterminationCancelled(**self._about, cancelled_on=TODAY, reason="LEFT")

    def closed_unseen(self) -> DeterminationCancelled:
        about = self._about | {"determination_id": self.request_id}
        return DeterminationCancelled(**about, cancelled_on=TODAY, reason="NOT_COME")

    def admitted(self) -> OstTreatmentAdmitted:
        return OstTreatmentAdmitted(
            treatment_id=self.number, person_key=self.person_key, admitted_on=BEFORE, facility_code="F01"
        )

    def ended(self, reason: str) -> OstTreatmentEnded:
        return OstTreatmentEnded(treatment_id=self.number, person_key=self.person_key, ended_on=TODAY, reason=reason)


def story(matter: Matter, plot: tuple[str, ...]) -> list[object]:
    """Return what the station says of one matter, in the order in which it happened: «received ADDICTED NOT_ADDICTED»."""
    said: list[object] = []
    version = 0
    for word in plot:
        if word in {ADDICTED, NOT_ADDICTED}:
            version += 1
            said.append(matter.concluded(word) if version == 1 else matter.corrected(word, version))
        elif word in {"COMPLETED", "LEFT", "TRANSFERRED"}:
            said.append(matter.ended(word))
        else:
            said.append(getattr(matter, word)())
    return said


REQUESTED_PLOTS = (
    ("received", "cancelled"),
    ("closed_unseen",),
    ("received", ADDICTED, "returned"),
    ("received", NOT_ADDICTED, "returned"),
    ("received", ADDICTED, NOT_ADDICTED, "returned"),
    ("received", NOT_ADDICTED, ADDICTED),
    ("received", ADDICTED, ADDICTED, NOT_ADDICTED),
    ("received", ADDICTED, NOT_ADDICTED, "returned", ADDICTED),
)
UNASKED_PLOTS = tuple(plot for plot in REQUESTED_PLOTS if plot != ("closed_unseen",))
TREATMENT_PLOTS = (("admitted",), ("admitted", "COMPLETED"), ("admitted", "LEFT"), ("admitted", "TRANSFERRED"))


# -- the people ----------------------------------------------------------------------------------------------------------------


def somebody(registry: Any) -> Any:
    person = registry.somebody(id_type="NONE", id_number=None, no_id_reason="CHUA_CAP")
    registry.do(a_test(person.person_id, on=date(2026, 11, 19)))
    return person


def a_request(registry: Any, person: Any) -> str:
    asked = {"ground": "NO_STABLE_RESIDENCE", "requester": "POLICE"}
    number = f"{next(NUMBERS)}/ĐN-CAP"
    act = an_act(person.person_id, "B", "Requested", on=TODAY, document_number=number, **DONE, **asked)
    return str(registry.do(act).case_id)


def withdraw(registry: Any, person: Any) -> Any:
    return registry.do(an_act(person.person_id, "B", "Withdrawn", on=TODAY, reason="MISTAKEN"))


def notify(registry: Any, person: Any) -> Any:
    return registry.do(an_act(person.person_id, "B", "NotifiedToPerson", on=TODAY))


def hear(registry: Any, envelopes: Iterable[Envelope]) -> None:
    for envelope in envelopes:
        registry.runtime.inbox.receive([envelope])


def cases(registry: Any, person: Any) -> list[tuple[str, str, str | None]]:
    """Return the standing cases that the station had a hand in: track, state, and which of its matters they are about."""
    with registry.asking() as uow:
        history = queries.history_for(uow, person.person_id)
        rows = {row.case_id: row for row in uow.session.scalars(select(Case).where(Case.person_id == person.person_id))}
    assert {case.case_id: case.state for case in history.cases} == {
        case_id: row.state for case_id, row in rows.items() if row.state != "ANNULLED"
    }
    return sorted(
        (case.track, case.state, str(case.facts.get("concluded_on")) if case.track == "B" else "")
        for case in history.cases
    )


def parked(registry: Any) -> int:
    inbox = registry.runtime.tables.inbox.inbox
    with registry.runtime.store.reading() as session:
        return session.scalar(select(func.count()).select_from(inbox).where(inbox.c.state == "parked")) or 0


def acts(registry: Any, person: Any, track: str = "B") -> list[str]:
    asked = select(Act.event).where(Act.person_id == person.person_id, Act.track == track, Act.annulled_at.is_(None))
    with registry.runtime.store.reading() as session:
        return list(session.scalars(asked.order_by(Act.sequence)))


# -- in any order --------------------------------------------------------------------------------------------------------------


KINDS = st.one_of(
    st.tuples(st.just("asked"), st.sampled_from(REQUESTED_PLOTS)),
    st.tuples(st.just("withdrawn"), st.sampled_from(REQUESTED_PLOTS)),
    st.tuples(st.just("unasked"), st.sampled_from(UNASKED_PLOTS)),
    st.tuples(st.just("treated"), st.sampled_from(TREATMENT_PLOTS)),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=st.lists(KINDS, min_size=1, max_size=3), data=st.data())
def test_in_any_order_and_however_often_the_cases_are_the_same(registry, station, lives, data):
    here, there, stories = [], [], []
    for kind, plot in lives:
        pair = [somebody(registry), somebody(registry)]
        here.append(pair[0])
        there.append(pair[1])
        for person, group in zip(pair, (0, 1), strict=True):
            request_id = a_request(registry, person) if kind in {"asked", "withdrawn"} else None
            if kind == "withdrawn":
                withdraw(registry, person)
            matter = Matter(str(uuid.uuid4()), person.person_key, request_id)
            stories.append((group, story(matter, plot)))
    natural = [fact for group, facts in stories if group == 0 for fact in facts]
    hear(registry, station.says(*natural))
    said = station.says(*(fact for group, facts in stories if group == 1 for fact in facts))
    again = data.draw(st.lists(st.sampled_from(said), max_size=4))
    shuffled = data.draw(st.permutations([*said, *again]))
    while shuffled:
        together = data.draw(st.integers(1, len(shuffled)))
        registry.runtime.inbox.receive(shuffled[:together])
        shuffled = shuffled[together:]

    assert parked(registry) == 0
    for one, other in zip(here, there, strict=True):
        assert cases(registry, other) == cases(registry, one)
        assert len(acts(registry, other)) == len(set(acts(registry, other)))


# -- one by one ----------------------------------------------------------------------------------------------------------------


def matter_of(person: Any, request_id: str | None = None) -> Matter:
    return Matter(str(uuid.uuid4()), person.person_key, request_id)


def test_of_somebody_unknown_nothing_is_entered(registry, station):
    stranger = Matter(str(uuid.uuid4()), "nobody-here", str(uuid.uuid4()))

    hear(registry, station.says(*story(stranger, ("received", ADDICTED, NOT_ADDICTED)), stranger.admitted()))

    assert parked(registry) == 0
    assert (registry.rows()["legal_case"], registry.rows()["act"]) == (0, 0)


def test_who_came_unasked_has_a_case_and_is_put_on_the_list(registry, station):
    person = somebody(registry)

    hear(registry, station.says(*story(matter_of(person), ("received", ADDICTED))))

    assert acts(registry, person) == ["Received", "ResultAddicted"]
    assert acts(registry, person, "C") == ["Listed"]


def test_who_came_unasked_meets_the_request_that_was_open(registry, station):
    person = somebody(registry)
    request_id = a_request(registry, person)
    matter = matter_of(person)

    hear(registry, station.says(*story(matter, ("received", NOT_ADDICTED))))

    with registry.asking() as uow:
        (case,) = queries.history_for(uow, person.person_id).cases_of("B")
    assert (case.case_id, case.state) == (request_id, "RESULT_NOT_ADDICTED")


def test_a_correction_annuls_the_result_with_the_list_entry_and_enters_the_new_one(registry, station):
    person = somebody(registry)
    matter = matter_of(person, a_request(registry, person))
    hear(registry, station.says(*story(matter, ("received", ADDICTED))))
    assert acts(registry, person, "C") == ["Listed"]

    hear(registry, station.says(matter.corrected(NOT_ADDICTED, 2)))

    assert acts(registry, person) == ["Requested", "Received", "ResultNotAddicted"]
    assert acts(registry, person, "C") == []
    assert ("B", "RESULT_NOT_ADDICTED", "2026-11-20") in cases(registry, person)


def test_a_correction_that_says_the_same_leaves_the_act_as_it_is(registry, station):
    person = somebody(registry)
    matter = matter_of(person, a_request(registry, person))
    hear(registry, station.says(*story(matter, ("received", ADDICTED))))
    notify(registry, person)

    hear(registry, station.says(matter.corrected(ADDICTED, 2)))

    assert (parked(registry), acts(registry, person)[-1]) == (0, "NotifiedToPerson")


def test_a_correction_after_the_person_was_told_is_for_somebody_to_decide(registry, station):
    person = somebody(registry)
    matter = matter_of(person, a_request(registry, person))
    hear(registry, station.says(*story(matter, ("received", ADDICTED))))
    notify(registry, person)
    before = cases(registry, person), registry.announced(), registry.audited()

    hear(registry, station.says(matter.corrected(NOT_ADDICTED, 2)))

    assert parked(registry) == 1
    assert (cases(registry, person), registry.announced(), registry.audited()) == before


def test_the_result_of_a_withdrawn_request_is_a_case_of_its_own(registry, station):
    person = somebody(registry)
    matter = matter_of(person, a_request(registry, person))
    withdraw(registry, person)

    hear(registry, station.says(*story(matter, ("received", ADDICTED))))

    assert [state for track, state, _on in cases(registry, person) if track == "B"] == ["RESULT_ADDICTED", "WITHDRAWN"]
    assert acts(registry, person) == ["Requested", "Withdrawn", "ResultAddicted"]
    notify(registry, person)


def test_the_reception_for_a_withdrawn_request_opens_nothing(registry, station):
    person = somebody(registry)
    matter = matter_of(person, a_request(registry, person))
    withdraw(registry, person)

    hear(registry, station.says(*story(matter, ("received", "cancelled"))))

    assert [state for track, state, _on in cases(registry, person) if track == "B"] == ["WITHDRAWN"]


def test_the_result_of_a_withdrawn_request_is_for_somebody_to_decide_while_another_is_open(registry, station):
    person = somebody(registry)
    matter = matter_of(person, a_request(registry, person))
    withdraw(registry, person)
    second = a_request(registry, person)

    hear(registry, station.says(*story(matter, ("received", ADDICTED))))

    assert parked(registry) == 1
    assert acts(registry, person) == ["Requested", "Withdrawn", "Requested"]
    assert second != matter.request_id


def test_a_treatment_whose_admission_was_heard_too_early_begins_when_the_one_before_has_ended(registry, station):
    person = somebody(registry)
    first, second = matter_of(person), matter_of(person)
    said = station.says(first.admitted(), first.ended("TRANSFERRED"), second.admitted())

    hear(registry, [said[0], said[2], said[1]])

    with registry.asking() as uow:
        before, now = queries.history_for(uow, person.person_id).cases_of("E")
    assert (before.state, now.state, now.facts["treatment_id"]) == ("TRANSFERRED", "ACTIVE", second.number)


def test_an_admission_beside_voluntary_rehabilitation_is_not_parked_and_calls_for_its_end(registry, station):
    person = somebody(registry)
    matter = matter_of(person)
    hear(registry, station.says(matter.received(), matter.concluded(ADDICTED)))
    notify(registry, person)
    registry.do(an_act(person.person_id, "D", "Registered", on=TODAY, venue="HOME_COMMUNITY", document_number="20/ĐK"))

    hear(registry, station.says(matter_of(person).admitted()))

    with registry.asking() as uow:
        due = {duty.kind for duty in queries.duties(uow, person_id=person.person_id)}
    assert (parked(registry), acts(registry, person, "E")) == (0, ["Admitted"])
    assert ("CLOSE_FOR_OTHER_MEASURE" in due, "DECIDE" in due) == (True, False)


def test_the_end_of_another_treatment_ends_nothing(registry, station):
    person = somebody(registry)
    running = matter_of(person)

    hear(registry, station.says(running.admitted(), matter_of(person).ended("LEFT")))

    assert acts(registry, person, "E") == ["Admitted"]


def test_what_is_heard_of_somebody_who_was_merged_goes_to_the_record_that_stays(registry, station):
    person, keeper = somebody(registry), registry.somebody()
    with registry.runtime.unit_of_work(OFFICER) as uow:
        handlers.merge_people(MergePeople(person_id=person.person_id, into_number="027090001234", reason="trùng"), uow)

    hear(registry, station.says(matter_of(person).admitted()))

    assert (acts(registry, person, "E"), acts(registry, keeper, "E")) == ([], ["Admitted"])


def test_the_chain_of_the_audit_holds_over_what_was_heard(registry, station):
    person = somebody(registry)
    matter = matter_of(person, a_request(registry, person))

    registry.runtime.inbox.receive(station.says(*story(matter, ("received", ADDICTED, NOT_ADDICTED))))

    with registry.runtime.store.reading() as session:
        assert audit.verify(session, registry.runtime.tables.audit, registry.runtime.keys.audit, UNIT).ok
    assert ("determination.ResultNotAddicted", person.person_id) in registry.audited()
