"""What the document of an act says: put together from the person, the case, the test and what the officer added."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from chassis.unit_of_work import UnitOfWork
from chassis.units import unit
from services.registry.documents.answers import context_for
from services.registry.documents.measures import of_other_tracks
from services.registry.documents.members import members_of_team
from services.registry.documents.sources import AskedField, fields_of
from services.registry.domain.codes import POSITIVE
from services.registry.domain.rehabilitation import stages_done
from services.registry.domain.terms import add_months
from services.registry.domain.tracks import Act as ActFacts
from services.registry.domain.tracks import Case as CaseFacts
from services.registry.domain.tracks import Transition
from services.registry.law.form_catalogue import form_catalogue
from services.registry.queries import recorders
from services.registry.tables import Case, Person, TestResult, answers_of

OF_THE_PERSON = {"full_name", "sex", "birth_date", "papers", "residence"}
OF_THE_RECORD = OF_THE_PERSON | {
    "other_name", "ethnic_group", "nationality", "id_issued_on", "id_issued_by", "birth_place", "home_town",
    "permanent_address", "temporary_address", "education", "occupation", "workplace", "phone", "father_name",
    "mother_name", "spouse_name", "children_names",
}  # fmt: skip
"""What is corrected in somebody's record and not on a paper about them."""

WORKED_OUT = OF_THE_RECORD | {
    "tested_on", "substances", "starts_on", "ends_on", "term", "decision_number", "decision_on", "new_residence",
    "remaining_days", "effective_on", "sequence", "determined_on", "measure_text", "officer_name", "served_on", "read_until",
    "monitored_group", "case_ground", "stage_text", "completed_on", "proposal_number", "proposal_on",
}  # fmt: skip
"""What nobody types: the register, the case and the law say it, and what they say is printed."""

MONTHS_IN_YEAR = 12
FORMS_A_TEAM = ("G", "TeamAssigned")
FIRST = "lần thứ nhất"
NO_STAGE = "chưa có"
CASE_GROUNDS = {
    "VOLUNTARY": "A", "NO_CERTIFICATE": "B", "REUSE_MANAGED": "C", "USE_POST_REHAB": "D", "NO_STABLE_RESIDENCE": "DD",
}  # fmt: skip
"""The letters of article 31 clause 1, as the form ticks them, by the grounds of track B."""


def is_printed_here(form_code: str) -> bool:
    """Tell whether this office has a template for the form."""
    form = form_catalogue().forms.get(form_code)
    return form is not None and form.printed


def asked_of_the_officer(form_code: str, transition: Transition) -> list[AskedField]:
    """Return what the document says that neither the register nor the act's own facts say; some of it may stay empty."""
    known = not_asked(transition) | {
        transition.on,
        *transition.asks,
        *transition.gives,
        *transition.derives,
    }
    return [each for each in fields_of(form_code) if each.name not in known]


def not_asked(transition: Transition) -> set[str]:
    """What the document of an act takes from the register alone, whatever somebody wrote."""
    return WORKED_OUT - of_the_other_commune(transition)


def of_the_other_commune(transition: Transition) -> set[str]:
    """What stands in the papers of the commune from which somebody comes, and not in these books."""
    return (
        {"tested_on", "determined_on", "decision_number", "decision_on"} if "from_commune" in transition.asks else set()
    )


