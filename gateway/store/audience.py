"""The number of people that an alert in an area reaches. Each person counts once, and no record of a person is read."""

from collections.abc import Mapping, Sequence

from gateway.store import keys
from gateway.store.commands import Commands

MAX_READS = 2048
MAX_TOKENS = 4096
FIRST_BYTE_VALUES = 256


def count_people_commands(areas: Sequence[str], subscribers: Mapping[str, int]) -> Commands[int]:
    """Return the number of people in any of these areas.

    A large audience is estimated from the tokens with some first bytes, because tokens are as good as random. With
    4,096 tokens read, the estimate is within 3 % two times in three.
    """
    used = [area for area in areas if subscribers.get(area, 0) > 0]
    memberships = sum(subscribers[area] for area in used)
    if len(used) < 2:
        return memberships
    read = max(1, min(FIRST_BYTE_VALUES, MAX_READS // len(used), FIRST_BYTE_VALUES * MAX_TOKENS // memberships))
    replies = yield [("HKEYS", keys.area_subscribers(area, bytes([byte]))) for byte in range(read) for area in used]
    people = {token for reply in replies for token in reply}
    return min(memberships, round(len(people) * FIRST_BYTE_VALUES / read))


def parse_counts(raw: Mapping[bytes, bytes]) -> dict[str, int]:
    """Return the number of subscribers by area."""
    return {area.decode(): int(n) for area, n in raw.items()}
