"""Who may see what of whom, for which purpose: one function over the matrix of ``access.yml``. What it does not open is closed.

A right (package ``permissions``) says what somebody may do at all. Here it is said what of a person they see while doing it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from chassis.errors import NotAllowed, NotUnderstood, RuleBroken
from chassis.i18n import _
from services.registry.domain.texts import Text

ALL: Literal["ALL"] = "ALL"
BY_REFERENCE = ("reference", "status", "dates")
EVERYBODY = "person"
"""The resource whose letters hold for everybody in the register, whatever cases they have."""

ASSIGNED, AWAITING_SIGNATURE = "ASSIGNED", "AWAITING_SIGNATURE"
Of = Literal["ASSIGNED", "AWAITING_SIGNATURE"]
Fields = tuple[str, ...] | Literal["ALL"]

OPEN, RESTRICTED, OPENED = "OPEN", "RESTRICTED", "OPENED"
"""The state of a record for who looks at it: open, restricted, or restricted and opened for a while with a reason."""

SIGN, PREPARE = "S", "P"
LONGEST_OPENING = timedelta(minutes=60)


class PurposeNotYours(NotAllowed):
    """The purpose exists, and this role has nothing to do with it."""

    code = "purpose_not_yours"


class RecordRestricted(NotAllowed):
    """The record is archived or protected; it opens only with a reason, for a while, and with notice."""

    code = "record_restricted"

    def __init__(self, person_id: str) -> None:
        super().__init__(
            _("Hồ sơ hạn chế: chỉ mở được khi cần ngay, có ghi lý do, tại /people/%(person_id)s/break-glass.",
              person_id=person_id)
        )  # fmt: skip


class FieldHidden(NotAllowed):
    """The role, or the purpose, does not open these fields of this person."""

    code = "field_hidden"


class NotRestricted(RuleBroken):
    """What opens anyway needs no breaking of glass."""

    code = "not_restricted"


class DrafterMaySign(RuleBroken):
    """Who drafts is not who signs."""

    code = "drafter_may_not_sign"


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """For what personal data is asked, and the fields that this can need."""

    name: Text
    fields: Fields


@dataclass(frozen=True, kw_only=True)
class TrackPurpose:
    """The purpose that an open case on a track gives; the first one that the role has."""

    track: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one role may do with one resource: letters of 13.3 with what narrows them."""

    letters: str
    of: Of | None = None
    sees: Fields = ALL
    forms: tuple[str, ...] = ()
    rights: tuple[str, ...] | None = None

    @property
    def each(self) -> tuple[str, ...]:
        """Return the letters."""
        return tuple(self.letters.split())


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A row of the matrix. ``row`` is its name in 13.3; a row without one is the registry's own."""

    code: str
    row: str | None
    name: Text
    rights: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, tuple[Cell, ...]]
    tracks: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One case of a person, as far as it decides who may look: its track, its regime, and whether it runs."""

    track: str
    regime: str
    is_open: bool = True


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """How a person stands to who looks at them.

    ``awaiting`` are the roles of the looker for whose signature a draft about this person waits.
    """

    cases: frozenset[Standing] = frozenset()
    assigned: bool = False
    awaiting: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The matrix of 13.3 for the registry, with the fields of a person and the purposes for which they are opened."""

    fields: Mapping[str, tuple[str, ...]]
    never: tuple[str, ...]
    purposes: Mapping[str, Purpose]
    roles: Mapping[str, tuple[str, ...]]
    purpose_of_track: tuple[TrackPurpose, ...]
    resources: tuple[Resource, ...]
    _field_of: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._field_of.update({answer: name for name, answers in self.fields.items() for answer in answers})

    # -- what is seen ----------------------------------------------------------------------------------------------------------

    def may_see(self, roles: Collection[str], facts: PersonFacts, name: str, purpose: str, state: str = OPEN) -> bool:
        """Tell whether somebody with these roles may see a field of this person for this purpose, in this state of the record."""
        return name in self.fields_for(roles, facts, purpose, state)

    def fields_for(self, roles: Collection[str], facts: PersonFacts, purpose: str, state: str = OPEN) -> frozenset[str]:
        """Return the fields of this person that are open; none for a purpose that is not the asker's."""
        asking = [role for role in roles if purpose in self.roles.get(role, ())]
        if not asking:
            return frozenset()
        if state == OPENED:
            return self._of(self.purposes[purpose].fields)
        found: set[str] = set()
        for resource, cell in self._cells(asking, facts):
            found |= self._seen(cell, resource)
        found &= self._of(self.purposes[purpose].fields)
        return frozenset(found & set(BY_REFERENCE)) if state == RESTRICTED else frozenset(found)

    def sees_everything(self, roles: Collection[str], purpose: str) -> bool:
        """Tell whether every field of everybody is open, so that nothing about the person needs to be asked."""
        return self.fields_for(roles, PersonFacts(), purpose) == set(self.fields)

    def sees_track(
        self, roles: Collection[str], facts: PersonFacts, purpose: str, *, track: str, regime: str = ""
    ) -> Literal["NOTHING", "LINE", "WHOLE"]:
        """Tell what of a person's case on a track is open: nothing, its line in a list, or what was written in it.

        Determination before ``person``: whoever reads everybody's identity still sees of a track only what its own row gives.
        """
        asking = [role for role in roles if purpose in self.roles.get(role, ())]
        found: set[str] = set()
        for resource in self.resources:
            if track not in resource.tracks or (resource.regimes and regime and regime not in resource.regimes):
                continue
            for role in asking:
                for cell in resource.cells.get(role, ()):
                    if self._holds(cell, role, facts):
                        found |= self._seen(cell, resource)
                    if SIGN in cell.each and role in facts.awaiting:  # who signs reads what is signed
                        found |= {"dates", "case_facts"}
        found &= self._of(self.purposes[purpose].fields) if purpose in self.purposes else set()
        if "case_facts" in found:
            return "WHOLE"
        return "LINE" if "dates" in found else "NOTHING"

    def cells_opening(self, roles: Collection[str], name: str, purpose: str) -> Iterator[tuple[Resource, Cell, str]]:
        """Yield each cell through which a field is open for this purpose, and the role it belongs to."""
        if purpose not in self.purposes or name not in self._of(self.purposes[purpose].fields):
            return
        for resource in self.resources:
            for role in roles:
                for cell in resource.cells.get(role, ()) if purpose in self.roles.get(role, ()) else ():
                    if name in self._seen(cell, resource):
                        yield resource, cell, role

    def field_of(self, answer: str) -> str:
        """Return the field to which an answer of a form belongs; one that nobody sorted is for those who see all."""
        return self._field_of.get(answer, "other")

    def _cells(self, roles: Collection[str], facts: PersonFacts) -> Iterator[tuple[Resource, Cell]]:
        for resource in self.resources:
            for role in roles:
                for cell in resource.cells.get(role, ()):
                    if self._holds(cell, role, facts) and self._concerns(resource, cell, facts):
                        yield resource, cell

    @staticmethod
    def _holds(cell: Cell, role: str, facts: PersonFacts) -> bool:
        if cell.of == ASSIGNED:
            return facts.assigned
        return cell.of is None or role in facts.awaiting

    @staticmethod
    def _concerns(resource: Resource, cell: Cell, facts: PersonFacts) -> bool:
        """A row of a track is about people with such a case: who it is only while the case runs, its line also afterwards."""
        if resource.code == EVERYBODY:
            return True
        identity = "R" in cell.each
        return any(
            case.track in resource.tracks
            and (not resource.regimes or case.regime in resource.regimes)
            and (case.is_open or not identity)
            for case in facts.cases
        )

    def _seen(self, cell: Cell, resource: Resource) -> set[str]:
        """Return the fields that a cell opens. Identity of everybody comes with the row of the person and no other."""
        if "R" in cell.each:
            return set(self._of(cell.sees))
        return set(BY_REFERENCE) if "r" in cell.each and resource.cells else set()

    def _of(self, fields: Fields) -> frozenset[str]:
        return frozenset(self.fields if fields == ALL else fields)

    # -- for what it is asked --------------------------------------------------------------------------------------------------

    def purposes_of(self, roles: Collection[str]) -> tuple[str, ...]:
        """Return the purposes for which somebody with these roles may ask, the usual one first."""
        return tuple(dict.fromkeys(purpose for role, own in self.roles.items() if role in roles for purpose in own))

    def check_purpose(self, roles: Collection[str], purpose: str) -> str:
        """Return the purpose that was named. Raises NotUnderstood for one that does not exist, PurposeNotYours for another's."""
        if purpose not in self.purposes:
            known = ", ".join(self.purposes)
            raise NotUnderstood(_("Mục đích: hãy chọn một trong: %(known)s.", known=known), field="purpose")
        if purpose not in self.purposes_of(roles):
            raise PurposeNotYours(
                _(
                    "Vai trò của bạn không xem hồ sơ cho mục đích «%(purpose)s».",
                    purpose=str(self.purposes[purpose].name),
                )
            )
        return purpose

    def check_fits(self, purpose: str, right: str) -> str:
        """Return a purpose that fits what is done: who counts people neither enters nor opens what was written of them."""
        by_reference = {name for resource in self.resources for name in resource.rights.get("r", ())}
        if "case_facts" not in self._of(self.purposes[purpose].fields) and "." in right and right not in by_reference:
            raise PurposeNotYours(
                _("Việc này không làm cho mục đích «%(purpose)s».", purpose=str(self.purposes[purpose].name))
            )
        return purpose

    def tracks_of_right(self, right: str) -> set[str]:
        """Return the tracks that a right names: ``post_rehab.write`` is about G."""
        slug = right.partition(".")[0]
        return {track for resource in self.resources if resource.code == slug for track in resource.tracks}

    def purpose_by_track(self, roles: Collection[str], tracks: Collection[str]) -> str | None:
        """Return the purpose that the running cases of a person give; None when they give none that is the asker's."""
        own = self.purposes_of(roles)
        for line in self.purpose_of_track:
            if line.track in tracks:
                found = next((purpose for purpose in line.purposes if purpose in own), None)
                if found:
                    return found
        return None

    # -- what is signed --------------------------------------------------------------------------------------------------------

    def may_sign(self, roles: Collection[str], track: str, *, regime: str, form: str | None = None) -> bool:
        """Tell whether somebody with these roles signs on a track under a regime, and this form where the matrix names forms."""
        return any(
            SIGN in cell.each and (not cell.forms or form is None or form in cell.forms)
            for resource in self.resources
            if track in resource.tracks and (not resource.regimes or regime in resource.regimes)
            for role in roles
            for cell in resource.cells.get(role, ())
        )


