"""Which Redis and Valkey lack the fix of a known hole (row 44 of FAULTS)."""

import pytest

from gateway.store.server_version import parse_version


@pytest.mark.parametrize(
    ("text", "name", "lacks_fix"),
    [
        ("redis_version:6.2.14", "Redis 6.2.14", True), ("redis_version:6.2.20", "Redis 6.2.20", False),
        ("redis_version:7.0.15", "Redis 7.0.15", True), ("redis_version:7.2.10", "Redis 7.2.10", True),
        ("redis_version:7.4.6", "Redis 7.4.6", False), ("redis_version:8.0.3", "Redis 8.0.3", True),
        ("redis_version:8.2.2", "Redis 8.2.2", False), ("redis_version:8.4.0", "Redis 8.4.0", False),
        ("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.4", "Valkey 8.1.4", False),
        ("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.5", "Valkey 8.0.5", True),
        ("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.0.0", "Valkey 9.0.0", False),
        ("redis_version:255.255.255", "Redis 255.255.255", False),
    ],
)  # fmt: skip
def test_a_version_is_judged_within_its_series(text: str, name: str, lacks_fix: bool) -> None:
    found = parse_version(f"# Server\r\n{text}\r\nos:Linux\r\n".encode())
    assert (str(found), found.lacks_fix) == (name, lacks_fix)
