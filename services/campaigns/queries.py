"""The questions that pages, API and handlers ask of the culture office's data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, delete, func, select
from sqlalchemy.orm import Session

from chassis.unit_of_work import UnitOfWork
from services.campaigns.domain import DELIVERED, MEASURES, PLANNED, VERIFIED
from services.campaigns.tables import Activity, ActivityPlace, Campaign, Place, SupportCase

RESIDENTIAL = ("TDP", "THON")
YEAR_ROUND = "THUONG_XUYEN"
RANK = case({kind: rank for rank, kind in enumerate(("TDP", "THON", "SCHOOL", "WORKPLACE"))}, value=Place.kind)

# In which order programs go through lists: identifiers grow with time.
PLACES_IN_ORDER = (Place.place_id,)
CAMPAIGNS_IN_ORDER = (Campaign.campaign_id,)
ACTIVITIES_IN_ORDER = (Activity.activity_id,)
SUPPORT_CASES_IN_ORDER = (SupportCase.case_id,)


@dataclass(frozen=True)
class Coverage:
    """What a campaign has done for one place: activities planned, held and verified."""

    place: Place
    planned: int
    delivered: int
    verified: int

    @property
    def is_reached(self) -> bool:
        """Tell whether a verified activity reached the place."""
        return self.verified > 0

    @property
    def is_forgotten(self) -> bool:
        """Tell whether nothing was held for the place and nothing is planned."""
        return not (self.planned or self.delivered or self.verified)


def place(uow: UnitOfWork, place_id: str) -> Place:
    """Return one place of the unit; raise :class:`NotFound`."""
    return uow.get(Place, place_id)


def campaign(uow: UnitOfWork, campaign_id: str) -> Campaign:
    """Return one campaign of the unit; raise :class:`NotFound`."""
    return uow.get(Campaign, campaign_id)


def activity(uow: UnitOfWork, activity_id: str) -> Activity:
    """Return one activity of the unit; raise :class:`NotFound`."""
    return uow.get(Activity, activity_id)


def support_case(uow: UnitOfWork, case_id: str) -> SupportCase:
    """Return one support case of the unit; raise :class:`NotFound`."""
    return uow.get(SupportCase, case_id)


def place_named(session: Session, kind: str, name: str) -> Place | None:
    """Find a place that is not closed by its name."""
    return session.scalar(select(Place).where(Place.kind == kind, Place.name == name, Place.closed_on.is_(None)))


def places(kinds: Collection[str] | None = None, *, on: date | None = None, or_later: bool = False) -> Select[Place]:
    """Return the question for places, residential ones first; of some kinds, and existing on a day, where given.

    Residential groups have numbers: the shorter name comes first, so that «số 2» stands before «số 10».
    """
    question = select(Place).order_by(
        RANK, case((Place.kind.in_(RESIDENTIAL), func.length(Place.name)), else_=0), Place.name
    )
    if kinds:
        question = question.where(Place.kind.in_(kinds))
    if on is not None:
        question = question.where((Place.closed_on.is_(None)) | (Place.closed_on > on))
    if on is not None and not or_later:
        question = question.where(Place.since_on <= on)
    return question


def lifetimes(session: Session, place_ids: Collection[str]) -> dict[str, tuple[date, date | None]]:
    """Return each place's first and last day; a place of another unit is absent."""
    found = session.scalars(select(Place).where(Place.place_id.in_(list(place_ids))))
    return {place.place_id: (place.since_on, place.closed_on) for place in found}


def names_of(session: Session, place_ids: Collection[str]) -> list[str]:
    """Return the names of places, in their order."""
    found = session.scalars(places().where(Place.place_id.in_(list(place_ids))))
    return [place.name for place in found]


def forget_places(session: Session, activity_id: str) -> None:
    """Remove the places of an activity, before new ones are entered."""
    session.execute(delete(ActivityPlace).where(ActivityPlace.activity_id == activity_id))


def campaigns() -> Select[Campaign]:
    """Return the question for plans, the newest first."""
    return select(Campaign).order_by(Campaign.starts_on.desc(), Campaign.campaign_id)


