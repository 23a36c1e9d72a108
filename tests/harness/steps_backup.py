"""Back up, lose Redis, and restore."""

from pathlib import Path

from msgspec.structs import replace

from gateway.actions import restore
from gateway.crypto.secrets import hash_secret
from gateway.crypto.vault import Purpose
from gateway.model.world import World
from gateway.store import Transaction, backup
from gateway.store.tombstone_log import TombstoneLog
from jobs import scheduler
from tests.harness.town import Town

RESTORED_PIN = "1357"


def save_backup(town: Town, path: Path) -> Path:
    backup.write(town.store, path, lambda n: None)
    town.sleep(2)
    return path


def lose_redis(town: Town) -> None:
    """Let the scheduler sweep once, then lose everything in Redis."""
    scheduler.tombstone_log.cache_clear()
    scheduler.sweep(town.context)
    town.store.connection.execute("FLUSHALL")


def restore_backup(town: Town, path: Path, activate: bool = True) -> int:
    """Restore with the list of people who left. `activate`: staff answer their texts, and have RESTORED_PIN."""
    listed = TombstoneLog(town.store.settings.data_dir, town.store.vault.key_id, town.store.vault)
    people = restore.restore(town.store, path, listed.tombstones, lambda n: None)
    if activate:
        town.store.transact(lambda world, transaction, now: activate_staff(town, world, transaction))
    return people


def activate_staff(town: Town, world: World, transaction: Transaction) -> None:
    for token, person in world.roster.by_token.items():
        number = town.store.number(token, Purpose.STAFF)
        active = replace(person, active=True, pin_hash=hash_secret(town.store.vault, number, "pin", RESTORED_PIN))
        town.store.world_cache.staff.put(transaction, token, active)
