"""The console of the commune police: today's work, people, and people under management."""

from chassis.web import Routes
from services.registry.pages import management, people, today

routes = Routes(home="/")
for part in (today, people, management):
    routes.include(part.routes)
