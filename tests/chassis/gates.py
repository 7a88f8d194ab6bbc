"""A gate before a server: while it is shut nobody is there, as when the server was never started."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Gate:
    """Keeps a loopback port of its own; passes everything on to ``target`` while it is open."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._door = _shut_door(0)
        self.port: int = self._door.getsockname()[1]
        self._passing: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.shut()
        self._door.close()

    def open(self) -> None:
        self._door.listen()
        self._is_open = True
        self._in_thread(self._accept, self._door)

    def shut(self) -> None:
        """Cut every connection and refuse new ones."""
        if not self._is_open:
            return
        self._is_open = False
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for passing in tuple(self._passing):
            with suppress(OSError):
                passing.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._threads.clear()
        self._door = _shut_door(self.port)

    def _accept(self, door: socket.socket) -> None:
        while self._is_open:
            try:
                caller, _address = door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target, timeout=5)
            except OSError:
                caller.close()
                continue
            server.settimeout(None)
            self._passing |= {caller, server}
            self._in_thread(self._join, caller, server)

    def _join(self, caller: socket.socket, server: socket.socket) -> None:
        back = threading.Thread(target=_pass, args=(server, caller))
        back.start()
        _pass(caller, server)
        back.join()
        for end in (caller, server):
            self._passing.discard(end)
            end.close()

    def _in_thread(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()


def _shut_door(port: int) -> socket.socket:
    """A port that is taken and where nobody listens: whoever connects is refused."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    return door


def _pass(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
