"""Promises taken out by injection, to see that the fault tests notice when one is broken."""

from collections.abc import Callable

from chassis import inbox
from chassis.broker import ConfirmedPublisher
from chassis.reconciliation import Reconciler
from services.registry import listeners


def take_out_dedupe() -> None:
    """A repeated event counts as new."""
    for dialect, statement in inbox._INSERT.items():
        inbox._INSERT[dialect] = statement.replace(
            "ON CONFLICT DO NOTHING",
            "ON CONFLICT (source, position) DO UPDATE SET received_at = excluded.received_at",
        )


def take_out_confirm_wait() -> None:
    """A batch counts as delivered when it is written to the socket."""
    ConfirmedPublisher._await_confirms = lambda _self: None  # type: ignore[method-assign]


def take_out_reconciliation() -> None:
    """Nobody asks for what was missed."""
    Reconciler.reconcile = lambda _self: 0  # type: ignore[method-assign]


def take_out_lateness() -> None:
    """The registry enters whatever it hears of a determination, also where the case has ended meanwhile."""
    listeners._may_follow = lambda _history, _fact: True


MUTATIONS: dict[str, Callable[[], None]] = {
    "dedupe": take_out_dedupe,
    "confirm wait": take_out_confirm_wait,
    "reconciliation": take_out_reconciliation,
}
"""What is taken out, by name."""

SAGA_MUTATIONS: dict[str, Callable[[], None]] = {"lateness": take_out_lateness}
"""What is taken out under the determinations, by name."""

BREAKS = {
    "dedupe": "doubled",
    "confirm wait": "unconfirmed",
    "reconciliation": "lost",
    "lateness": "determinations not ended once",
}
"""The line of the verdict that must notice it."""


def mutate(name: str | None) -> None:
    """Take one promise out of this process."""
    if name is not None:
        (MUTATIONS | SAGA_MUTATIONS)[name]()
