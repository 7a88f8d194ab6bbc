"""Ours: `binhan rebuild`, with the comparison and the swap."""

import resource

from chassis.storage import Store
from services.reporting.rebuild import rebuild
from tests.bench.expected import WrongResult
from tests.bench.measure import done, ready_and_told_to_go, the_task

task = the_task()
store = Store(task.database_url)
ready_and_told_to_go()
report = rebuild(store)
if not (report.is_equal and report.swapped) or report.events != task.events or not report.figures:
    raise WrongResult(f"the rebuild found {report.differing_rows} differing rows in {report.events} events")
done(
    seconds=report.seconds,
    rows=report.rows,
    figures=len(report.figures),
    peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
)
store.close()
