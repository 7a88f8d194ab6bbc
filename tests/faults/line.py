"""A line to the broker that can be cut, or swallow all that is sent for a while; everything stays on this machine."""

import asyncio
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit


class Line:
    """Passes everything between whoever connects to ``url`` and the broker, as long as it is left in peace."""

    def __init__(self, amqp_url: str) -> None:
        parts = urlsplit(amqp_url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 5672)
        self._swallows = False
        self._open: dict[asyncio.Task[None], tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0))
        port = server.sockets[0].getsockname()[1]
        self._server = server
        self.url = parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{port}")).geturl()

    def cut(self) -> None:
        """Close every connection."""
        self._do(self._close_all())

    def swallow(self, seconds: float) -> None:
        """Take what is sent and pass nothing on, then close every connection."""
        self._swallows = True
        time.sleep(seconds)
        self.cut()
        self._swallows = False

    def close(self) -> None:
        self._do(self._close_server())
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _close_server(self) -> None:
        self._server.close()

    async def _close_all(self) -> None:
        connections = dict(self._open)
        for writer in (writer for both in connections.values() for writer in both):
            writer.transport.abort()
        if connections:
            await asyncio.wait(connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_broker, to_broker = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        connection = asyncio.current_task()
        assert connection is not None
        self._open[connection] = (writer, to_broker)
        await asyncio.gather(
            self._pass(reader, to_broker, outward=True), self._pass(from_broker, writer, outward=False)
        )
        del self._open[connection]

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, outward: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not (outward and self._swallows):
                    writer.write(data)
                    await writer.drain()
        writer.transport.abort()
