"""What the office fills in; each form is declared once for page, API and documentation."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from contracts.base import KEY_PATTERN
from services.campaigns import queries
from services.campaigns.commands import (
    CancelActivity,
    ClosePlace,
    CloseSupportCase,
    CorrectDelivery,
    CorrectPlace,
    DeliverActivity,
    OpenCampaign,
    OpenSupportCase,
    PlanActivity,
    RecordBroadcasts,
    RecordHeldActivity,
    RegisterPlace,
    RejectResults,
    VerifyActivity,
)
from services.campaigns.words import (
    ACTIVITY_KINDS,
    CAMPAIGN_KINDS,
    MEASURES,
    NEEDS,
    ORGANISERS,
    OUTCOMES,
    PLACE_KINDS,
)

MOST = 10_000_000
MOST_BROADCASTS_A_DAY = 24
LATE_RECORDING = timedelta(days=400)
"""How long after its end something may still be recorded under a plan, or for a place."""


def places_of_the_unit(request: Any) -> Mapping[str, str]:
    """Offer the places; also those closed lately, for they may be recorded late."""
    found = request.uow.session.scalars(queries.places(on=request.today - LATE_RECORDING, or_later=True))
    return {place.place_id: _name_of(place) for place in found}


def plans_of_the_unit(request: Any) -> Mapping[str, str]:
    """Offer the plans that something can be recorded under."""
    found = queries.campaigns_since(request.uow.session, request.today - LATE_RECORDING)
    return {campaign.campaign_id: campaign.name for campaign in found}


def _name_of(place: Any) -> str:
    if place.closed_on is None:
        return str(place.name)
    return str(_("%(name)s (giải thể %(on)s)", name=place.name, on=f"{place.closed_on:%d/%m/%Y}"))


def _no_name_of_a_person(reference: str) -> None:
    if not re.fullmatch(KEY_PATTERN, reference):
        raise ValidationError(
            str(_("hãy ghi mã giới thiệu do cơ quan giới thiệu cấp; không ghi họ tên, số căn cước, số điện thoại."))
        )


class PlaceForm(Form):
    """A residential group, a school or a workplace: what coverage is counted against."""

    title = _("Ghi nhận địa bàn")
    command = RegisterPlace

    kind = ask(fields.String, _("Loại địa bàn"), needed=True, choices=PLACE_KINDS)
    name = ask(fields.String, _("Tên địa bàn"), needed=True, hint=_("Ví dụ: Tổ dân phố số 1"))
    since_on = ask(DateAnswer, _("Có từ ngày"), needed=True, not_future=True)
    size = ask(
        fields.Integer,
        _("Quy mô"),
        minimum=1,
        maximum=MOST,
        hint=_("Số hộ của tổ dân phố, số học sinh của trường, số người lao động của cơ sở"),
    )


class PlaceCorrectionForm(Form):
    """A place's name, written right."""

    title = _("Sửa tên địa bàn")
    intro = _(
        "Chỉ sửa được tên. Loại, ngày có và quy mô đã báo cho nơi tổng hợp và đang dùng để tính tỷ lệ; "
        "nếu ghi sai, hãy ghi giải thể địa bàn này rồi ghi nhận lại."
    )
    submit = _("Sửa")
    command = CorrectPlace

    name = ask(fields.String, _("Tên địa bàn"), needed=True, hint=_("Ví dụ: Tổ dân phố số 1"))


class PlaceClosingForm(Form):
    """The day from which a place exists no more."""

    title = _("Ghi nhận giải thể địa bàn")
    command = ClosePlace

    closed_on = ask(DateAnswer, _("Ngày giải thể, sáp nhập"), needed=True, not_future=True)


class CampaignForm(Form):
    """A plan under which activities are held."""

    title = _("Lập đợt tuyên truyền")
    command = OpenCampaign

    kind = ask(fields.String, _("Loại"), needed=True, choices=CAMPAIGN_KINDS)
    name = ask(fields.String, _("Tên đợt, chủ đề"), needed=True)
    plan_number = ask(fields.String, _("Số, ký hiệu kế hoạch"), max_length=60, hint=_("Ví dụ: 190/KH-UBND"))
    starts_on = ask(DateAnswer, _("Từ ngày"), needed=True)
    ends_on = ask(DateAnswer, _("Đến ngày"), needed=True)


