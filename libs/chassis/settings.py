"""Settings: read once at start from the environment and an optional file, and refused with a sentence per mistake."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from chassis.errors import StartRefused

PREFIX = "BINHAN_"
DEFAULT_PORTS = {"reporting": 8000, "registry": 8001, "health": 8002, "campaigns": 8003}


class SettingsMistake(StartRefused):
    """The settings are wrong; the text holds one sentence per mistake."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator decides about one running service.

    ``amqp_url`` is None when the services run in one process and hand events over directly.
    """

    service: str
    units: tuple[str, ...]
    database_url: str
    amqp_url: str | None
    host: str
    port: int
    keys: Path
    demo: bool
    secure_cookies: bool
    session_idle_minutes: int
    session_hours: int
    reconcile_seconds: int
    log_level: str


class _Units(fields.List[str]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, str):
            value = [code.strip() for code in value.split(",") if code.strip()]
        return super()._deserialize(value, attr, data, **kwargs)


class _SettingsSchema(Schema):
    class Meta:
        unknown = RAISE

    service = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z_]*$"))
    units = _Units(
        fields.String(validate=validate.Regexp(r"^\d{5}$", error="each unit is a code of five digits, such as 09385")),
        required=True,
        validate=validate.Length(min=1, error="name at least one unit"),
    )
    database_url = fields.String(
        required=True,
        validate=validate.Regexp(r"^(sqlite|postgresql)", error="must begin with sqlite:// or postgresql://"),
    )
    amqp_url = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"^amqps?://", error="must begin with amqp://")
    )
    host = fields.String(load_default="127.0.0.1")
    port = fields.Integer(validate=validate.Range(min=1, max=65535, error="must be a port from 1 to 65535"))
    keys = fields.String(required=True)
    demo = fields.Boolean(load_default=False)
    secure_cookies = fields.Boolean(load_default=False)
    session_idle_minutes = fields.Integer(load_default=30, validate=validate.Range(min=1))
    session_hours = fields.Integer(load_default=12, validate=validate.Range(min=1))
    reconcile_seconds = fields.Integer(load_default=60, validate=validate.Range(min=1))
    log_level = fields.String(load_default="INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))

    @pre_load
    def default_port(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"port": DEFAULT_PORTS.get(data.get("service", ""), 8000), **data}

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Settings:
        return Settings(**{**data, "units": tuple(dict.fromkeys(data["units"])), "keys": Path(data["keys"])})


def load_settings(environment: Mapping[str, str] = os.environ, **overrides: object) -> Settings:
    """Return the settings of the service that ``BINHAN_SERVICE`` names; raise :class:`SettingsMistake`.

    The environment wins over the file that ``BINHAN_SETTINGS`` names; ``overrides`` win over both.
    """
    values: dict[str, object] = dict(_from_file(environment.get(f"{PREFIX}SETTINGS")))
    for name in _SettingsSchema().fields:
        variable = f"{PREFIX}{name.upper()}"
        if environment.get(variable):
            values[name] = environment[variable]
    values |= overrides
    try:
        settings: Settings = _SettingsSchema().load(values)
    except ValidationError as error:
        raise SettingsMistake("\n".join(_sentences(error.normalized_messages()))) from error
    return settings


def _from_file(path: str | None) -> Mapping[str, object]:
    if not path:
        return {}
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsMistake(f"{PREFIX}SETTINGS: {path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise SettingsMistake(f"{PREFIX}SETTINGS: {path} must hold one `name: value` per line")
    return content


def _sentences(messages: Mapping[Any, Any]) -> list[str]:
    return [f"{PREFIX}{str(name).upper()}: {_flat(reasons)}" for name, reasons in messages.items()]


def _flat(reasons: Any) -> str:
    if isinstance(reasons, dict):
        return " ".join(_flat(reason) for reason in reasons.values())
    if isinstance(reasons, list):
        return " ".join(str(reason) for reason in reasons)
    return str(reasons)
