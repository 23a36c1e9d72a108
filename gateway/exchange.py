"""A list of clients as organisations hand it to each other: keyed hashes, kind, month and district; nothing else."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from gateway.errors import BadInput
from gateway.model.client import Harm

HEAD: Final = "mwavuli clients 1"
MARK_BYTES: Final = 16
LARGEST: Final = 10_000_000
"""bytes"""
LAST_MONTH: Final = 12 * 2200


class Line(NamedTuple):
    """One telling. `month` as in `Telling`; `district`: names from the top, as `Mombasa/Kisauni`; empty: unknown."""

    mark: bytes
    plate: bool
    harm: Harm
    month: int
    district: str


def write_list(path: Path, key_name: str, lines: Iterable[Line]) -> None:
    """Sorted by hash, so that the order tells nothing. Raises BadInput where the file is there already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput(f"{path} cannot be made ({error.strerror}): right is a new file") from None
    with open(handle, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([HEAD, key_name])
        for each in sorted(lines):
            out.writerow([each.mark.hex(), "plate" if each.plate else "phone", each.harm, each.month, each.district])


def read_list(path: Path, key_name: str) -> list[Line]:
    """All of it or, with BadInput that names the line, nothing."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{path} is too large for a list")
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror})") from None
    except (ValueError, csv.Error):
        raise BadInput(f"{path} is no list of clients: not text in UTF-8") from None
    if not rows or rows[0][:1] != [HEAD]:
        raise BadInput(f"{path} is no list of clients: its first line is to be `{HEAD}` and the key's name")
    if rows[0][1:] != [key_name]:
        raise BadInput(f"{path} was made with another list key: both sides need the same key file")
    return list(dict.fromkeys(_line(path, number, row) for number, row in enumerate(rows[1:], 2)))


def _line(path: Path, number: int, row: list[str]) -> Line:
    try:
        mark, sort, harm, month, district = row
        found = Line(bytes.fromhex(mark), sort == "plate", Harm(harm), int(month), district)
        right = len(found.mark) == MARK_BYTES and sort in ("plate", "phone") and 0 <= found.month < LAST_MONTH
    except ValueError:
        right = False
    if not right:
        raise BadInput(f"{path}, line {number}: right is hash, plate or phone, kind, month, district; nothing was read")
    return found
