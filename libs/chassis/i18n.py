"""Every sentence a person reads: Vietnamese in the code, English from the catalogues beside it.

The message id *is* the Vietnamese text. `_("Ghi nhận")` may be written anywhere, also in class bodies and tables, because the
language is chosen when the text is shown: `str(text)`, a template and an f-string all speak the language of the request, while
the value itself stays the Vietnamese text (so it compares, sorts and keys a dict the same in every language).

English lives in `<package>/locale/en.po` and is parsed at its first use; there is no build step.
`python -m chassis.i18n missing` lists what has no English yet, `python -m chassis.i18n update` adds those lines to the files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Self

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCE_LOCALE = "vi"
LOCALES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English"}

_locale: ContextVar[str] = ContextVar("locale", default=SOURCE_LOCALE)


def current_locale() -> str:
    """The language of the request being answered: "vi" or "en"."""
    return _locale.get()


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Speak `locale` inside the block. Raises ValueError for a language we do not have."""
    if locale not in LOCALES:
        raise ValueError(f"no such language: {locale!r}; there are {', '.join(LOCALES)}")
    token = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(token)


class LazyString(str):
    """A Vietnamese text that `str()` turns into the language of the request.

    It is a true `str`, so libraries that ask `isinstance(text, str)` accept it. JSON encoders and `"".join` take the Vietnamese
    value without asking: call `str()` first, or `spoken()` on a whole answer.
    """

    __slots__ = ("_count", "_messages", "_values")

    _messages: tuple[str, ...]
    _count: int
    _values: Mapping[str, object]

    def __new__(
        cls, one: str, many: str | None = None, count: int = 1, values: Mapping[str, object] | None = None
    ) -> Self:
        values = values or {}
        chosen = one if many is None or count == 1 else many
        text = super().__new__(cls, chosen % values if values else chosen)
        text._messages = (one,) if many is None else (one, many)
        text._count = count
        text._values = values
        return text

    def __str__(self) -> str:
        locale = current_locale()
        message = _translated(locale, self._messages, self._count)
        return message % self._values if self._values else message

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __add__(self, other: str) -> str:
        return str(self) + str(other)

    def __radd__(self, other: str) -> str:
        return str(other) + str(self)

    def __mod__(self, values: Any) -> str:
        return str.__mod__(str(self), values)

    def format(self, *args: object, **kwargs: object) -> str:
        return str(self).format(*args, **kwargs)

    def __copy__(self) -> LazyString:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> LazyString:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        many = self._messages[1] if len(self._messages) > 1 else None
        return LazyString, (self._messages[0], many, self._count, dict(self._values))


class Bilingual(LazyString):
    """A text of a data file that brings its own English; it behaves as every other text for a person."""

    __slots__ = ("_english",)

    _english: str

    def __new__(cls, vietnamese: str, english: str) -> Self:
        text = super().__new__(cls, vietnamese)
        text._english = english
        return text

    def __str__(self) -> str:
        return self._english if current_locale() == "en" else str.__str__(self._messages[0])

    def __reduce__(self) -> tuple[object, ...]:
        return Bilingual, (self._messages[0], self._english)


def gettext(message: str, /, **values: object) -> LazyString:
    """A text for a person. Placeholders are named: `_("Còn %(count)s hộp", count=3)`.

    A percent sign is doubled only when there are placeholders.
    """
    return LazyString(message, values=values)


_ = gettext


def ngettext(one: str, many: str, count: int, /, **values: object) -> LazyString:
    """A text that counts; `%(count)s` is filled in. Vietnamese has one form, so `one` and `many` are usually the same.

    Give `count=` once more by name to have it written another way, as in `ngettext(…, 1234, count="1.234")`.
    """
    return LazyString(one, many, count, {"count": count, **values})


