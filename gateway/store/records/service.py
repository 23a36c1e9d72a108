"""Records of the service itself: the queue, counters, the clocks and the access state. No record names a caller."""

from gateway.model.counted_event import DAY_S
from gateway.store.records.kind import Backup, Lifetime, ProcessRights, RecordKind, Rotation

DAILY_SPEND_TTL_S = 172800
BALANCE_TTL_S = 86400
FAILOVER_TTL_S = 600
"""After this time without another failure, a failing network is no alarm any more."""
FAILURE_TTL_S = 3600
"""After this time, a failure that did not recur is forgotten."""
PAUSE_LIMIT_S = 86400
EVENT_COUNTS_TTL_S = 2 * DAY_S
READING_COUNTS_TTL_S = 60 * DAY_S
CALM_S = 600
"""An alarm ends after its cause stayed below half of its threshold for so long."""
FOREIGN_TTL_S = 86400


def _declare(
    name: str,
    holds: str,
    lifetime: Lifetime,
    pattern: str = "",
    rotation: Rotation = Rotation.UNCHANGED,
    is_process_state: bool = False,
    process_rights: ProcessRights = ProcessRights.WRITE,
) -> RecordKind:
    return RecordKind(
        name=name, pattern=pattern, holds=holds, lifetime=lifetime, rotation=rotation, backup=Backup.OMITTED,
        is_process_state=is_process_state, process_rights=process_rights,
    )  # fmt: skip


FOR_GOOD = Lifetime("for good")
UNTIL_DONE = Lifetime("until done")

DUE = _declare("due", "what is to be done, by its due time in milliseconds", UNTIL_DONE, "{lane}", Rotation.OWN)
CLAIMS = _declare("takes", "how often an item was claimed", UNTIL_DONE, "{lane}", Rotation.OWN)
STARTED = _declare("begun", "which items were started", UNTIL_DONE, "{lane}", Rotation.OWN)
ATTEMPTS = _declare("tries", "how often an item was put off", UNTIL_DONE, "{lane}", Rotation.OWN)
NOTIFIED = _declare(
    "bell", "a worker was notified", Lifetime("seconds", lambda t: 60, is_exact=True), "{lane}", is_process_state=True
)  # fmt: skip
RQ = _declare(
    "rq", "RQ's own: jobs without content, workers", Lifetime("as RQ says", is_exact=True), "...", is_process_state=True
)
FOREIGN = _declare(
    "foreign", "how many entries of a queue were not ours, by lane",
    Lifetime("FOREIGN_TTL_S after the last one", lambda t: FOREIGN_TTL_S), is_process_state=True,
)  # fmt: skip
CLOCK = _declare(
    "clock", "`seen`, `watched`, `rewound`, `balance`, `asked`: what the scheduler saw and when it last acted",
    Lifetime(
        "a minute to a day; times.balance_interval", lambda t: max(BALANCE_TTL_S, t.balance_interval), is_exact=True
    ),
    "{what}", is_process_state=True,
)  # fmt: skip
DEMO = _declare(
    "demo", "`seeded`: the demo was filled", FOR_GOOD, "{what}", process_rights=ProcessRights.NONE
)  # fmt: skip
BREAKERS = _declare(
    "rest", "the lane pauses: it yields, or no network takes texts",
    Lifetime("its pause", lambda t: PAUSE_LIMIT_S, is_exact=True), "{lane}",
)  # fmt: skip
FAILURES = _declare(
    "trouble",
    "how often in a row no network took a text",
    Lifetime("FAILURE_TTL_S", lambda t: FAILURE_TTL_S, is_exact=True),
)
FAILOVERS = _declare(
    "handed",
    "one of several networks fails",
    Lifetime("FAILOVER_TTL_S after it last did", lambda t: FAILOVER_TTL_S, is_exact=True),
)
RATE_LIMITS = _declare(
    "pace", "until when the network is busy with what was sent",
    Lifetime("that long, and a second", lambda t: PAUSE_LIMIT_S, is_exact=True), "{provider}:{all or others}",
)  # fmt: skip
DAILY_SPENDS = _declare(
    "spent", "the cost of the day's texts; no number, no area",
    Lifetime("DAILY_SPEND_TTL_S", lambda t: DAILY_SPEND_TTL_S), "{day}",
)  # fmt: skip
UNCONFIRMED = _declare("uncopied", "how many changes no replica confirmed in time", FOR_GOOD)
EVENT_COUNTS = _declare(
    "counted", "digests of the phones (or foreign messages) of an event in one window, in no order: each counts once",
    Lifetime("twice its window, EVENT_COUNTS_TTL_S at most", lambda t: EVENT_COUNTS_TTL_S), "{event}:{window}",
    rotation=Rotation.DISCARDED,
)  # fmt: skip
REFUSALS = _declare(
    "refusals", "sketches of the phones of which a network spoke in one hour; they cannot be listed",
    Lifetime("two hours", lambda t: 7200), "{network}:{asked, opted or dead}:{hour}", rotation=Rotation.DISCARDED,
)  # fmt: skip
READING_COUNTS = _declare(
    "readings", "how many texts of a language were acted on, asked about or chosen, and as what; no words, no phones",
    Lifetime("READING_COUNTS_TTL_S", lambda t: READING_COUNTS_TTL_S), "{window}",
)  # fmt: skip
WORD_SKETCH = _declare(
    "sketch", "counts of unknown words, in cells that a keyed digest chooses: it cannot be listed",
    Lifetime("READING_COUNTS_TTL_S", lambda t: READING_COUNTS_TTL_S), "{window}", rotation=Rotation.DISCARDED,
)  # fmt: skip
UNREST = _declare(
    "unrest", "the cause of an alarm was near its threshold a moment ago: the alarm stands",
    Lifetime("CALM_S after that", lambda t: CALM_S, is_exact=True), "{cause}", is_process_state=True,
)  # fmt: skip
SEND_COUNTS = _declare("tally", "how many texts, by lane and result", FOR_GOOD)
ACCESS = _declare(
    "door", "which key is in use, or why maintenance mode is on", FOR_GOOD,
    is_process_state=True, process_rights=ProcessRights.READ,
)  # fmt: skip
SCHEMA = _declare(
    "schema", "the layout's number", FOR_GOOD, is_process_state=True, process_rights=ProcessRights.READ
)  # fmt: skip
RENAMED = _declare(
    "moved", "keys that wait for the end of a rotation", Lifetime("until then"), "{key}",
    process_rights=ProcessRights.NONE,
)  # fmt: skip
BACKUPS = _declare("backup", "when the last backup was made", FOR_GOOD, process_rights=ProcessRights.NONE)
