"""The committee's pages: figures with their targets, what each is made of, and what was heard from whom."""

from chassis.web import Routes
from services.reporting.pages import dashboard, heard, indicator, plan, reports

routes = Routes()
for module in (dashboard, indicator, reports, plan, heard):
    routes.include(module.routes)
