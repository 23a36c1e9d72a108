"""`mwavuli wipe`: destroy the key first, then the data."""

import os

import click

from gateway import settings
from gateway.cli import common
from gateway.cli.demo_folder import data_folder
from gateway.crypto import keyring, unlock_file
from gateway.errors import BadInput, MwavuliError, StoreUnavailable
from gateway.store import tombstones
from gateway.store.admin import RedisAdmin

CONFIRMATION_WORD = "wipe"
OUT_OF_REACH = """This command cannot reach: the provider's records of texts and calls; texts on people's phones;
copies of the keyring and of its MWAVULI_KEY; the spare cells of an SSD and the journal of a file system.
Destroy the other copies of the keyring: without a keyring, backups and copies of Redis name nobody."""


@click.command("wipe")
@click.option("--yes", is_flag=True, help="do not ask")
@click.option("--new-keyring", is_flag=True, help="after a wipe: let the next start make a new keyring")
def wipe_command(yes: bool, new_keyring: bool) -> None:
    """Destroy the key and all records for good, and stop all sending.

    The command needs no key, and destroys the key even when Redis does not answer. Run it again to finish the work.
    """
    if new_keyring:
        _allow_new_keyring()
        return
    if (
        not yes
        and click.prompt(f"This cannot be undone. To destroy everything, type {CONFIRMATION_WORD}") != CONFIRMATION_WORD
    ):
        raise BadInput(f"nothing was destroyed: the word was not {CONFIRMATION_WORD}")
    folder = data_folder(os.environ)
    keyring.destroy_keyring(folder / keyring.KEYRING_FILE)
    for path in (*unlock_file.find_unlock_files(folder), folder / tombstones.FILE):
        keyring.overwrite_and_delete(path)
    click.echo("The key is destroyed: no number can be read any more.")
    _wipe_redis()
    click.echo(OUT_OF_REACH)


def _wipe_redis() -> None:
    try:
        admin = RedisAdmin(_find_redis_settings().redis_url)
        admin.close_for_wipe()
        click.echo("Maintenance mode is on: no machine sends anything any more.")
        foreign = admin.flush()
        left = f"Our records are deleted; {foreign} keys of other software are left" if foreign else "Redis is empty"
        click.echo(f"{left}. Rewriting its append-only file ...")
        has_file = admin.rewrite_append_only_file()
        click.echo("The append-only file is empty." if has_file else "This Redis has no append-only file.")
    except MwavuliError as error:
        raise StoreUnavailable(
            f"the key is destroyed, but the records in Redis are not: {error}. Run `mwavuli wipe` again"
        ) from None


def _find_redis_settings() -> settings.Settings:
    """Return settings with the URL of Redis, even where another setting is wrong or the key's file is missing."""
    try:
        return common.load_settings()
    except BadInput:
        return settings.load({name: value for name, value in os.environ.items() if name.startswith("REDIS_URL")})


def _allow_new_keyring() -> None:
    values = common.load_settings()
    if not RedisAdmin(values.redis_url).reopen_after_wipe():
        raise BadInput("Redis has records that a wipe should delete: run `mwavuli wipe` first")
    keyring.clear_wiped_flag(values.data_dir / keyring.KEYRING_FILE)
    click.echo("The next start makes a new keyring. Nobody is subscribed, and there are no areas and no staff.")
