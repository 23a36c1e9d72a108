"""The client list that organisations exchange: only keyed hashes, kind, month and district."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from gateway.errors import BadInput
from gateway.model.client_report import Harm

HEADER: Final = "mwavuli clients 1"
HASH_BYTES: Final = 16
MAX_FILE_BYTES: Final = 10_000_000
MAX_MONTH: Final = 12 * 2200


class ClientListRow(NamedTuple):
    """One report. `month` as in `ClientReport`. `district`: names from the top, `Mombasa/Kisauni`; empty: unknown."""

    client_hash: bytes
    is_plate: bool
    harm: Harm
    month: int
    district: str


def write_client_list(path: Path, key_name: str, rows: Iterable[ClientListRow]) -> None:
    """Write rows sorted by hash, so that their order shows nothing. Raises BadInput where the file exists."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput(f"{path} cannot be made ({error.strerror}): right is a new file") from None
    with open(handle, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([HEADER, key_name])
        for row in sorted(rows):
            out.writerow(
                [row.client_hash.hex(), "plate" if row.is_plate else "phone", row.harm, row.month, row.district]
            )


def read_client_list(path: Path, key_name: str) -> list[ClientListRow]:
    """Return all rows. Raises BadInput that names the first bad line."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"{path} is too large for a list")
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror})") from None
    except (ValueError, csv.Error):
        raise BadInput(f"{path} is no list of clients: not text in UTF-8") from None
    if not rows or rows[0][:1] != [HEADER]:
        raise BadInput(f"{path} is no list of clients: its first line is to be `{HEADER}` and the key's name")
    if rows[0][1:] != [key_name]:
        raise BadInput(f"{path} was made with another list key: both sides need the same key file")
    return list(dict.fromkeys(_parse_row(path, number, row) for number, row in enumerate(rows[1:], 2)))


def _parse_row(path: Path, number: int, row: list[str]) -> ClientListRow:
    try:
        hash_digits, identifier, harm, month, district = row
        found = ClientListRow(bytes.fromhex(hash_digits), identifier == "plate", Harm(harm), int(month), district)
        is_valid = (
            len(found.client_hash) == HASH_BYTES and identifier in ("plate", "phone") and 0 <= found.month < MAX_MONTH
        )
    except ValueError:
        is_valid = False
    if not is_valid:
        raise BadInput(f"{path}, line {number}: right is hash, plate or phone, kind, month, district; nothing was read")
    return found
