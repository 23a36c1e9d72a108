"""What an operator sets, read once, loud on a bad value."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from gateway.errors import BadInput

LOOPBACK_USERS = frozenset({"demo", "bench", "test"})
_PATH_PART = re.compile(r"[A-Za-z0-9_-]{16,}")
SECRETS = ("MWAVULI_KEY", "MWAVULI_WEBHOOK_TOKEN", "AT_API_KEY", "KANNEL_PASSWORD", "REDIS_URL")


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Seconds = Annotated[int, Field(ge=0)]


class Times(BaseModel):
    """Durations in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session: Seconds = Field(600, description="an idle USSD session is forgotten")
    resume: Seconds = Field(240, description="a dropped session can be continued by dialling again")
    lease: int = Field(15, ge=1, description="a worker's claim; longer than any provider call")
    chunk: Seconds = Field(10, description="a job works at most this long, then rings again")
    sweep: float = Field(1.0, gt=0, description="the clock looks for due work this often")
    verify_step: Seconds = Field(180, description="a verifier who stays silent is followed by the next")
    ask_pause: Seconds = Field(600, description="one verification text per verifier and area in this time")
    report_pause: Seconds = Field(1800, description="one new report per caller in this time")
    same_alert: Seconds = Field(900, description="the same kind and area within this time is one case")
    alert: Seconds = Field(10800, description="an alert lives this long unless its sender says otherwise")
    alert_longest: Seconds = Field(86400, description="an alert lives at most this long")
    ending: Seconds = Field(7200, description="an ending not sent after this time is not sent")
    keep_alert: Seconds = Field(86400, description="recipients and words of an alert are kept this long after it")
    keep_history: Seconds = Field(604800, description="kind, area and part of day of past alerts stay in the menu")
    tonight: Seconds = Field(43200, description="'I am in ... tonight' lasts this long")
    reply: Seconds = Field(86400, description="a caller's own message may be answered for this long")
    message: Seconds = Field(43200, description="an unsent reply or referral text lapses after this time")
    referral: Seconds = Field(604800, description="a referral code is good for this long")
    clinic_reminder: Seconds = Field(1800, description="a silent clinic is reminded once")
    clinic_silent: Seconds = Field(3600, description="then the organisation hears, and the caller is offered the next")
    follow_up: Seconds = Field(172800, description="the one question after a visit, where agreed")
    pin_lock: Seconds = Field(1800, description="a staff phone is locked this long after five wrong PINs")


class Pace(BaseModel):
    """How fast and in what portions texts leave."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    call_size: int = Field(100, ge=1, le=1000, description="most numbers in one provider call")
    in_flight: int = Field(8, ge=1, le=64, description="provider calls at once in one worker")
    chunk_size: int = Field(2000, ge=1, le=5000, description="people in one job's portion")
    rate: float = Field(0, ge=0, description="segments a second the network takes from all workers; 0: any")
    reserve: float = Field(0.5, ge=0, lt=1, description="share of the rate that only alerts may use")

    @field_validator("rate")
    @classmethod
    def _none_or_one(cls, value: float) -> float:
        """A text waits with a worker for its turn: slower, and it would wait longer than the worker's lease."""
        if 0 < value < 1:
            raise ValueError("a rate is at least 1 segment a second; 0 is no limit")
        return value


class Network(BaseModel):
    """What one mobile network does with our sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sender: Literal["transactional", "promotional"]
    hours: str = "00:00-24:00"
    footer: int = Field(0, ge=0, description="septets of opt-out text the network appends")


class KannelBox(BaseModel):
    """A Kannel of the organisation's own: an operator's line, or a modem."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    url: str = Field(pattern=r"^https?://[^/?#@\s]+/[^?#\s]*$", description="its smsbox's sendsms")
    username: str = Field(pattern=r"^[!-~]+$", description="of its sendsms-user; the password is KANNEL_PASSWORD")
    sender: str = Field("", alias="from", pattern=r"^[ -~]{0,15}$", description="AT_SHORTCODE unless set")
    prefixes: tuple[Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,14}$")], ...] = Field(
        (), description="numbers that begin so are tried here first; none: all numbers"
    )
    reports: str = Field(
        "", pattern=r"^(https?://[^?#@%\s]+)?$", description="where it reaches our web; this machine's PORT unless set"
    )
    validity: int = Field(180, ge=1, description="minutes after which it gives up a text that it could not send on")


