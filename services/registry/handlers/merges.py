"""Two records of one person become one, and can become two again: rows go over, and all is said anew."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table as AnyTable
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import PersonMerged, PersonParted, TestResultRecorded
from services.registry import queries
from services.registry.commands import MergePeople, PartPeople
from services.registry.domain.use import TOLD
from services.registry.handlers.annulments import announce_case
from services.registry.handlers.duties import work_out_duties
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import PersonRecord
from services.registry.tables import Act, Case, Person, PersonMerge, Table, TestResult, merge_context

STAY_BEHIND = {"person", "person_merge", "person_search_token", "person_restriction", "duty"}
BOTH_HAVE: Mapping[str, str] = {
    "residence": _("nơi cư trú hiện tại cùng loại"),
    "residence_check": _("kiểm tra cư trú trong cùng một ngày"),
    "progress_assessment": _("đánh giá kết quả trong cùng một ngày"),
}
"""Lines of which a person has one, and that two records of one person may both have."""


class BothHaveCases(RuleBroken):
    """Each record has an open case of one kind; a person has at most one."""

    code = "both_have_cases"


def merge_people(command: MergePeople, uow: UnitOfWork) -> PersonRecord:
    """Let one record go into another. Refused while both have an open case on one track (INV-1)."""
    PERMISSIONS.require(uow.by, "person.merge")
    person = queries.person_at_hand(uow, command.person_id)
    found = queries.person_with_number(uow, command.into_number)
    if found is None or found.person_id == person.person_id or found.merged_into:
        raise NotUnderstood(
            _("Số giấy tờ của hồ sơ giữ lại: hãy ghi đúng số của một hồ sơ khác còn dùng trong sổ."),
            field="into_number",
        )
    keeper = queries.person_at_hand(uow, found.person_id)
    _check_open_cases(uow, person, keeper)
    merge_id = uow.new_id()
    moved = _move(uow, _rows_of(uow, person.person_id), keeper.person_id)
    person.merged_into = keeper.person_id
    uow.add(
        PersonMerge(
            merge_id=merge_id,
            unit_code=uow.unit,
            person_id=person.person_id,
            into_id=keeper.person_id,
            moved=moved,
            sealed=uow.vault.seal_answers(merge_context(merge_id), {"reason": command.reason}),
            merged_at=uow.now(),
            merged_by=uow.by.account_id,
        )
    )
    uow.session.flush()
    uow.record(PersonMerged(person_key=person.person_key, into_key=keeper.person_key, merged_on=uow.today()))
    _say_anew(uow, keeper, moved)
    uow.wrote("person.merge", "person", person.person_id, merge_id=merge_id, into_id=keeper.person_id)
    return queries.opened_person(uow, keeper)


def part_people(command: PartPeople, uow: UnitOfWork) -> PersonRecord:
    """Undo a merge: what went over goes back, with whatever was entered since in the cases that went over.

    With an act go the test that entered it and the documents that it issued: neither is about anybody else.
    """
    PERMISSIONS.require(uow.by, "person.merge")
    merge = uow.get(PersonMerge, command.merge_id)
    if merge.parted_at is not None:
        raise RuleBroken(_("Hai hồ sơ này đã được tách lại."), code="already_parted")
    person, keeper = uow.get(Person, merge.person_id), uow.get(Person, merge.into_id)
    if keeper.merged_into is not None:
        raise RuleBroken(
            _("Hồ sơ giữ lại đã được gộp tiếp vào hồ sơ khác; hãy tách lần gộp sau trước."), code="merged_on"
        )
    rows = {name: list(ids) for name, ids in merge.moved.items()}
    rows["act"] = list(
        uow.session.scalars(
            select(Act.act_id).where(Act.case_id.in_(rows.get("legal_case", []))).order_by(Act.sequence)
        )
    )
    for name, ids in _gone_with(uow, rows["act"]).items():
        rows[name] = sorted({*rows.get(name, []), *ids})
    _move(uow, rows, person.person_id)
    person.merged_into = None
    merge.parted_at, merge.parted_by = uow.now(), uow.by.account_id
    uow.session.flush()
    uow.record(PersonParted(person_key=person.person_key, from_key=keeper.person_key, parted_on=uow.today()))
    _say_anew(uow, person, rows)
    work_out_duties(uow, keeper)
    uow.wrote("person.part", "person", person.person_id, merge_id=merge.merge_id)
    return queries.opened_person(uow, person)


def _gone_with(uow: UnitOfWork, act_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return what these acts brought along: tests by which they were entered, and documents that they issued."""
    acts = uow.session.scalars(select(Act).where(Act.act_id.in_(act_ids))).all()
    tests = {act.facts.get(TOLD[act.event]) for act in acts if act.event in TOLD}
    documents = {act.document_id for act in acts}
    return {
        "test_result": [test for test in tests if test is not None],
        "document": [document for document in documents if document is not None],
    }


