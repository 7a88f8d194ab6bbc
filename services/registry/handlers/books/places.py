"""Entering what is about places and counts: hotspots, arrests, illicit plants, offences, fines and tips. Nobody is named here."""

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import (
    HotspotCleared,
    HotspotFound,
    IllicitPlantDestroyed,
    IllicitPlantFound,
    OffenderArrested,
    TallyRecorded,
)
from services.registry.commands.books import (
    ClearHotspot,
    DestroyIllicitPlant,
    RecordHotspot,
    RecordIllicitPlant,
    RecordOffenderArrest,
    RecordTally,
)
from services.registry.domain.books import check_destroyed, check_order, square_decimetres
from services.registry.handlers.books.residences import communes
from services.registry.handlers.books.writing import check_past, noted, put_into, standing
from services.registry.permissions import PERMISSIONS
from services.registry.queries.books import EntryRecord
from services.registry.tables.books import Hotspot, IllicitPlant, OffenderArrest, Tally


def record_hotspot(command: RecordHotspot, uow: UnitOfWork) -> EntryRecord:
    """Enter a hotspot of the own commune, perhaps on its border."""
    PERMISSIONS.require(uow.by, "book.write")
    check_past(command.found_on, uow, field="found_on")
    _check_border(command.border_commune_code, uow)
    row = put_into(
        Hotspot,
        command.details,
        uow,
        kind=command.kind,
        commune_code=uow.unit,
        border_commune_code=command.border_commune_code,
        found_on=command.found_on,
        cleared_on=None,
    )
    uow.record(
        HotspotFound(
            hotspot_id=row.hotspot_id,
            found_on=row.found_on,
            kind=row.kind,
            commune_code=row.commune_code,
            border_commune_code=row.border_commune_code,
        )
    )
    return noted(row, "hotspot.record", uow, kind=row.kind)


def clear_hotspot(command: ClearHotspot, uow: UnitOfWork) -> EntryRecord:
    """Enter that a hotspot exists no longer; once."""
    PERMISSIONS.require(uow.by, "book.write")
    row = standing(Hotspot, command.hotspot_id, uow)
    if row.cleared_on is not None:
        raise RuleBroken(_("Điểm này đã được ghi là triệt xoá."), field="cleared_on")
    check_past(command.cleared_on, uow, field="cleared_on")
    check_order(row.found_on, command.cleared_on, field="cleared_on", label=_("Ngày triệt xoá"))
    row.cleared_on = command.cleared_on
    uow.record(HotspotCleared(hotspot_id=row.hotspot_id, cleared_on=command.cleared_on))
    return noted(row, "hotspot.clear", uow, kind=row.kind)


def record_offender_arrest(command: RecordOffenderArrest, uow: UnitOfWork) -> EntryRecord:
    """Enter a count of arrested people."""
    PERMISSIONS.require(uow.by, "book.write")
    check_past(command.arrested_on, uow, field="arrested_on")
    row = put_into(
        OffenderArrest,
        command.details,
        uow,
        commune_code=uow.unit,
        arrested_on=command.arrested_on,
        offenders=command.offenders,
    )
    uow.record(
        OffenderArrested(
            arrest_id=row.arrest_id,
            arrested_on=row.arrested_on,
            commune_code=row.commune_code,
            offenders=row.offenders,
        )
    )
    return noted(row, "offender_arrest.record", uow, offenders=row.offenders)


def record_illicit_plant(command: RecordIllicitPlant, uow: UnitOfWork) -> EntryRecord:
    """Enter a plot of the own commune, perhaps on its border, in plants, in m², or both."""
    PERMISSIONS.require(uow.by, "book.write")
    check_past(command.found_on, uow, field="found_on")
    _check_border(command.border_commune_code, uow)
    area = square_decimetres(command.area, field="area")
    if not command.plants and not area:
        raise NotUnderstood(_("Số cây: hãy ghi số cây, diện tích, hoặc cả hai."), field="plants")
    row = put_into(
        IllicitPlant,
        command.details,
        uow,
        commune_code=uow.unit,
        border_commune_code=command.border_commune_code,
        found_on=command.found_on,
        plants=command.plants,
        square_decimetres=area,
        destroyed_on=None,
        destroyed_plants=None,
        destroyed_square_decimetres=None,
    )
    uow.record(
        IllicitPlantFound(
            plot_id=row.plot_id,
            found_on=row.found_on,
            commune_code=row.commune_code,
            plants=row.plants,
            square_decimetres=row.square_decimetres,
            border_commune_code=row.border_commune_code,
        )
    )
    return noted(row, "illicit_plant.record", uow, plants=row.plants)


def destroy_illicit_plant(command: DestroyIllicitPlant, uow: UnitOfWork) -> EntryRecord:
    """Enter what of a plot was destroyed; once, and never more than was found."""
    PERMISSIONS.require(uow.by, "book.write")
    row = standing(IllicitPlant, command.plot_id, uow)
    if row.destroyed_on is not None:
        raise RuleBroken(_("Nơi trồng này đã được ghi là triệt phá."), field="destroyed_on")
    check_past(command.destroyed_on, uow, field="destroyed_on")
    check_order(row.found_on, command.destroyed_on, field="destroyed_on", label=_("Ngày triệt phá"))
    area = row.square_decimetres
    if command.destroyed_area is not None:
        area = square_decimetres(command.destroyed_area, field="destroyed_area")
    check_destroyed(found=(row.plants, row.square_decimetres), destroyed=(command.destroyed_plants, area))
    row.destroyed_on = command.destroyed_on
    row.destroyed_plants, row.destroyed_square_decimetres = command.destroyed_plants, area
    uow.record(
        IllicitPlantDestroyed(
            plot_id=row.plot_id,
            destroyed_on=command.destroyed_on,
            plants=command.destroyed_plants,
            square_decimetres=area,
        )
    )
    return noted(row, "illicit_plant.destroy", uow, plants=command.destroyed_plants)


def record_tally(command: RecordTally, uow: UnitOfWork) -> EntryRecord:
    """Enter a count of offences, fines or tips."""
    PERMISSIONS.require(uow.by, "book.write")
    check_past(command.counted_on, uow, field="counted_on")
    row = put_into(
        Tally,
        command.details,
        uow,
        kind=command.kind,
        commune_code=uow.unit,
        counted_on=command.counted_on,
        quantity=command.quantity,
    )
    uow.record(
        TallyRecorded(
            tally_id=row.tally_id,
            counted_on=row.counted_on,
            kind=row.kind,
            commune_code=row.commune_code,
            quantity=row.quantity,
        )
    )
    return noted(row, "tally.record", uow, kind=row.kind)


def _check_border(code: str | None, uow: UnitOfWork) -> None:
    if code is not None and (code == uow.unit or code not in communes()):
        raise NotUnderstood(_("Xã giáp ranh: hãy chọn một xã, phường khác."), field="border_commune_code")
