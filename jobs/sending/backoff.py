"""The pauses and alarms of the circuit breaker: lanes wait while the network takes nothing; one call tries again."""

from gateway.errors import MwavuliError
from gateway.model.message import Lane
from gateway.providers import ProviderErrorKind
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

GROWING_PAUSES_S: dict[str, tuple[float, float]] = dict.fromkeys(Lane, (2.0, 20.0))
"""first and longest pause in seconds: at most 25 with jitter, so that everything is sent a minute after recovery"""
FIXED_PAUSES_S: dict[str, tuple[float, float]] = {
    Lane.ALERTS: (10.0, 10.0),
    Lane.MESSAGES: (60.0, 60.0),
    Lane.BULK: (300.0, 300.0),
}
"""alerts are tried more often than other texts"""
PAUSES_BY_ERROR = {
    ProviderErrorKind.BUSY: GROWING_PAUSES_S,
    ProviderErrorKind.OUT_OF_CREDIT: FIXED_PAUSES_S,
    ProviderErrorKind.REJECTED_SENDER: FIXED_PAUSES_S,
}
ALARM_BY_ERROR = {
    ProviderErrorKind.BUSY: AlarmCause.BUSY,
    ProviderErrorKind.OUT_OF_CREDIT: AlarmCause.OUT_OF_CREDIT,
    ProviderErrorKind.REJECTED_SENDER: AlarmCause.REJECTED_SENDER,
}
FAILURES_BEFORE_ALARM = 3
"""how many failures in a row of a busy network raise no alarm yet"""


class CircuitOpen(MwavuliError):
    """The circuit breaker of the lane is open: nothing was claimed or sent."""


def raise_if_open(context: JobContext, lane: Lane) -> None:
    """Raise CircuitOpen while no call may be made, or another call tries."""
    if context.store.circuit_breaker.request_delay_s(lane):
        raise CircuitOpen


def trip_circuit(context: JobContext, lane: Lane, error: ProviderErrorKind) -> None:
    """Open the circuit breaker of a lane after a call that the network did not take. Raise the alarm where due."""
    times = context.store.circuit_breaker.trip(lane, PAUSES_BY_ERROR[error])
    if error is not ProviderErrorKind.BUSY or times > FAILURES_BEFORE_ALARM:
        alarms.raise_alarm(context, ALARM_BY_ERROR[error])


def rest(context: JobContext, lane: Lane) -> None:
    """Pause the lanes as where our sender is refused. The alarm for it stands already."""
    context.store.circuit_breaker.trip(lane, PAUSES_BY_ERROR[ProviderErrorKind.REJECTED_SENDER])


def reset_circuit(context: JobContext) -> None:
    """Close the circuit breaker after a call that the network took, and clear its alarms."""
    context.store.circuit_breaker.reset()
    alarms.clear_alarms(context, *ALARM_BY_ERROR.values())
