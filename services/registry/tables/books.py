"""The other books of the register: what happens beside the decisions. Whatever is written freely lies sealed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy import Table as PlainTable
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned
from chassis.vault import SealedColumn
from services.registry.tables.base import Table

STILL_THERE = text("valid_to IS NULL AND withdrawn_at IS NULL")
NOT_WITHDRAWN = text("withdrawn_at IS NULL")


def withdrawal_is_whole() -> CheckConstraint:
    """A line that was entered by mistake is withdrawn by somebody; it stays legible and counts nowhere."""
    return CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawal_is_whole")


def once(name: str, *columns: str) -> Index:
    """There is one line like this, those that were withdrawn left out."""
    return Index(name, *columns, unique=True, sqlite_where=NOT_WITHDRAWN, postgresql_where=NOT_WITHDRAWN)


class Entry(OwnedByUnit):
    """A line of a book: who wrote it when; ``sealed`` holds the answers that are words."""

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(String(36))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(36))

    __tablename__: str


class OfPerson:
    """A line about somebody in the register."""

    @declared_attr
    def person_id(cls) -> Mapped[str]:  # noqa: N805 - what the mapper calls is the class
        return mapped_column(String(36), ForeignKey("person.person_id"), index=True)


class Residence(OfPerson, Entry, Versioned, Table):
    """Where somebody lives, since when and until when; ``valid_to`` is the last day."""

    __tablename__ = "residence"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("kind IN ('THUONG_TRU', 'TAM_TRU', 'NOI_O')", name="kind_is_a_code"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="end_follows_start"),
        CheckConstraint("stable = (unstable_reason IS NULL)", name="only_an_unstable_one_has_a_reason"),
        CheckConstraint("unstable_reason IS NULL OR unstable_reason IN ('A', 'B', 'C')", name="reason_is_a_letter"),
        Index(
            "one_present_residence_of_a_kind", "unit_code", "person_id", "kind", unique=True,
            sqlite_where=STILL_THERE, postgresql_where=STILL_THERE,
        ),
        Index("ix_residence_person", "person_id", "valid_from"),
    )  # fmt: skip

    stay_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    commune_code: Mapped[str] = mapped_column(String(5))
    stable: Mapped[bool]
    unstable_reason: Mapped[str | None] = mapped_column(String(1))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    verified_on: Mapped[date]
    verified_form: Mapped[str | None] = mapped_column(String(60))


class ResidenceCheck(OfPerson, Entry, Table):
    """One look whether somebody lives where the register says."""

    __tablename__ = "residence_check"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("outcome IN ('PRESENT', 'ABSENT', 'MOVED', 'UNKNOWN')", name="outcome_is_a_code"),
        once("one_residence_check_a_day", "unit_code", "person_id", "checked_on"),
        Index("ix_residence_check_checked", "unit_code", "checked_on", "check_id"),
    )

    check_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    checked_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(8))
    minutes_number: Mapped[str | None] = mapped_column(String(60))


class UseIncident(OfPerson, Entry, Table):
    """Unlawful use of drugs that was found out; ``ground`` is a letter of decree 163/2026 article 56 clause 1."""

    __tablename__ = "use_incident"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("ground IN ('A', 'B', 'C', 'D', 'DD', 'E', 'G', 'H', 'I')", name="ground_is_a_letter"),
        Index("ix_use_incident_occurred", "unit_code", "occurred_on", "incident_id"),
        Index("ix_use_incident_person", "person_id"),
    )

    incident_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    occurred_on: Mapped[date]
    occurred_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    commune_code: Mapped[str] = mapped_column(String(5))
    ground: Mapped[str] = mapped_column(String(2))
    notice_number: Mapped[str | None] = mapped_column(String(60))
    test_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("test_result.test_id"))


class Team(Entry, Table):
    """A team that manages or supports people, formed by a decision."""

    __tablename__ = "team"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("kind IN ('QUAN_LY', 'HO_TRO')", name="kind_is_a_code"),
        once("team_is_formed_once", "unit_code", "decision_number", "decided_on", "name"),
    )

    team_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    decision_number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]


class TeamMember(Entry, Table):
    """Somebody in a team, from a day on; their name lies sealed. An account makes them see the team's people."""

    __tablename__ = "team_member"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("role IN ('TO_TRUONG', 'TO_PHO', 'TO_VIEN')", name="role_is_a_code"),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="leaving_follows_joining"),
        Index("ix_team_member_team", "team_id"),
        Index("ix_team_member_account", "account_id"),
    )

    member_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(36), ForeignKey("team.team_id"))
    role: Mapped[str] = mapped_column(String(10))
    organisation: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[str | None] = mapped_column(String(36))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]


