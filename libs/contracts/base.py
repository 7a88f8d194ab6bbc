"""The language the four agencies speak: what an event is, how it is named, written down and read back."""

import dataclasses
import re
from collections.abc import Callable
from datetime import date
from inspect import cleandoc
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

Catalogue = dict[str, type[Any]]
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
AnyFact = TypeVar("AnyFact")

AGENCIES = ("registry", "health", "campaigns", "reporting")

# A closed list: `created`, `updated`, `changed` and `deleted` say nothing about what happened.
HAPPENED = frozenset(
    {
        "admitted", "advanced", "arrested", "assessed", "assigned", "attended", "breached", "cancelled",
        "checked", "cleared", "closed", "completed", "concluded", "corrected", "decided", "delivered",
        "destroyed", "detected", "discarded", "ended", "escaped", "exempted", "extended", "fitted", "found",
        "held", "interrupted", "issued", "left", "listed", "merged", "missed", "neared", "notified",
        "opened", "parted", "paused", "planned", "postponed", "proposed", "received", "recorded",
        "registered", "removed", "replaced", "requested", "required", "resumed", "returned", "sent",
        "started", "stopped", "suspended", "transferred", "used", "verified", "withdrawn",
    }
)  # fmt: skip

GRAMMAR = re.compile(
    r"(?P<agency>[a-z]+)\.(?P<aggregate>[a-z]+(?:_[a-z]+)*)\.(?P<happened>[a-z]+)\.v(?P<major>[1-9][0-9]*)"
)

# Neither pattern lets through a space, a lower-case diacritic, or the 9 to 12 digits of an
# identity card or a telephone: what names a person does not fit into a contract.
NO_PERSONAL_NUMBER = r"(?!\+?[0-9]{9,12}$)"
CODE_PATTERN = rf"^{NO_PERSONAL_NUMBER}[A-Z0-9][A-Z0-9_.-]{{0,39}}$"
KEY_PATTERN = rf"^{NO_PERSONAL_NUMBER}[A-Za-z0-9][A-Za-z0-9_.:-]{{0,63}}$"

CATALOGUE: Catalogue = {}
UPCASTERS: dict[str, Upcaster] = {}


class NotAsAgreed(ValueError):
    """An event is declared, written or received in a way the contract does not allow."""


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """What a text field may hold: a code from a list, or an opaque key. There is no third kind."""

    kind: str
    pattern: str
    one_of: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """What a whole number may be, both ends included."""

    minimum: int
    maximum: int


def code(*one_of: str) -> Word:
    """A code; with words given, one of exactly these."""
    return Word("code", CODE_PATTERN, one_of)


Code = Annotated[str, code()]
"""A word from a list that both sides know, such as `R4` or `DAY_NGHE`."""

Key = Annotated[str, Word("key", KEY_PATTERN)]
"""An opaque identifier of the agency that speaks."""

Ref = Annotated[str, Word("key", KEY_PATTERN)]
"""An opaque identifier that another agency gave out."""

Count = Annotated[int, Number(0, 2_000_000_000)]
Quantity = Annotated[int, Number(1, 2_000_000_000)]
Year = Annotated[int, Number(1900, 2100)]


@dataclass_transform(kw_only_default=True, frozen_default=True)
def event(
    type_: str, *, subject: str, on: str, catalogue: Catalogue = CATALOGUE
) -> Callable[[type[AnyFact]], type[AnyFact]]:
    """Make a class the contract of one event type and enter it in the catalogue.

    `subject` names the field whose value identifies the thing the event is about, `on` the date
    field that dates the fact. A name outside the grammar stops the import with `NotAsAgreed`.
    """

    def declare(plain: type[AnyFact]) -> type[AnyFact]:
        named = _parsed(type_)
        if plain.__name__ != _class_name(named):
            raise NotAsAgreed(f"{type_} is declared by class {plain.__name__}; call it {_class_name(named)}")
        if type_ in catalogue:
            raise NotAsAgreed(f"{type_} is declared twice")
        if len(paragraphs_of(plain)) != 2:  # noqa: PLR2004 - one for each half of the promise
            raise NotAsAgreed(f"{type_} needs a docstring of two paragraphs: what it states, when it is not sent")
        fact = dataclasses.dataclass(frozen=True, kw_only=True, slots=True)(plain)
        fields = {field.name for field in dataclasses.fields(cast("Any", fact))}
        for role, name in (("subject", subject), ("on", on)):
            if name not in fields:
                raise NotAsAgreed(f"{type_} has no field {name} for {role}=")
        declared = cast("Any", fact)
        declared.TYPE = type_
        declared.AGGREGATE = named["aggregate"]
        declared.SUBJECT = subject
        declared.ON = on
        # Read once: an annotation that is not allowed stops the import, not the first sending.
        declared.SHAPES = _shapes(fact)
        catalogue[type_] = declared
        return fact

    return declare


