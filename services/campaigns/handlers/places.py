"""Residential groups, schools and workplaces: entered, written right, closed."""

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts import campaigns as say
from services.campaigns import queries
from services.campaigns.commands import ClosePlace, CorrectPlace, RegisterPlace
from services.campaigns.domain import OutOfOrder, WrongState
from services.campaigns.tables import Place


def register_place(command: RegisterPlace, uow: UnitOfWork) -> Place:
    """Enter a residential group, a school or a workplace."""
    _check_name(command.kind, command.name, uow)
    place = uow.add(
        Place(
            place_id=uow.new_id(),
            kind=command.kind,
            name=command.name,
            size=command.size,
            since_on=command.since_on,
            details=command.details,
        )
    )
    uow.record(
        say.PlaceRegistered(place_id=place.place_id, kind=command.kind, since_on=command.since_on, size=command.size)
    )
    uow.wrote("place.register", "place", place.place_id)
    return place


def correct_place(command: CorrectPlace, uow: UnitOfWork) -> Place:
    """Write a place's name and details right. Nothing is announced: no other agency was told of them."""
    place = uow.get(Place, command.place_id, version=command.version)
    if command.name != place.name:
        _check_name(place.kind, command.name, uow)
    place.name, place.details = command.name, {**place.details, **command.details}
    uow.wrote("place.correct", "place", place.place_id, version=place.version)
    return place


def close_place(command: ClosePlace, uow: UnitOfWork) -> Place:
    """Say that a place exists no more; it stays in the figures of the time when it did."""
    place = uow.get(Place, command.place_id)
    if place.closed_on is not None:
        raise WrongState(_("Địa bàn này đã ghi giải thể."))
    if command.closed_on < place.since_on:
        raise OutOfOrder(_("Ngày giải thể phải từ ngày thành lập trở đi."), field="closed_on")
    place.closed_on = command.closed_on
    place.version += 1
    uow.record(say.PlaceClosed(place_id=place.place_id, closed_on=command.closed_on))
    uow.wrote("place.close", "place", place.place_id)
    return place


def _check_name(kind: str, name: str, uow: UnitOfWork) -> None:
    if queries.place_named(uow.session, kind, name) is not None:
        raise RuleBroken(_("Địa bàn này đã có trong danh sách."), code="already_registered", field="name")
