"""What the office fills in; each form is declared once for page, API and documentation."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.campaigns import queries
from services.campaigns.commands import (
    CancelActivity,
    ClosePlace,
    CloseSupportCase,
    DeliverActivity,
    OpenCampaign,
    OpenSupportCase,
    PlanActivity,
    RegisterPlace,
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


def places_of_the_unit(request: Any) -> Mapping[str, str]:
    """Offer the places that exist today."""
    found = request.uow.session.scalars(queries.places(on=request.today))
    return {place.place_id: place.name for place in found}


def _no_name_of_a_person(reference: str) -> None:
    if " " in reference:
        raise ValidationError(str(_("hãy ghi mã giới thiệu do cơ quan giới thiệu cấp, không ghi họ tên.")))


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


class DeliveryForm(Form):
    """What came of an activity."""

    title = _("Ghi kết quả hoạt động")
    intro = _("Ghi những kết quả có; ô không dùng thì để trống.")
    command = DeliverActivity
    groups = (
        Group(_("Thời gian, nơi thực hiện"), ["delivered_on", "places"]),
        Group(
            _("Người dự, tài liệu"), ["sessions", "attendances", "pupils", "workers", "leaflets", "households_pledged"]
        ),
        Group(_("Truyền thông"), ["broadcasts", "news_items", "articles", "photos", "reportages", "posts", "views"]),
        Group(_("Ghi chú"), ["note"]),
    )

    delivered_on = ask(DateAnswer, _("Ngày thực hiện"), needed=True, not_future=True)
    places = ask(
        fields.List, _("Địa bàn đã thực hiện"), choices=places_of_the_unit, hint=_("Để trống nếu đúng như kế hoạch")
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


class VerificationForm(Form):
    """Vouching for the results of an activity."""

    title = _("Xác nhận kết quả")
    submit = _("Xác nhận kết quả")
    command = VerifyActivity

    verified_on = ask(DateAnswer, _("Ngày xác nhận"), needed=True, not_future=True)
    evidence = ask(fields.String, _("Căn cứ xác nhận"), hint=_("Ví dụ: biên bản, ảnh, báo cáo của tổ dân phố"))


class CancellationForm(Form):
    """Giving up an activity that was not held."""

    title = _("Hủy hoạt động")
    submit = _("Hủy hoạt động")
    command = CancelActivity

    cancelled_on = ask(DateAnswer, _("Ngày hủy"), needed=True, not_future=True)
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

    closed_on = ask(DateAnswer, _("Ngày kết thúc"), needed=True, not_future=True)
    outcome = ask(fields.String, _("Kết quả"), needed=True, choices=OUTCOMES)


FORMS = (PlaceForm, ActivityForm, DeliveryForm, VerificationForm, CancellationForm, SupportCaseForm, SupportClosingForm)