def spoken(value: Any) -> Any:
    """The same answer with every text in the language of the request, ready for a JSON encoder."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {spoken(key): spoken(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spoken(item) for item in value]
    return value


def _translated(locale: str, messages: tuple[str, ...], count: int) -> str:
    index = 0 if len(messages) == 1 or count == 1 else 1
    if locale == SOURCE_LOCALE:
        return messages[index]
    strings = english().get(messages[0], messages)
    return strings[min(index, len(strings) - 1)]


# -- catalogues ----------------------------------------------------------------------------------------------------------------


@cache
def english() -> Mapping[str, tuple[str, ...]]:
    """Every message that has English, from all packages present; one package's file never needs another's."""
    found: dict[str, tuple[str, ...]] = {}
    for package in packages():
        found.update(translations(folder_of(package)))
    return found


def packages() -> list[str]:
    """The import names of all packages here that speak to people: the chassis, the composition root, and each service."""
    names = ["chassis", *(name for name in ("contracts", "embedded") if find_spec(name) is not None)]
    try:
        services = import_module("services")
    except ModuleNotFoundError:  # the chassis alone, as in its own tests
        return names
    return names + sorted(f"services.{module.name}" for module in iter_modules(services.__path__) if module.ispkg)


def folder_of(package: str) -> Path:
    """Where a package's files are, without importing the package itself."""
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / "__init__.py").is_file():
            return Path(place)
    raise ModuleNotFoundError(f"no package named {package!r}", name=package)


def catalogue_file(folder: Path) -> Path:
    """Where a package keeps its English."""
    return folder / "locale" / "en.po"


def translations(folder: Path) -> dict[str, tuple[str, ...]]:
    """Message id -> its English forms, for one package folder; lines left empty are left out."""
    file = catalogue_file(folder)
    if not file.is_file():
        return {}
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale="en")
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        forms = _forms(message.string)
        key = _forms(message.id)[0]
        if key and all(forms):
            found[key] = forms
    return found


def _forms(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return (value or "",) if value is None or isinstance(value, str) else tuple(value)


# -- the translator's tools ----------------------------------------------------------------------------------------------------

_METHODS = [
    ("migrations/**", "ignore"),
    ("static/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("templates/**.html", "jinja2"),
]
_KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}


def extract(folder: Path) -> Catalog:
    """All messages written in a package's Python and templates, with the files that hold them."""
    catalogue = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for file, _line, message, _comments, _context in extract_from_dir(folder, _METHODS, keywords=_KEYWORDS):
        catalogue.add(message, locations=[(file, 0)])
    return catalogue


def missing(folder: Path) -> list[str]:
    """The messages of one package folder that have no English in its own catalogue."""
    known = translations(folder)
    written = (_forms(message.id)[0] for message in extract(folder))
    return sorted(message for message in written if message and message not in known)


def update(folder: Path) -> int:
    """Bring `locale/en.po` in line with the code: new messages are added empty, unused ones go. Returns how many are empty."""
    file = catalogue_file(folder)
    fresh = extract(folder)
    if not len(fresh) and not file.is_file():
        return 0
    if file.is_file():
        with file.open("rb") as stream:
            old = {_forms(message.id)[0]: message for message in read_po(stream, locale="en")}
        for message in fresh:
            before = old.get(_forms(message.id)[0])
            if message.id and before is not None:
                message.string = _as_forms_of(message.id, before.string)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, fresh, width=0, omit_header=True, sort_output=True, include_lineno=False)
    return len(missing(folder))


def _as_forms_of(identity: str | Sequence[str], string: str | Sequence[str] | None) -> str | tuple[str, ...]:
    forms = _forms(string)
    if isinstance(identity, str):
        return forms[0]
    return (forms[0], forms[-1])


def main(arguments: Sequence[str]) -> int:
    """`missing [package…]` or `update [package…]`; all packages when none is named. Returns the exit status."""
    if not arguments or arguments[0] not in {"missing", "update"}:
        sys.stderr.write("python -m chassis.i18n missing|update [package…]\n")
        return 2
    names: Iterable[str] = arguments[1:] or packages()
    empty = 0
    for name in names:
        folder = folder_of(name)
        if arguments[0] == "update":
            update(folder)
        for message in missing(folder):
            empty += 1
            sys.stdout.write(f"{name}: {message}\n")
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
