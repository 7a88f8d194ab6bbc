"""Activities: planned, held, vouched for, or called off."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts import campaigns as say
from services.campaigns import queries
from services.campaigns.commands import (
    CancelActivity,
    CorrectDelivery,
    DeliverActivity,
    PlanActivity,
    RecordBroadcasts,
    RecordHeldActivity,
    RejectResults,
    Results,
    VerifyActivity,
)
from services.campaigns.domain import (
    CANCELLED,
    DELIVERED,
    MEASURES,
    PLANNED,
    VERIFIED,
    broadcasts_of,
    check_cancellation,
    check_correction,
    check_delivery,
    check_places_existed,
    check_rejection,
    check_verification,
    check_within_campaign,
)
from services.campaigns.tables import Activity, ActivityPlace, Campaign

LOUDSPEAKER = "TRUYEN_THANH"


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
    _set_places(activity, command.places, on=command.planned_on, uow=uow)
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
    check_delivery(state=activity.state, measures=_measures(command))
    _state_results(activity, command, uow)
    uow.wrote("activity.deliver", "activity", activity.activity_id)
    return activity


def correct_delivery(command: CorrectDelivery, uow: UnitOfWork) -> Activity:
    """State the results anew while nobody has vouched for them; the later statement counts."""
    activity = uow.get(Activity, command.activity_id, version=command.version)
    check_correction(state=activity.state, measures=_measures(command))
    _state_results(activity, command, uow)
    uow.wrote("activity.correct_delivery", "activity", activity.activity_id, version=activity.version)
    return activity


def record_held_activity(command: RecordHeldActivity, uow: UnitOfWork) -> Activity:
    """Plan and deliver at once what was held already."""
    planned = plan_activity(
        PlanActivity(
            campaign_id=command.campaign_id,
            kind=command.kind,
            subject=command.subject,
            organiser=command.organiser,
            planned_on=command.delivered_on,
            places=command.places or [],
        ),
        uow,
    )
    return deliver_activity(
        DeliverActivity(
            activity_id=planned.activity_id,
            delivered_on=command.delivered_on,
            details=command.details,
            **_measures(command),
        ),
        uow,
    )


def record_broadcasts(command: RecordBroadcasts, uow: UnitOfWork) -> Activity:
    """Record a month's loudspeaker broadcasts as one activity, held on the last of its days."""
    broadcasts = broadcasts_of(
        first_on=command.first_on,
        last_on=command.last_on,
        times_a_day=command.times_a_day,
        silent_days=command.silent_days,
    )
    series = {
        "first_on": command.first_on.isoformat(),
        "times_a_day": command.times_a_day,
        "silent_days": command.silent_days,
    }
    return record_held_activity(
        RecordHeldActivity(
            campaign_id=command.campaign_id,
            kind=LOUDSPEAKER,
            subject=command.subject,
            organiser=command.organiser,
            delivered_on=command.last_on,
            places=command.places,
            broadcasts=broadcasts,
            details=series | command.details,
        ),
        uow,
    )


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
            places=tuple(activity.places),
        )
    )
    uow.wrote("activity.verify", "activity", activity.activity_id)
    return activity


def reject_results(command: RejectResults, uow: UnitOfWork) -> Activity:
    """Say that an activity that was reported as held was not; its results count no more."""
    activity = uow.get(Activity, command.activity_id)
    check_rejection(state=activity.state, delivered_on=activity.delivered_on, rejected_on=command.cancelled_on)
    _call_off(activity, command, uow)
    uow.wrote("activity.reject_results", "activity", activity.activity_id)
    return activity


def cancel_activity(command: CancelActivity, uow: UnitOfWork) -> Activity:
    """Give up an activity that was not held."""
    activity = uow.get(Activity, command.activity_id)
    check_cancellation(state=activity.state)
    _call_off(activity, command, uow)
    uow.wrote("activity.cancel", "activity", activity.activity_id)
    return activity


def _measures(command: Results) -> dict[str, Any]:
    return {name: getattr(command, name) or 0 for name in MEASURES}


def _state_results(activity: Activity, command: DeliverActivity | CorrectDelivery, uow: UnitOfWork) -> None:
    measures = _measures(command)
    places = activity.places if command.places is None else command.places
    _set_places(activity, places, on=command.delivered_on, uow=uow)
    activity.state, activity.delivered_on, activity.delivered_by = DELIVERED, command.delivered_on, uow.by.account_id
    activity.measures = {name: amount for name, amount in measures.items() if amount}
    activity.details = {**activity.details, **command.details}
    if isinstance(command, DeliverActivity):
        activity.version += 1
    uow.record(
        say.ActivityDelivered(
            activity_id=activity.activity_id,
            campaign_id=activity.campaign_id,
            kind=activity.kind,
            delivered_on=command.delivered_on,
            **measures,
        )
    )


def _call_off(activity: Activity, command: CancelActivity | RejectResults, uow: UnitOfWork) -> None:
    activity.state, activity.cancelled_on = CANCELLED, command.cancelled_on
    activity.details = {**activity.details, **command.details}
    activity.version += 1
    uow.record(say.ActivityCancelled(activity_id=activity.activity_id, cancelled_on=command.cancelled_on))


def _set_places(activity: Activity, places: Sequence[str], *, on: date, uow: UnitOfWork) -> None:
    """Enter the places of an activity; each belongs to the unit and existed on the day."""
    known = queries.lifetimes(uow.session, places)
    if set(places) - set(known):
        raise NotUnderstood(_("Có địa bàn không thuộc đơn vị này; hãy chọn lại trong danh sách."), field="places")
    check_places_existed(on=on, closed=known, places=places)
    uow.session.flush()
    queries.forget_places(uow.session, activity.activity_id)
    for place_id in dict.fromkeys(places):
        uow.add(ActivityPlace(activity_id=activity.activity_id, place_id=place_id))
    uow.session.flush()
    uow.session.expire(activity, ["reached"])
