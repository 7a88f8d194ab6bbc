"""What decision 28/2025 asks of a commune for a year, counted from the books, and the worksheet that follows from it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.books import Interval, classification_year, square_metres
from services.registry.domain.classification import Situation, Worksheet, worksheet
from services.registry.law.classification import classification_law
from services.registry.queries.books.lists import on_a_list
from services.registry.tables import Case
from services.registry.tables.books import Hotspot, IllicitPlant, OffenderArrest


@dataclass(frozen=True, kw_only=True)
class ClassificationInputs:
    """The inputs of criteria a to d for one window, both days counted."""

    year: int
    window: Interval
    people_on_file: int
    hotspots: int
    hotspots_cleared: int
    offenders: int
    plants: int
    area: Decimal
    destroyed_plants: int
    destroyed_area: Decimal


def classification_inputs(uow: UnitOfWork, year: int) -> ClassificationInputs:
    """Return the inputs of a year. People are those on list L1 or L2 at the end of the window, or today if it still runs."""
    window = classification_year(year)
    last = min(window.last or uow.today(), uow.today())
    plants, area = _sums(uow, window)
    destroyed_plants, destroyed_area = _destroyed(uow, window)
    return ClassificationInputs(
        year=year,
        window=window,
        people_on_file=len(on_a_list(uow, ("L1", "L2"), last)),
        hotspots=_count_hotspots(uow, window),
        hotspots_cleared=_count(uow, Hotspot.cleared_on, window),
        offenders=_sum(uow, OffenderArrest.offenders, OffenderArrest.arrested_on, window),
        plants=plants,
        area=square_metres(area),
        destroyed_plants=destroyed_plants,
        destroyed_area=square_metres(destroyed_area),
    )


def classification_worksheet(uow: UnitOfWork, year: int, *, population: int, on_key_route: bool = False) -> Worksheet:
    """Return the worksheet of a year for a commune of so many residents."""
    inputs = classification_inputs(uow, year)
    last = min(inputs.window.last or uow.today(), uow.today())
    situation = Situation(
        population=population,
        people_on_file=inputs.people_on_file,
        barring=len(_barring(uow, last)),
        hotspots=inputs.hotspots - inputs.hotspots_cleared,
        offenders=inputs.offenders,
        plants=inputs.plants,
        area=inputs.area,
        on_key_route=on_key_route,
    )
    return worksheet(classification_law(), situation)


def _barring(uow: UnitOfWork, day: date) -> set[str]:
    """People on file who are neither in substitution treatment nor rehabilitating at home (article 6)."""
    spared = uow.session.scalars(
        select(Case.person_id).where(
            Case.opened_on <= day,
            or_(Case.closed_on.is_(None), Case.closed_on > day),
            or_(
                and_(Case.track == "E", Case.state == "ACTIVE"),
                and_(Case.track == "D", Case.state == "IN_REHAB", Case.facts["venue"].as_string() == "HOME_COMMUNITY"),
            ),
        )
    )
    return set(on_a_list(uow, ("L1", "L2"), day)) - set(spared)


def _count_hotspots(uow: UnitOfWork, window: Interval) -> int:
    """A place counts when it was there in the window: found by its end, and not cleared before its beginning."""
    asked = select(func.count(Hotspot.hotspot_id)).where(
        Hotspot.withdrawn_at.is_(None),
        Hotspot.found_on <= window.last,
        or_(Hotspot.cleared_on.is_(None), Hotspot.cleared_on >= window.first),
    )
    return uow.session.scalar(asked) or 0


def _sums(uow: UnitOfWork, window: Interval) -> tuple[int, int]:
    on = IllicitPlant.found_on
    return _sum(uow, IllicitPlant.plants, on, window), _sum(uow, IllicitPlant.square_decimetres, on, window)


def _destroyed(uow: UnitOfWork, window: Interval) -> tuple[int, int]:
    on = IllicitPlant.destroyed_on
    return (
        _sum(uow, IllicitPlant.destroyed_plants, on, window),
        _sum(uow, IllicitPlant.destroyed_square_decimetres, on, window),
    )


def _sum(uow: UnitOfWork, amount: Any, on: Any, window: Interval) -> int:
    return int(
        uow.session.scalar(select(func.coalesce(func.sum(amount), 0)).where(_within(on, window), _stands(on))) or 0
    )


def _count(uow: UnitOfWork, on: Any, window: Interval) -> int:
    return uow.session.scalar(select(func.count(on)).where(_within(on, window), _stands(on))) or 0


def _within(on: Any, window: Interval) -> ColumnElement[bool]:
    within: ColumnElement[bool] = on.between(window.first, window.last)
    return within


def _stands(on: Any) -> ColumnElement[bool]:
    """Leave out what was withdrawn."""
    stands: ColumnElement[bool] = on.class_.withdrawn_at.is_(None)
    return stands
