"""The service of reporting, declared; reading its catalogue, periods and targets is part of starting."""

import contracts.base
from chassis.i18n import _
from chassis.inbox import Effect
from chassis.reconciliation import Hears
from chassis.service import Runtime, ServiceDefinition
from chassis.units import unit
from chassis.web import Routes
from services.reporting import api, pages
from services.reporting.indicators import the_catalogue
from services.reporting.permissions import PERMISSIONS, ROLES
from services.reporting.projections import Projector
from services.reporting.tables import CHASSIS, METADATA

ROUTES = Routes(home="/")
ROUTES.include(pages.routes)
ROUTES.include(api.routes)


def agency_in(unit_code: str) -> object:
    """Return the agency's name in a unit: «UBND phường Đồng Nguyên»."""
    return _("UBND %(unit)s", unit=unit(unit_code).full_name)


def make_effect(_runtime: Runtime) -> Effect:
    """Return what hearing does here: facts become rows that figures are counted from."""
    return Projector(the_catalogue())


SERVICE = ServiceDefinition(
    name="reporting",
    title=_("Ủy ban nhân dân"),
    package="services.reporting",
    metadata=METADATA,
    tables=CHASSIS,
    language=contracts.base,
    routes=ROUTES,
    permissions=PERMISSIONS,
    role_labels=ROLES,
    hears=[Hears("registry"), Hears("health"), Hears("campaigns")],
    make_effect=make_effect,
    agency_in=agency_in,
)
