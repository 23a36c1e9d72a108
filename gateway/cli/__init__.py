"""`mwavuli`: every command an operator needs. A bad value ends with exit status 2 and says what is right."""

import os
import re
import sys
from collections.abc import Callable, Sequence
from io import StringIO, TextIOWrapper

import click

from gateway import logs
from gateway.cli import (
    alert,
    area_edits as area_edits,
    backup,
    cards,
    check,
    clients,
    clinic_edits as clinic_edits,
    common,
    demo,
    demo_folder,
    feature,
    keys,
    language,
    migrate,
    phone,
    places,
    processes,
    redis_acl,
    rotate,
    staff,
    wipe,
    words,
)
from gateway.errors import BadInput, KeyWiped, MwavuliError
from gateway.os_errors import describe_with_path
from gateway.process_start import protect_memory, watch_for_wipe
from gateway.store.wipe_monitor import WIPED_EXIT_STATUS

NUMBER_PATTERN = re.compile(r"\+?\d{7,}")
"""what may be a phone number; a terminal and its log must not keep it"""
SERVICES = ("web", "worker", "clock")
UNWATCHED = ("wipe", "keygen", "demo")
"""commands that use no key, and the demo, which follows its children"""


@click.group(context_settings={"max_content_width": 100})
@click.version_option(package_name="mwavuli", prog_name="mwavuli", message="%(prog)s %(version)s")
def cli() -> None:
    """SMS and USSD gateway for basic phones: warnings, rights, referrals."""


for command in (
    demo.demo, processes.web, processes.worker, processes.clock, keys.keygen, keys.unlock, rotate.rotate_key,
    wipe.wipe_command, backup.backup_command, backup.restore_command, migrate.migrate, check.check, phone.phone,
    places.areas, places.clinics, staff.staff, alert.alert, feature.feature, clients.clients,
    cards.cards, language.language, words.words, redis_acl.redis_acl,
):  # fmt: skip
    cli.add_command(command)


def run() -> None:
    """Run as a process of its own: protect the key in it, then run the command."""
    logs.set_up("command")
    protect_memory()
    _accept_every_letter()
    _exit_with_words(lambda: _watch_for_wipe(sys.argv[1:]), WIPED_EXIT_STATUS)
    main()


def _accept_every_letter() -> None:
    """Let no letter of a name end a command: what a terminal cannot show or send is written as its number."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


def _watch_for_wipe(arguments: Sequence[str]) -> None:
    """Watch for a wipe during a command. After a wipe services end here, and the other commands say what they lack."""
    name = arguments[0] if arguments else ""
    if name not in cli.commands or name in UNWATCHED:
        return
    folder = demo_folder.data_folder(os.environ)
    try:
        watch_for_wipe("-".join(arguments[:2]) if name == "worker" else name, folder, common.load_settings)
    except KeyWiped:
        if name in SERVICES:
            raise


def main() -> None:
    """Run the command that the arguments name."""
    logs.set_up("command")
    _exit_with_words(lambda: cli(standalone_mode=False))


def _exit_with_words(work: Callable[[], object], wiped_status: int = 1) -> None:
    """Do the work. An error that is foreseen, or of the operating system, becomes one sentence and an exit status."""
    try:
        work()
    except click.ClickException as error:
        error.show(said := StringIO())
        _exit(2, NUMBER_PATTERN.sub("(a number)", said.getvalue().rstrip("\n")))
    except click.Abort:
        sys.exit(130)
    except BadInput as error:
        _exit(2, f"mwavuli: {error}")
    except MwavuliError as error:
        _exit(wiped_status if isinstance(error, KeyWiped) else 1, f"mwavuli: {error}")
    except OSError as error:
        _exit(1, NUMBER_PATTERN.sub("(a number)", f"mwavuli: {describe_with_path(error)}"))


def _exit(status: int, words: str) -> None:
    click.echo(words, err=True)
    sys.exit(status)
