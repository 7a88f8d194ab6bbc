"""The stored schemas of all events: what was once promised, and whether today's code still keeps it."""

import json
import sys
from pathlib import Path
from typing import Any

from contracts import CATALOGUE
from contracts.schemas import schema_of

FOLDER = Path("tests/contracts/golden")


def today() -> dict[str, dict[str, Any]]:
    """The schemas of today's code, by event type."""
    return {type_: schema_of(fact) for type_, fact in sorted(CATALOGUE.items())}


def stored(folder: Path) -> dict[str, dict[str, Any]]:
    """The schemas promised before, by event type."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def breaches(before: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[str]:
    """One sentence for each promise that is not kept. Only additions of optional fields are allowed."""
    found = [f"{type_} was promised and is gone" for type_ in sorted(before.keys() - now.keys())]
    for type_ in sorted(before.keys() & now.keys()):
        found += [f"{type_}: {breach}" for breach in _breaches_of_one(before[type_], now[type_])]
    return found


def stale(before: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[str]:
    """One sentence for each event whose stored schema is missing or behind."""
    return [
        f"{type_} has {'an old' if type_ in before else 'no'} stored schema; run `make golden` and commit it"
        for type_, schema in now.items()
        if before.get(type_) != schema
    ]


def _breaches_of_one(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    found = [
        f"{promise} was {before[promise]} and is now {now[promise]}"
        for promise in ("x-subject", "x-occurred-on")
        if before[promise] != now[promise]
    ]
    for name, schema in before["properties"].items():
        if name not in now["properties"]:
            found.append(f"field {name} was removed or renamed")
        elif schema != now["properties"][name]:
            found.append(f"field {name} was {json.dumps(schema)} and is now {json.dumps(now['properties'][name])}")
    required_before, required_now = set(before["required"]), set(now["required"])
    found += [f"field {name} is newly required" for name in sorted(required_now - required_before)]
    found += [f"field {name} is no longer always sent" for name in sorted(required_before - required_now)]
    return found


def store(folder: Path) -> list[str]:
    """Bring the stored schemas up to date; with breaches, write nothing and return them."""
    before, now = stored(folder), today()
    found = breaches(before, now)
    if found:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    for type_, schema in now.items():
        text = json.dumps(schema, ensure_ascii=False, indent=2)
        (folder / f"{type_}.json").write_text(text + "\n", "utf-8")
    return []


def main(arguments: list[str]) -> int:
    """Store the schemas in the folder named, by default the one the tests read."""
    found = store(Path(arguments[0]) if arguments else FOLDER)
    for breach in found:
        sys.stderr.write(f"{breach}\n")
    if found:
        sys.stderr.write("Nothing was stored: a new meaning needs a new class V2 beside the old one.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
