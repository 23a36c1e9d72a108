"""The disk under Redis: without the key a file still shows times, and which records were written together."""

import os
from pathlib import Path

from gateway.cli.checks.finding import Findings, must, ok, should
from gateway.cli.checks.redis import LOOPBACK_HOSTS
from gateway.errors import StoreUnavailable
from gateway.store.admin import RedisAdmin

ENCRYPTED_UUID_PREFIX = "CRYPT-"
BLOCK_DEVICES = Path("/sys/dev/block")
ADVICE = "keep it on an encrypted disk (LUKS) whose key is not on this machine"


def check(admin: RedisAdmin) -> Findings:
    try:
        config = admin.read_config()
    except StoreUnavailable:
        return
    if config.get("aof-timestamp-enabled") == "yes":
        yield must("Redis' append-only file notes the second of every write: set aof-timestamp-enabled no")
    place = admin.redis_url
    is_here = place.server.path or all(host in LOOPBACK_HOSTS for host in place.hosts)
    encrypted = is_encrypted(Path(config.get("dir", ""))) if is_here else None
    if encrypted:
        yield ok("the disk of Redis' files is encrypted")
    elif encrypted is None:
        yield should(f"it cannot be seen from here whether the disk of Redis' files is encrypted: {ADVICE}")
    else:
        yield should(f"the disk of Redis' files is not encrypted: {ADVICE}")


def is_encrypted(folder: Path, devices: Path = BLOCK_DEVICES) -> bool | None:
    """Whether the folder is on an encrypted block device; None where the kernel does not show a device for it."""
    try:
        device = folder.stat().st_dev
    except OSError:
        return None
    found = devices / f"{os.major(device)}:{os.minor(device)}"
    return _is_device_encrypted(found) if found.exists() else None


def _is_device_encrypted(device: Path) -> bool:
    """Whether this device, or every device under it, is a dm-crypt device."""
    uuid = device / "dm" / "uuid"
    if uuid.exists() and uuid.read_text().startswith(ENCRYPTED_UUID_PREFIX):
        return True
    under = list((device / "slaves").glob("*"))
    return bool(under) and all(_is_device_encrypted(each) for each in under)
