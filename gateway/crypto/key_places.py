"""Every place where key material can be, and what a wipe does about it. `mwavuli wipe` does what this list says.

A place that is not in this list is not wiped: a person who adds a copy of a key adds its place.
"""

import os
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from gateway.crypto import unlock_file
from gateway.crypto.keyring import KEYRING_FILE, destroy_keyring
from gateway.crypto.secret_file import overwrite_and_delete

DEMO_SETTINGS_FILE = "demo.json"
KEY_FILE_VARIABLE = "MWAVULI_KEY_FILE"


class Treatment(StrEnum):
    """What a wipe does about a place."""

    DESTROYED = "overwritten and deleted on this machine"
    ENDED = "gone when the process ends, which it does at once"
    PREVENTED = "never written, or said by `check`"
    OUT_OF_REACH = "for people to destroy"


class KeyPlace(NamedTuple):
    """`destroy` takes MWAVULI_DATA_DIR and raises OSError where it is not allowed to. `advice` is for a person."""

    name: str
    treatment: Treatment
    destroy: Callable[[Path], None] | None = None
    advice: str = ""


def _destroy_demo_settings(data_dir: Path) -> None:
    for path in (data_dir / DEMO_SETTINGS_FILE, data_dir / f".{DEMO_SETTINGS_FILE}"):
        overwrite_and_delete(path)


def _destroy_key_file(data_dir: Path) -> None:
    if path := os.environ.get(KEY_FILE_VARIABLE):
        overwrite_and_delete(Path(path))


KEY_PLACES = (
    KeyPlace(
        "the keyring, its drafts and copies beside it",
        Treatment.DESTROYED,
        lambda folder: destroy_keyring(folder / KEYRING_FILE),
    ),
    KeyPlace("the unlock file, its drafts", Treatment.DESTROYED, unlock_file.destroy_unlock_files),
    KeyPlace(
        f"the file that {KEY_FILE_VARIABLE} names",
        Treatment.DESTROYED,
        _destroy_key_file,
        f"Destroy the file of {KEY_FILE_VARIABLE}: this command may not.",
    ),
    KeyPlace("the environment of each process", Treatment.ENDED),
    KeyPlace("the memory of each process and its children", Treatment.ENDED),
    KeyPlace("swap and core files", Treatment.PREVENTED),
    KeyPlace(
        "old backups, copies of Redis and other copies of the keyring",
        Treatment.OUT_OF_REACH,
        advice="Old backups and copies elsewhere can still be read with a copy of the keyring and MWAVULI_KEY: "
        "destroy those copies, and the paper with the key.",
    ),
    KeyPlace(
        "the shell or service manager that was given MWAVULI_KEY",
        Treatment.OUT_OF_REACH,
        advice="Close every terminal in which MWAVULI_KEY was set, and delete it from files of the service manager.",
    ),
    KeyPlace(
        "the other machines",
        Treatment.OUT_OF_REACH,
        advice="Run `mwavuli wipe` on each other machine: its own keyring lies there.",
    ),
)
DEMO_SETTINGS = KeyPlace("the demo's settings", Treatment.DESTROYED, _destroy_demo_settings)
"""Destroyed last, because they name the demo's Redis."""


def destroy(places: Iterable[KeyPlace], data_dir: Path) -> list[str]:
    """Destroy these places. Return the advice for those that may not be, after all the others are destroyed."""
    failed = []
    for place in places:
        try:
            if place.destroy:
                place.destroy(data_dir)
        except OSError:
            failed.append(place.advice or f"Destroy {place.name} by hand: this command may not.")
    return failed


def final_advice() -> list[str]:
    return [place.advice for place in KEY_PLACES if place.treatment is Treatment.OUT_OF_REACH]
