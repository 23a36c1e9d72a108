"""Alerts. An alert may begin as a report and may become a warning, under the same number."""

from enum import StrEnum

import msgspec

from gateway.model.task import Task


class AlertTask(Task):
    """The tasks of alerts, their broadcasts and reports."""

    SEND_BROADCAST = "bc"
    RESEND_UNKNOWN = "resend-unknown"
    SEND_TO_NEW_SUBSCRIBER = "send-to-new-subscriber"
    EXPIRE_ALERT = "expire-alert"
    WATCH_SENDER_HOURS = "watch-sender-hours"
    SEND_DRILL = "send-drill"
    REQUEST_CONFIRMATION = "request-confirmation"
    REQUEST_VERIFICATION = "request-verification"
    SEND_REPORT_DETAILS = "send-report-details"
    NOTIFY_REPORTERS = "notify-reporters"
    NOTIFY_OF_ENDING = "notify-of-ending"
    PURGE_ALERT = "purge-alert"


class AskOccasion(StrEnum):
    """Why a verifier is texted. Each has a pause of its own, so that strangers' reports delay no other text."""

    KNOWN_REPORT = "known"
    STRANGERS_REPORT = "stranger"
    PROPOSAL = "proposal"
    REJECTION = "rejection"
    """a colleague rejected a report"""
    ENDING = "ending"
    """a colleague ended a warning of another person"""
    REMOVAL = "removal"
    """a colleague wants to take something off the client list"""
    QUESTION = "question"
    """a caller asked us something"""
    TEAM = "team"
    """an admin wants to change something about a colleague"""


class AlertKind(StrEnum):
    """The kind of danger. `gateway.text.wording.alert_kind_name` gives its name on phones."""

    RAID = "raid"
    CHECKPOINT = "checkpoint"
    POSING = "posing"
    HOTEL = "hotel"
    ARRESTS = "arrests"
    IMMIGRATION = "immigration"
    EXTORTION = "extortion"
    EVICTION = "eviction"
    VIGILANTES = "vigilantes"
    FILM = "film"
    VIOLENT = "violent"
    OTHER = "other"


class Certainty(StrEnum):
    """How sure a verifier or sender is. `gateway.text.wording.certainty_text` says it on phones."""

    TOLD = "told"
    """one person told it"""
    HEARD = "heard"
    """several people told it"""
    SEEN = "seen"
    """a member of staff saw it"""


class RejectReason(StrEnum):
    """Why a verifier says no to a report."""

    MISTAKE = "mistake"
    OVER = "over"
    KNOWN = "known"
    """a warning of it went out already"""
    UNCLEAR = "unclear"
    """too little is known"""


class AlertState(StrEnum):
    REPORTED = "reported"
    """a caller's report that verifiers have not decided yet"""
    PROPOSED = "proposed"
    """a warning that waits for a second person"""
    LIVE = "live"
    ENDED = "ended"
    REJECTED = "rejected"
    UNCHECKED = "unchecked"
    """no verifier decided in time, or no verifier could be asked"""


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """Times are Unix seconds. `author` and `approver` are staff ids. The reporters are in `Report`."""

    number: int
    kind: AlertKind
    area: str
    state: AlertState
    at: int
    until: int = 0
    venue: str = ""
    text: str = ""
    author: str = ""
    approver: str = ""
    rejected_by: str = ""
    """the id of the verifier who rejects the report, and waits for a second one"""
    reject_reason: RejectReason | None = None
    certainty: Certainty | None = None
    """None: nobody said how sure it is"""
    is_false_alarm: bool = False
    """ended because nothing had happened"""
    drill: bool = False
    edition: int = 0
    """0: the warning itself; each update, and the ending, has the next number"""
    report_count: int = 1
    """the number of reports"""
    is_from_known: bool = False
    """a known phone is among the reporters (`known_phone.is_known`)"""
    ended_at: int = 0
    shard_bits: int = 0
    """recipients are in 2**bits hashes, by the first bits of their tokens; fixed when the warning is sent"""

    @property
    def is_pending(self) -> bool:
        return self.state in (AlertState.REPORTED, AlertState.PROPOSED)

    @property
    def ask_occasion(self) -> AskOccasion:
        """The occasion of a text that asks a verifier to check it."""
        if self.state is AlertState.PROPOSED:
            return AskOccasion.PROPOSAL
        return AskOccasion.KNOWN_REPORT if self.is_from_known else AskOccasion.STRANGERS_REPORT

    @property
    def was_sent(self) -> bool:
        """Whether it was ever sent."""
        return self.state in (AlertState.LIVE, AlertState.ENDED)

    def is_live(self, now: int) -> bool:
        return self.state is AlertState.LIVE and now < self.until


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words of an alert's reporters, and the tokens to send its outcome to. Verifiers read only the words."""

    number: int
    reporters: tuple[tuple[bytes, str], ...]
    """token of purpose report and language of each reporter"""
    venues: tuple[str, ...] = ()
    asked_verifiers: tuple[str, ...] = ()
    """staff ids asked so far"""
    question: str = ""
    """what a verifier asked the reporters"""
    asked_by: str = ""
    """staff id of that verifier, who was promised a text with the answer"""