class HandOver(BaseModel):
    """When a network that keeps failing gives its numbers to the next one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    after: int = Field(3, ge=1, description="calls in a row that nobody was sent by")
    rest: Seconds = Field(60, description="so long it is left alone, then tried again")


class Tuning(BaseModel):
    """The TOML file of MWAVULI_SETTINGS."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    times: Times = Times()
    pace: Pace = Pace()
    networks: dict[str, Network] = Field(default_factory=dict, description="by network code or name")
    kannel: KannelBox | None = Field(None, description="alone, or beside Africa's Talking where AT_API_KEY is set")
    hand_over: HandOver = HandOver()
    price_per_segment: float = Field(0.8, ge=0, description="in the currency below")
    currency: str = "KES"
    proposal_audience: int = Field(500, ge=1, description="above this many people an alert needs a second person")
    free_to_dial: bool = Field(False, description="callers pay nothing for the service code")
    follow_alert_end: bool = Field(True, description="people hear when a warning ends by its own hour")


class Settings(BaseModel):
    """The environment; every secret also as NAME_FILE."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    redis_url: str = Field(
        "redis://127.0.0.1:6379/0", validation_alias="REDIS_URL", repr=False, pattern=r"^(rediss?|unix)://.+"
    )
    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535)
    data_dir: Path = Field(Path("mwavuli-data"), validation_alias="MWAVULI_DATA_DIR")
    key: str = Field("", validation_alias="MWAVULI_KEY", repr=False)
    webhook_tokens: Words = Field((), validation_alias="MWAVULI_WEBHOOK_TOKEN", repr=False)
    region: str = Field("KE", validation_alias="MWAVULI_REGION", min_length=2, max_length=2)
    timezone: str = Field("Africa/Nairobi", validation_alias="MWAVULI_TIMEZONE")
    languages: Words = Field(
        ("en", "sw", "fr", "es", "ru", "zh_Hans"), validation_alias="MWAVULI_LANGUAGES", min_length=1
    )
    name: str = Field("Info line", validation_alias="MWAVULI_NAME", max_length=20)
    service_code: str = Field("*384*2024#", validation_alias="MWAVULI_SERVICE_CODE", pattern=r"^\*[0-9*]+#$")
    hotline: str = Field("", validation_alias="MWAVULI_HOTLINE")
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
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("no such time zone; right is a name as Africa/Nairobi") from None
        return value

    @field_validator("webhook_tokens")
    @classmethod
    def _fit_for_a_path(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_PATH_PART.fullmatch(token) for token in value):
            raise ValueError("a token is at least 16 letters, digits, - or _")
        return value

    @property
    def times(self) -> Times:
        return self.tuning.times


def load(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Read the environment, the NAME_FILE secrets and the TOML file; BadInput names what is wrong, never a value."""
    values: dict[str, Any] = {}
    for name in SECRETS:
        path = environ.get(f"{name}_FILE")
        if path and not environ.get(name):
            values[name] = _read(Path(path), f"{name}_FILE").strip()
    if path := environ.get("MWAVULI_SETTINGS"):
        try:
            values["tuning"] = tomllib.loads(_read(Path(path), "MWAVULI_SETTINGS"))
        except tomllib.TOMLDecodeError as error:
            raise BadInput(f"MWAVULI_SETTINGS: not valid TOML: {error}") from None
    names = {str(f.validation_alias) for f in Settings.model_fields.values() if f.validation_alias}
    values = {name: environ[name] for name in names if environ.get(name)} | values | overrides
    try:
        return Settings(**values)
    except ValidationError as error:
        raise BadInput(_plainly(error)) from None


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{name}: cannot read the file it names ({error.strerror})") from None
    except ValueError:
        raise BadInput(f"{name}: the file it names is not text in UTF-8") from None


def _plainly(error: ValidationError) -> str:
    """Each variable with what would be right."""
    said = []
    for found in error.errors(include_input=False):
        name, *inside = map(str, found["loc"])
        where = ".".join(inside)
        said.append(
            f"{'MWAVULI_SETTINGS' if name == 'tuning' else name}{f' ({where})' if where else ''}: {found['msg']}"
        )
    return "settings: " + "; ".join(said)
