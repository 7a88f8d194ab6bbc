"""Canaries for the registry's other books: each answer that is written freely on one of their forms."""

from marshmallow import fields

from chassis.forms import Form
from chassis.forms.asking import asked
from services.registry.service import SERVICE

BOOKS = "services.registry.forms.books"
CODES = ("_time", "_number", "_code")
PLAIN = {"name", "organisation"}
"""What a team and the body that sends somebody into it are called; it names nobody."""


def written_freely(form: type[Form]) -> dict[str, str]:
    """Return a canary for each question of a form that is answered in words."""
    return {
        name: f"Lò Mò {form.__name__} {name}"
        for name, question in form.declared().items()
        if isinstance(question, fields.String)
        and asked(question).choices is None
        and not name.endswith(CODES)
        and name not in PLAIN
    }


def of_every_form() -> list[dict[str, str]]:
    """Return the canaries of all forms of the books."""
    forms = {route.operation.form for route in SERVICE.routes.all if route.operation}
    return [written_freely(form) for form in sorted(forms, key=str) if form.__module__.startswith(BOOKS)]
