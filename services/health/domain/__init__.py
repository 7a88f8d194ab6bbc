"""The rules of the health station: what a treatment, a lot of test kits, a course may and may not do."""

from services.health.domain.counselling import (
    ANNOUNCED_COUNSELLING,
    Window,
    counselling_group,
    quarter_window,
)
from services.health.domain.errors import LotExpired, NotEnoughKits, OutOfOrder, TreatmentUnderWay
from services.health.domain.kits import (
    DISCARDED,
    RECEIVED,
    USED,
    StockMove,
    check_receipt,
    check_taking,
    check_use_before_expiry,
    first_expiring,
)
from services.health.domain.training import check_absence, check_attendance, check_course, fully_trained
from services.health.domain.treatments import check_admission, check_ending, check_listing

__all__ = [
    "ANNOUNCED_COUNSELLING",
    "DISCARDED",
    "RECEIVED",
    "USED",
    "LotExpired",
    "NotEnoughKits",
    "OutOfOrder",
    "StockMove",
    "TreatmentUnderWay",
    "Window",
    "check_absence",
    "check_admission",
    "check_attendance",
    "check_course",
    "check_ending",
    "check_listing",
    "check_receipt",
    "check_taking",
    "check_use_before_expiry",
    "counselling_group",
    "first_expiring",
    "fully_trained",
    "quarter_window",
]
