"""The one status that a list shows of a person, worked out of the open cases; never stored as a truth (domain.md 3)."""

from collections.abc import Collection, Mapping
from datetime import date

from chassis.i18n import _
from services.registry.domain.history import DECEASED, IMPRISONED, MISSING, History
from services.registry.domain.regimes import Law
from services.registry.domain.rehabilitation import NEW_LAW, finished_since_listed, governed_by
from services.registry.domain.tracks import Track

NONE, CLEARED = "NONE", "CLEARED"

_OF_CIRCUMSTANCE = {DECEASED: "DECEASED", MISSING: "DECEASED", IMPRISONED: "IMPRISONED"}

# The first one that holds is shown.
PRIMARY_STATUSES: Mapping[str, str] = {
    "DECEASED": _("Đã chết hoặc bị tuyên bố chết, mất tích"),
    "IMPRISONED": _("Đang chấp hành án phạt tù"),
    "IN_COMPULSORY_REHAB": _("Đang cai nghiện bắt buộc"),
    "IN_INTERIM_CUSTODY": _("Đang ở cơ sở trong thời gian lập hồ sơ"),
    "IN_VOLUNTARY_REHAB": _("Đang cai nghiện tự nguyện"),
    "ON_OST": _("Đang điều trị bằng thuốc thay thế"),
    "ADDICT_UNTREATED": _("Người nghiện chưa cai nghiện/chưa điều trị"),
    "POST_REHAB": _("Đang quản lý sau cai"),
    "MANAGED_USER": _("Đang quản lý người sử dụng trái phép"),
    "UNDER_DETERMINATION": _("Đang xác định tình trạng nghiện"),
    "DETECTED": _("Có kết quả dương tính, chưa có quyết định"),
    CLEARED: _("Đã đưa ra khỏi danh sách"),
    NONE: _("Chưa thuộc diện quản lý"),
}


def primary_status(tracks: Mapping[str, Track], history: History, today: date) -> str:
    """Return the code of the status that comes first; the law's records of death and prison go before the cases."""
    standing = {case.track: case.state for case in history.cases if case.is_open}
    circumstances = [kind for kind in _OF_CIRCUMSTANCE if history.is_so(kind, today)]
    finished = finished_since_listed(history)
    return status_of(tracks, standing, circumstances, had_cases=bool(history.cases), finished=finished)


def status_of(
    tracks: Mapping[str, Track],
    standing: Mapping[str, str],
    circumstances: Collection[str],
    *,
    had_cases: bool,
    finished: bool,
) -> str:
    """Return the same from the states in which the open cases stand, by track: lists need no whole history for it.

    Who has ``finished`` rehabilitation, treatment or the management after it is not untreated, though the old law lists them.
    """
    held = {tracks[track].states[state].stands_for for track, state in standing.items()}
    if finished:
        held.discard("ADDICT_UNTREATED")
    held |= {_OF_CIRCUMSTANCE[kind] for kind in circumstances}
    found = next((code for code in PRIMARY_STATUSES if code in held), None)
    if found is not None:
        return found
    return CLEARED if had_cases else NONE


def to_review(law: Law, history: History, today: date) -> list[str]:
    """Return what the boundary of 01/07/2026 leaves to look at once: the list (reading 23), monitoring (T3), the venue (T4)."""
    if law.regime_on(today).code != NEW_LAW:
        return []
    return [code for code, arises in _REVIEWS.items() if arises(law, history, today)]


def _list_entry(law: Law, history: History, _today: date) -> bool:
    listed = history.open_case("C")
    return (
        listed is not None
        and law.regime_on(listed.opened_on).code != NEW_LAW
        and listed.did("ReviewedUnderNewLaw") is None
    )


def _unmonitored(law: Law, history: History, today: date) -> bool:
    """Age is measured on the day of the monitoring decision; of minors only who has no stable residence after rehabilitation."""
    if history.open_case("H") is not None or any(case.track == "H" for case in history.cases):
        return False
    home, treated, managed = history.open_case("D"), history.open_case("E"), history.open_case("G")
    running = [
        home if home and home.state == "IN_REHAB" and home.facts.get("venue") == "HOME_COMMUNITY" else None,
        treated if treated and treated.state == "ACTIVE" else None,
        managed if managed and managed.state == "ACTIVE" else None,
    ]
    minor = history.is_minor_on(today)
    return any(
        case is not None
        and law.regime_on(case.opened_on).code != NEW_LAW
        and (not minor or (case.track == "G" and case.facts.get("stable") is False))
        for case in running
    )


def _minor_in_facility(law: Law, history: History, _today: date) -> bool:
    case = history.open_case("F")
    if (
        case is None
        or case.state != "ADMITTED"
        or governed_by(law, case) == NEW_LAW
        or case.did("VenueReviewed") is not None
    ):
        return False
    return history.is_minor_on(law.transition_rules["T4"].boundary)


LIST_ENTRY, MONITORING_T3, VENUE_T4 = "LIST_ENTRY", "MONITORING_T3", "VENUE_T4"
_REVIEWS = {LIST_ENTRY: _list_entry, MONITORING_T3: _unmonitored, VENUE_T4: _minor_in_facility}
