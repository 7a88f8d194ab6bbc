"""The office's pages, one module for each entry of the menu."""

from chassis.web import Routes
from services.campaigns.pages import activities, places, plans, support, today

routes = Routes()
for module in (today, activities, plans, places, support):
    routes.include(module.routes)
