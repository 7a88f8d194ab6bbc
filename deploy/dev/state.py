"""Owns the folder of the private services: their ports, processes, passwords and the env file tests read."""

import fcntl
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class State:
    """What is remembered between two commands, in `<folder>/state.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env_file = folder / "env"
        self._file = folder / "state.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one command at a time change the services."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def of(self, service: str) -> dict[str, Any]:
        """Return what is remembered of one service; an empty dict before its first start."""
        found: dict[str, Any] = self._all().get(service, {})
        return found

    def remember(self, service: str, **facts: object) -> None:
        """Add facts to what is remembered of one service."""
        everything = self._all()
        everything.setdefault(service, {}).update(facts)
        self._write(self._file, json.dumps(everything, indent=1))

    def write_env(self, variables: dict[str, str]) -> None:
        self._write(self.env_file, "".join(f"{name}={value}\n" for name, value in variables.items()))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _all(self) -> dict[str, Any]:
        return json.loads(self._file.read_text()) if self._file.exists() else {}

    def _write(self, path: Path, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)  # passwords inside
        draft.write_text(text)
        draft.replace(path)


def new_password() -> str:
    return secrets.token_urlsafe(18)
