"""What reporting knows about the programme: the kinds of spans and facts, and which of their attributes are published.

A projection may write and an indicator may ask for exactly these. A span is true from a day to a day; a fact happened on
a day.
"""

from collections.abc import Mapping

SPANS: Mapping[str, frozenset[str]] = {
    "user_management": frozenset({"regime"}),
    "ost_treatment": frozenset({"facility_code"}),
    "ost_listing": frozenset(),
    "training_duty": frozenset(),
    "place": frozenset({"kind", "size"}),
    "campaign": frozenset({"kind"}),
    "activity_plan": frozenset({"kind", "campaign_id", "organiser"}),
    "support_case": frozenset({"need"}),
}

MEASURES = (
    "sessions",
    "attendances",
    "leaflets",
    "news_items",
    "articles",
    "photos",
    "reportages",
    "broadcasts",
    "posts",
    "views",
    "pupils",
    "workers",
    "households_pledged",
)
"""What is counted of an activity that took place."""

FACTS: Mapping[str, frozenset[str]] = {
    "test_result": frozenset({"result"}),
    "counselling": frozenset({"kind", "group"}),
    "test_kit_move": frozenset({"move", "product_code", "lot_id", "reason", "quantity"}),
    "activity": frozenset({"kind", "campaign_id", *MEASURES}),
    "coverage": frozenset({"kind", "campaign_id"}),
    "verification": frozenset(),
    "withdrawal": frozenset(),
}

SUPERSEDED_BY: Mapping[str, tuple[str, ...]] = {
    "test_result": ("withdrawal",),
    "activity": ("withdrawal",),
    "coverage": ("withdrawal", "verification"),
}
"""Facts that no longer count once one of these kinds states something later about the thing they originate from: a test
entered by mistake, an activity reported as done that was cancelled after all, places confirmed and then confirmed otherwise."""

FULLY, PARTLY = "FULLY", "PARTLY"
"""How a training duty ended."""

RECEIVED, USED, DISCARDED = "RECEIVED", "USED", "DISCARDED"
"""How test kits move."""
