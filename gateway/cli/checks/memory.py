"""The machine's memory, which holds the keys: whether any of it can reach a disk."""

from collections.abc import Iterator
from pathlib import Path

from gateway import process_hardening
from gateway.cli.checks.finding import Findings, abbreviate, must, or_ok, should

NO_CORE_PATTERNS = frozenset({"", "/dev/null", "|/bin/false", "|/usr/bin/false", "|/bin/true", "|/usr/bin/true"})


def check(root: Path = Path("/")) -> Findings:
    """`root`: where `proc` and `sys` are."""
    yield from or_ok(_check_swap(root), "no memory is swapped to a disk in the clear")
    yield from or_ok(_check_core_files(root), "no program of this machine leaves a core file")


def _check_swap(root: Path) -> Findings:
    clear = [device.name for device in _swap_devices(root) if not _is_encrypted(root, device)]
    may_lock = process_hardening.may_lock_memory()
    if not clear and not may_lock:
        yield should("this account may not lock its memory: set LimitMEMLOCK=infinity, before anybody turns swap on")
    elif clear and may_lock:
        yield should(f"swap on {abbreviate(clear)} is not encrypted: the key typed at `mwavuli unlock` can reach it")
    elif clear:
        yield must(
            f"the keys can reach the disk: swap on {abbreviate(clear)} is not encrypted, and this account may not lock "
            "its memory. Turn swap off (swapoff -a), or set LimitMEMLOCK=infinity"
        )


def _swap_devices(root: Path) -> Iterator[Path]:
    """Return the devices and files on a disk that memory is swapped to."""
    paths = (Path(line.split()[0]) for line in _read(root / "proc/swaps").splitlines()[1:])
    yield from (path for path in paths if not _stays_in_memory(root, path))


def _stays_in_memory(root: Path, device: Path) -> bool:
    """Whether this is zram, which keeps pages in memory, compressed, unless it has a disk behind it."""
    backing = _read(root / "sys/block" / device.name / "backing_dev")
    return device.name.startswith("zram") and backing in ("", "none")


def _is_encrypted(root: Path, device: Path) -> bool:
    """Whether device-mapper encrypts this device, or all devices below it. A swap file counts as not encrypted."""
    block = root / "sys/block" / device.name
    below = list((block / "slaves").glob("*"))
    return _read(block / "dm/uuid").startswith("CRYPT-") or (bool(below) and all(_is_encrypted(root, d) for d in below))


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def _check_core_files(root: Path) -> Findings:
    """Our own processes write none once they have started (`process_hardening`)."""
    pattern = _read(root / "proc/sys/kernel/core_pattern")
    if pattern not in NO_CORE_PATTERNS:
        yield should(
            "a program of this machine that crashes leaves its memory on the disk; ours do not, Redis may: "
            "set kernel.core_pattern to |/bin/false"
        )
