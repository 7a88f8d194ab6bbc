"""A clerk who brings old lists into a register, and the register as business sees it before and after."""

from contextlib import contextmanager

from sqlalchemy import select

from services.registry import queries
from services.registry.commands.imports import ChooseColumns, EnterRows, SheetColumns
from services.registry.handlers import imports as handlers
from services.registry.queries import imports as asking
from services.registry.service import SERVICE
from services.registry.workbooks import read_workbook
from tests.registry.builders import OFFICER

# The register as business sees it: what an import and its undoing must leave as it was.
BESIDE_THE_BUSINESS = {"workbook_import", "import_portion", "import_row", "heading_row", "trait"}


class Office:
    """A clerk with workbooks."""

    def __init__(self, registry):
        self.registry = registry

    @contextmanager
    def working(self):
        with self.registry.runtime.unit_of_work(OFFICER) as uow:
            yield uow

    def upload(self, content):
        read = read_workbook(content)
        with self.working() as uow:
            return handlers.upload_workbook(uow, file_name="sổ.xlsx", content=content, read=read).import_id

    def confirm(self, import_id, **changes):
        """Take the columns as they are proposed, but for ``changes`` of the first sheet: heading -> field."""
        with self.working() as uow:
            sheets = [
                SheetColumns(
                    fields=tuple(changes.get(one["heading"], one["means"] or "-") for one in sheet["columns"]),
                    list_code=sheet["list_code"],
                )
                for sheet in asking.import_record(uow, import_id).sheets
            ]
            handlers.choose_columns(ChooseColumns(import_id=import_id, sheets=sheets), uow)

    def work(self, import_id, *, portions=10_000):
        left = iter(range(portions))
        return handlers.work_on(import_id, self.working, enough=lambda: next(left, None) is None)

    def tried(self, content, **changes):
        import_id = self.upload(content)
        self.confirm(import_id, **changes)
        assert self.work(import_id) == "CHECKED"
        return import_id

    def entered(self, content, *, reason="đã đối chiếu hồ sơ giấy"):
        import_id = self.tried(content)
        self.enter(import_id, reason=reason)
        return import_id

    def enter(self, import_id, *, reason=None):
        with self.working() as uow:
            handlers.begin_entering(EnterRows(import_id=import_id, reason=reason), uow)
        assert self.work(import_id) == "COMMITTED"

    def undone(self, import_id):
        with self.working() as uow:
            handlers.begin_undoing(import_id, uow)
        assert self.work(import_id) == "UNDONE"

    def counts(self, import_id):
        with self.registry.asking() as uow:
            return dict(asking.count_rows(uow, import_id).by_verdict)

    def faults(self, import_id):
        """Row number -> codes of its faults."""
        with self.registry.asking() as uow:
            rows = uow.session.scalars(select(asking.ImportRow).where(asking.ImportRow.import_id == import_id)).all()
        return {row.number: [fault["code"] for fault in row.faults] for row in rows if row.faults}

    def refused(self, import_id):
        """(sheet, row number) -> codes of what is wrong, of the refused rows."""
        refused = (asking.ImportRow.import_id == import_id) & (asking.ImportRow.verdict == "REFUSED")
        with self.registry.asking() as uow:
            rows = uow.session.scalars(select(asking.ImportRow).where(refused)).all()
        return {(row.sheet, row.number): [fault["code"] for fault in row.faults] for row in rows}

    def people(self):
        with self.registry.asking() as uow:
            found, cursor = [], None
            while True:
                page = queries.people(uow, cursor=cursor, limit=200)
                found += [queries.person_record(uow, one.person_id) for one in page.items]
                cursor = page.next
                if cursor is None:
                    return found


def business_digest(registry):
    chassis = {"outbox", "subject_version", "relay_state", "audit_entry", "audit_head", "inbox", "parked_event"}
    found = {}
    with registry.runtime.store.reading() as session:
        for table in SERVICE.metadata.sorted_tables:
            if table.name not in BESIDE_THE_BUSINESS | chassis:
                found[table.name] = sorted(repr(tuple(row)) for row in session.execute(select(table)))
    return found
