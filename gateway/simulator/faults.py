"""The faults of the simulated network. Each fault works alone; none is set at the start."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from gateway.simulator.fault_values import (
    is_code_by_number,
    is_flag,
    is_http_error,
    is_non_negative,
    is_report_mode,
    is_share,
    is_share_by_code,
    is_string_list,
    is_whole,
    is_whole_or_none,
)

T = TypeVar("T", "Faults", "ReportFaults")


class BadFaults(ValueError):
    """Faults that cannot be set; the text names the bad values and the known faults."""


def fault_metadata(check: Callable[[object], bool], meaning: str) -> dict[str, Any]:
    """Return the check and the help text of a fault."""
    return {"check": check, "meaning": meaning}


def fault_field(default: object, check: Callable[[object], bool], meaning: str) -> Any:
    """Return a dataclass field for a fault with one value."""
    return field(default=default, metadata=fault_metadata(check, meaning))


@dataclass
class ReportFaults:
    """Faults of delivery reports."""

    mode: str = fault_field("normal", is_report_mode, "normal, off (no reports) or lost (counted, never posted)")
    delay_ms: float = fault_field(0, is_non_negative, "milliseconds from accepting the message to its report")
    double: bool = fault_field(False, is_flag, "each final report is posted twice")
    reorder: bool = fault_field(False, is_flag, "last recipient first, and each Sent after the final status")
    before_send_returns: bool = fault_field(False, is_flag, "reports are posted before the send is answered")
    share_failed: float = fault_field(0, is_share, "0 to 1: share of messages reported Failed")


@dataclass
class Faults:
    """The faults that are set. `None` for a count means no limit."""

    latency_ms: float = fault_field(0, is_non_negative, "milliseconds from a send to its answer")
    webhook_latency_ms: float = fault_field(0, is_non_negative, "milliseconds before each webhook is posted")
    drop_session_every: int = fault_field(0, is_whole, "every Nth USSD answer is lost and its session ends; 0: never")
    repeat_requests: bool = fault_field(False, is_flag, "each USSD request is posted twice at once")
    repeat_sms: bool = fault_field(False, is_flag, "each inbound text is posted twice at once, under one id")
    reports: ReportFaults = field(
        default_factory=ReportFaults,
        metadata=fault_metadata(lambda value: isinstance(value, ReportFaults), "an object of report faults"),
    )
    timeout: bool = fault_field(False, is_flag, "sends are accepted, then never answered in time")
    timeout_next: int | None = fault_field(None, is_whole_or_none, "only for the next N sends")
    timeout_seconds: float = fault_field(15, is_non_negative, "how long such a send hangs; the SDK waits 9 s")
    error_status: int | None = fault_field(None, is_http_error, "HTTP status 400 to 599; the send is not accepted")
    error_next: int | None = fault_field(
        None, is_whole_or_none, "only for the next N sends; 500 unless error_status is set"
    )
    error_taken: bool = fault_field(False, is_flag, "the send is accepted before the error")
    refuse: dict[str, int] = field(
        default_factory=dict, metadata=fault_metadata(is_code_by_number, "number -> statusCode")
    )
    refuse_share: dict[str, float] = field(
        default_factory=dict, metadata=fault_metadata(is_share_by_code, "statusCode -> share of recipients, 0 to 1")
    )
    balance: int | None = fault_field(
        None, is_whole_or_none, "messages that the account still pays for, then statusCode 405"
    )
    invalid_sender: bool = fault_field(False, is_flag, "empty Recipients, InvalidSenderId in Message")
    wrong_key: bool = fault_field(False, is_flag, "every key is answered 401")
    missing_recipients: int = fault_field(0, is_whole, "that many recipients, though sent, are left out of the answer")
    html_instead: bool = fault_field(False, is_flag, "200 and an HTML page; the send is not accepted")
    text_instead: bool = fault_field(False, is_flag, "201 and a line of text; the send is not accepted")
    empty_recipients: bool = fault_field(False, is_flag, "accepted, but the answer has no recipients and no reason")
    cut_off: bool = fault_field(False, is_flag, "accepted, but the answer is cut off")
    absent: list[str] = field(
        default_factory=list,
        metadata=fault_metadata(is_string_list, "numbers switched off: accepted, not received, AbsentSubscriber"),
    )

    def replace(self, other: "Faults") -> None:
        """Take all values of `other`, in place, because the parts of the network share one object."""
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def next_error(self) -> int | None:
        """Return the HTTP error of this call, or None; count down `error_next`."""
        if self.error_next is None:
            return self.error_status
        if self.error_next == 0:
            return None
        self.error_next -= 1
        return self.error_status or 500

    def next_timeout(self) -> bool:
        """Whether this call is to hang; counts down `timeout_next`."""
        if self.timeout_next is None:
            return self.timeout
        self.timeout_next, hangs = max(0, self.timeout_next - 1), self.timeout_next > 0
        return hangs


def describe_faults(kind: type[Faults] | type[ReportFaults] = Faults, prefix: str = "") -> dict[str, str]:
    """Return the name and the meaning of every fault."""
    named = {prefix + each.name: str(each.metadata["meaning"]) for each in fields(kind)}
    return named | describe_faults(ReportFaults, "reports.") if kind is Faults else named


def parse_faults(given: object) -> Faults:
    """Return a whole set of faults from JSON; a fault that is left out is off. Raises BadFaults."""
    if not isinstance(given, dict):
        raise BadFaults("faults are a JSON object")
    reports = parse_fields(ReportFaults, given.get("reports", {}), "reports.")
    return parse_fields(Faults, {**given, "reports": reports})


def parse_fields(kind: type[T], given: object, prefix: str = "") -> T:
    """Return one dataclass from its JSON, with every name and value checked. Raises BadFaults."""
    if not isinstance(given, dict):
        raise BadFaults(f"{prefix.rstrip('.')} is a JSON object")
    table = {each.name: each.metadata for each in fields(kind)}
    if unknown := [prefix + str(name) for name in given if name not in table]:
        raise BadFaults(f"unknown: {', '.join(unknown)}")
    if bad := [name for name, value in given.items() if not table[name]["check"](value)]:
        raise BadFaults("; ".join(f"{prefix}{name}: {table[name]['meaning']}" for name in bad))
    return kind(**given)
