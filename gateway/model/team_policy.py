"""When an admin changes a colleague alone: a stolen phone loses its rights at once, a bought admin is one person."""

from typing import Final

from gateway.model.policy import sole_roles
from gateway.model.staff import Staff
from gateway.model.world import World

MAX_LOCKOUTS_ALONE: Final = 3
"""phones, as many as a raid takes; a thief with an admin's phone gets no further"""
LOCKOUT_WINDOW_S: Final = 86400


def needs_second_voice_about(world: World, first: Staff, about: Staff) -> bool:
    """Whether the team has an active verifier besides this one and the colleague who is to be changed."""
    return any(p.may_verify and p.id not in (first.id, about.id) for p in world.roster.people)


def may_lock_out_alone(world: World, staff: Staff, about: Staff, now: int) -> bool:
    """Whether this admin locks a phone out without a second person: a few a day, and nobody's last colleague."""
    if not needs_second_voice_about(world, staff, about):
        return True
    lately = [at for at in staff.lockouts if now - at < LOCKOUT_WINDOW_S]
    return len(lately) < MAX_LOCKOUTS_ALONE and not sole_roles(world, about)
