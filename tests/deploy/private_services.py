"""The command `python deploy/dev`, called as a person would, and the pair of services it started."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class OwnServices:
    folder: Path
    database_url: str
    amqp_url: str

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return dev("--folder", str(self.folder), *arguments)

    @property
    def processes(self) -> list[int]:
        known = json.loads((self.folder / "state.json").read_text())
        return [known["postgresql"]["process"][0], known["rabbitmq"]["process"][0], known["rabbitmq"]["port_mapper"][0]]


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKOUT / "deploy/dev"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
