"""Back up, lose Redis, and restore."""

from pathlib import Path

from gateway.actions import restore
from gateway.store import backup, tombstones as store_tombstones
from jobs import scheduler
from tests.harness.town import Town


def save_backup(town: Town, path: Path) -> Path:
    backup.write(town.store, path, lambda n: None)
    town.sleep(2)
    return path


def lose_redis(town: Town) -> None:
    """Let the scheduler sweep once, then lose everything in Redis."""
    scheduler.tombstone_log.cache_clear()
    scheduler.sweep(town.context)
    town.store.connection.execute("FLUSHALL")


def restore_backup(town: Town, path: Path) -> int:
    tombstones = store_tombstones.TombstoneLog(town.store.settings.data_dir).read()
    return restore.restore(town.store, path, tombstones, lambda n: None)
