"""Owns the private RabbitMQ: own node name, own port mapper, own folder, loopback only."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import debian
from processes import (
    LOOPBACK,
    Trouble,
    accepts_connections,
    alive,
    end,
    free_port,
    last_lines,
    start,
    wait_until,
)
from state import State, new_password

USER = "binhan"
AMQP_GREETING = b"AMQP\x00\x00\x09\x01"
CONFIGURATION = """\
listeners.tcp.1 = {host}:{port}
default_user = {user}
default_pass = {password}
default_user_tags.administrator = true
# Both would otherwise follow the size of the machine, which the tests share with everything else.
vm_memory_high_watermark.absolute = 1GiB
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 33554432
log.file.level = warning
log.console = false
"""


class Broker:
    """One RabbitMQ node whose user in `url` is its administrator."""

    name = "rabbitmq"
    variable = "BINHAN_TEST_AMQP_URL"

    def __init__(self, state: State) -> None:
        self._state = state
        self._given = os.environ.get(self.variable)

    @property
    def _known(self) -> dict[str, str]:
        return self._state.of(self.name)

    @property
    def url(self) -> str:
        """Return the address of the broker; the environment's own when it names one."""
        if self._known:
            return f"amqp://{USER}:{self._known['password']}@{LOOPBACK}:{self._known['port']}/"
        if self._given:
            return self._given
        message = "the private broker was never started: run `python deploy/dev up`"
        raise Trouble(message)

    @property
    def folder(self) -> Path:
        return self._state.folder / self.name

    def running(self) -> bool:
        if self._known:
            return alive(self._state.of(self.name).get("process"))
        parts = urlsplit(self._given or "")
        return bool(self._given) and accepts_connections(parts.hostname or LOOPBACK, parts.port or 5672)

    def start(self) -> bool:
        """Start the node, creating it the first time; return False when there was nothing to do."""
        if self.running() or (self._given and not self._known):
            return False
        if not self._known:
            self._create()
        self._start_port_mapper()
        log = self.folder / "output.log"
        server = [str(debian.needed("rabbitmq-server"))]
        self._state.remember(self.name, process=start(server, log=log, env=self._environment()))
        if not wait_until(lambda: not self.running() or self._greets()) or not self.running():
            message = f"RabbitMQ did not start:\n{last_lines(log)}"
            raise Trouble(message)
        return True

    def stop(self) -> None:
        if not self._known:
            return
        end(self._state.of(self.name).get("process"))
        end(self._state.of(self.name).get("port_mapper"))

    def kill(self) -> None:
        """End the node as a power cut would."""
        self._own()
        end(self._state.of(self.name).get("process"), by=signal.SIGKILL)

    def restart(self) -> None:
        self._own()
        end(self._state.of(self.name).get("process"))
        self.start()

    def wipe(self) -> None:
        """Lose every queue, message and user; come back empty at the same address with the same user."""
        self.kill()
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        self.start()

    def control(self, arguments: list[str]) -> subprocess.CompletedProcess[bytes]:
        """Run rabbitmqctl against this node."""
        self._own()
        command = debian.needed("rabbitmq-server").with_name("rabbitmqctl")
        return subprocess.run([str(command), *arguments], env=self._environment(), check=False)

    def _own(self) -> None:
        if not self._known:
            message = "the broker is not ours: only one started by `python deploy/dev up` may be interfered with"
            raise Trouble(message)

    def _create(self) -> None:
        debian.needed("rabbitmq-server")
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = {name: str(free_port()) for name in ("port", "distribution", "port_mapper_port")}
        self._state.remember(self.name, password=new_password(), cookie=new_password(), **ports)
        facts = {"host": LOOPBACK, "user": USER, **self._known}
        (self.folder / "rabbitmq.conf").write_text(CONFIGURATION.format(**facts))
        (self.folder / "rabbitmq.conf").chmod(0o600)
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "environment").write_text("")

    def _start_port_mapper(self) -> None:
        """Start our own epmd in the foreground; Erlang would leave a daemon behind that nobody ends."""
        if alive(self._state.of(self.name).get("port_mapper")):
            return
        epmd = shutil.which("epmd")
        if epmd is None:
            message = "Erlang's epmd is not on the PATH although RabbitMQ is installed"
            raise Trouble(message)
        port = self._known["port_mapper_port"]
        process = start([epmd, "-address", LOOPBACK, "-port", port], log=self.folder / "epmd.log")
        self._state.remember(self.name, port_mapper=process)
        wait_until(lambda: accepts_connections(LOOPBACK, int(port)), seconds=10)

    def _environment(self) -> dict[str, str]:
        """Point every place where RabbitMQ looks for files or names at our own folder."""
        known = self._known
        mine = {
            "RABBITMQ_NODENAME": f"binhan{known['port']}@localhost",
            "RABBITMQ_CONF_ENV_FILE": "environment",
            "RABBITMQ_CONFIG_FILE": "rabbitmq.conf",
            "RABBITMQ_CONFIG_FILES": "rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": "advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": "enabled_plugins",
            "RABBITMQ_MNESIA_BASE": "data",
            "RABBITMQ_LOG_BASE": "log",
            "RABBITMQ_GENERATED_CONFIG_DIR": "generated",
            "RABBITMQ_PID_FILE": "pid",
            "HOME": "",  # Erlang writes its cookie there
        }
        in_folder = {
            name: value if name == "RABBITMQ_NODENAME" else str(self.folder / value) for name, value in mine.items()
        }
        loopback_only = f"-kernel inet_dist_use_interface {{127,0,0,1}} -setcookie {known['cookie']}"
        # Two schedulers are enough; waiting ones would spin on cores the tests need.
        modest = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
        return {
            "PATH": os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            **in_folder,
            "RABBITMQ_DIST_PORT": known["distribution"],
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{loopback_only} {modest}",
            "RABBITMQ_CTL_ERL_ARGS": loopback_only,
            "ERL_EPMD_PORT": known["port_mapper_port"],
            "ERL_EPMD_ADDRESS": LOOPBACK,
        }

    def _greets(self) -> bool:
        """Say whether the node answers as a broker does, not only accepts a connection."""
        try:
            with socket.create_connection((LOOPBACK, int(self._known["port"])), timeout=2) as connection:
                connection.sendall(AMQP_GREETING)
                return bool(connection.recv(8))
        except OSError:
            return False
