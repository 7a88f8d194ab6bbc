"""The deeds of campaigns: each carries out one command, beside it the event and the audit entry."""

from services.campaigns.handlers.activities import (
    LOUDSPEAKER,
    cancel_activity,
    correct_delivery,
    deliver_activity,
    plan_activity,
    record_broadcasts,
    record_held_activity,
    reject_results,
    verify_activity,
)
from services.campaigns.handlers.places import close_place, correct_place, register_place
from services.campaigns.handlers.plans import open_campaign
from services.campaigns.handlers.support import close_support_case, open_support_case

__all__ = [
    "LOUDSPEAKER",
    "cancel_activity",
    "close_place",
    "close_support_case",
    "correct_delivery",
    "correct_place",
    "deliver_activity",
    "open_campaign",
    "open_support_case",
    "plan_activity",
    "record_broadcasts",
    "record_held_activity",
    "register_place",
    "reject_results",
    "verify_activity",
]