def check_separate(*, drafted_by: str, signed_by: str) -> None:
    """Refuse a signature by who drafted (domain.md 13.3, separation of duties). Raises DrafterMaySign."""
    if drafted_by == signed_by:
        raise DrafterMaySign(
            _("Người soạn thảo không được ký văn bản do mình soạn; hãy trình người có thẩm quyền khác.")
        )


def check_opening(*, minutes: int, restricted: bool, is_auditor: bool) -> None:
    """Refuse to break glass where there is none, or for too long. To the auditor, who reads no content, all is glass."""
    if not 1 <= minutes <= LONGEST_OPENING.total_seconds() // 60:
        raise NotUnderstood(_("Số phút: hãy ghi từ 1 đến 60."), field="minutes")
    if not restricted and not is_auditor:
        raise NotRestricted(_("Hồ sơ này không bị hạn chế; hãy mở bằng trang hồ sơ thông thường."))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A restricted record that was opened for somebody: until when."""

    grant_id: str
    ends_at: datetime

    def runs(self, now: datetime) -> bool:
        """Tell whether it is still open; it ends by itself."""
        return now < self.ends_at


MINOR, ARCHIVED = "MINOR", "ARCHIVED"


def check_restriction(*, reason: str, is_minor: bool, has_open_case: bool, already: bool, on: date) -> None:
    """Refuse to restrict a record that is worked on, or to flag somebody as a minor who is of age."""
    if already:
        raise RuleBroken(_("Hồ sơ này đã ở diện hạn chế."), code="already_restricted")
    if reason == ARCHIVED and has_open_case:
        raise RuleBroken(
            _("Hồ sơ còn việc đang theo dõi nên chưa đưa vào lưu trữ hạn chế được."),
            code="case_still_open",
            field="reason",
        )
    if reason == MINOR and not is_minor:
        raise RuleBroken(
            _("Ngày %(on)s người này đã đủ 18 tuổi; hãy chọn lý do lưu trữ.", on=f"{on:%d/%m/%Y}"),
            code="not_a_minor",
            field="reason",
        )
