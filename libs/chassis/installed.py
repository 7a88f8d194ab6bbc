"""The services of this installation, found by name and opened for one command."""

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chassis.service import Runtime, ServiceDefinition


def definition_of(service: str) -> "ServiceDefinition":
    """Return a service's definition; ends the command with a sentence when its folder is not here."""
    try:
        module = import_module(f"services.{service}.service")
    except ModuleNotFoundError as error:
        raise click.ClickException(f"there is no service {service} in this installation") from error
    definition: ServiceDefinition = module.SERVICE
    return definition


def runtime_of(service: str) -> "Runtime":
    """Return a service with its settings; it is closed when the command ends.

    Raises :class:`chassis.errors.StartRefused` for what is set up wrong.
    """
    from chassis.service import Runtime
    from chassis.settings import load_settings

    settings = load_settings(service=service)
    runtime = Runtime(definition_of(service), settings)
    click.get_current_context().call_on_close(runtime.close)
    return runtime
