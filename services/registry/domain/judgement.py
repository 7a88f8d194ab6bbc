"""What a guard, a choice or a term looks at: one act, on one person's history, under the law of its day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.errors import RuleBroken
from services.registry.domain.history import Draft, History
from services.registry.domain.regimes import Law, Regime
from services.registry.domain.tracks import Case, Track, Transition, Under


class RuleRefused(RuleBroken):
    """The law, or an invariant, forbids an act. ``article`` is the ground; the sentence names it."""

    def __init__(self, message: object, *, article: str, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message, field=field, code=code)
        self.article = article


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An act under judgement. ``case`` is the open case that it continues, None when it opens one."""

    law: Law
    history: History
    track: Track
    transition: Transition
    under: Under
    draft: Draft
    case: Case | None
    regime: Regime

    @property
    def day(self) -> date:
        """Return the day of the act in Việt Nam."""
        return self.draft.happened_on

    @property
    def article(self) -> str:
        """Return the article under which the act stands in the regime of its day."""
        return self.under.article

    def fact(self, name: str) -> Any:
        """Return a fact that this act gives; None when it gives none."""
        return self.draft.facts.get(name)

    @property
    def governed_by(self) -> str:
        """Return the regime that governs term and stages: that of the decision, else that of this act."""
        given = None if self.case is None else self.case.facts.get("governed_by")
        return given or self.regime.code

    def known(self, name: str) -> Any:
        """Return a fact of this act, or else of the case that it continues."""
        given = self.draft.facts.get(name)
        return given if given is not None or self.case is None else self.case.facts.get(name)
