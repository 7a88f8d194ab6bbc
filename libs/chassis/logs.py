"""Logs: one JSON line per event, with the correlation id and without personal data."""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)

# What a log line may carry beside its event. Anything else is dropped: a forgotten `extra` must not leak a name.
ALLOWED = frozenset(
    {
        "account_id",
        "attempts",
        "batch",
        "bytes",
        "code",
        "correlation_id",
        "count",
        "duration_ms",
        "error",
        "event",
        "event_id",
        "exception",
        "level",
        "logger",
        "method",
        "port",
        "position",
        "reason",
        "route",
        "seconds",
        "service",
        "source",
        "status",
        "step",
        "tag",
        "timestamp",
        "type",
        "unit",
        "version",
    }
)


def configure(*, service: str, level: str = "INFO") -> None:
    """Send every log line of this process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=ALLOWED),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _Stamp(service),
                _where_it_failed,
                _only_allowed,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These speak of every request and every message.
    for noisy in ("amqp", "kombu", "nameko.amqp", "eventlet.wsgi", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _Stamp:
    """Adds the service and the correlation id."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line.setdefault("service", self._service)
        current = correlation_id.get()
        if current:
            line.setdefault("correlation_id", current)
        return line


def _where_it_failed(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say where an exception came from and of what kind it is. Its text may quote what was typed: it is left out."""
    failure = line.pop("exc_info", None)
    if not failure:
        return line
    kind, _error, trace = sys.exc_info() if failure is True else failure
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    line["exception"] = {"kind": getattr(kind, "__name__", str(kind)), "frames": frames[-12:]}
    return line


def _only_allowed(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in line.items() if name in ALLOWED}
