"""The committee's pages: figures with their targets, what each is made of, and what was heard from whom."""

from chassis.web import Routes
from services.reporting.pages import dashboard, heard, indicator, plan

routes = Routes()
for module in (dashboard, indicator, plan, heard):
    routes.include(module.routes)
