"""Going on with old lists whose work was begun and left: whoever began it may close the page, and the service may be restarted.

How far a file is stands beside its rows, so there is nothing to remember here; who looks at the page at the same time does no
portion a second time.
"""

from functools import partial

from chassis.service import Runtime
from chassis.timers import Stint
from services.registry.handlers.imports import RIGHT, work_on
from services.registry.permissions import PERMISSIONS
from services.registry.queries.imports import imports_under_work

SECONDS_AT_ONCE = 3.0


def go_on_with_imports(runtime: Runtime) -> int:
    """Go on for a moment with every file under work, in the name of who began it; return with how many.

    A file whose clerk may no longer bring lists in waits until somebody else goes on with it.
    """
    count = 0
    for unit in runtime.settings.units:
        with runtime.unit_of_work(runtime.itself(unit), purpose=RIGHT, writes=False) as uow:
            left = [(record.import_id, record.begun_by) for record in imports_under_work(uow)]
        for import_id, account_id in left:
            by = runtime.door.stand_in(account_id)
            if by is None or not PERMISSIONS.may(by, RIGHT):
                continue
            begin = partial(runtime.unit_of_work, by, correlation_id=import_id, purpose=RIGHT)
            work_on(import_id, begin, enough=Stint(seconds=SECONDS_AT_ONCE).is_over)
            count += 1
    return count