def upcaster(retired: str, upcasters: dict[str, Upcaster] = UPCASTERS) -> Callable[[Upcaster], Upcaster]:
    """Register how the data of a retired event type become the data of its next major version."""

    def keep(translate: Upcaster) -> Upcaster:
        _parsed(retired)
        upcasters[retired] = translate
        return translate

    return keep


def type_of(fact: object) -> str:
    """The event type of a fact or of its class."""
    return cast("str", _declared(fact).TYPE)


def paragraphs_of(fact: type[object]) -> list[str]:
    """What an event class says of itself: what it states, and when it is not sent."""
    return [" ".join(part.split()) for part in cleandoc(fact.__doc__ or "").split("\n\n") if part.strip()]


def subject_of(fact: object) -> str:
    """The thing a fact is about, as `<aggregate>/<id>`."""
    declared = _declared(fact)
    return f"{declared.AGGREGATE}/{getattr(fact, declared.SUBJECT)}"


def happened_on(fact: object) -> date:
    """The day in the life of the programme on which the fact is true."""
    return cast("date", getattr(fact, _declared(fact).ON))


def dump(fact: object) -> dict[str, Any]:
    """A fact as JSON-ready data.

    The sender is held to the contract: a value that is no code, key, number or date of the declared
    kind is refused with `NotAsAgreed`, so that free text cannot leave an agency.
    """
    data: dict[str, Any] = {}
    for name, shape in shapes(type(fact)).items():
        value = getattr(fact, name)
        try:
            data[name] = None if value is None and shape.optional else _written(value, shape)
        except NotAsAgreed as error:
            raise NotAsAgreed(f"{type_of(fact)}: {name} {error}") from None
    return data


def load(
    type_: str,
    data: dict[str, Any],
    *,
    catalogue: Catalogue = CATALOGUE,
    upcasters: dict[str, Upcaster] = UPCASTERS,
) -> object | None:
    """The fact that some data state, or None when this reader does not know the type.

    The reader is tolerant: unknown fields are ignored and unknown codes pass. Data of a retired
    major are translated upwards. A missing or mistyped field raises `NotAsAgreed`.
    """
    while type_ not in catalogue:
        if type_ not in upcasters:
            return None
        data = upcasters[type_](data)
        type_ = _next_major(type_)
    fact = catalogue[type_]
    values: dict[str, Any] = {}
    for name, shape in shapes(fact).items():
        if name not in data:
            if shape.required:
                raise NotAsAgreed(f"{type_}: {name} is missing")
            continue
        try:
            values[name] = _read(data[name], shape)
        except NotAsAgreed as error:
            raise NotAsAgreed(f"{type_}: {name} {error}") from None
    return cast("object", fact(**values))


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """The kind of values one field holds, read from its annotation."""

    base: type[Any]
    rule: Word | Number | None
    many: bool
    optional: bool
    required: bool
    default: Any


def shapes(fact: type[Any]) -> dict[str, Shape]:
    """The fields of an event class in the order of their declaration."""
    return cast("dict[str, Shape]", _declared(fact).SHAPES)


def _shapes(fact: Any) -> dict[str, Shape]:
    hints = get_type_hints(fact, include_extras=True)
    return {
        field.name: _shape(hints[field.name], field.default, where=f"{fact.__name__}.{field.name}")
        for field in dataclasses.fields(fact)
    }


