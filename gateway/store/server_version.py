"""Versions of Redis and Valkey that lack the fix of CVE-2025-49844: a user with scripts runs code in the server.

The first fixed releases are those of the projects' advisories of October 2025. A series without an entry got no fix,
unless it is newer than all entries. A distributor may have put the fix into an older version.
"""

from typing import Final, NamedTuple

from gateway.errors import BadInput
from gateway.store.connection import Connection

CVE: Final = "CVE-2025-49844"
FIRST_FIXED: Final = {
    "Redis": ((6, 2, 20), (7, 2, 11), (7, 4, 6), (8, 0, 4), (8, 2, 2)),
    "Valkey": ((7, 2, 11), (8, 0, 6), (8, 1, 4)),
}


class ServerVersion(NamedTuple):
    product: str
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.product} {self.number}"

    @property
    def number(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def lacks_fix(self) -> bool:
        fixed = FIRST_FIXED[self.product]
        series = [first for first in fixed if first[:2] == self.version[:2]]
        return self.version < series[0] if series else self.version < fixed[-1]

    @property
    def knows_read_only_keys(self) -> bool:
        """Whether the users of `store.acl` can be told apart: their file has keys that may only be read."""
        return self.product == "Valkey" or self.version >= (7, 0)

    def describe_fix(self) -> str:
        """Return which releases have the fix."""
        fixed = ", ".join(".".join(map(str, version)) for version in FIRST_FIXED[self.product])
        return f"{self} lacks the fix of {CVE} (fixed: {fixed})"


def parse_version(info: bytes) -> ServerVersion:
    """Return product and version from the answer to INFO. Valkey calls itself an older Redis as well."""
    fields = dict(line.split(":", 1) for line in info.decode().splitlines() if ":" in line)
    product, text = "Valkey", fields.get("valkey_version", "")
    if not text:
        product, text = "Redis", fields.get("redis_version", "")
    return ServerVersion(product, tuple(int(part) for part in text.split(".") if part.isdigit()))


def read_version(connection: Connection) -> ServerVersion:
    return parse_version(connection.execute("INFO", "server"))


def refuse_unfixed(connection: Connection, accepted: str) -> None:
    """Raises BadInput for a server without the fix on a network socket, unless its number is `accepted`."""
    found = read_version(connection)
    if found.lacks_fix and not connection.redis_url.server.path and found.number != accepted:
        raise BadInput(
            f"{found.describe_fix()}, and listens on a network: upgrade it, or use a unix socket. If its distributor "
            f"put the fix in, set MWAVULI_REDIS_ACCEPTED={found.number}"
        )
