"""Reports: the periods that are over and their versions (looking), reviewed and signed (signing)."""

from chassis.web import Routes
from services.reporting.pages.reports import looking, signing

routes = Routes()
for module in (looking, signing):
    routes.include(module.routes)
