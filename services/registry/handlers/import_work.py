"""Going on with old lists whose work was begun and left: whoever began it may close the page, and the service may be restarted.

How far a file is stands beside its rows, so there is nothing to remember here; who looks at the page at the same time does no
portion a second time.
"""

import logging
from contextlib import AbstractContextManager
from functools import partial

from chassis.service import Runtime
from chassis.timers import Stint
from chassis.unit_of_work import UnitOfWork
from services.registry.handlers.imports import RIGHT, work_on
from services.registry.permissions import PERMISSIONS
from services.registry.queries.imports import import_record, imports_under_work

_log = logging.getLogger(__name__)

SECONDS_AT_ONCE = 3.0


def go_on_with_imports(runtime: Runtime) -> int:
    """Go on for a moment with every file under work, in the name of who began it; return with how many.

    A file with which something is wrong keeps nobody else's waiting.
    """
    count = 0
    for unit in runtime.settings.units:
        with _asking(runtime, unit) as uow:
            left = imports_under_work(uow)
        for import_id in left:
            try:
                count += _go_on_with(runtime, unit, import_id)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other files go on
                # The kind alone: the text of an error may hold what stood in a row.
                _log.warning("import waits", extra={"correlation_id": import_id, "reason": type(error).__name__})
    return count


def _go_on_with(runtime: Runtime, unit: str, import_id: str) -> bool:
    """Go on with one file; it waits for somebody else when its clerk may no longer bring lists in."""
    with _asking(runtime, unit) as uow:
        by = runtime.door.stand_in(import_record(uow, import_id).begun_by)
    if by is None or not PERMISSIONS.may(by, RIGHT):
        return False
    begin = partial(runtime.unit_of_work, by, correlation_id=import_id, purpose=RIGHT)
    work_on(import_id, begin, enough=Stint(seconds=SECONDS_AT_ONCE).is_over)
    return True


def _asking(runtime: Runtime, unit: str) -> AbstractContextManager[UnitOfWork]:
    return runtime.unit_of_work(runtime.itself(unit), purpose=RIGHT, writes=False)
