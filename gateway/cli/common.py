"""What commands share: settings, the opened deployment, durations."""

import os
import re
from functools import cache

from gateway import settings
from gateway.cli.folder import with_demo
from gateway.deployment import Deployment, open_deployment
from gateway.errors import BadInput
from gateway.model.area import Area
from gateway.store import schema
from jobs.ring import Bell

_DURATION = re.compile(r"(\d{1,4})\s*([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


@cache
def configured() -> settings.Settings:
    """The environment's settings; where it names no Redis and no key, those of a demo running in this folder."""
    return settings.load(with_demo(os.environ))


@cache
def deployment() -> Deployment:
    """Opened for one command. Raises Locked, StoreAway, BadInput."""
    opened = open_deployment(configured())
    schema.fit(opened.store.connection)
    opened.store.door.look()
    return opened


def ring(lanes: set[str]) -> None:
    """Wake the workers."""
    Bell(deployment().store.connection.for_rq()).ring(lanes)


def seconds(text: str) -> int:
    """`3h`, `90m` or `2d` in seconds. Raises BadInput."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or not int(match[1]):
        raise BadInput("a duration is a number above 0 and m, h or d, as in 90m, 3h or 2d")
    return int(match[1]) * _SECONDS[match[2]]


def area(path: str) -> Area:
    """The one area meant by a path or a unique part of it. Raises BadInput with what it could be."""
    atlas = deployment().store.world().atlas
    try:
        return atlas.resolve(path)
    except BadInput:
        begun = atlas.starts(path, 2)
        if len(begun) == 1:
            return begun[0]
        raise
