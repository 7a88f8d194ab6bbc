"""Places and counts: hotspots, arrests, illicit plants, offences, fines and tips. No question here is about a person."""

from marshmallow import fields

from chassis.forms import DateAnswer, DecimalAnswer, DetailsOf, Form, Group, IntegerAnswer, ask
from chassis.i18n import _
from services.registry.commands.books import (
    ClearHotspot,
    DestroyIllicitPlant,
    RecordHotspot,
    RecordIllicitPlant,
    RecordOffenderArrest,
    RecordTally,
)
from services.registry.domain.books import HOTSPOT_KINDS, LARGEST_AREA, TALLY_KINDS, square_metres
from services.registry.forms.books.asking import EntryOut, border, note


class HotspotForm(Form):
    """A place, an area or a vehicle that was found."""

    title = _("Ghi điểm tổ chức, chứa chấp sử dụng trái phép")
    command = RecordHotspot

    kind = ask(fields.String, _("Loại"), needed=True, choices=HOTSPOT_KINDS)
    found_on = ask(DateAnswer, _("Ngày phát hiện"), needed=True, not_future=True)
    place = ask(fields.String, _("Địa điểm"))
    border_commune_code = border()
    note = note()


class ClearHotspotForm(Form):
    """A known place exists no longer."""

    title = _("Ghi điểm đã được triệt xoá")
    command = ClearHotspot
    cleared_on = ask(DateAnswer, _("Ngày triệt xoá"), needed=True, not_future=True)


class HotspotOut(EntryOut):
    """A place, an area or a vehicle."""

    hotspot_id = fields.String()
    kind = fields.String()
    commune_code = fields.String()
    border_commune_code = fields.String(allow_none=True)
    found_on = fields.Date()
    cleared_on = fields.Date(allow_none=True)
    details = DetailsOf(HotspotForm)


class OffenderArrestForm(Form):
    """How many people were arrested on a day."""

    title = _("Ghi số người phạm tội về ma túy bị bắt giữ")
    intro = _("Chỉ ghi số lượng, không ghi họ tên.")
    command = RecordOffenderArrest

    arrested_on = ask(DateAnswer, _("Ngày bắt giữ"), needed=True, not_future=True)
    offenders = ask(IntegerAnswer, _("Số người"), needed=True, minimum=1, maximum=10_000)
    note = note()


class OffenderArrestOut(EntryOut):
    """How many people were arrested on a day."""

    arrest_id = fields.String()
    commune_code = fields.String()
    arrested_on = fields.Date()
    offenders = fields.Integer()
    details = DetailsOf(OffenderArrestForm)


class IllicitPlantForm(Form):
    """A plot that was found."""

    title = _("Ghi nơi trồng cây có chứa chất ma túy")
    command = RecordIllicitPlant
    groups = (
        Group(_("Phát hiện"), ["found_on", "plants", "area", "species"]),
        Group(_("Vị trí"), ["place", "border_commune_code", "note"]),
    )

    found_on = ask(DateAnswer, _("Ngày phát hiện"), needed=True, not_future=True)
    plants = ask(
        IntegerAnswer, _("Số cây"), needed=True, minimum=0, maximum=10_000_000, hint=_("Chỉ đo diện tích thì ghi 0")
    )
    area = ask(
        DecimalAnswer,
        _("Diện tích (m²)"),
        minimum=0,
        maximum=LARGEST_AREA,
        hint=_("Nhiều nhất hai chữ số lẻ, ví dụ 12,50"),
    )
    species = ask(fields.String, _("Loại cây"), max_length=120)
    place = ask(fields.String, _("Vị trí"))
    border_commune_code = border()
    note = note()


class DestroyIllicitPlantForm(Form):
    """What of a plot was destroyed."""

    title = _("Ghi kết quả triệt phá")
    command = DestroyIllicitPlant

    destroyed_on = ask(DateAnswer, _("Ngày triệt phá"), needed=True, not_future=True)
    destroyed_plants = ask(IntegerAnswer, _("Số cây đã triệt phá"), needed=True, minimum=0, maximum=10_000_000)
    destroyed_area = ask(
        DecimalAnswer,
        _("Diện tích đã triệt phá (m²)"),
        minimum=0,
        maximum=LARGEST_AREA,
        hint=_("Để trống: toàn bộ diện tích đã phát hiện"),
    )


class IllicitPlantOut(EntryOut):
    """A plot that was found, and what of it was destroyed; areas are square metres as text, so nothing is rounded."""

    plot_id = fields.String()
    commune_code = fields.String()
    border_commune_code = fields.String(allow_none=True)
    found_on = fields.Date()
    plants = fields.Integer()
    area = fields.Function(lambda each: str(square_metres(each.square_decimetres)))
    destroyed_on = fields.Date(allow_none=True)
    destroyed_plants = fields.Integer(allow_none=True)
    destroyed_area = fields.Function(
        lambda each: (
            None if each.destroyed_square_decimetres is None else str(square_metres(each.destroyed_square_decimetres))
        )
    )
    details = DetailsOf(IllicitPlantForm)


class TallyForm(Form):
    """A count of offences, fines or tips of a day."""

    title = _("Ghi số vụ vi phạm, xử phạt, tin báo")
    intro = _("Chỉ ghi số lượng, không ghi họ tên hay nội dung tin.")
    command = RecordTally

    kind = ask(fields.String, _("Loại"), needed=True, choices=TALLY_KINDS)
    counted_on = ask(DateAnswer, _("Ngày"), needed=True, not_future=True)
    quantity = ask(IntegerAnswer, _("Số lượng"), needed=True, minimum=1, maximum=1_000_000)
    note = note()


class TallyOut(EntryOut):
    """A count of offences, fines or tips of a day."""

    tally_id = fields.String()
    kind = fields.String()
    commune_code = fields.String()
    counted_on = fields.Date()
    quantity = fields.Integer()
    details = DetailsOf(TallyForm)
