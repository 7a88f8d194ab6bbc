"""The registry, declared: what it is called, what it keeps, who may do what; reading its law files is part of starting."""

import contracts.base
from chassis.i18n import _
from chassis.reconciliation import Hears
from chassis.service import ServiceDefinition, acting_on
from chassis.timers import Timer
from chassis.units import unit
from chassis.web import Routes
from services.registry import api, pages
from services.registry.answers import ANSWERS
from services.registry.documents import check_all_sources
from services.registry.domain.codes import ROLES
from services.registry.handlers.deadlines import announce_deadlines
from services.registry.handlers.import_work import go_on_with_imports
from services.registry.law import FOLDER as LAW_FOLDER
from services.registry.law import law
from services.registry.listeners import LISTENERS
from services.registry.pages.notices import notices
from services.registry.pages.purposes import purpose_of
from services.registry.permissions import FILE as ACCESS_FILE
from services.registry.permissions import PERMISSIONS
from services.registry.tables import CHASSIS, SEALED, Table

law()  # a mistake in a law file stops the start, with file, line and reason
check_all_sources()  # so does one in the source of a printed form

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
    purpose_of=purpose_of,
    notices=notices,
    read_only=(LAW_FOLDER, ACCESS_FILE),
    hears=[Hears("health", ("health.determination", "health.ost_treatment"))],
    make_effect=acting_on(LISTENERS),
    timers=[
        Timer(name="deadlines", every_seconds=60, run=announce_deadlines),
        Timer(name="imports", every_seconds=1, run=go_on_with_imports),
    ],
    agency_in=agency_in,
    answers=ANSWERS,
)
