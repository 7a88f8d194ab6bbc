"""The key files of one service: sealing keys that rotate, one key for indexes, one for the audit log.

Each file holds 32 random bytes in hexadecimal and is readable by the service's account alone (mode 0600).
Keys live in a folder of their own, never in settings, in the database, in an image or in its backup.
"""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.errors import StartRefused

KEY_BYTES = 32
LARGEST_KEY_ID = 0xFFFF
_SEALING = "sealing-"
_INDEX = "index.key"
_AUDIT = "audit.key"


class KeysUnusableError(StartRefused):
    """The keys are missing, damaged, or open to others; the sentence says which file and what to do."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of one service. ``sealing`` is by key id; the largest id is the one in use."""

    folder: Path
    sealing: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    folder_changed_ns: int

    @classmethod
    def load(cls, folder: Path, *, create: bool = False) -> "KeyRing":
        """Read the keys of a folder; with ``create``, make them first when the folder has none at all.

        Raises :class:`KeysUnusableError`.
        """
        if create:
            cls.create_missing(folder)
        # Read before the keys: what changes in between is then seen as a change.
        changed = folder.stat().st_mtime_ns if folder.is_dir() else 0
        sealing = {_key_id(path): read_secret(path) for path in folder.glob(f"{_SEALING}*.key")}
        if not sealing:
            raise KeysUnusableError(f"there are no keys in {folder}; put the service's keys back, or create new ones")
        return cls(folder, sealing, read_secret(folder / _INDEX), read_secret(folder / _AUDIT), changed)

    @classmethod
    def create_missing(cls, folder: Path) -> None:
        """Make the keys of a new service. A folder that has some keys already is left as it is.

        A single lost key must be put back from its backup: a new one in its place could open nothing.
        """
        if cls.has_any(folder):
            return
        for name in (_INDEX, _AUDIT, _sealing_name(1)):
            write_secret(folder / name)

    @staticmethod
    def has_any(folder: Path) -> bool:
        """Tell whether a folder holds any key at all."""
        return folder.is_dir() and any(folder.glob("*.key"))

    @property
    def current(self) -> int:
        """Return the id of the key that seals now."""
        return max(self.sealing)

    def is_stale(self) -> bool:
        """Tell whether keys were added or removed since these were read; False when the folder is out of reach."""
        try:
            return self.folder.stat().st_mtime_ns != self.folder_changed_ns
        except OSError:
            return False

    def rotate(self) -> "KeyRing":
        """Add a new sealing key, which is used from now on; return the ring with it. Old ones still open."""
        if self.current >= LARGEST_KEY_ID:
            raise KeysUnusableError(f"all {LARGEST_KEY_ID} key ids of {self.folder} are used")
        write_secret(self.folder / _sealing_name(self.current + 1))
        return KeyRing.load(self.folder)

    def remove(self, key_id: int) -> "KeyRing":
        """Delete an old sealing key for good; reseal first. The key in use is refused with ValueError."""
        if key_id == self.current:
            raise ValueError("the sealing key in use cannot be removed")
        (self.folder / _sealing_name(key_id)).unlink()
        return KeyRing.load(self.folder)


def read_secret(path: Path) -> bytes:
    """Return the 32 bytes of a secret file. Raises :class:`KeysUnusableError` when it is unfit."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysUnusableError(f"the key file {path} cannot be read; put it back from its backup") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeysUnusableError(
            f"the key file {path} is open to other accounts (mode {mode:04o}); run: chmod 600 {path}"
        )
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeysUnusableError(f"the key file {path} is damaged: it must hold {KEY_BYTES} bytes in hexadecimal")
    return secret


def write_secret(path: Path) -> None:
    """Make a new secret file of mode 0600; a file that is there already stays as it is.

    It appears whole or not at all, also when two processes start at once or the machine stops in between.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _link_unless_there(draft, path)
    finally:
        draft.unlink()


def _link_unless_there(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return


def _sealing_name(key_id: int) -> str:
    return f"{_SEALING}{key_id:05d}.key"


def _key_id(path: Path) -> int:
    number = path.name.removeprefix(_SEALING).removesuffix(".key")
    if not number.isdecimal() or not 1 <= int(number) <= LARGEST_KEY_ID:
        raise KeysUnusableError(f"the key file {path} has no key id in its name")
    return int(number)
