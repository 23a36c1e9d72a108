"""The environment, read once; a bad value is refused with what would be right."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from gateway.errors import BadInput
from gateway.os_errors import describe_os_error
from gateway.settings.times import Times
from gateway.settings.tuning import Tuning
from gateway.settings.words import describe_error, describe_toml_error

LOOPBACK_USERS = frozenset({"demo", "bench", "test"})
_WEBHOOK_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,}")
SECRETS = ("MWAVULI_KEY", "MWAVULI_WEBHOOK_TOKEN", "MWAVULI_STATUS_TOKEN", "AT_API_KEY", "KANNEL_PASSWORD", "REDIS_URL")


def _split_commas(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


CommaSeparated = Annotated[tuple[str, ...], BeforeValidator(_split_commas)]


class Settings(BaseModel):
    """The environment. Every secret may also come as NAME_FILE, the path of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    redis_url: str = Field(
        "redis://127.0.0.1:6379/0",
        validation_alias="REDIS_URL",
        repr=False,
        pattern=r"^(rediss?(\+sentinel)?|unix)://.+",
    )
    redis_accepted: str = Field("", validation_alias="MWAVULI_REDIS_ACCEPTED", pattern=r"^[0-9.]*$")
    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535)
    data_dir: Path = Field(Path("mwavuli-data"), validation_alias="MWAVULI_DATA_DIR")
    key: str = Field("", validation_alias="MWAVULI_KEY", repr=False)
    webhook_tokens: CommaSeparated = Field((), validation_alias="MWAVULI_WEBHOOK_TOKEN", repr=False)
    status_host: str = Field("127.0.0.1", validation_alias="MWAVULI_STATUS_HOST")
    status_port: int = Field(8001, validation_alias="MWAVULI_STATUS_PORT", ge=1, le=65535)
    status_token: str = Field(
        "", validation_alias="MWAVULI_STATUS_TOKEN", repr=False, pattern=r"^([A-Za-z0-9_-]{32,})?$"
    )
    region: str = Field("KE", validation_alias="MWAVULI_REGION", min_length=2, max_length=2)
    timezone: str = Field("Africa/Nairobi", validation_alias="MWAVULI_TIMEZONE")
    languages: CommaSeparated = Field(
        ("en", "sw", "fr", "es", "ru", "zh_Hans"), validation_alias="MWAVULI_LANGUAGES", min_length=1
    )
    name: str = Field("Info line", validation_alias="MWAVULI_NAME", max_length=20)
    service_code: str = Field("*384*2024#", validation_alias="MWAVULI_SERVICE_CODE", pattern=r"^\*[0-9*]+#$")
    hotline: str = Field("", validation_alias="MWAVULI_HOTLINE")
    hotline_hours: str = Field("", validation_alias="MWAVULI_HOTLINE_HOURS")
    approvals: int = Field(1, validation_alias="MWAVULI_APPROVALS", ge=1, le=2)
    staff_sms: bool = Field(False, validation_alias="MWAVULI_STAFF_SMS")
    content_dir: Path | None = Field(None, validation_alias="MWAVULI_CONTENT_DIR")
    at_username: str = Field("demo", validation_alias="AT_USERNAME")
    at_api_key: str = Field("", validation_alias="AT_API_KEY", repr=False)
    shortcode: str = Field("", validation_alias="AT_SHORTCODE")
    sender: str = Field("", validation_alias="AT_SENDER", max_length=11)
    at_keyword: str = Field("", validation_alias="AT_KEYWORD")
    at_api_url: str = Field("", validation_alias="AT_API_URL", pattern=r"^(https?://[^/]+.*)?$")
    kannel_password: str = Field("", validation_alias="KANNEL_PASSWORD", repr=False, pattern=r"^[^\x00-\x1f\x7f]*$")
    tuning: Tuning = Tuning()

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("no such time zone; right is a name as Africa/Nairobi") from None
        return value

    @field_validator("webhook_tokens")
    @classmethod
    def _check_webhook_tokens(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_WEBHOOK_TOKEN.fullmatch(token) for token in value):
            raise ValueError("a token is at least 32 letters, digits, - or _")
        return value

    @model_validator(mode="after")
    def _check_status(self) -> "Settings":
        if self.status_token and self.status_port == self.port:
            raise ValueError("MWAVULI_STATUS_PORT and PORT must differ: callers' networks must not reach the status")
        if self.status_token in self.webhook_tokens:
            raise ValueError("MWAVULI_STATUS_TOKEN must differ from MWAVULI_WEBHOOK_TOKEN: a monitor knows it")
        return self

    @property
    def times(self) -> Times:
        return self.tuning.times


def load(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Read the environment, the NAME_FILE secrets and the TOML file. Raises BadInput, which never holds a value."""
    values: dict[str, Any] = {}
    for name in SECRETS:
        path = environ.get(f"{name}_FILE")
        if path and not environ.get(name):
            values[name] = _read_text(Path(path), f"{name}_FILE").strip()
    if path := environ.get("MWAVULI_SETTINGS"):
        try:
            values["tuning"] = tomllib.loads(_read_text(Path(path), "MWAVULI_SETTINGS"))
        except tomllib.TOMLDecodeError as error:
            raise BadInput(f"MWAVULI_SETTINGS: {describe_toml_error(error)}") from None
    names = {str(f.validation_alias) for f in Settings.model_fields.values() if f.validation_alias}
    values = {name: environ[name] for name in names if environ.get(name)} | values | overrides
    try:
        return Settings(**values)
    except ValidationError as error:
        raise BadInput(_describe_errors(error)) from None


def _read_text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{name}: cannot read the file it names: {describe_os_error(error)}") from None
    except ValueError:
        raise BadInput(f"{name}: the file it names is not text in UTF-8") from None


def _describe_errors(error: ValidationError) -> str:
    """Return each bad variable with what would be right."""
    return "settings: " + "; ".join(describe_error(found, Tuning()) for found in error.errors(include_input=False))
