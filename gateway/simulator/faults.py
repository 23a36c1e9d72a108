"""What can be made to go wrong on the simulated network. Each fault works alone; none is set at the start."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from gateway.simulator.checks import (
    code_by_number,
    flag,
    http_error,
    number,
    report_mode,
    share,
    share_by_code,
    strings,
    whole,
    whole_or_none,
)

T = TypeVar("T", "Faults", "ReportFaults")


class BadFaults(ValueError):
    """Faults that cannot be set; the text names what is wrong and what is known."""


def note(check: Callable[[object], bool], meaning: str) -> dict[str, Any]:
    """What belongs to a fault besides its value: its test and its help text."""
    return {"check": check, "meaning": meaning}


def fault(default: object, check: Callable[[object], bool], meaning: str) -> Any:
    """A fault that is one value."""
    return field(default=default, metadata=note(check, meaning))


@dataclass
class ReportFaults:
    """What happens to delivery reports."""

    mode: str = fault("normal", report_mode, "normal, off (none made) or lost (made, never posted)")
    delay_ms: float = fault(0, number, "milliseconds from taking the message to its report")
    double: bool = fault(False, flag, "each final report is posted twice")
    reorder: bool = fault(False, flag, "last recipient first, and each Sent after its final")
    before_send_returns: bool = fault(False, flag, "reports are posted before the send is answered")
    share_failed: float = fault(0, share, "0 to 1: share of messages reported Failed")


@dataclass
class Faults:
    """The faults in force. `None` for a count means no limit."""

    latency_ms: float = fault(0, number, "milliseconds from taking a send to answering it")
    webhook_latency: float = fault(0, number, "milliseconds before each webhook is posted")
    drop_session_every: int = fault(0, whole, "every Nth USSD answer is lost and its session dies; 0 never")
    repeat_requests: bool = fault(False, flag, "each USSD request is posted twice at once")
    repeat_sms: bool = fault(False, flag, "each inbound text is posted twice at once, under one id")
    reports: ReportFaults = field(
        default_factory=ReportFaults,
        metadata=note(lambda value: isinstance(value, ReportFaults), "an object of report faults"),
    )
    timeout: bool = fault(False, flag, "sends are taken, then never answered in time")
    timeout_next: int | None = fault(None, whole_or_none, "only the next N sends are")
    timeout_seconds: float = fault(15, number, "how long such a send hangs; the SDK waits 9 s")
    error_status: int | None = fault(None, http_error, "HTTP status 400 to 599 instead of taking a send")
    error_next: int | None = fault(None, whole_or_none, "only the next N sends; 500 unless error_status says")
    error_taken: bool = fault(False, flag, "the send is taken all the same before the error")
    refuse: dict[str, int] = field(default_factory=dict, metadata=note(code_by_number, "number -> statusCode"))
    refuse_share: dict[str, float] = field(
        default_factory=dict, metadata=note(share_by_code, "statusCode -> share of recipients, 0 to 1")
    )
    balance: int | None = fault(None, whole_or_none, "messages left, then statusCode 405")
    invalid_sender: bool = fault(False, flag, "empty Recipients, InvalidSenderId in Message")
    wrong_key: bool = fault(False, flag, "every key is answered 401")
    missing_recipients: int = fault(0, whole, "that many recipients, though sent, are left out of the answer")
    html_instead: bool = fault(False, flag, "200 and an HTML page instead of taking a send")
    text_instead: bool = fault(False, flag, "201 and a line of text instead of taking a send")
    empty_recipients: bool = fault(False, flag, "taken, but the answer has no recipients and no reason")
    cut_off: bool = fault(False, flag, "taken, but the answer ends in its middle")
    absent: list[str] = field(
        default_factory=list,
        metadata=note(strings, "numbers switched off: accepted, not received, AbsentSubscriber"),
    )

    def replace(self, other: "Faults") -> None:
        """Become `other`, in place: the network's parts share one object."""
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def next_error(self) -> int | None:
        """The HTTP error of this call, if it is to fail; uses up one of `error_next`."""
        if self.error_next is None:
            return self.error_status
        if self.error_next == 0:
            return None
        self.error_next -= 1
        return self.error_status or 500

    def next_timeout(self) -> bool:
        """Whether this call is to hang; uses up one of `timeout_next`."""
        if self.timeout_next is None:
            return self.timeout
        self.timeout_next, hangs = max(0, self.timeout_next - 1), self.timeout_next > 0
        return hangs


def known(kind: type[Faults] | type[ReportFaults] = Faults, prefix: str = "") -> dict[str, str]:
    """Every fault's name and meaning."""
    named = {prefix + each.name: str(each.metadata["meaning"]) for each in fields(kind)}
    return named | known(ReportFaults, "reports.") if kind is Faults else named


def read(given: object) -> Faults:
    """A whole set of faults from JSON; what is left out is well."""
    if not isinstance(given, dict):
        raise BadFaults("faults are a JSON object")
    reports = checked(ReportFaults, given.get("reports", {}), "reports.")
    return checked(Faults, {**given, "reports": reports})


def checked(kind: type[T], given: object, prefix: str = "") -> T:
    """One dataclass from its JSON, every name and value looked at."""
    if not isinstance(given, dict):
        raise BadFaults(f"{prefix.rstrip('.')} is a JSON object")
    table = {each.name: each.metadata for each in fields(kind)}
    if unknown := [prefix + str(name) for name in given if name not in table]:
        raise BadFaults(f"unknown: {', '.join(unknown)}")
    if bad := [name for name, value in given.items() if not table[name]["check"](value)]:
        raise BadFaults("; ".join(f"{prefix}{name}: {table[name]['meaning']}" for name in bad))
    return kind(**given)
