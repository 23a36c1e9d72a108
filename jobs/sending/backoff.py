"""When the network takes nothing: lanes rest, one call tries again, and whoever looks after the service hears once."""

from gateway.errors import MwavuliError
from gateway.model.message import Lane
from gateway.providers import ProviderErrorKind
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

GROWING_PAUSES_S = {lane.value: (2.0, 20.0) for lane in Lane}
"""first pause and longest, in seconds: with jitter at most 25, so that all is sent within a minute of recovery"""
FIXED_PAUSES_S = {"alerts": (10.0, 10.0), "messages": (60.0, 60.0), "bulk": (300.0, 300.0)}
"""alerts keep trying where others rest"""
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
"""so often in a row a busy network is no alarm yet"""


class CircuitOpen(MwavuliError):
    """The lane rests; nothing was claimed or sent."""


def raise_if_open(context: JobContext, lane: Lane) -> None:
    """Raises Resting while another call tries, or none may."""
    if context.store.circuit_breaker.request_delay_s(lane):
        raise CircuitOpen


def trip_circuit(context: JobContext, lane: Lane, error: ProviderErrorKind) -> None:
    """A call was not taken."""
    times = context.store.circuit_breaker.trip(lane, PAUSES_BY_ERROR[error])
    if error is not ProviderErrorKind.BUSY or times > FAILURES_BEFORE_ALARM:
        alarms.raise_alarm(context, ALARM_BY_ERROR[error])


def reset_circuit(context: JobContext) -> None:
    """A call was taken: what rested goes on, and these alarms are mended."""
    context.store.circuit_breaker.reset()
    alarms.clear_alarms(context, *ALARM_BY_ERROR.values())