class ActivityForm(Form):
    """One activity to be held."""

    title = _("Lên kế hoạch hoạt động")
    command = PlanActivity
    groups = (
        Group(_("Hoạt động"), ["kind", "subject", "organiser", "planned_on"]),
        Group(_("Nơi thực hiện"), ["places", "venue"]),
    )

    kind = ask(fields.String, _("Hình thức"), needed=True, choices=ACTIVITY_KINDS)
    subject = ask(fields.String, _("Nội dung"), needed=True, max_length=300)
    organiser = ask(fields.String, _("Đơn vị chủ trì"), needed=True, choices=ORGANISERS)
    planned_on = ask(DateAnswer, _("Ngày dự kiến"), needed=True)
    places = ask(fields.List, _("Địa bàn"), choices=places_of_the_unit, hint=_("Các địa bàn mà hoạt động hướng tới"))
    venue = ask(fields.String, _("Địa điểm"), hint=_("Ví dụ: nhà văn hóa tổ dân phố"))


def _measure(name: str, hint: str = "") -> Any:
    return ask(fields.Integer, MEASURES[name], minimum=0, maximum=MOST, hint=hint)


WHEN_AND_WHERE = Group(_("Thời gian, nơi thực hiện"), ["delivered_on", "places"])
PEOPLE_AND_PAPER = Group(
    _("Người dự, tài liệu"), ["sessions", "attendances", "pupils", "workers", "leaflets", "households_pledged"]
)
MEDIA = Group(_("Truyền thông"), ["broadcasts", "news_items", "articles", "photos", "reportages", "posts", "views"])
REMARKS = Group(_("Ghi chú"), ["note"])


class ResultsForm(Form):
    """What came of an activity, where it was held already planned."""

    delivered_on = ask(DateAnswer, _("Ngày thực hiện"), needed=True, not_future=True)
    places = ask(
        fields.List,
        _("Địa bàn đã thực hiện"),
        choices=places_of_the_unit,
        hint=_("Bỏ chọn nơi không thực hiện được; chỉ nơi được chọn mới tính vào độ phủ"),
    )
    sessions = _measure("sessions")
    attendances = _measure("attendances", _("Đếm lượt, một người dự hai buổi là hai lượt"))
    pupils = _measure("pupils")
    workers = _measure("workers")
    leaflets = _measure("leaflets")
    households_pledged = _measure("households_pledged")
    broadcasts = _measure("broadcasts", _("Mỗi lần phát là một lượt"))
    news_items = _measure("news_items")
    articles = _measure("articles")
    photos = _measure("photos")
    reportages = _measure("reportages")
    posts = _measure("posts")
    views = _measure("views")
    note = ask(fields.String, _("Ghi chú"), long=True, max_length=1000, hint=_("Không ghi tên người được tuyên truyền"))


class DeliveryForm(ResultsForm):
    """What came of an activity."""

    title = _("Ghi kết quả hoạt động")
    intro = _("Ghi những kết quả có; ô không dùng thì để trống.")
    command = DeliverActivity
    groups = (WHEN_AND_WHERE, PEOPLE_AND_PAPER, MEDIA, REMARKS)


class DeliveryCorrectionForm(ResultsForm):
    """The results of an activity, written right before somebody vouches for them."""

    title = _("Sửa kết quả hoạt động")
    intro = _("Sửa được đến khi có người xác nhận. Người sửa không tự xác nhận kết quả này.")
    submit = _("Sửa")
    command = CorrectDelivery
    groups = (WHEN_AND_WHERE, PEOPLE_AND_PAPER, MEDIA, REMARKS)


class HeldActivityForm(ResultsForm):
    """An activity that was held already: its plan and its results on one page."""

    title = _("Ghi hoạt động đã làm")
    intro = _("Dùng cho việc đã làm mà chưa lên kế hoạch; ô không dùng thì để trống.")
    command = RecordHeldActivity
    groups = (
        Group(_("Hoạt động"), ["campaign_id", "kind", "subject", "organiser", "delivered_on", "places"]),
        PEOPLE_AND_PAPER,
        MEDIA,
        REMARKS,
    )

    campaign_id = ask(fields.String, _("Đợt, kế hoạch"), needed=True, choices=plans_of_the_unit)
    kind = ask(fields.String, _("Hình thức"), needed=True, choices=ACTIVITY_KINDS)
    subject = ask(fields.String, _("Nội dung"), needed=True, max_length=300)
    organiser = ask(fields.String, _("Đơn vị chủ trì"), needed=True, choices=ORGANISERS)


