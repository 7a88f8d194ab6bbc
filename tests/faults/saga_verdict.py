"""What became of the determinations: the registry's books held against the station's, and what is derived against its sources."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.unit_of_work import UnitOfWork
from services.health.queries import determination as station_queries
from services.health.tables import Determination, DeterminationRequest, DeterminationResult
from services.registry import queries
from services.registry.domain.duties import duties_of
from services.registry.domain.history import History
from services.registry.domain.tracks import Case as CaseFacts
from services.registry.law import law
from services.registry.queries.facts import stored
from services.registry.tables import Act, Case, Document, Duty, Person
from tests.faults.saga import DOCTOR, OFFICER, WAITS, standings
from tests.faults.verdict import Verdict, is_whole
from tests.faults.world import World

CONCLUSIONS = {"ResultAddicted": "ADDICTED", "ResultNotAddicted": "NOT_ADDICTED"}
TYPED_BY_HAND = "ND109_M02"
ENDED_AT_THE_STATION = ("RETURNED", "CANCELLED")


@dataclass
class AtTheStation:
    """What the station holds of one request."""

    request: DeterminationRequest
    determinations: list[Determination] = field(default_factory=list)
    results: list[DeterminationResult] = field(default_factory=list)

    @property
    def conclusions(self) -> list[str]:
        return [result.conclusion for result in self.results]


def how_many_ended(world: World) -> int:
    """Return how many people's requests have come to their end on both sides; all of them only when nothing is on its way."""
    registry, station = world.runtime("registry"), world.runtime("health")
    with registry.store.reading() as session:
        ended = sum(each.has_ended for each in standings(session))
    with station.store.reading() as session:
        waiting = len(session.scalars(station_queries.waiting()).all()) + len(station_queries.unfinished(session))
    registry.close()
    station.close()
    if ended < world.wanted:
        return ended
    at_rest = waiting == 0 and is_whole(world, "registry") and is_whole(world, "health")
    return ended if at_rest else ended - 1


def judge_determinations(world: World, verdict: Verdict) -> None:
    """Hold both sides against each other, and every derived row against what it is derived of."""
    registry, station = world.runtime("registry"), world.runtime("health")
    with registry.unit_of_work(OFFICER, writes=False) as uow, station.unit_of_work(DOCTOR, writes=False) as desk:
        there = _at_the_station(desk.session)
        found: list[str] = []
        differing: list[str] = []
        derived: list[str] = []
        people = uow.session.scalars(select(Person).order_by(Person.registered_at)).all()
        for person in people:
            history = queries.history_of(uow, person)
            acts = queries.standing_acts(uow, person.person_id)
            asked = next((act.case_id for act in acts if act.event == "Requested"), None)
            known = there.pop(asked, None) if asked else None
            found += [f"{person.person_id} {problem}" for problem in _steps(history, acts)]
            differing += [f"{person.person_id} {problem}" for problem in _sides(history, acts, known)]
            derived += [f"{person.person_id} {problem}" for problem in _derived(uow, person, history)]
        # Of a case that began without a request, the station is told that the person knows; it asked for nothing.
        unasked = [request_id for request_id, known in there.items() if known.request.requested_on is not None]
        differing += [f"request {request_id} known only to the station" for request_id in unasked]
        found += [*_numbers(desk.session, DeterminationResult), *_numbers(uow.session, Document)]
    verdict.determinations = len(people)
    if len(people) != world.wanted:
        found.append(f"{len(people)} people of {world.wanted}")
    verdict.not_ended_once += verdict.say("not ended once", found)
    verdict.sides_differ += verdict.say("the sides differ", differing)
    verdict.derived_differ += verdict.say("derived rows differ", derived)
    registry.close()
    station.close()


def _at_the_station(session: Session) -> dict[str, AtTheStation]:
    found = {row.request_id: AtTheStation(row) for row in session.scalars(select(DeterminationRequest))}
    owners = {}
    for row in session.scalars(select(Determination)):
        place = found.setdefault(
            str(row.request_id), AtTheStation(DeterminationRequest(request_id=str(row.request_id)))
        )
        place.determinations.append(row)
        owners[row.determination_id] = place
    for result in session.scalars(select(DeterminationResult)):
        owners[result.determination_id].results.append(result)
    return found


