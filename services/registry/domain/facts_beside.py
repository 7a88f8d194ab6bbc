"""What the other cases and the book of violations of a person mean for one of their cases, as facts that duties look at."""

from collections.abc import Mapping
from datetime import date, datetime

from services.registry.domain.history import History
from services.registry.domain.rehabilitation import COURT_HAS_DECIDED
from services.registry.domain.terms import is_before
from services.registry.domain.tracks import Case
from services.registry.domain.use import unsettled_use
from services.registry.domain.violations import COMPULSORY, NEW_MONITORING

COMPULSORY_SINCE, MONITORED_SINCE, OTHER_MEASURE = "compulsory_since", "monitored_since", "other_measure_since"
COMPULSORY_BREACH, MONITORING_ANEW, MONITORING_DECIDED = "compulsory_breach_on", "new_monitoring_at", "em_decided_on"

USE_UNSETTLED, CERTIFIED = "use_unsettled_on", frozenset({"D", "G"})

REQUESTED, TAKEN_OVER = "REQUESTED", "TransferReceived"
DECISIONS_ON_MONITORING = frozenset({"Decided", "DecidedAnew"})
BASES_OF_MONITORING: Mapping[str, frozenset[str]] = {
    "D": frozenset({"COMMUNITY_REHAB", "PARENTS_REQUEST"}),
    "G": frozenset({"POST_REHAB", "MINOR_POST_REHAB", "PARENTS_REQUEST"}),
}
"""On what the monitoring rests that comes along when a case of this track is taken over."""


def facts_beside(history: History, case: Case) -> Mapping[str, date]:
    """Return the facts that bear on an open case and stand outside of it."""
    return {
        **_compulsory_since(history),
        **_monitored_since(history),
        **_asked_after_breaches(history, case),
        **_other_measure_since(history, case),
        **_monitored_on_arrival(history, case),
        **_use_unsettled(history, case),
    }


def _compulsory_since(history: History) -> Mapping[str, date]:
    """Once there is a ground for compulsory rehabilitation, nobody waits for the person to register or start by themselves."""
    compulsory = history.open_case("F")
    return {COMPULSORY_SINCE: compulsory.opened_on} if compulsory else {}


def _monitored_since(history: History) -> Mapping[str, date]:
    """While a decision on monitoring is in force, the next one replaces it (INV-1); a request alone is none."""
    monitored = history.open_case("H")
    if monitored is None or monitored.state == REQUESTED:
        return {}
    return {MONITORED_SINCE: monitored.opened_on}


def _other_measure_since(history: History, case: Case) -> Mapping[str, date]:
    """Since when a measure runs beside which the law does not know this case: one of the two has to end.

    Rehabilitation that began before the court decided goes on until the facility admits the person, and ends with that.
    """
    treated, compulsory = history.open_case("E"), history.open_case("F")
    since = []
    if case.track == "D" and treated is not None and treated.state == "ACTIVE":
        since.append(treated.facts.get("admitted_on", treated.opened_on))
    if case.track == "D" and case.state != "IN_REHAB" and compulsory and compulsory.state in COURT_HAS_DECIDED:
        since.append(compulsory.facts.get("court_decided_on", compulsory.opened_on))
    if case.track == "E" and compulsory is not None and compulsory.state == "ADMITTED":
        since.append(compulsory.facts.get("admitted_on", compulsory.opened_on))
    return {OTHER_MEASURE: max(min(since), case.opened_on)} if since else {}


def _use_unsettled(history: History, case: Case) -> Mapping[str, date]:
    """Use within the term that no determination has followed: until then the term is not certified."""
    found_on = unsettled_use(history, case) if case.is_open and case.track in CERTIFIED else None
    return {USE_UNSETTLED: found_on} if found_on else {}


def _monitored_on_arrival(history: History, case: Case) -> Mapping[str, date]:
    """Monitoring taken over together with its case rests on the old commune's decision: nothing is decided anew."""
    if case.did(TAKEN_OVER) is None:
        return {}
    bases = BASES_OF_MONITORING.get(case.track, frozenset())
    along = [
        monitored.opened_on
        for monitored in history.cases_of("H")
        if monitored.did(TAKEN_OVER) is not None
        and monitored.facts.get("em_basis") in bases
        and (monitored.closed_on is None or monitored.closed_on >= case.opened_on)
    ]
    return {MONITORING_DECIDED: min(along)} if along else {}


def _asked_after_breaches(history: History, case: Case) -> Mapping[str, date]:
    """Since when the book of violations asks that a case ends, and, in one case only, that monitoring is decided anew."""
    found: dict[str, date] = {}
    ending = [breach.recorded_on for breach in history.breaches_in(case, COMPULSORY)]
    if ending:
        found[COMPULSORY_BREACH] = min(ending)
    anew = _monitoring_asked_anew(history)
    if anew is not None and case is (history.open_case("H") or history.open_case("E")):
        found[MONITORING_ANEW] = anew
    return found


def _monitoring_asked_anew(history: History) -> datetime | None:
    """The first minutes in treatment that ask for it and that no decision has followed; the decree asks it of adults only."""
    treated = history.open_case("E")
    asked = history.breaches_in(treated, NEW_MONITORING) if treated else []
    decided = [
        act.happened_at for case in history.cases_of("H") for act in case.acts if act.event in DECISIONS_ON_MONITORING
    ]
    unanswered = [
        breach.minutes_at
        for breach in asked
        if not history.is_minor_on(breach.recorded_on)
        and all(is_before(moment, breach.minutes_at) for moment in decided)
    ]
    return min(unanswered, default=None)
