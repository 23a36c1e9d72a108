"""`mwavuli check` asks for an encrypted disk: a thief of the disk has times and neighbours, which no seal hides."""

import os
from pathlib import Path

import pytest

from gateway.cli.checks import disk
from gateway.settings import Settings
from gateway.store.admin import RedisAdmin
from tests.harness.town import Town


def device(devices: Path, name: str, uuid: str = "", *under: str) -> Path:
    """Make a block device as the kernel shows it."""
    folder = devices / name
    (folder / "slaves").mkdir(parents=True)
    if uuid:
        (folder / "dm").mkdir()
        (folder / "dm" / "uuid").write_text(uuid)
    for other in under:
        (folder / "slaves" / other.replace(":", "-")).symlink_to(devices / other)
    return folder


@pytest.fixture
def number_of(tmp_path: Path) -> str:
    found = tmp_path.stat().st_dev
    return f"{os.major(found)}:{os.minor(found)}"


def test_a_plain_disk_is_no_encrypted_disk(tmp_path: Path, number_of: str) -> None:
    device(tmp_path, number_of)
    assert disk.is_encrypted(tmp_path, tmp_path) is False


def test_a_volume_on_one_encrypted_and_one_plain_disk_is_not_encrypted(tmp_path: Path, number_of: str) -> None:
    device(tmp_path, "8:1", "CRYPT-LUKS2-0123")
    device(tmp_path, "8:2")
    device(tmp_path, number_of, "LVM-4567", "8:1", "8:2")
    assert disk.is_encrypted(tmp_path, tmp_path) is False


@pytest.mark.parametrize("layered", [False, True], ids=["LUKS", "LVM on LUKS"])
def test_an_encrypted_disk_is_seen(layered: bool, tmp_path: Path, number_of: str) -> None:
    device(tmp_path, "8:1" if layered else number_of, "CRYPT-LUKS2-0123")
    if layered:
        device(tmp_path, number_of, "LVM-4567", "8:1")
    assert disk.is_encrypted(tmp_path, tmp_path) is True


def test_what_cannot_be_seen_is_not_called_encrypted(tmp_path: Path) -> None:
    assert disk.is_encrypted(tmp_path, tmp_path / "none") is None
    assert disk.is_encrypted(tmp_path / "gone") is None


def test_the_check_speaks_of_the_disk(town: Town, values: Settings) -> None:
    [finding] = [line for line in disk.check(RedisAdmin(values.redis_url)) if "disk" in line.text]
    assert "encrypted" in finding.text
