"""A copy of a part of this tree, and processes that see nothing but it."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINHAN = "from chassis.cli import main; main()"


@dataclass(frozen=True)
class Copy:
    """A folder with some of the tree's files."""

    folder: Path

    @classmethod
    def of(cls, parts: Iterable[str], folder: Path) -> "Copy":
        """Copy these files and folders of the tree."""
        unwanted = shutil.ignore_patterns("__pycache__", "node_modules")
        for part in parts:
            source, target = ROOT / part, folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=unwanted)
            elif source.exists():
                shutil.copy2(source, target)
        return cls(folder)

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment in which the copy's packages are found, and the installed ones, but not this tree's."""
        packages = sysconfig.get_path("purelib")
        path = os.pathsep.join([str(self.folder / "libs"), str(self.folder), str(self.folder / "deploy"), packages])
        return {"PYTHONPATH": path, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **more}

    @staticmethod
    def command(*words: str) -> list[str]:
        """Return a Python command; -S leaves out the .pth file by which the installation finds this tree."""
        return [sys.executable, "-S", *words]

    def python(self, *words: str, typed: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy to its end."""
        return subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment(**environment),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
