"""What stands between Redis and whoever reads it: its layout, its door, and the last backup."""

from gateway.cli.checks.finding import Findings, fine, must, or_fine, should
from gateway.errors import BadInput
from gateway.settings import Settings
from gateway.store import Connection, backup, door, left, restore, schema

DAY = 86400


def look(values: Settings, connection: Connection) -> Findings:
    yield from or_fine(_layout(connection), f"Redis is of this release's layout ({schema.NOW})")
    yield from or_fine(_door(connection), "the door of the store is open")
    if schema.holds_records(connection):
        yield from _backup(connection)
        yield from or_fine(_ledger(values), "who left can be told after a backup was restored")


def _layout(connection: Connection) -> Findings:
    if not schema.number(connection) and not schema.holds_records(connection):
        return  # the first process numbers it
    try:
        schema.fit(connection)
    except BadInput as error:
        yield must(str(error))


def _door(connection: Connection) -> Findings:
    word = door.stands(connection)
    if door.is_shut(word):
        yield must(f"the door is shut: {door.said(word)}")


def _backup(connection: Connection) -> Findings:
    at = int(connection.call("GET", backup.KEY) or 0)
    days = int(connection.now() - at) // DAY
    if not at:
        yield should("no backup was ever made: let cron run `mwavuli backup` every night")
    elif days * DAY >= restore.OLDEST:
        yield should(f"the last backup is {days} days old, too old to be restored")
    else:
        yield fine(f"the last backup is {days} days old")


def _ledger(values: Settings) -> Findings:
    try:
        left.Ledger(values.data_dir)
    except BadInput as error:
        yield must(f"{error}: make a backup, then delete that file")
