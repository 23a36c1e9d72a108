"""`mwavuli wipe`: destroy the keys first, then the data, then see that every process has ended."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import click

from gateway import settings
from gateway.cli import common
from gateway.cli.demo_folder import data_folder
from gateway.crypto import key_places, keyring
from gateway.crypto.secret_file import overwrite_and_delete
from gateway.errors import BadInput, MwavuliError, StoreUnavailable
from gateway.logs import describe_error
from gateway.store import tombstone_log
from gateway.store.admin import RedisAdmin

WIPE_WORD, ORDER_WORD = "wipe", "order"
WAIT_S = 10
"""seconds that the command waits for the processes of all machines to end"""
QUESTION = f"""This cannot be undone.
Somebody takes the machine without a court's order (theft, robbery, a raid): type {WIPE_WORD}.
A court or an authority ordered you to keep or hand over the data: to destroy them can be a crime. Type {ORDER_WORD}"""
ORDER_ADVICE = """Nothing was destroyed. Ask a lawyer now, before anybody touches the machine.
Nobody reads the data without MWAVULI_KEY. Ask the lawyer what you must say about the key."""
OUT_OF_REACH = """This command cannot reach: the provider's records of texts and calls; texts on people's phones;
the spare cells of an SSD and the journal of a file system."""


@click.command("wipe")
@click.option("--yes", is_flag=True, help="do not ask")
@click.option("--new-keyring", is_flag=True, help="after a wipe: let the next start make a new keyring")
def wipe_command(yes: bool, new_keyring: bool) -> None:
    """Destroy the keys and all records for good, and end every process.

    The command needs no key, and destroys the keys even when Redis does not answer. Run it again to finish the work.
    It is for theft and for force, not for a court's order: to destroy what a court asked for can be a crime.
    """
    if new_keyring:
        _allow_new_keyring()
    elif yes or _is_confirmed():
        _wipe(data_folder(os.environ))


def _is_confirmed() -> bool:
    """Ask which of the two it is. Raises BadInput for any other word."""
    word = click.prompt(QUESTION)
    if word == ORDER_WORD:
        click.echo(ORDER_ADVICE)
    elif word != WIPE_WORD:
        raise BadInput(f"nothing was destroyed: the word was not {WIPE_WORD}")
    return bool(word == WIPE_WORD)


def _wipe(folder: Path) -> None:
    """Ends with exit status 1 where a key or Redis was not destroyed, or a process did not end."""
    advice = key_places.destroy(key_places.KEY_PLACES, folder)
    is_complete = not (folder / keyring.KEYRING_FILE).exists()
    if is_complete:
        click.echo("The key is destroyed: no number can be read any more.")
    else:
        click.echo("THE KEY IS NOT DESTROYED: this account may not write the keyring. Try again as root.", err=True)
    try:
        is_complete &= _wipe_redis(folder, _find_redis_settings().redis_url)
    except Exception as error:  # noqa: BLE001  whatever answers at REDIS_URL, the rest of the list comes next
        why = error if isinstance(error, MwavuliError) else describe_error(error)
        click.echo(f"The wipe of Redis was not finished: {why}. Run `mwavuli wipe` again.", err=True)
        click.echo(
            "Without Redis nobody knows which processes still run; on this machine they end by themselves.", err=True
        )
        is_complete = False
    for path in (folder / tombstone_log.FILE, folder / f".{tombstone_log.FILE}"):
        with suppress(OSError):  # it names nobody without the key
            overwrite_and_delete(path)
    _say_what_to_do([*advice, *key_places.final_advice()])
    if not is_complete:
        sys.exit(1)


def _wipe_redis(folder: Path, redis_url: str) -> bool:
    """Empty Redis, and return whether every process has ended. Raises StoreUnavailable, BadInput."""
    is_demo = (folder / key_places.DEMO_SETTINGS_FILE).exists()
    admin = RedisAdmin(redis_url)
    admin.close_for_wipe()
    click.echo("Maintenance mode is on: no machine sends anything any more.")
    foreign = admin.flush()
    left = f"Our records are deleted; {foreign} keys of other software are left" if foreign else "Redis is empty"
    click.echo(f"{left}. Rewriting its append-only file ...")
    has_file = admin.rewrite_append_only_file()
    rewritten = "The append-only file has only those keys." if foreign else "The append-only file is empty."
    click.echo(rewritten if has_file else "This Redis has no append-only file.")
    has_ended = _wait_for_processes(admin)
    if not (folder / keyring.KEYRING_FILE).exists():
        keyring.note_wipe_finished(folder / keyring.KEYRING_FILE)
    key_places.destroy([key_places.DEMO_SETTINGS], folder)
    if is_demo:
        with suppress(StoreUnavailable):  # it answers nothing
            admin.shut_down()  # the demo ends with its Redis
    return has_ended


def _wait_for_processes(admin: RedisAdmin) -> bool:
    """Wait until no process is connected any more, and name the processes that still are. Return whether none is."""
    until = time.monotonic() + WAIT_S
    try:
        while (left := admin.list_processes()) and time.monotonic() < until:
            time.sleep(0.1)
    except StoreUnavailable:
        click.echo("Redis does not say which processes still run: look on each machine (`ps`, `kill -9`).", err=True)
        return False
    if not left:
        click.echo("No process is connected to Redis any more. A process that had lost Redis before is not seen here.")
        return True
    click.echo(f"After {WAIT_S} seconds these processes still run, and still have the keys in their memory:", err=True)
    for process in left:
        click.echo(f"  {process}: on that machine `kill -9 {process.pid}`, or switch it off", err=True)
    return False


def _say_what_to_do(advice: list[str]) -> None:
    click.echo("What to do now:")
    for number, line in enumerate(("Switch this machine off now: that empties its memory.", *advice), 1):
        click.echo(f"  {number}. {line}")
    click.echo(OUT_OF_REACH)


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
