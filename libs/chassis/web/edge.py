"""Where nameko meets our pages: one entry point per service, on a port of its own, handing every request to the application.

Nothing else of the web package knows nameko. A request is one nameko worker: the body is read before the worker starts, the
answer is whole before it ends, and what goes wrong between them is answered without a word of the exception.
"""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import eventlet
from eventlet import wsgi
from eventlet.event import Event
from nameko.extensions import Entrypoint
from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request as HTTPRequest
from werkzeug.wrappers import Response

from chassis.errors import StartRefused, TooLarge
from chassis.web import bodies
from chassis.web.application import Application

if TYPE_CHECKING:
    from chassis.service import Runtime

SOCKET_SECONDS = 30
_log = logging.getLogger(__name__)


class PortInUse(StartRefused):
    """Somebody else listens where this service should."""


class Server(WebServer):
    """The server of one service: its own address, nobody else's, and patience that ends."""

    _starting: bool

    def start(self) -> None:
        """Listen. Raises PortInUse where nameko's own server would share the port without a word."""
        if self._starting:
            return
        self._starting = True
        runtime: Runtime = self.container.service_cls.runtime
        self._sock = listen(runtime.settings.host, runtime.settings.port)
        self._sock.settimeout(None)
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)

    def get_wsgi_app(self) -> Any:
        """The application behind the one entry point; addresses are its own business."""
        (entrypoint,) = self._providers
        return entrypoint.answer

    def get_wsgi_server(
        self,
        sock: Any,
        wsgi_app: Any,
        protocol: Any = HttpOnlyProtocol,
        debug: bool = False,  # noqa: FBT001, FBT002 - nameko's
    ) -> Any:
        """A server that keeps no access log: addresses may hold what a person searched for."""
        return wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=debug,
            log=_log,
            log_output=False,
            socket_timeout=SOCKET_SECONDS,
        )


class Http(Entrypoint):
    """The entry point of all requests of a service."""

    server = Server()

    def setup(self) -> None:
        self.server.register_provider(self)

    def stop(self) -> None:
        self.server.unregister_provider(self)
        super().stop()

    def answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, in a worker."""
        environ["eventlet.minimum_write_chunk_size"] = 0
        # eventlet ends a chunked body by itself; saying so lets werkzeug read it, up to the limit.
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            environ["wsgi.input_terminated"] = True
        http = HTTPRequest(environ)
        return self._response(http)(environ, start_response)

    def _response(self, http: HTTPRequest) -> Response:
        try:
            _read_ahead(http, self.container.service_cls.largest_file(http))
            answered = Event()
            self.container.spawn_worker(self, (http,), {}, handle_result=partial(_hand_over, answered))
            response: Response = answered.wait()
        except Exception as error:  # noqa: BLE001 - the last line of defence says nothing of what happened
            _log.error("request not answered", exc_info=error)
            return Response("503\n", status=503, mimetype="text/plain", headers={"Retry-After": "30"})
        return response


def _read_ahead(http: HTTPRequest, largest_file: int) -> None:
    """Read the body before a worker is taken, so that a slow sender holds up nobody; faults are the application's to tell."""
    try:
        bodies.read_body(http, largest_file)
    except (TooLarge, HTTPException):
        return


def _hand_over(answered: Event, _worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
    answered.send(result, exc_info)
    return result, exc_info


def listen(host: str, port: int) -> Any:
    """Listen on an address that is ours alone. Raises PortInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = eventlet.listen((host, port), family=family, backlog=128, reuse_port=False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(f"port {port} of {host} is in use by another program or service") from error
        raise
    # Every connection inherits it: a page leaves in several pieces, and none shall wait 40 ms for the last one's receipt.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def web_edge(runtime: Runtime, *, version: str = "") -> type[Any]:
    """Return the base class of a nameko service that serves the pages and the API of this runtime.

    The service class must have `runtime` as an attribute. Raises ValueError when its routes ask for an unknown action.
    """
    application = Application(runtime, version=version)

    class Edge:
        largest_file = staticmethod(application.largest_file)

        @Http.decorator
        def respond(self, http: HTTPRequest) -> Response:
            return application.handle(http)

    return Edge
