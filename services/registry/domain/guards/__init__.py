"""Conditions that a transition names in its track file: each raises, with the article, when the law forbids the act."""

from collections.abc import Mapping

from services.registry.domain.guards import (
    addict_list,
    compulsory_rehab,
    determination,
    electronic_monitoring,
    post_rehab,
    several_tracks,
    substitution_treatment,
    user_management,
    voluntary_rehab,
)
from services.registry.domain.guards.guard import Guard

GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for module in (
        several_tracks,
        user_management,
        determination,
        addict_list,
        voluntary_rehab,
        substitution_treatment,
        compulsory_rehab,
        post_rehab,
        electronic_monitoring,
    )
    for guard in module.GUARDS
}
"""By the name that the track files use."""

__all__ = ["GUARDS", "Guard"]
