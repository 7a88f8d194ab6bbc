"""The registry, declared: what it is called, what it keeps, who may do what; reading its law files is part of starting."""

import contracts.base
from chassis.i18n import _
from chassis.service import ServiceDefinition
from chassis.units import unit
from chassis.web import Routes
from services.registry import api, pages
from services.registry.domain.codes import ROLES
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.tables import CHASSIS, SEALED, Table

law()  # a mistake in a law file stops the start, with file, line and reason

ROUTES = Routes(home="/")
ROUTES.include(pages.routes)
ROUTES.include(api.routes)


def agency_in(unit_code: str) -> str:
    """Return the agency's name in a unit: «Công an phường Đồng Nguyên»."""
    return _("Công an %(unit)s", unit=unit(unit_code).full_name)


SERVICE = ServiceDefinition(
    name="registry",
    title=_("Công an"),
    package="services.registry",
    metadata=Table.metadata,
    tables=CHASSIS,
    language=contracts.base,
    routes=ROUTES,
    permissions=PERMISSIONS,
    role_labels=ROLES,
    sealed_columns=SEALED,
    search_href="/people",
    agency_in=agency_in,
)