class Assignment(OfPerson, Entry, Table):
    """A person is in the care of a team, or of one helper, from a day to a day; the last day counts."""

    __tablename__ = "assignment"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("kind IN ('TEAM', 'HELPER')", name="kind_is_a_code"),
        CheckConstraint("(kind = 'TEAM') = (team_id IS NOT NULL)", name="team_is_named"),
        CheckConstraint("kind = 'HELPER' OR account_id IS NULL", name="only_a_helper_has_an_account"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="end_follows_start"),
        Index("ix_assignment_person", "person_id"),
        Index("ix_assignment_team", "team_id"),
        Index("ix_assignment_account", "account_id"),
    )

    assignment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(6))
    team_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("team.team_id"))
    account_id: Mapped[str | None] = mapped_column(String(36))
    decision_number: Mapped[str | None] = mapped_column(String(60))
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class SupportVisit(OfPerson, Entry, Table):
    """A visit or a talk of support; its minutes belong to the file of decree 163/2026 article 135 clause 4."""

    __tablename__ = "support_visit"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("kind IN ('THAM_HOI', 'TU_VAN', 'HO_TRO', 'HOP_TO')", name="kind_is_a_code"),
        CheckConstraint("outcome IN ('DONE', 'REFERRED', 'DECLINED', 'NOT_MET')", name="outcome_is_a_code"),
        Index("ix_support_visit_visited", "unit_code", "visited_on", "visit_id"),
        Index("ix_support_visit_person", "person_id"),
    )

    visit_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visited_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))
    needs: Mapped[list[str]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(10))
    minutes_number: Mapped[str | None] = mapped_column(String(60))


class ProgressAssessment(OfPerson, Entry, Table):
    """How somebody gets on after rehabilitation."""

    __tablename__ = "progress_assessment"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("grade IN ('TOT', 'KHA', 'TRUNG_BINH', 'YEU')", name="grade_is_a_code"),
        once("one_progress_assessment_a_day", "unit_code", "person_id", "assessed_on"),
        Index("ix_progress_assessment_assessed", "unit_code", "assessed_on", "assessment_id"),
    )

    assessment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    assessed_on: Mapped[date]
    grade: Mapped[str] = mapped_column(String(10))


class Violation(OfPerson, Entry, Table):
    """A breach in a running case. The count and the step follow from the law and from what was recorded before.

    ``minutes_at`` is midnight of ``recorded_on`` where only the day of the minutes is known.
    """

    __tablename__ = "violation"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("count >= 1", name="count_begins_at_one"),
        once("each_breach_counts_once_in_a_case", "unit_code", "person_id", "case_ref", "kind", "count"),
        Index("ix_violation_committed", "unit_code", "committed_on", "violation_id"),
        Index("ix_violation_person", "person_id"),
    )

    violation_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_ref: Mapped[str] = mapped_column(String(36))
    situation: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    committed_on: Mapped[date]
    recorded_on: Mapped[date]
    minutes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    mended: Mapped[bool | None]
    count: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    article: Mapped[str] = mapped_column(String(200))
    minutes_number: Mapped[str] = mapped_column(String(60))


