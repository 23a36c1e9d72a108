"""A promotional sender outside its hours: subscribers of such a network get a live alert late, and staff an alarm."""

from datetime import datetime

from gateway.model.alert import AlertTask
from gateway.model.world import World
from gateway.store import WorkItem
from jobs.context import JobContext
from jobs.handler import handles
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


@handles(AlertTask.WATCH_SENDER_HOURS)
def watch_sender_hours(context: JobContext, item: WorkItem) -> None:
    """Raise the alarm while an alert is live and a network delays texts. Check again when its hours begin or end."""
    store = context.store
    world, now = store.read_world(), store.now()
    local, tariff = world.local_time(now), world.profile.tariff
    if not any(
        alert.is_live(int(now)) and not alert.drill for alert in world.alerts.values()
    ) or not tariff.closed_carriers(local):
        alarms.clear_alarms(context, AlarmCause.OUTSIDE_SENDER_HOURS)
    else:
        alarms.raise_alarm(context, AlarmCause.OUTSIDE_SENDER_HOURS)
    alert = world.alert(int(item.arguments()[0]))
    if alert is None or not alert.is_live(int(now)):
        store.work_queue.finish(item)
    else:
        store.work_queue.reschedule(item, max(1, min(_next_transition(world, local), alert.until) - now))


def _next_transition(world: World, local: datetime) -> float:
    """Return when a network next begins or ends to deliver, in Unix seconds."""
    transitions = (carrier.next_transition(local) for carrier in world.profile.tariff.carriers_with_hours)
    return min(at.timestamp() for at in transitions if at)