def _shape(hint: Any, default: Any, *, where: str) -> Shape:
    optional = many = False
    if get_origin(hint) in (Union, UnionType):
        members = [member for member in get_args(hint) if member is not NoneType]
        if len(members) != 1 or len(members) == len(get_args(hint)):
            raise NotAsAgreed(f"{where}: only `X | None` is allowed as a union")
        hint, optional = members[0], True
    if get_origin(hint) is tuple:
        hint, *rest = get_args(hint)
        if rest != [Ellipsis]:
            raise NotAsAgreed(f"{where}: only `tuple[X, ...]` is allowed as a list")
        many = True
    base, rule = hint, None
    if get_origin(hint) is Annotated:
        base, *extras = get_args(hint)
        rule = next((extra for extra in extras if isinstance(extra, Word | Number)), None)
    if base not in (str, int, bool, date):
        raise NotAsAgreed(f"{where}: {base!r} is not a type for a contract")
    required = default is dataclasses.MISSING
    return Shape(base, rule, many, optional, required, None if required else default)


def _written(value: Any, shape: Shape) -> Any:
    if shape.many:
        if not isinstance(value, tuple):
            raise NotAsAgreed(f"must be a tuple, not {type(value).__name__}")
        return [_written_one(item, shape) for item in value]
    return _written_one(value, shape)


def _written_one(value: Any, shape: Shape) -> Any:
    # `type() is`, not isinstance: True is no number and an instant is no day.
    if type(value) is not shape.base:
        raise NotAsAgreed(f"must be {shape.base.__name__}, not {type(value).__name__}")
    if isinstance(shape.rule, Word):
        _check_word(value, shape.rule)
    if isinstance(shape.rule, Number) and not shape.rule.minimum <= value <= shape.rule.maximum:
        raise NotAsAgreed(f"must lie from {shape.rule.minimum} to {shape.rule.maximum}")
    return value.isoformat() if shape.base is date else value


def _check_word(value: str, rule: Word) -> None:
    # The refused value is left out of the message: it may be somebody's name.
    if rule.one_of and value not in rule.one_of:
        raise NotAsAgreed(f"must be one of {', '.join(rule.one_of)}")
    if re.match(rule.pattern, value) is None or value.endswith("\n"):
        raise NotAsAgreed(f"must be a {rule.kind}, not free text or a personal number")


def _read(value: Any, shape: Shape) -> Any:
    if value is None and shape.optional:
        return None
    if not shape.many:
        return _read_one(value, shape)
    if not isinstance(value, list):
        raise NotAsAgreed("must be a list")
    return tuple(_read_one(item, shape) for item in value)


def _read_one(value: Any, shape: Shape) -> Any:
    if shape.base is date:
        return _read_day(value)
    if type(value) is not shape.base:
        raise NotAsAgreed(f"must be {shape.base.__name__}, not {type(value).__name__}")
    return value


def _read_day(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotAsAgreed("must be a day that exists, written YYYY-MM-DD") from None
    # Python also reads 20260605 and 2026-W23-5; the contract has one way to write a day.
    if day.isoformat() != value:
        raise NotAsAgreed("must be written YYYY-MM-DD")
    return day


def _declared(fact: object) -> Any:
    declared = fact if isinstance(fact, type) else type(fact)
    if not hasattr(declared, "TYPE"):
        raise NotAsAgreed(f"{declared.__name__} is not declared with @event")
    return declared


def _parsed(type_: str) -> dict[str, str]:
    found = GRAMMAR.fullmatch(type_)
    if found is None:
        raise NotAsAgreed(f"{type_!r} is not of the form agency.aggregate.happened.vN")
    named = found.groupdict()
    if named["agency"] not in AGENCIES:
        raise NotAsAgreed(f"{type_}: {named['agency']} is none of {', '.join(AGENCIES)}")
    if named["happened"] not in HAPPENED:
        raise NotAsAgreed(f"{type_}: `{named['happened']}` is not in the list of happened-words")
    return named


def _class_name(named: dict[str, str]) -> str:
    words = [*named["aggregate"].split("_"), named["happened"]]
    return "".join(map(str.capitalize, words)) + ("" if named["major"] == "1" else f"V{named['major']}")


def _next_major(type_: str) -> str:
    stem, _, major = type_.rpartition(".v")
    return f"{stem}.v{int(major) + 1}"