def running_campaigns(session: Session, day: date) -> Sequence[Campaign]:
    """Return the plans that are under way on a day."""
    return session.scalars(campaigns().where(Campaign.starts_on <= day, Campaign.ends_on >= day)).all()


def activities(
    *, state: str | None = None, campaign_id: str | None = None, kind: str | None = None, place_id: str | None = None
) -> Select[Activity]:
    """Return the question for activities, the newest first; of one place, where given."""
    question = select(Activity).order_by(Activity.planned_on.desc(), Activity.activity_id)
    for column, value in ((Activity.state, state), (Activity.campaign_id, campaign_id), (Activity.kind, kind)):
        if value:
            question = question.where(column == value)
    if place_id is not None:
        question = question.join(ActivityPlace).where(ActivityPlace.place_id == place_id)
    return question


def campaigns_since(session: Session, day: date) -> Sequence[Campaign]:
    """Return the plans that had not ended on a day, those all the year round first, then the newest."""
    found = session.scalars(campaigns().where(Campaign.ends_on >= day)).all()
    return sorted(found, key=lambda campaign: campaign.kind != YEAR_ROUND)


def latest_of_kind(session: Session, kind: str) -> Activity | None:
    """Return the activity of a kind that was held last: what the next one probably looks like."""
    held = select(Activity).where(Activity.kind == kind, Activity.state.in_([DELIVERED, VERIFIED]))
    return session.scalar(held.order_by(Activity.delivered_on.desc(), Activity.activity_id.desc()).limit(1))


def planned_until(session: Session, day: date) -> Sequence[Activity]:
    """Return the activities planned for a day or earlier of which no result is recorded, the oldest first."""
    return session.scalars(
        select(Activity).where(Activity.state == PLANNED, Activity.planned_on <= day).order_by(Activity.planned_on)
    ).all()


def waiting_for_verification(session: Session) -> Sequence[Activity]:
    """Return the activities whose results nobody has vouched for yet, the oldest first."""
    return session.scalars(select(Activity).where(Activity.state == DELIVERED).order_by(Activity.delivered_on)).all()


def coverage(session: Session, campaign: Campaign, kinds: Collection[str] = RESIDENTIAL) -> list[Coverage]:
    """Return what a campaign has done for each place that existed while it ran."""
    rows = session.execute(
        select(ActivityPlace.place_id, Activity.state)
        .join(Activity, Activity.activity_id == ActivityPlace.activity_id)
        .where(Activity.campaign_id == campaign.campaign_id)
    ).all()
    states: dict[str, list[str]] = {}
    for place_id, state in rows:
        states.setdefault(place_id, []).append(state)
    existing = session.scalars(places(kinds).where(Place.since_on <= campaign.ends_on)).all()
    return [
        Coverage(
            place=place,
            planned=states.get(place.place_id, []).count(PLANNED),
            delivered=states.get(place.place_id, []).count(DELIVERED),
            verified=states.get(place.place_id, []).count(VERIFIED),
        )
        for place in existing
        if place.closed_on is None or place.closed_on > campaign.starts_on
    ]


def totals(session: Session, campaign: Campaign) -> Mapping[str, int]:
    """Return the sums of a campaign's measures, verified or not; what was rejected does not count."""
    sums = dict.fromkeys(MEASURES, 0)
    held = select(Activity.measures).where(
        Activity.campaign_id == campaign.campaign_id, Activity.state.in_([DELIVERED, VERIFIED])
    )
    for measures in session.scalars(held):
        for name, amount in measures.items():
            sums[name] += amount
    return sums


def open_case(session: Session, referral_ref: str, need: str) -> SupportCase | None:
    """Find an open support case of a reference and a need."""
    return session.scalar(
        select(SupportCase).where(
            SupportCase.referral_ref == referral_ref, SupportCase.need == need, SupportCase.closed_on.is_(None)
        )
    )


def support_cases(*, only_open: bool) -> Select[SupportCase]:
    """Return the question for support cases, the newest first."""
    question = select(SupportCase).order_by(SupportCase.opened_on.desc(), SupportCase.case_id)
    return question.where(SupportCase.closed_on.is_(None)) if only_open else question
