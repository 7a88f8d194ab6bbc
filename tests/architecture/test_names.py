"""Names say what things are: orders and their handlers, listeners and their events, tables, modules."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

from contracts import CATALOGUE
from contracts.base import GRAMMAR
from tests.architecture.copies import ROOT
from tests.architecture.services_here import definition, names

pytestmark = pytest.mark.once
WITH_COMMANDS = [name for name in names() if (ROOT / "services" / name / "commands.py").exists()]
WITH_LISTENERS = [name for name in names() if (ROOT / "services" / name / "listeners.py").exists()]
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base_classes", "manager", "managers", "stuff"}
SINGULAR_ENDINGS = ("status", "address", "class", "ss", "series")


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def parts(package: str) -> list[ModuleType]:
    """A module, or the modules of the package of the same name."""
    module = importlib.import_module(package)
    inner = pkgutil.iter_modules(getattr(module, "__path__", []))
    return [module, *(importlib.import_module(f"{package}.{each.name}") for each in inner)]


def commands(service: str) -> dict[str, type]:
    """The orders of a service; a class that others only build on is none."""
    module = importlib.import_module(f"services.{service}.commands")
    found = {
        name: each for name, each in vars(module).items() if dataclasses.is_dataclass(each) and isinstance(each, type)
    }
    return {name: each for name, each in found.items() if not each.__subclasses__()}


def handlers(service: str) -> dict[str, type]:
    """The functions that take a command, by name, with the command that each takes."""
    orders = commands(service)
    found = {}
    for module in parts(f"services.{service}.handlers"):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameter = next(iter(inspect.signature(function).parameters.values()), None)
            if parameter is not None and parameter.name == "command" and parameter.annotation in orders.values():
                found[name] = parameter.annotation
    return {name: order for name, order in found.items() if not name.startswith("_")}


@pytest.mark.parametrize("service", WITH_COMMANDS)
def test_each_order_has_the_handler_of_its_name(service):
    handled = handlers(service)
    for name, order in commands(service).items():
        assert handled.get(snake(name)) is order, (
            f"services/{service}/handlers must have {snake(name)}(command: {name}, uow)"
        )
    assert {order.__name__ for order in handled.values()} == set(commands(service))


@pytest.mark.parametrize("service", WITH_COMMANDS)
def test_an_order_is_a_frozen_dataclass_of_keywords_that_begins_with_a_verb(service):
    happened = {verb for type_ in CATALOGUE if (verb := GRAMMAR.fullmatch(type_)["happened"])}
    for name, order in commands(service).items():
        assert order.__dataclass_params__.frozen, name
        assert all(field.kw_only for field in dataclasses.fields(order)), name
        assert snake(name).split("_")[0] not in happened, f"{name} is said as if it had happened"


@pytest.mark.parametrize("service", WITH_LISTENERS)
def test_a_listener_is_named_after_what_it_hears(service):
    listeners = importlib.import_module(f"services.{service}.listeners").LISTENERS
    assert listeners
    for fact, listener in listeners.items():
        assert listener.__name__ == f"on_{snake(fact.__name__)}"
        assert fact.TYPE in CATALOGUE


@pytest.mark.parametrize("service", names())
def test_tables_are_named_in_the_singular(service):
    for table in definition(service).metadata.sorted_tables:
        last = table.name.rpartition("_")[2]
        assert not last.endswith("s") or last.endswith(SINGULAR_ENDINGS), table.name
        assert re.fullmatch(r"[a-z][a-z_]*", table.name)


@pytest.mark.parametrize("service", names())
def test_every_constraint_of_a_table_has_a_name(service):
    for table in definition(service).metadata.sorted_tables:
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"


@pytest.mark.parametrize("service", names())
def test_every_owned_row_says_whose_unit_it_is(service):
    standing_alone = {"trait", "session_token", "api_token", "sign_in_failure"}
    for table in definition(service).metadata.sorted_tables:
        carries_it = {"unit_code", "source", "unit"} & set(table.c.keys())
        assert carries_it or table.name in standing_alone or _belongs_to_an_owner(table), table.name


def _belongs_to_an_owner(table: object) -> bool:
    return any("unit_code" in key.column.table.c for key in table.foreign_keys)  # type: ignore[attr-defined]


def modules() -> list[Path]:
    folders = ("libs", "services", "deploy", "tests")
    return [
        file
        for folder in folders
        for file in (ROOT / folder).rglob("*.py")
        if not {"node_modules", "__pycache__"} & set(file.parts)
    ]


def test_no_module_is_named_after_nothing():
    for file in modules():
        assert not {file.stem, *file.relative_to(ROOT).parts[:-1]} & SAYS_NOTHING, file


def test_every_module_opens_with_a_sentence_of_what_it_owns():
    for file in modules():
        if (
            file.name in {"script.py.mako", "env.py"}
            or "migrations" in file.parts
            or not file.read_text("utf-8").strip()
        ):
            continue
        said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        assert len(said.split()) >= 3, f"{file.relative_to(ROOT)} does not say what it owns"


def test_nothing_is_left_to_do_later():
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    for file in modules():
        if file != Path(__file__):
            assert not unfinished.search(file.read_text("utf-8")), file