class Hotspot(Entry, Table):
    """A place, an area or a vehicle where unlawful use was organised or harboured, until it was cleared."""

    __tablename__ = "hotspot"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("kind IN ('PLACE', 'AREA', 'VEHICLE')", name="kind_is_a_code"),
        CheckConstraint("cleared_on IS NULL OR cleared_on >= found_on", name="clearing_follows_finding"),
        CheckConstraint("border_commune_code <> commune_code", name="border_is_with_another_commune"),
        Index("ix_hotspot_found", "unit_code", "found_on", "hotspot_id"),
    )

    hotspot_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    commune_code: Mapped[str] = mapped_column(String(5))
    border_commune_code: Mapped[str | None] = mapped_column(String(5))
    found_on: Mapped[date]
    cleared_on: Mapped[date | None]


class OffenderArrest(Entry, Table):
    """How many people were arrested for drug crimes on a day; by count only, nobody is named."""

    __tablename__ = "offender_arrest"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("offenders >= 1", name="somebody_was_arrested"),
        Index("ix_offender_arrest_arrested", "unit_code", "arrested_on", "arrest_id"),
    )

    arrest_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    commune_code: Mapped[str] = mapped_column(String(5))
    arrested_on: Mapped[date]
    offenders: Mapped[int]


class IllicitPlant(Entry, Table):
    """A plot with plants that hold narcotics: found, and what of it was destroyed. One square decimetre is 0.01 m²."""

    __tablename__ = "illicit_plant"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("plants >= 0 AND square_decimetres >= 0", name="amounts_are_counts"),
        CheckConstraint("plants > 0 OR square_decimetres > 0", name="something_was_found"),
        CheckConstraint("destroyed_on IS NULL OR destroyed_on >= found_on", name="destroying_follows_finding"),
        CheckConstraint(
            "(destroyed_on IS NULL) = (destroyed_plants IS NULL) "
            "AND (destroyed_on IS NULL) = (destroyed_square_decimetres IS NULL)",
            name="destroying_is_whole",
        ),
        CheckConstraint(
            "destroyed_plants <= plants AND destroyed_square_decimetres <= square_decimetres",
            name="only_what_was_found_is_destroyed",
        ),
        CheckConstraint("border_commune_code <> commune_code", name="border_is_with_another_commune"),
        Index("ix_illicit_plant_found", "unit_code", "found_on", "plot_id"),
    )

    plot_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    commune_code: Mapped[str] = mapped_column(String(5))
    border_commune_code: Mapped[str | None] = mapped_column(String(5))
    found_on: Mapped[date]
    plants: Mapped[int]
    square_decimetres: Mapped[int]
    destroyed_on: Mapped[date | None]
    destroyed_plants: Mapped[int | None]
    destroyed_square_decimetres: Mapped[int | None]


class Tally(Entry, Table):
    """A count without people: offences, fines, tips received and settled in time."""

    __tablename__ = "tally"
    __table_args__ = (
        withdrawal_is_whole(),
        CheckConstraint("kind IN ('OFFENCE', 'FINE', 'TIP_RECEIVED', 'TIP_SETTLED_IN_TIME')", name="kind_is_a_code"),
        CheckConstraint("quantity >= 1", name="something_was_counted"),
        Index("ix_tally_counted", "unit_code", "counted_on", "tally_id"),
    )

    tally_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    commune_code: Mapped[str] = mapped_column(String(5))
    counted_on: Mapped[date]
    quantity: Mapped[int]


BOOKS: tuple[type[Any], ...] = (
    Residence,
    ResidenceCheck,
    UseIncident,
    Team,
    TeamMember,
    Assignment,
    SupportVisit,
    ProgressAssessment,
    Violation,
    Hotspot,
    OffenderArrest,
    IllicitPlant,
    Tally,
)


def key_of(book: type[Any]) -> str:
    """Return the name of the column that identifies a line of a book."""
    return str(book.__mapper__.primary_key[0].key)


def context_of(book: type[Any], key: str) -> str:
    """Return the place of a line's sealed answers."""
    return f"{book.__tablename__}/{key}"


def _sealed_column(book: type[Any]) -> SealedColumn:
    table: PlainTable = Table.metadata.tables[book.__tablename__]
    return SealedColumn(table, key_of(book), "sealed", lambda key: context_of(book, key))


SEALED_IN_BOOKS = tuple(_sealed_column(book) for book in BOOKS)
