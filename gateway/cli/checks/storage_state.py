"""The store: its layout, its access state, and the last backup."""

from gateway.actions import restore
from gateway.cli.checks.finding import Findings, must, ok, or_ok, should
from gateway.errors import BadInput
from gateway.settings import Settings
from gateway.store import Connection, access_state, backup, schema, tombstones

DAY_S = 86400


def check(values: Settings, connection: Connection) -> Findings:
    yield from or_ok(_check_schema(connection), f"the records have this release's layout ({schema.CURRENT_LAYOUT})")
    yield from or_ok(_check_access(connection), "the store is not in maintenance mode")
    if schema.holds_records(connection):
        yield from _check_backup(connection)
        yield from or_ok(_check_tombstones(values), "unsubscribed people stay unsubscribed after a restore")


def _check_schema(connection: Connection) -> Findings:
    if not schema.read_layout(connection) and not schema.holds_records(connection):
        return  # the first process sets it
    try:
        schema.initialise_or_check(connection)
    except BadInput as error:
        yield must(str(error))


def _check_access(connection: Connection) -> Findings:
    word = access_state.read_state(connection)
    if access_state.is_closed(word):
        yield must(f"maintenance mode: {access_state.describe_state(word)}")


def _check_backup(connection: Connection) -> Findings:
    at = int(connection.execute("GET", backup.KEY) or 0)
    days = int(connection.now() - at) // DAY_S
    if not at:
        yield should("no backup was ever made: let cron run `mwavuli backup` every night")
    elif days * DAY_S >= restore.MAX_BACKUP_AGE_S:
        yield should(f"the last backup is {days} days old: it is too old for a restore")
    else:
        yield ok(f"the last backup is {days} days old")


def _check_tombstones(values: Settings) -> Findings:
    try:
        tombstones.TombstoneLog(values.data_dir)
    except BadInput as error:
        yield must(f"{error}: make a backup, then delete that file")
