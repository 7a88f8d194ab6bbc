"""The target that a figure is held against: of its indicator, its unit and its period."""

from collections.abc import Callable, Sequence

from services.reporting.indicators import the_catalogue
from services.reporting.periods import Period
from services.reporting.targets import Target, load_targets

TargetOf = Callable[[str, str, Period], Target | None]
"""(indicator, unit, period) → the target to hold the figure against."""


def targets_by_period(targets: Sequence[Target]) -> TargetOf:
    """Return how to find a figure's target among these.

    The target of the very kind of period comes first. A share that is asked for a longer period, such as «trên 90 %» for the
    year, also holds for the shorter ones within it; a number to be reached in a year does not.
    """

    def find(indicator: str, unit: str, period: Period) -> Target | None:
        lying_around = [
            target
            for target in targets
            if (target.indicator, target.unit) == (indicator, unit)
            and target.first_day <= period.first_day
            and period.last_day <= target.last_day
        ]
        exact = [target for target in lying_around if target.period == period.kind.code]
        if exact:
            return exact[0]
        is_share = indicator in the_catalogue() and the_catalogue()[indicator].shown_as == "percent"
        return lying_around[0] if lying_around and is_share else None

    return find


TARGETS = load_targets(indicators={definition.code for definition in the_catalogue()})
"""The targets of all units, read once at start; a broken file stops the start with file, line and reason."""

target_of = targets_by_period(TARGETS)