def _steps(history: History, acts: Sequence[Act]) -> Iterator[str]:
    """Tell what was done twice, and what never came to an end."""
    yield from (
        f"{event} {count} times"
        for (_case, event), count in Counter((act.case_id, act.event) for act in acts).items()
        if count > 1
    )
    events = Counter(f"{act.track}.{act.event}" for act in acts)
    yield from (f"{name} {events[name]} times" for name in ("B.Requested", "A.PositiveTest") if events[name] != 1)
    results = events["B.ResultAddicted"] + events["B.ResultNotAddicted"]
    if results > 1:
        yield f"{results} results"
    if not events["C.Listed"] == events["B.ResultAddicted"] == events["B.NotifiedToPerson"] == events["D.Registered"]:
        yield "found addicted, and not once listed, told and registered"
    if events["B.ResultNotAddicted"] != events["A.ManagementDecided"]:
        yield "found not addicted, and not once decided on"
    opened = Counter(case.track for case in history.cases if case.is_open)
    yield from (f"{count} open cases on track {track}" for track, count in opened.items() if count > 1)
    yield from (f"is still {case.state}" for case in history.cases_of("B") if case.state in WAITS)


def _sides(history: History, acts: Sequence[Act], there: AtTheStation | None) -> Iterator[str]:
    """Tell where the station's books say something else than the registry's."""
    if there is None:
        yield "asked, and unknown to the station"
        return
    yield from (f"{row.stage} at the station" for row in there.determinations if row.stage not in ENDED_AT_THE_STATION)
    if len(there.determinations) > 1 or len(there.results) > 1:
        yield f"{len(there.determinations)} determinations with {len(there.results)} results"
    yield from (f"version {row.result_version} in force" for row in there.results if row.result_version != 1)
    yield from ("a result that was not issued" for row in there.results if row.issued_on is None)
    here = [CONCLUSIONS[act.event] for act in acts if act.event in CONCLUSIONS]
    if here != there.conclusions:
        yield f"concluded {here} here and {there.conclusions} there"
    request = next(case for case in history.cases_of("B") if case.case_id == there.request.request_id)
    if (request.state == "WITHDRAWN") != (there.request.withdrawn_on is not None):
        yield f"is {request.state}, and the station has another word of it"
    if any(act.event == "NotifiedToPerson" and act.case_id == request.case_id for act in acts) != (
        there.request.notified_on is not None
    ):
        yield "told or not told, and the station has another word of it"
    if request.state == "DECLINED" and there.request.closed_on is None:
        yield "declined, and not closed at the station"


def _derived(uow: UnitOfWork, person: Person, history: History) -> Iterator[str]:
    """Tell which rows are not what the acts make of them."""
    rows = {row.case_id: row for row in uow.session.scalars(select(Case).where(Case.person_id == person.person_id))}
    if rows.keys() != {case.case_id for case in history.cases}:
        yield "cases without acts"
    yield from (f"case {case.track}" for case in history.cases if _as_row(case) != _of_row(rows[case.case_id]))
    due = duties_of(law(), history, queries.facts_of_other_books(uow, person, history))
    kept = uow.session.scalars(select(Duty).where(Duty.person_id == person.person_id))
    if {(each.case_id, each.line.code, each.rule, each.due.latest) for each in due} != {
        (row.case_id, row.code, row.rule, row.due_at) for row in kept
    }:
        yield "duties"


def _as_row(case: CaseFacts) -> tuple[object, ...]:
    return (
        case.track, case.state, case.opened_on, case.last.happened_on, case.starts_on, case.ends_on, case.closed_on,
        case.decided_under, stored(case.facts), len(case.acts),
    )  # fmt: skip


def _of_row(row: Case) -> tuple[object, ...]:
    return (
        row.track, row.state, row.opened_on, row.since_on, row.starts_on, row.ends_on, row.closed_on, row.regime,
        row.facts, row.version,
    )  # fmt: skip


def _numbers(session: Session, papers: Any) -> list[str]:
    """Tell whether the numbers of papers have gaps: each is taken in the transaction in which its paper is issued."""
    year = papers.number_year if papers is DeterminationResult else papers.year
    asked = select(papers.number, year, papers.symbol).where(
        papers.number.is_not(None), papers.form_code != TYPED_BY_HAND
    )
    taken: dict[tuple[int, str], list[int]] = {}
    for number, of_year, symbol in session.execute(asked):
        taken.setdefault((of_year, symbol), []).append(number)
    whole = {key: list(range(1, len(numbers) + 1)) for key, numbers in taken.items()}
    return [f"numbers of {key} have gaps" for key, numbers in taken.items() if sorted(numbers) != whole[key]]
