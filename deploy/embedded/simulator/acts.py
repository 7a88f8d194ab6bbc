"""One act in a case of a made-up person, as the office that decides under the law of the day signed it."""

from collections.abc import Mapping
from typing import Any

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.people import Person
from services.registry import handlers
from services.registry.commands import PerformAct
from services.registry.domain.forms import shown_number
from services.registry.law import law
from services.registry.queries import ActRecord
from services.registry.queries.documents import series_of

# No name of an official is made up: the office stands for the person.
SIGNED_BY_THE_OFFICE = "(minh hoạ)"
DECISIONS, NOTICES, REQUESTS = "QĐ-CAP", "TB-CAP", "ĐN-CAP"
"""The series of the ward police in which papers are numbered."""


def next_on_paper(uow: UnitOfWork, symbol: str) -> str:
    """Return the next number of a series of this year, for a paper that is not drawn up here."""
    series = series_of(uow, uow.today().year)
    last = next((each.last for each in series if each.symbol == symbol), 0)
    return shown_number(last + 1, symbol)


def act(person: Person, name: str, uow: UnitOfWork, **given: Any) -> ActRecord:
    """Record an act of now; what is ``given`` is that of :func:`order`."""
    return handlers.perform(order(person, name, uow, **given), uow)


def order(
    person: Person,
    name: str,
    uow: UnitOfWork,
    *,
    document_number: str | None = None,
    series: str | None = None,
    known: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
    **answers: Any,
) -> PerformAct:
    """Return the order of an act of today, named as "B.Requested".

    With ``series`` its paper has the next number of it and lies elsewhere; ``known`` is what the case says of the one who signs.
    """
    track, _dot, event = name.partition(".")
    regime = law().regime_on(uow.today()).code
    under = law().tracks[track].transition(event).under_regime(regime, {**(known or {}), **answers})
    signer = under.deciders[0] if under is not None and under.deciders else None
    return PerformAct(
        person_id=person.person_id,
        track=track,
        event=event,
        happened_on=uow.today(),
        answers=answers,
        document_number=next_on_paper(uow, series) if series else document_number,
        signer_role=signer,
        signer_name=SIGNED_BY_THE_OFFICE if signer else None,
        details=dict(details or {}),
    )
