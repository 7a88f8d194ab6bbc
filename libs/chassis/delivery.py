"""Delivery inside one process: the relay hands its batches straight to the other services' inboxes.

The outbox stays the truth, so a process that dies at any point only repeats. kombu's memory transport is not on this
path: it loses what is not yet acknowledged.
"""

from collections.abc import Sequence

from chassis.envelope import Envelope
from chassis.errors import Unavailable
from chassis.reconciliation import FeedPage, Hears
from chassis.service import Runtime


class InProcess:
    """Joins the runtimes of one process: who hears whom."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        self._runtimes = {runtime.definition.name: runtime for runtime in runtimes}

    def deliver_from(self, service: str, envelopes: Sequence[Envelope]) -> None:
        """Hand a batch to everyone who hears it; raise :class:`Unavailable` when one of them cannot take it."""
        for listener in self._runtimes.values():
            for hears in listener.definition.hears:
                wanted = [each for each in envelopes if _is_wanted(each, service, hears, listener.settings.units)]
                if wanted:
                    listener.inbox.receive(wanted)

    def ask(self, service: str, unit: str, after: int, types: Sequence[str] | None) -> FeedPage:
        """Ask another service of this process for what was missed."""
        runtime = self._runtimes.get(service)
        if runtime is None:
            raise Unavailable(f"{service} does not run in this process", code="source_away")
        return runtime.feed(unit, after, types)


def _is_wanted(envelope: Envelope, service: str, hears: Hears, units: Sequence[str]) -> bool:
    if hears.service != service or envelope.unit not in units:
        return False
    return hears.wants(envelope.type)
