"""How many callers gave each clinic which rating. No caller is known by it."""

from collections.abc import Mapping

from gateway.crypto.vault import Vault
from gateway.store.connection import Connection
from gateway.store.records.subscribers import RATINGS

ANSWERS = ("good", "bad", "not")


def rating_field(vault: Vault, clinic: str, rating: str) -> bytes:
    """Return the field that counts how many callers gave a clinic this rating."""
    return RATINGS.hashed(vault, f"{clinic}:{rating}")


class Ratings:
    """All counts at one moment."""

    def __init__(self, connection: Connection, vault: Vault):
        self._vault = vault
        found = connection.execute("HGETALL", RATINGS.name)
        self._counts: Mapping[bytes, bytes] = found

    def of(self, clinic: str) -> dict[str, int]:
        """Return the counts of one clinic by rating."""
        if not self._counts:
            return dict.fromkeys(ANSWERS, 0)
        return {answer: int(self._counts.get(rating_field(self._vault, clinic, answer), 0)) for answer in ANSWERS}
