"""The services that are in this tree: all four in the repository, one in an agency's own image."""

from importlib import import_module
from pathlib import Path

from chassis.service import ServiceDefinition

SERVICES = Path(__file__).resolve().parents[2] / "services"


def names() -> list[str]:
    """Return the names of the services present."""
    return sorted(folder.parent.name for folder in SERVICES.glob("*/service.py"))


def definition(name: str) -> ServiceDefinition:
    """Return the definition of one of them."""
    found: ServiceDefinition = import_module(f"services.{name}.service").SERVICE
    return found
