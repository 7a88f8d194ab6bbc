"""Owns the private PostgreSQL: its own cluster, loopback only, made for tests and thrown away with them."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import debian
from processes import LOOPBACK, Trouble, accepts_connections, alive, end, free_port, last_lines, start, wait_until
from state import State, new_password

USER = "binhan"
DATABASE = "postgres"  # the one initdb makes; tests create their own beside it
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "64MB",
    # These data are thrown away with the folder. Killing processes, which the fault tests do, loses nothing
    # without fsync; only a machine that loses power would.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class Database:
    """One PostgreSQL cluster, owned by the role in `url`, which may create databases and roles."""

    name = "postgresql"
    variable = "BINHAN_TEST_DATABASE_URL"

    def __init__(self, state: State) -> None:
        self._state = state
        self._given = os.environ.get(self.variable)

    @property
    def _known(self) -> dict[str, str]:
        return self._state.of(self.name)

    @property
    def url(self) -> str:
        """Return the address for SQLAlchemy; the environment's own when it names one."""
        if self._known:
            return f"postgresql+psycopg://{USER}:{self._known['password']}@{LOOPBACK}:{self._known['port']}/{DATABASE}"
        if self._given:
            return self._given
        message = "the private database was never started: run `python deploy/dev up`"
        raise Trouble(message)

    @property
    def folder(self) -> Path:
        return Path(self._known["folder"])

    def running(self) -> bool:
        if self._known:
            return alive(self._state.of(self.name).get("process"))
        return bool(self._given) and _answers(self._given or "")

    def start(self) -> bool:
        """Start the cluster, creating it the first time; return False when there was nothing to do."""
        if self.running() or (self._given and not self._known):
            return False
        if not self._known:
            self._create()
        log = self.folder / "postgresql.log"
        port = self._known["port"]
        options = [f"--{name}={value}" for name, value in {**SETTINGS, "port": port}.items()]
        server = [str(debian.needed("postgres")), "-D", str(self.folder / "data"), *options]
        self._state.remember(self.name, process=start([*_as_unprivileged(), *server], log=log))
        if not wait_until(lambda: not self.running() or self._ready()) or not self.running():
            message = f"PostgreSQL did not start:\n{last_lines(log)}"
            raise Trouble(message)
        return True

    def stop(self) -> None:
        if not self._known:
            return
        end(self._state.of(self.name).get("process"), by=signal.SIGINT)  # a fast shutdown
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create(self) -> None:
        initdb = debian.needed("postgres").with_name("initdb")
        folder = _home_for_the_cluster(self._state.folder)
        password = new_password()
        password_file = folder / "password"
        password_file.write_text(password)
        if os.geteuid() == 0:
            for path in (folder, password_file):
                shutil.chown(path, "postgres")
        options = ["-U", USER, "--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"]
        command = [
            *_as_unprivileged(), str(initdb), "-D", str(folder / "data"), "--locale=C.UTF-8", "--no-sync", *options,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        password_file.unlink()
        if done.returncode:
            message = f"initdb failed:\n{done.stderr[-2000:]}"
            raise Trouble(message)
        self._state.remember(self.name, folder=str(folder), port=str(free_port()), password=password)

    def _ready(self) -> bool:
        question = [str(debian.needed("postgres").with_name("pg_isready")), "-h", LOOPBACK, "-p", self._known["port"]]
        return subprocess.run(question, capture_output=True, check=False).returncode == 0


def _as_unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root; its package brings a user for it."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]


def _home_for_the_cluster(wanted: Path) -> Path:
    """Return a new folder that the server's user can reach: inside ours, or in the system's temporary one."""
    inside = wanted / "postgresql"
    inside.mkdir(parents=True, exist_ok=True)
    look = [*_as_unprivileged(), "test", "-x", str(inside)]
    if subprocess.run(look, capture_output=True, cwd="/", check=False).returncode == 0:
        return inside
    return Path(tempfile.mkdtemp(prefix="binhan-postgresql-"))


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    return accepts_connections(parts.hostname or LOOPBACK, parts.port or 5432)
