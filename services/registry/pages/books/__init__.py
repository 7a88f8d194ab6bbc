"""The pages of the other books: one menu entry, one line for each book, a module for each kind."""

from chassis.web import Routes
from services.registry.pages.books import (
    hub,
    lists,
    places,
    residences,
    support,
    teams,
    use_incidents,
    violations,
)
from services.registry.pages.books.shelf import take_back

routes = Routes()
for part in (hub, lists, residences, use_incidents, teams, support, violations, places):
    routes.include(part.routes)
for shelf in (*hub.SHELVES, teams.TEAM_MEMBERS):
    take_back(routes, shelf)
