"""The deeds of campaigns: each carries out one command, beside it the event and the audit entry."""

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts import campaigns as say
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
from services.campaigns.domain import (
    CANCELLED,
    DELIVERED,
    MEASURES,
    PLANNED,
    VERIFIED,
    OutOfOrder,
    WrongState,
    check_cancellation,
    check_closing,
    check_delivery,
    check_places_existed,
    check_verification,
    check_within_campaign,
)
from services.campaigns.tables import Activity, ActivityPlace, Campaign, Place, SupportCase


def register_place(command: RegisterPlace, uow: UnitOfWork) -> Place:
    """Enter a residential group, a school or a workplace."""
    if queries.place_named(uow.session, command.kind, command.name) is not None:
        raise RuleBroken(_("Địa bàn này đã có trong danh sách."), code="already_registered", field="name")
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


def open_campaign(command: OpenCampaign, uow: UnitOfWork) -> Campaign:
    """Enter a plan under which activities are held."""
    if command.ends_on < command.starts_on:
        raise OutOfOrder(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="ends_on")
    campaign = uow.add(
        Campaign(
            campaign_id=uow.new_id(),
            kind=command.kind,
            name=command.name,
            plan_number=command.plan_number,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            details=command.details,
        )
    )
    uow.record(
        say.CampaignOpened(
            campaign_id=campaign.campaign_id,
            kind=command.kind,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
        )
    )
    uow.wrote("campaign.open", "campaign", campaign.campaign_id)
    return campaign


def plan_activity(command: PlanActivity, uow: UnitOfWork) -> Activity:
    """Plan an activity of a campaign, on one of its days, for places that exist."""
    campaign = uow.get(Campaign, command.campaign_id)
    check_within_campaign(planned_on=command.planned_on, starts_on=campaign.starts_on, ends_on=campaign.ends_on)
    activity = uow.add(
        Activity(
            activity_id=uow.new_id(),
            campaign_id=campaign.campaign_id,
            kind=command.kind,
            subject=command.subject,
            organiser=command.organiser,
            planned_on=command.planned_on,
            state=PLANNED,
            measures={},
            recorded_at=uow.now(),
            details=command.details,
        )
    )
    _set_places(activity, command.places, uow)
    uow.record(
        say.ActivityPlanned(
            activity_id=activity.activity_id,
            campaign_id=campaign.campaign_id,
            kind=command.kind,
            planned_on=command.planned_on,
            organiser=command.organiser,
        )
    )
    uow.wrote("activity.plan", "activity", activity.activity_id)
    return activity


def deliver_activity(command: DeliverActivity, uow: UnitOfWork) -> Activity:
    """Record that an activity was held, where, and what came of it."""
    activity = uow.get(Activity, command.activity_id)
    measures = {name: getattr(command, name) or 0 for name in MEASURES}
    check_delivery(state=activity.state, measures=measures)
    places = command.places or queries.places_of(uow.session, activity.activity_id)
    _check_places(places, activity_day=command, uow=uow)
    activity.state, activity.delivered_on, activity.delivered_by = DELIVERED, command.delivered_on, uow.by.account_id
    activity.measures = {name: amount for name, amount in measures.items() if amount}
    activity.details = {**activity.details, **command.details}
    activity.version += 1
    _set_places(activity, places, uow)
    uow.record(
        say.ActivityDelivered(
            activity_id=activity.activity_id,
            campaign_id=activity.campaign_id,
            kind=activity.kind,
            delivered_on=command.delivered_on,
            **measures,
        )
    )
    uow.wrote("activity.deliver", "activity", activity.activity_id)
    return activity


def verify_activity(command: VerifyActivity, uow: UnitOfWork) -> Activity:
    """Vouch for somebody else's results; from now on they count as coverage."""
    activity = uow.get(Activity, command.activity_id)
    delivered_on = check_verification(
        state=activity.state,
        delivered_by=activity.delivered_by,
        verified_by=uow.by.account_id,
        delivered_on=activity.delivered_on,
        verified_on=command.verified_on,
    )
    activity.state, activity.verified_on, activity.verified_by = VERIFIED, command.verified_on, uow.by.account_id
    activity.details = {**activity.details, **command.details}
    activity.version += 1
    uow.record(
        say.ActivityVerified(
            activity_id=activity.activity_id,
            campaign_id=activity.campaign_id,
            kind=activity.kind,
            delivered_on=delivered_on,
            verified_on=command.verified_on,
            places=tuple(queries.places_of(uow.session, activity.activity_id)),
        )
    )
    uow.wrote("activity.verify", "activity", activity.activity_id)
    return activity


def cancel_activity(command: CancelActivity, uow: UnitOfWork) -> Activity:
    """Give up an activity that was not held."""
    activity = uow.get(Activity, command.activity_id)
    check_cancellation(state=activity.state)
    activity.state, activity.cancelled_on = CANCELLED, command.cancelled_on
    activity.details = {**activity.details, **command.details}
    activity.version += 1
    uow.record(say.ActivityCancelled(activity_id=activity.activity_id, cancelled_on=command.cancelled_on))
    uow.wrote("activity.cancel", "activity", activity.activity_id)
    return activity


def open_support_case(command: OpenSupportCase, uow: UnitOfWork) -> SupportCase:
    """Begin to help somebody who is known here only by a reference."""
    if queries.open_case(uow.session, command.referral_ref, command.need) is not None:
        raise RuleBroken(
            _("Mã giới thiệu này đang có hồ sơ hỗ trợ cùng nhu cầu."), code="already_open", field="referral_ref"
        )
    case = uow.add(
        SupportCase(
            case_id=uow.new_id(),
            referral_ref=command.referral_ref,
            need=command.need,
            organisation=command.organisation,
            opened_on=command.opened_on,
            details=command.details,
        )
    )
    uow.record(
        say.SupportCaseOpened(
            case_id=case.case_id, referral_ref=command.referral_ref, need=command.need, opened_on=command.opened_on
        )
    )
    uow.wrote("support_case.open", "support_case", case.case_id)
    return case


def close_support_case(command: CloseSupportCase, uow: UnitOfWork) -> SupportCase:
    """End the help, with its outcome."""
    case = uow.get(SupportCase, command.case_id)
    check_closing(opened_on=case.opened_on, closed_on=command.closed_on, already_closed=case.closed_on is not None)
    case.closed_on, case.outcome = command.closed_on, command.outcome
    case.details = {**case.details, **command.details}
    case.version += 1
    uow.record(say.SupportCaseClosed(case_id=case.case_id, closed_on=command.closed_on, outcome=command.outcome))
    uow.wrote("support_case.close", "support_case", case.case_id, outcome=command.outcome)
    return case


def _check_places(places: list[str], *, activity_day: DeliverActivity, uow: UnitOfWork) -> None:
    known = queries.lifetimes(uow.session, places)
    if set(places) - set(known):
        raise NotUnderstood(_("Có địa bàn không thuộc đơn vị này; hãy chọn lại trong danh sách."), field="places")
    check_places_existed(on=activity_day.delivered_on, closed=known, places=places)


def _set_places(activity: Activity, places: list[str], uow: UnitOfWork) -> None:
    known = queries.lifetimes(uow.session, places)
    if set(places) - set(known):
        raise NotUnderstood(_("Có địa bàn không thuộc đơn vị này; hãy chọn lại trong danh sách."), field="places")
    uow.session.flush()
    queries.forget_places(uow.session, activity.activity_id)
    for place_id in dict.fromkeys(places):
        uow.add(ActivityPlace(activity_id=activity.activity_id, place_id=place_id))
