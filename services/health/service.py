"""The health station's service, declared: what it keeps, what it hears, what it serves."""

import contracts.base
from chassis.i18n import _
from chassis.reconciliation import Hears
from chassis.service import ServiceDefinition, listening
from chassis.units import unit
from chassis.vault import SealedColumn
from chassis.web import Routes
from services.health import api, pages
from services.health.domain.codes import ROLES
from services.health.law import law
from services.health.listeners import LISTENERS
from services.health.permissions import PERMISSIONS
from services.health.tables import CHASSIS, Table

law()  # a mistake in a law file stops the start, with file, line and reason

_routes = Routes(home="/")
_routes.include(pages.routes)
_routes.include(api.routes)


def _agency_in(unit_code: str) -> str:
    return _("Trạm Y tế %(unit)s", unit=unit(unit_code).full_name)


def _sealed(table: str, id_column: str) -> SealedColumn:
    return SealedColumn(
        table=Table.metadata.tables[table],
        id_column=id_column,
        sealed_column="sealed",
        context=lambda record_id: f"{table}/{record_id}",
    )


SERVICE = ServiceDefinition(
    name="health",
    title=_("Trạm Y tế"),
    package="services.health",
    metadata=Table.metadata,
    tables=CHASSIS,
    language=contracts.base,
    routes=_routes,
    permissions=PERMISSIONS,
    role_labels=ROLES,
    hears=[Hears("registry", ("registry.user_management", "registry.determination"))],
    make_effect=listening(LISTENERS),
    sealed_columns=[
        _sealed("patient", "patient_id"),
        _sealed("counselling", "counselling_id"),
        _sealed("staff_member", "staff_id"),
        _sealed("determination", "determination_id"),
        _sealed("determination_result", "result_id"),
        _sealed("determination_paper", "result_id"),
        _sealed("determination_copy", "copy_id"),
    ],
    search_href="/patients",
    agency_in=_agency_in,
)