class BroadcastsForm(Form):
    """Many loudspeaker broadcasts on one page."""

    title = _("Ghi loạt phát thanh")
    intro = _("Một lần ghi cho cả loạt trong một tháng: số lượt là số ngày phát nhân với số lượt mỗi ngày.")
    command = RecordBroadcasts
    groups = (
        Group(_("Thời gian"), ["first_on", "last_on", "times_a_day", "silent_days"]),
        Group(_("Phát thanh"), ["campaign_id", "subject", "organiser", "places", "note"]),
    )

    first_on = ask(DateAnswer, _("Phát từ ngày"), needed=True, not_future=True)
    last_on = ask(DateAnswer, _("Đến hết ngày"), needed=True, not_future=True)
    times_a_day = ask(fields.Integer, _("Số lượt mỗi ngày"), needed=True, minimum=1, maximum=MOST_BROADCASTS_A_DAY)
    silent_days = ask(
        fields.Integer, _("Số ngày không phát"), minimum=0, maximum=30, hint=_("Ngày mất điện, ngày nghỉ trong loạt")
    )
    campaign_id = ask(fields.String, _("Đợt, kế hoạch"), needed=True, choices=plans_of_the_unit)
    subject = ask(fields.String, _("Nội dung"), needed=True, max_length=300)
    organiser = ask(fields.String, _("Đơn vị chủ trì"), needed=True, choices=ORGANISERS)
    places = ask(
        fields.List,
        _("Địa bàn nghe được"),
        choices=places_of_the_unit,
        hint=_("Chọn nếu loạt này là hoạt động của địa bàn đó"),
    )
    note = ask(fields.String, _("Ghi chú"), long=True, max_length=1000)


class VerificationForm(Form):
    """Vouching for the results of an activity."""

    title = _("Xác nhận kết quả")
    submit = _("Xác nhận kết quả")
    command = VerifyActivity

    verified_on = ask(DateAnswer, _("Ngày xác nhận"), needed=True, not_future=True)
    evidence = ask(fields.String, _("Căn cứ xác nhận"), hint=_("Ví dụ: biên bản, ảnh, báo cáo của tổ dân phố"))


class RejectionForm(Form):
    """Saying that what was reported as held was not."""

    title = _("Không công nhận kết quả")
    intro = _("Kết quả sẽ không còn được tính. Nếu chỉ sai số liệu, hãy nhờ người ghi sửa lại kết quả.")
    submit = _("Không công nhận")
    command = RejectResults

    cancelled_on = ask(DateAnswer, _("Ngày không công nhận"), needed=True, not_future=True)
    reason = ask(fields.String, _("Lý do"), needed=True)


class CancellationForm(Form):
    """Giving up an activity that was not held."""

    title = _("Hủy hoạt động")
    submit = _("Hủy hoạt động")
    command = CancelActivity

    cancelled_on = ask(DateAnswer, _("Ngày hủy hoạt động"), needed=True, not_future=True)
    reason = ask(fields.String, _("Lý do"), needed=True)


class SupportCaseForm(Form):
    """Help for somebody whom this office knows only by a reference."""

    title = _("Mở hồ sơ hỗ trợ")
    intro = _("Cơ quan này không ghi họ tên người được hỗ trợ, chỉ ghi mã do cơ quan giới thiệu cấp.")
    command = OpenSupportCase

    referral_ref = ask(
        fields.String,
        _("Mã giới thiệu"),
        needed=True,
        max_length=64,
        validate=_no_name_of_a_person,
        hint=_("Ghi đúng mã trên giấy giới thiệu"),
    )
    need = ask(fields.String, _("Nhu cầu"), needed=True, choices=NEEDS)
    organisation = ask(fields.String, _("Đơn vị hỗ trợ"), needed=True, choices=ORGANISERS)
    opened_on = ask(DateAnswer, _("Ngày mở hồ sơ"), needed=True, not_future=True)


class SupportClosingForm(Form):
    """The outcome of help."""

    title = _("Kết thúc hỗ trợ")
    command = CloseSupportCase

    closed_on = ask(DateAnswer, _("Ngày kết thúc hỗ trợ"), needed=True, not_future=True)
    outcome = ask(fields.String, _("Kết quả"), needed=True, choices=OUTCOMES)


ON_ACTIVITY = (ActivityForm, BroadcastsForm, HeldActivityForm, VerificationForm, RejectionForm, CancellationForm)
"""The forms that write into an activity, in the order of its life."""
