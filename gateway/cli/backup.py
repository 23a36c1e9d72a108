"""`mwavuli backup` and `restore`."""

from pathlib import Path

import click

from gateway.actions.restore import restore
from gateway.cli.common import load_settings
from gateway.deployment import open_deployment
from gateway.store import backup, tombstones as store_tombstones

FILE_TYPE = click.Path(dir_okay=False, path_type=Path)


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
def restore_command(file: Path) -> None:
    """Restore a backup of at most 7 days into an empty Redis. Stop all processes first.

    People who left after the backup stay unsubscribed (their digests are in the file `left` in MWAVULI_DATA_DIR).
    People who joined after the backup must join again. Old warnings are over, and queued texts are not sent.
    """
    values = load_settings()
    store = open_deployment(values).store
    tombstones = store_tombstones.TombstoneLog(values.data_dir).read() | store.read_tombstones()
    with click.progressbar(length=backup.BUCKETS // backup.BUCKETS_PER_BATCH, label="Restoring") as bar:
        people = restore(store, file, tombstones, bar.update)
    click.echo(
        f"{people} people are restored. Start the processes, check the live warnings, and inform staff of losses."
    )
