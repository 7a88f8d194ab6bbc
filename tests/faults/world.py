"""What a fault run consists of: the services as they are deployed, each noting what it records and what it hears.

The same description serves the process that injects the faults and the workers that suffer them.
"""

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, insert
from sqlalchemy.orm import Session

from chassis.envelope import Envelope
from chassis.inbox import Effect
from chassis.outbox import Serial
from chassis.service import Runtime, ServiceDefinition
from chassis.settings import load_settings
from chassis.testing import UNIT
from embedded.ward import definition_of
from services.reporting.periods import the_calendar

SOURCES = ("registry", "health", "campaigns")
FIRST, LATE = "reporting", "latecomer"
POISON = "poison-"
PERIODS = (("P-M", "2026-06"), ("P-Q", "2026-Q3"), ("P-THD", "2026-T6"), ("P-H1", "2026-H1"), ("P-Y", "2026"))
WINDOWS = [the_calendar().period(kind, label).window for kind, label in PERIODS]

NOTES = MetaData()
# The state beside the announcement: one row for each fact that a load recorded.
DEED = Table(
    "noted_deed",
    NOTES,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("event_id", String(36), nullable=False),
)
# Every effect, in the order of the commits; deliberately without a key that would forgive a repetition.
HEARD = Table(
    "noted_effect",
    NOTES,
    Column("turn", Serial, primary_key=True, autoincrement=True),
    Column("source", String(60), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("subject", String(120), nullable=False),
    Column("subject_version", Integer, nullable=False),
)


class Indigestible(Exception):
    """The listener has a fault and refuses this event until it is mended."""


@dataclass(frozen=True, kw_only=True)
class World:
    """Where everything of one run is. ``relay_url`` leads to the broker through the disturbed line.

    ``wanted`` determinations are made, of which some are ``withdrawn``.
    """

    folder: str
    databases: dict[str, str]
    amqp_url: str | None
    relay_url: str | None
    mutation: str | None
    reconcile_seconds: int
    wanted: int = 0
    withdrawn: float = 0.0

    def runtime(self, name: str) -> Runtime:
        """Return the insides of one service of this world."""
        settings = load_settings(
            {},
            service=name,
            units=UNIT,
            database_url=self.databases[name],
            amqp_url=self.relay_url if name in SOURCES else self.amqp_url,
            keys=str(self.keys / name),
            reconcile_seconds=self.reconcile_seconds,
            log_level="WARNING",
        )
        return Runtime(self.definition(name), settings)

    def definition(self, name: str) -> ServiceDefinition:
        """Return a service as it is deployed; a listener also notes its effects, and refuses poison until it is mended."""
        service = definition_of(FIRST if name == LATE else name)
        make_effect = service.make_effect
        if make_effect is None:
            return service
        return dataclasses.replace(service, name=name, make_effect=lambda runtime: self._noting(make_effect(runtime)))

    @property
    def keys(self) -> Path:
        return Path(self.folder) / "keys"

    @property
    def listeners(self) -> list[str]:
        """Return who hears something in this world."""
        return [name for name in self.databases if self.definition(name).hears]

    def mend(self) -> None:
        """Mend the listeners' fault."""
        self._mended.touch()

    @property
    def _mended(self) -> Path:
        return Path(self.folder) / "mended"

    def _noting(self, effect: Effect) -> Effect:
        def noting(envelopes: Sequence[Envelope], session: Session) -> None:
            for each in envelopes:
                if each.subject.startswith(f"person/{POISON}") and not self._mended.exists():
                    raise Indigestible("the listener has a fault")
            effect(envelopes, session)
            session.execute(insert(HEARD), [_note(each) for each in envelopes])

        return noting


def _note(envelope: Envelope) -> dict[str, Any]:
    return {
        "source": envelope.source,
        "position": envelope.position,
        "subject": envelope.subject,
        "subject_version": envelope.subject_version,
    }


def until(condition: Callable[[], Any], *, seconds: float, every: float = 0.1) -> bool:
    """Wait until a condition holds; tell whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
