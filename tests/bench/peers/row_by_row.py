"""The rebuild's peer: read the log, and for each event look its rows up, merge them, write them and commit."""

from sqlalchemy import delete, select

from chassis.storage import Store
from services.reporting.projections import fold
from services.reporting.projections.reference import store as store_rows
from services.reporting.tables import INBOX, PROJECTED
from tests.bench.measure import done, ready_and_told_to_go, the_task


class Logged:
    """An event as it stands in the log."""

    def __init__(self, row) -> None:
        self.event_id, self.type, self.subject_version = row.event_id, row.type, row.subject_version
        self.unit, self.recorded_at, self.data = row.unit_code, row.recorded_at, row.data.encode()


task = the_task()
store = Store(task.database_url)
with store.begin() as session:
    for table in PROJECTED:
        session.execute(delete(table))
ready_and_told_to_go()
with store.reading() as session:
    log = session.execute(select(INBOX)).all()
for row in log:
    with store.begin() as session:
        store_rows(fold([Logged(row)]), session.connection(), PROJECTED)
done()
store.close()
