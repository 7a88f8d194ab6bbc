"""What a fault run consists of: three sources that record deeds, and reporting, which notes what it hears.

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

import contracts.base
from chassis.envelope import Envelope
from chassis.inbox import Effect
from chassis.outbox import Serial
from chassis.permissions import Permissions
from chassis.service import Runtime, ServiceDefinition
from chassis.settings import load_settings
from chassis.tables import chassis_tables
from chassis.testing import UNIT
from chassis.web.routing import Routes
from services.reporting.indicators import the_catalogue
from services.reporting.periods import the_calendar
from services.reporting.projections import Projector
from services.reporting.service import SERVICE as REPORTING

SOURCES = ("registry", "health", "campaigns")
POISON = "poison-"
PROJECT = Projector(the_catalogue())
WINDOWS = [
    the_calendar().period(kind, label).window
    for kind, label in (
        ("P-M", "2026-06"),
        ("P-Q", "2026-Q3"),
        ("P-THD", "2026-T6"),
        ("P-H1", "2026-H1"),
        ("P-Y", "2026"),
    )
]

SOURCE_METADATA = MetaData()
SOURCE_TABLES = chassis_tables(SOURCE_METADATA)
# The state beside the announcement: one row for each fact that was recorded.
DEED = Table(
    "deed",
    SOURCE_METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("event_id", String(36), nullable=False),
)

NOTES_METADATA = MetaData()
# Every effect, in the order of the commits; deliberately without a key that would forgive a repetition.
HEARD = Table(
    "heard",
    NOTES_METADATA,
    Column("turn", Serial, primary_key=True, autoincrement=True),
    Column("source", String(60), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("subject", String(120), nullable=False),
    Column("subject_version", Integer, nullable=False),
)


class Indigestible(Exception):
    """The projector has a fault and refuses this event until it is mended."""


@dataclass(frozen=True, kw_only=True)
class World:
    """Where everything of one run is. ``relay_url`` leads to the broker through the disturbed line."""

    folder: str
    databases: dict[str, str]
    amqp_url: str | None
    relay_url: str | None
    mutation: str | None
    reconcile_seconds: int

    def runtime(self, name: str) -> Runtime:
        """Return the insides of one service of this world."""
        source = name in SOURCES
        settings = load_settings(
            {},
            service=name,
            units=UNIT,
            database_url=self.databases[name],
            amqp_url=self.relay_url if source else self.amqp_url,
            keys=str(Path(self.folder) / "keys" / name),
            reconcile_seconds=self.reconcile_seconds,
            log_level="WARNING",
        )
        return Runtime(source_definition(name) if source else self.listener_definition(name), settings)

    def listener_definition(self, name: str) -> ServiceDefinition:
        """Return a listener that lets events take effect, notes that it did, and refuses poison until it is mended."""
        return dataclasses.replace(REPORTING, name=name, make_effect=lambda _runtime: self._noting(PROJECT))

    def mend(self) -> None:
        """Mend the projector's fault."""
        self._mended.touch()

    @property
    def _mended(self) -> Path:
        return Path(self.folder) / "mended"

    def _noting(self, effect: Effect) -> Effect:
        def noting(envelopes: Sequence[Envelope], session: Session) -> None:
            for each in envelopes:
                if each.subject.startswith(f"person/{POISON}") and not self._mended.exists():
                    raise Indigestible("the projector has a fault")
            effect(envelopes, session)
            session.execute(
                insert(HEARD),
                [
                    {
                        "source": each.source,
                        "position": each.position,
                        "subject": each.subject,
                        "subject_version": each.subject_version,
                    }
                    for each in envelopes
                ],
            )

        return noting


def source_definition(name: str) -> ServiceDefinition:
    """Return a source: the chassis's tables and one table of deeds."""
    return ServiceDefinition(
        name=name,
        title=name,
        package="chassis",
        metadata=SOURCE_METADATA,
        tables=SOURCE_TABLES,
        language=contracts.base,
        routes=Routes(),
        permissions=Permissions({}, actions=(), roles={}),
        role_labels={},
    )


def until(condition: Callable[[], Any], *, seconds: float, every: float = 0.1) -> bool:
    """Wait until a condition holds; tell whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
