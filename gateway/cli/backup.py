"""`mwavuli backup` and `restore`."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from gateway.actions.restore import read_header, restore
from gateway.cli.common import load_settings
from gateway.deployment import open_deployment
from gateway.errors import BadInput
from gateway.store import Store, backup
from gateway.store.tombstone_log import FILE as LIST_FILE, TombstoneLog
from gateway.store.tombstones import Tombstone

FILE_TYPE = click.Path(dir_okay=False, path_type=Path)
MOMENT_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
WITHOUT_LIST = "--without-list"


@click.command("backup")
@click.argument("file", type=FILE_TYPE)
def backup_command(file: Path) -> None:
    """Write all lasting records into a new FILE, while the service runs.

    The file names nobody without the keyring, which is not in the file: keep a copy of the keyring elsewhere, never
    beside the backup. A backup is valid for 7 days: let cron make one every night, and delete old backups.
    """
    store = open_deployment(load_settings()).store
    store.access_state.check()
    with click.progressbar(length=backup.BUCKETS, label="Reading") as bar:
        people = backup.write(store, file, bar.update)
    click.echo(f"{people} people, with staff, places and referrals, in {file}.")


@click.command("restore")
@click.argument("file", type=FILE_TYPE)
@click.option("--lost-at", metavar="'YYYY-MM-DD HH:MM'", help="when Redis was lost; asked for if not given")
@click.option(WITHOUT_LIST, is_flag=True, help="nobody knows who left since: restore nobody whom we text")
def restore_command(file: Path, lost_at: str, without_list: bool) -> None:
    """Restore a backup of at most 7 days into an empty Redis. Stop all processes first.

    People who left after the backup stay unsubscribed. The file `left` in MWAVULI_DATA_DIR lists their digests; copy
    it there first if that folder is new. People who joined after the backup must join again. Old warnings are over,
    and queued texts are not sent. All staff are inactive until `mwavuli staff activate`.
    """
    store = open_deployment(load_settings()).store
    left = None if without_list else _read_list(store, file, lost_at)
    with click.progressbar(length=backup.BUCKETS // backup.BUCKETS_PER_BATCH, label="Restoring") as bar:
        people = restore(store, file, left, bar.update)
    if without_list:
        (store.settings.data_dir / LIST_FILE).unlink(missing_ok=True)  # it must not be taken for a complete one
        click.echo("Nobody is subscribed. Tell people in another way that they can join again.")
    click.echo(f"{people} people are restored. No staff is active: `mwavuli staff list`, then `staff activate` each.")
    _echo_features(store)
    click.echo("Start the processes, check the live warnings, and inform staff of losses.")


def _read_list(store: Store, file: Path, lost_at: str) -> set[Tombstone]:
    """Return who left. Raises BadInput where somebody who left since the backup may be missing."""
    listed = TombstoneLog(store.settings.data_dir, store.vault.key_id, store.vault)
    now = store.now()
    backup_at = read_header(store, file, int(now))["at"]
    try:
        listed.check_covers(backup_at, _ask_moment(lost_at, backup_at, now))
    except BadInput as error:
        raise BadInput(
            f"nothing was restored: {error}. They would be texted again after a STOP. Copy a newer `{LIST_FILE}` "
            f"from the lost machine or its copies; if there is none, use {WITHOUT_LIST}, which restores nobody's texts"
        ) from None
    return listed.tombstones | store.read_tombstones()


def _ask_moment(typed: str, backup_at: int, now: float) -> float:
    """Return when Redis was lost (Unix seconds). Raises BadInput for a moment that cannot be."""
    typed = typed or click.prompt(
        f"When was Redis lost, by the clock of {load_settings().timezone} (YYYY-MM-DD HH:MM)? Its log says it"
    )
    for form in MOMENT_FORMATS:
        try:
            moment = datetime.strptime(typed.strip(), form).replace(tzinfo=ZoneInfo(load_settings().timezone))
            break
        except ValueError:
            continue
    else:
        raise BadInput("--lost-at is a day and an hour, as in 2026-11-30 14:30")
    if not backup_at - timedelta(minutes=1).total_seconds() <= moment.timestamp() <= now:
        raise BadInput("Redis was lost after the backup was made and before now; --lost-at says otherwise")
    return moment.timestamp()


def _echo_features(store: Store) -> None:
    """Name the features that are on: one of them may have been turned off after the backup."""
    names = ", ".join(sorted(store.read_world().features)) or "none"
    click.echo(f"Features on, as in the backup: {names}. Turn off what was turned off since: `mwavuli feature off`.")