def _check_open_cases(uow: UnitOfWork, person: Person, keeper: Person) -> None:
    mine = {case.track for case in queries.cases_of(uow, person.person_id) if case.closed_on is None}
    theirs = {case.track for case in queries.cases_of(uow, keeper.person_id) if case.closed_on is None}
    for track in sorted(mine & theirs):
        raise BothHaveCases(
            _("Cả hai hồ sơ đều đang có «%(track)s»; hãy hủy hoặc kết thúc một hồ sơ trước khi gộp (INV-1).",
              track=str(law().tracks[track].name))
        )  # fmt: skip
    if {"A", "C"} <= mine | theirs and not ({"A", "C"} <= mine or {"A", "C"} <= theirs):
        raise BothHaveCases(
            _(
                "Một hồ sơ đang quản lý người sử dụng, hồ sơ kia trong danh sách người nghiện; hãy dừng việc quản lý "
                "trước khi gộp (INV-2)."
            )
        )


def _tables_about_people() -> Iterable[AnyTable]:
    """Every table with rows about a person, in an order in which their rows may change hands."""
    return (table for table in Table.metadata.sorted_tables if "person_id" in table.c and table.name not in STAY_BEHIND)


def _rows_of(uow: UnitOfWork, person_id: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table in _tables_about_people():
        own = _key(table)
        ids = list(uow.session.scalars(select(own).where(table.c.person_id == person_id).order_by(*_order(table))))
        if ids:
            found[table.name] = ids
    return found


def _move(uow: UnitOfWork, rows: Mapping[str, Sequence[str]], to: str) -> dict[str, list[str]]:
    """Give rows to another person; acts keep their order behind those that the other already has."""
    last = uow.session.scalar(select(func.max(Act.sequence)).where(Act.person_id == to)) or 0
    for name, ids in rows.items():
        table = Table.metadata.tables[name]
        if name == "act":
            for offset, act_id in enumerate(ids, start=1):
                uow.session.execute(
                    update(table).where(table.c.act_id == act_id).values(person_id=to, sequence=last + offset)
                )
        else:
            _give(uow, table, ids, to)
    uow.session.expire_all()
    return {name: list(ids) for name, ids in rows.items()}


def _give(uow: UnitOfWork, table: AnyTable, ids: Sequence[str], to: str) -> None:
    try:
        uow.session.execute(update(table).where(_key(table).in_(ids)).values(person_id=to))
    except IntegrityError:
        if table.name not in BOTH_HAVE:
            raise
        raise BothHaveCases(
            _("Cả hai hồ sơ đều có %(what)s; hãy kết thúc hoặc rút một dòng ở một hồ sơ rồi gộp lại.",
              what=BOTH_HAVE[table.name])
        ) from None  # fmt: skip


def _key(table: AnyTable) -> Any:
    own = [column for column in table.primary_key.columns if column.name not in {"unit_code", "person_id"}]
    if len(own) != 1:
        raise TypeError(f"{table.name} has no key of one column to move its rows by")
    return own[0]


def _order(table: AnyTable) -> Sequence[Any]:
    return (table.c.sequence,) if table.name == "act" else (_key(table),)


def _say_anew(uow: UnitOfWork, owner: Person, rows: Mapping[str, Sequence[str]]) -> None:
    """State cases and tests again under the pseudonym that they now have, so that every count converges."""
    for case_id in rows.get("legal_case", []):
        announce_case(uow, owner, uow.session.get_one(Case, case_id))
    for test_id in rows.get("test_result", []):
        test = uow.session.get_one(TestResult, test_id)
        if test.withdrawn_at is not None:
            continue
        uow.record(
            TestResultRecorded(
                test_id=test.test_id,
                person_key=owner.person_key,
                taken_on=test.taken_on,
                result=cast("Any", test.result),
                substances=tuple(test.substances),
            )
        )
    work_out_duties(uow, owner)
