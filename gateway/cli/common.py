"""Settings, the opened deployment and durations, which the commands share."""

import os
import re
import sys
from functools import cache

import click

from gateway import settings
from gateway.cli.demo_folder import add_demo_settings, demo_hint
from gateway.deployment import Deployment, open_deployment
from gateway.errors import BadInput, KeyLocked, KeyWiped
from gateway.model.area import Area
from gateway.model.clinic import Clinic
from gateway.model.names import normalise_name
from jobs.notify import Notifier

_DURATION_PATTERN = re.compile(r"(\d{1,4})\s*([mhd])")
MAX_LISTED = 8
_UNIT_S = {"m": 60, "h": 3600, "d": 86400}


@cache
def load_settings() -> settings.Settings:
    """Return the environment's settings; where it names no Redis and no key, the settings of the demo here."""
    return settings.load(add_demo_settings(os.environ))


@cache
def load_deployment() -> Deployment:
    """Open the deployment for one command. Raises KeyLocked, StoreUnavailable, BadInput."""
    try:
        opened = open_deployment(load_settings())
    except KeyWiped:
        raise
    except KeyLocked as error:
        raise KeyLocked(f"{error}{demo_hint(os.environ)}") from None
    opened.store.initialise_or_check_layout()
    opened.store.load_missing_scripts()
    opened.store.access_state.check()
    return opened


def notify_workers(lanes: set[str]) -> None:
    """Wake the workers."""
    Notifier(load_deployment().store.create_rq_client()).notify(lanes)


def parse_duration_s(text: str) -> int:
    """Return `3h`, `90m` or `2d` in seconds. Raises BadInput."""
    match = _DURATION_PATTERN.fullmatch(text.strip().lower())
    if match is None or not int(match[1]):
        raise BadInput("a duration is a number above 0 and m, h or d, as in 90m, 3h or 2d")
    return int(match[1]) * _UNIT_S[match[2]]


def find_area(path: str) -> Area:
    """Return the area of an id, of a path or of a unique part of it. Raises BadInput with the candidates."""
    atlas = load_deployment().store.read_world().atlas
    if found := atlas.get(path.strip().lower()):
        return found
    try:
        return atlas.resolve(path)
    except BadInput:
        begun = atlas.starting_with(path, 2)
        if len(begun) == 1:
            return begun[0]
        raise


def find_clinic(text: str) -> Clinic:
    """Return the clinic as stored, by its code or by a name that one clinic has. Raises BadInput."""
    store = load_deployment().store
    store.read_world()
    clinics = store.world_cache.clinics
    if found := clinics.get(text.strip().encode()):
        return found
    wanted = normalise_name(text)
    named = [clinic for clinic in clinics.items.values() if wanted and normalise_name(clinic.name) == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        codes = ", ".join(sorted(clinic.code for clinic in named)[:MAX_LISTED])
        raise BadInput(f"several clinics have that name; say which code: {codes}")
    raise BadInput("no clinic has that code or name; `mwavuli clinics list` prints both")


def confirm(question: str, yes: bool) -> None:
    """Ask at a terminal before something is done. Raises Abort for a no. Without a terminal nobody is asked."""
    if not yes and sys.stdin.isatty():
        click.confirm(question, abort=True, err=True)


yes_option = click.option("--yes", is_flag=True, help="do not ask")
