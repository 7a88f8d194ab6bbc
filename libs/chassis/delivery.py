"""Delivery inside one process: the relay hands its batches straight to the other services' inboxes.

The outbox stays the truth, so a process that dies at any point only repeats. kombu's memory transport is not on this
path: it loses what is not yet acknowledged.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chassis.envelope import Envelope
from chassis.errors import Unavailable
from chassis.i18n import _
from chassis.questions import Asking, reply_to
from chassis.reconciliation import FeedPage, Hears
from chassis.service import Runtime


class InProcess:
    """Joins the runtimes of one process: who hears whom."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        self._runtimes = {runtime.definition.name: runtime for runtime in runtimes}
        for runtime in runtimes:
            runtime.carry = self.carry

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

    def carry(
        self, service: str, question: str, asking: Mapping[str, Any], arguments: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Take a question to another service of this process; what comes back is plain JSON, as over the broker."""
        runtime = self._runtimes.get(service)
        if runtime is None:
            raise Unavailable(_("Cơ quan được hỏi chưa trả lời; hãy thử lại sau."), code="source_away")
        reply = reply_to(lambda: runtime.answer(question, Asking.read(asking), arguments))
        answered: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(reply))
        return answered


def _is_wanted(envelope: Envelope, service: str, hears: Hears, units: Sequence[str]) -> bool:
    if hears.service != service or envelope.unit not in units:
        return False
    return hears.wants(envelope.type)
