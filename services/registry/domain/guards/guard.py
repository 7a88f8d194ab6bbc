"""What every guard is."""

from typing import Protocol

from services.registry.domain.judgement import Attempt


class Guard(Protocol):
    """A condition of the law on an act."""

    __name__: str

    def __call__(self, attempt: Attempt) -> None:
        """Return when the law allows the act; raise RuleRefused with the article when it does not."""
        ...
