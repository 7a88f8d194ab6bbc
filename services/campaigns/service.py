"""The service of campaigns, declared."""

import contracts.base
from chassis.i18n import _
from chassis.service import ServiceDefinition
from chassis.units import unit
from chassis.web import Routes
from services.campaigns import api, pages
from services.campaigns.permissions import PERMISSIONS, ROLES
from services.campaigns.tables import CHASSIS, Table

ROUTES = Routes(home="/")
ROUTES.include(pages.routes)
ROUTES.include(api.routes)


def agency_in(unit_code: str) -> object:
    """Return the agency's name in a unit: «Phòng Văn hóa - Xã hội phường Đồng Nguyên»."""
    return _("Phòng Văn hóa - Xã hội %(unit)s", unit=unit(unit_code).full_name)


SERVICE = ServiceDefinition(
    name="campaigns",
    title=_("Văn hóa - Xã hội"),
    package="services.campaigns",
    metadata=Table.metadata,
    tables=CHASSIS,
    language=contracts.base,
    routes=ROUTES,
    permissions=PERMISSIONS,
    role_labels=ROLES,
    agency_in=agency_in,
)
