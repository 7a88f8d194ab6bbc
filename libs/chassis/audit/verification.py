"""Checking the audit log: walks a unit's chain from its start and says where it first does not hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from chassis.audit.chain import BREAK_NOTICED, START
from chassis.audit.entry import entry_mac, head_mac, same_mac
from chassis.audit.tables import AuditTables
from chassis.i18n import _

BATCH = 1000


@dataclass(frozen=True)
class Anchor:
    """The end of a chain as it was noted outside the database, for instance on a monthly printout."""

    entries: int
    last_mac: str


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """What a check found: the first position that does not hold, with the reason.

    ``count`` is the position up to which the chain holds, ``checked`` how many entries were looked at for it.
    """

    ok: bool
    count: int
    checked: int
    last_mac: str
    first_broken: int | None = None
    reason: str = ""


class _BrokenAtError(Exception):
    def __init__(self, position: int, reason: str) -> None:
        super().__init__(position)
        self.position = position
        self.reason = reason


def verify(
    session: Session,
    tables: AuditTables,
    key: bytes,
    unit: str,
    *,
    anchor: Anchor | None = None,
    last: int | None = None,
    batch: int = BATCH,
) -> AuditReport:
    """Check the chain of a unit, in batches, while others go on writing.

    Finds changed, removed, reordered and inserted entries, also at the end. A database put back as a whole to
    an older state is found only with an ``anchor`` that was noted outside it. With ``last`` it looks at so many
    of the newest entries only, quick enough for a page; the whole chain takes about a second per 50,000.
    """
    walk = _Walk(session, tables, key, unit, anchor=anchor, batch=batch)
    if last is not None:
        walk.skip_all_but(last)
    try:
        walk.to_the_end()
    except _BrokenAtError as broken:
        return AuditReport(
            ok=False,
            count=walk.position,
            checked=walk.position - walk.started_at,
            last_mac=walk.mac,
            first_broken=broken.position,
            reason=broken.reason,
        )
    checked = walk.position - walk.started_at
    return AuditReport(ok=True, count=walk.position, checked=checked, last_mac=walk.mac)


class _Walk:
    """A walk along one chain: ``position`` and ``mac`` are those of the last entry that holds."""

    def __init__(
        self,
        session: Session,
        tables: AuditTables,
        key: bytes,
        unit: str,
        *,
        anchor: Anchor | None,
        batch: int,
    ) -> None:
        self.started_at = 0
        self.position = 0
        self.mac = START
        self._session = session
        self._tables = tables
        self._key = key
        self._unit = unit
        self._anchor = anchor
        self._batch = batch

    def skip_all_but(self, last: int) -> None:
        """Start at the entry before the newest ``last``, taking it for true."""
        table = self._tables.audit_entry
        older = select(table.c.position, table.c.mac).where(table.c.unit_code == self._unit)
        entry = self._session.execute(older.order_by(table.c.position.desc()).offset(last).limit(1)).one_or_none()
        if entry is not None:
            self.started_at = self.position = entry.position
            self.mac = entry.mac

    def to_the_end(self) -> None:
        """Walk until the end, read *after* the entries, agrees with them: others may be writing meanwhile."""
        while True:
            reached = self.position
            while entries := self._entries_after(self.position, self._batch):
                for entry in entries:
                    self._step(entry)
            if self._end_agrees():
                break
            if self.position == reached:
                raise _BrokenAtError(reached + 1, _("Các dòng cuối của nhật ký đã bị xóa."))
        if self._anchor is not None and self.position < self._anchor.entries:
            raise _BrokenAtError(
                self.position + 1, _("Nhật ký ngắn hơn mốc đã ghi lại bên ngoài: các dòng cuối đã bị xóa.")
            )

    def _step(self, entry: RowMapping) -> None:
        expected = self.position + 1
        if entry["position"] != expected:
            raise _BrokenAtError(expected, _("Thiếu dòng này: nó đã bị xóa."))
        if not same_mac(entry["mac"], entry_mac(self._key, entry, self.mac)):
            raise _BrokenAtError(expected, _("Dòng này đã bị sửa, đổi chỗ hoặc chèn thêm."))
        if entry["action"] == BREAK_NOTICED:
            raise _BrokenAtError(expected, _("Điểm cuối của nhật ký đã bị sửa trước khi ghi dòng này."))
        if self._contradicts_anchor(expected, entry["mac"]):
            raise _BrokenAtError(expected, _("Dòng này khác với mốc đã ghi lại bên ngoài: nhật ký đã bị viết lại."))
        self.position, self.mac = expected, entry["mac"]

    def _contradicts_anchor(self, position: int, mac: str) -> bool:
        anchor = self._anchor
        return anchor is not None and anchor.entries == position and not same_mac(anchor.last_mac, mac)

    def _end_agrees(self) -> bool:
        """Compare the entries walked with the stored end; False when the end is further on."""
        table = self._tables.audit_head
        head = self._session.execute(select(table).where(table.c.unit_code == self._unit)).one_or_none()
        if head is None:
            if self.position:
                raise _BrokenAtError(self.position + 1, _("Điểm cuối của nhật ký đã bị xóa."))
            return True
        if not same_mac(head.mac, head_mac(self._key, self._unit, head.entries, head.last_mac)):
            raise _BrokenAtError(self.position + 1, _("Điểm cuối của nhật ký đã bị sửa."))
        if head.entries < self.position:
            raise _BrokenAtError(head.entries + 1, _("Có dòng thừa sau điểm cuối đã ghi của nhật ký."))
        return bool(head.entries == self.position)

    def _entries_after(self, position: int, limit: int) -> Sequence[RowMapping]:
        table = self._tables.audit_entry
        following = table.c.unit_code == self._unit, table.c.position > position
        page = select(table).where(*following).order_by(table.c.position).limit(limit)
        try:
            return self._session.execute(page).mappings().all()
        except ValueError:  # a stored value that is no instant or no JSON any more
            if limit > 1:
                return self._entries_after(position, 1)
            raise _BrokenAtError(position + 1, _("Dòng này không còn đọc được: nó đã bị sửa.")) from None
