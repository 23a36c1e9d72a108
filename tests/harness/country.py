"""A snapshot of a freshly imported country, so that each test need not import and enrol it again."""

from pathlib import Path

from gateway.crypto.keyring import KEYRING_FILE
from gateway.deployment import Deployment
from gateway.settings import Settings

Record = tuple[bytes, int, bytes]
"""A key of Redis, its lifetime in milliseconds (0: none), and its value as DUMP returns it."""


class CountrySnapshot:
    """The keys of Redis after the import, for each set of settings that the import depends on.

    Records are sealed with the keys of a keyring file, so every test that uses a snapshot gets a copy of that file.
    """

    def __init__(self, key: str):
        self._key = key
        self._keyring = b""
        self._records: dict[object, list[Record]] = {}

    def lend_keyring(self, values: Settings) -> bool:
        """Copy the shared keyring into the test's data folder. Return False if the test has keys of its own."""
        path = values.data_dir / KEYRING_FILE
        if values.key != self._key or path.exists():
            return False
        if self._keyring:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._keyring)
            path.chmod(0o600)
        return True

    def restore(self, opened: Deployment) -> bool:
        """Write the snapshot into an empty Redis. Return False if these settings have no snapshot yet."""
        records = self._records.get(_depends_on(opened.settings))
        if records is None:
            return False
        commands = [("RESTORE", key, lifetime_ms, value, "REPLACE") for key, lifetime_ms, value in records]
        opened.store.connection.batch(commands)
        return True

    def keep(self, opened: Deployment) -> None:
        """Store what the first import wrote."""
        self._keyring = self._keyring or Path(opened.settings.data_dir / KEYRING_FILE).read_bytes()
        connection = opened.store.connection
        if _depends_on(opened.settings) not in self._records:
            names = connection.execute("KEYS", "*")
            found = connection.batch([command for name in names for command in (("PTTL", name), ("DUMP", name))])
            lifetimes, values = found[::2], found[1::2]
            self._records[_depends_on(opened.settings)] = [
                (name, max(lifetime, 0), value) for name, lifetime, value in zip(names, lifetimes, values, strict=True)
            ]


def _depends_on(values: Settings) -> object:
    return values.region, values.languages, values.timezone
