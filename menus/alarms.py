"""What the alarm on the first line of the team's menu means, and what the team can do about it."""

from gateway.model.caller import Caller
from gateway.text import joins
from menus.engine.screen import Link, ScreenResult, Translator, link_to, screen, show_menu

NOBODY = frozenset({"no-verifier", "no-responder", "no-admin"})
FORGED = frozenset({"many-leave", "sos-flood", "join-flood", "foreign-reports"})
"""The causes as `jobs.monitoring.alarms.AlarmCause` names them. Of any other, the service itself is at fault."""


def first_line(caller: Caller, _: Translator) -> str:
    names = joins.listed(_, sorted(map(_, caller.world.alarms.values())))
    return _("Alarm: {names}").format(names=names) if names else ""


def menu_entry(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    # Translators: a choice of the team's menu while an alarm stands in its first line; at most 30 characters.
    return [(_("The alarm: what to do"), link_to(what_to_do))] if caller.world.alarms else []


@screen(staff_only=True)
def what_to_do(caller: Caller, _: Translator) -> ScreenResult:
    """Say what to do about each alarm, the same remedy once."""
    remedies = dict.fromkeys(remedy(cause.decode(), _) for cause in sorted(caller.world.alarms))
    return show_menu("\n".join((first_line(caller, _), *remedies)), (_("Team"), Link("team.team")), choice_first=True)


def remedy(cause: str, _: Translator) -> str:
    if cause in NOBODY:
        return _("Go on duty if you can. An admin can give this task to a colleague.")
    if cause in FORGED:
        return _("Perhaps somebody forges texts. Check by calling people. Tell the person who runs this service.")
    return _("Texts may come late. Tell the person who runs this service.")
