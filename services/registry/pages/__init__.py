"""The console of the commune police: today's work, people, and people under management."""

from chassis.web import Routes
from services.registry.pages import (
    access,
    acts,
    books,
    cases,
    documents,
    exports,
    imports,
    management,
    papers,
    people,
    reviews,
    today,
)

routes = Routes(home="/")
for part in (today, reviews, people, access, acts, cases, management, books, documents, papers, imports, exports):
    routes.include(part.routes)