def context_of_act(
    uow: UnitOfWork,
    person: Person,
    act: ActFacts,
    case: Case | None,
    *,
    transition: Transition,
    judged: CaseFacts,
    details: Mapping[str, Any],
    drafted_by: str,
) -> dict[str, Any]:
    """Return what the forms may print of an act: ``judged`` is the case with it, ``details`` what the officer added."""
    facts = judged.facts
    identity = uow.vault.open_answers(*answers_of(person))
    answers = {**identity.get("details", {}), **identity, "sex": person.sex, "ethnic_group": person.ethnic_group}
    said: dict[str, Any] = {
        **facts,
        **_test(uow, person, facts),
        "decision_number": (case.document_number if case else None) or facts.get("decision_number"),
        "decision_on": (case.decided_on or case.starts_on) if case else None,
        "effective_on": act.happened_on,
        "served_on": facts.get("notice_served_on") or act.happened_on,
        "read_until": facts.get("reading_over_on"),
        "sequence": sequence_in_words(facts),
        "case_ground": CASE_GROUNDS.get(str(facts.get("ground"))),
        "recipient": _recipient(facts) or _usual_recipient(act.track, uow.unit),
        "officer_name": recorders(uow, [drafted_by]).get(drafted_by),
        **_of_earlier_acts(judged),
        **of_other_tracks(uow, person, act, facts),
    }
    said.setdefault(
        "term",
        term_in_words({**said, "rehab_sequence_no": said.get("rehab_sequence_no") if act.track in "DF" else None}),
    )
    known = not_asked(transition)
    given = {name: value for name, value in details.items() if value not in (None, "") and name not in known}
    if (act.track, act.event) == FORMS_A_TEAM:
        given["members"] = members_of_team(uow, person.person_id, act.happened_on, given.get("members"))
    return context_for(
        answers, {name: value for name, value in {**said, **given}.items() if value is not None}, uow.unit
    )


def _of_earlier_acts(judged: CaseFacts) -> dict[str, Any]:
    """What earlier acts of the case say: the stages that were completed, the proposal that is decided on."""
    if judged.track == "D":
        return {"stage_text": ", ".join(str(number) for number in sorted(stages_done(judged))) or NO_STAGE}
    proposed = judged.did("Proposed") if judged.track == "G" else None
    if proposed is None:
        return {}
    return {"proposal_number": proposed.document_number, "proposal_on": proposed.happened_on}


def _usual_recipient(track: str, unit_code: str) -> str | None:
    """A determination is asked of the health station of the commune."""
    return f"Trạm Y tế {unit(unit_code).full_name}" if track == "B" else None


def _test(uow: UnitOfWork, person: Person, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The test on which the case stands, else the person's latest positive one."""
    test_id = facts.get("reuse_test_id") or facts.get("test_id")
    asked = select(TestResult).where(
        TestResult.person_id == person.person_id, TestResult.result == POSITIVE, TestResult.withdrawn_at.is_(None)
    )
    asked = asked.where(TestResult.test_id == test_id) if test_id else asked.order_by(TestResult.taken_at.desc())
    test = uow.session.scalar(asked.limit(1))
    if test is None:
        return {}
    return {
        "tested_on": test.received_at.astimezone(LOCAL_ZONE).date(),
        "taken_at": test.taken_at,
        "sample": test.sample,
        "result": test.result,
        "substances": test.substances,
    }


def term_in_words(facts: Mapping[str, Any]) -> str | None:
    """Return a term in the words of a decision: «01 năm», «24 tháng», «45 ngày»."""
    since, until = facts.get("starts_on"), facts.get("ends_on")
    if not isinstance(since, date) or not isinstance(until, date):
        return None
    months = (until.year - since.year) * MONTHS_IN_YEAR + until.month - since.month
    if add_months(since, months) != until:
        return f"{(until - since).days:02d} ngày"
    # Rehabilitation is decreed in months, everything else in years.
    if months % MONTHS_IN_YEAR == 0 and facts.get("rehab_sequence_no") is None:
        return f"{months // MONTHS_IN_YEAR:02d} năm"
    return f"{months:02d} tháng"


def sequence_in_words(facts: Mapping[str, Any]) -> str | None:
    """Return which rehabilitation it is: «lần thứ nhất»."""
    number = facts.get("rehab_sequence_no")
    if number is None:
        return None
    return FIRST if number == 1 else f"lần thứ {number}"


def _recipient(facts: Mapping[str, Any]) -> str | None:
    to_commune = facts.get("to_commune")
    return f"Công an {unit(to_commune).full_name}" if to_commune else None
