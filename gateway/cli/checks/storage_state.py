"""The store: its layout, its access state, and the last backup."""

from gateway.actions import restore
from gateway.cli.checks.finding import Findings, must, ok, or_ok, should
from gateway.errors import BadInput
from gateway.settings import Settings
from gateway.store import access_state, schema, used_keys
from gateway.store.admin import RedisAdmin
from gateway.store.tombstone_log import TombstoneLog

DAY_S = 86400
MAX_LIST_AGE_S = 3600
"""The list of people who left may be so old on a machine without a scheduler, which gets copies."""


def check(values: Settings, admin: RedisAdmin) -> Findings:
    yield from or_ok(_check_schema(admin), f"the records have this release's layout ({schema.CURRENT_LAYOUT})")
    yield from or_ok(_check_access(values, admin), "the store is not in maintenance mode")
    if admin.holds_records():
        yield from _check_backup(admin)
        yield from or_ok(_check_tombstones(values, admin), "unsubscribed people stay unsubscribed after a restore")


def _check_schema(admin: RedisAdmin) -> Findings:
    if not admin.read_layout() and not admin.holds_records():
        return  # the first process sets it
    try:
        admin.initialise_or_check_layout()
    except BadInput as error:
        yield must(str(error))


def _check_access(values: Settings, admin: RedisAdmin) -> Findings:
    word = admin.read_access_state()
    if not word and (values.data_dir / used_keys.FILE).exists():
        yield must(used_keys.LOST_REASON)
    if access_state.is_closed(word):
        yield must(f"maintenance mode: {access_state.describe_state(word)}")


def _check_backup(admin: RedisAdmin) -> Findings:
    at = admin.last_backup_at()
    days = int(admin.now() - at) // DAY_S
    if not at:
        yield should("no backup was ever made: let cron run `mwavuli backup` every night")
    elif days * DAY_S >= restore.MAX_BACKUP_AGE_S:
        yield should(f"the last backup is {days} days old: it is too old for a restore")
    else:
        yield ok(f"the last backup is {days} days old")


def _check_tombstones(values: Settings, admin: RedisAdmin) -> Findings:
    """Check the list of people who left, as a restore of the last backup would. The key is not needed for that."""
    state = admin.read_access_state()
    if access_state.is_closed(state):
        return
    try:
        listed = TombstoneLog(values.data_dir, state)
        listed.check_covers(admin.last_backup_at() or int(admin.now()), admin.now() - MAX_LIST_AGE_S)
    except OSError:
        return  # the data folder cannot be read, which the check of the setup says
    except BadInput as error:
        yield must(f"people who left could be texted again after a restore: {error}. The clock writes that list; "
                   "where it was lost or is damaged, delete it and make a new backup")  # fmt: skip
