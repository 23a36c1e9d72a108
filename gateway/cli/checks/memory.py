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
    if not clear:
        return
    if process_hardening.may_lock_memory():
        yield should(f"swap on {abbreviate(clear)} is not encrypted: the key typed at `mwavuli unlock` can reach it")
    else:
        yield must(
            f"the keys can reach the disk: swap on {abbreviate(clear)} is not encrypted, and this account may not lock "
            "its memory. Turn swap off (swapoff -a), or set LimitMEMLOCK=infinity"
        )


def _swap_devices(root: Path) -> Iterator[Path]:
    """Return the devices and files that memory is swapped to. zram is none: it stays in memory, compressed."""
    try:
        lines = (root / "proc/swaps").read_text().splitlines()[1:]
    except OSError:
        return
    paths = (Path(line.split()[0]) for line in lines)
    yield from (path for path in paths if not path.name.startswith("zram"))


def _is_encrypted(root: Path, device: Path) -> bool:
    """Whether device-mapper encrypts this device."""
    try:
        return (root / "sys/block" / device.name / "dm/uuid").read_text().startswith("CRYPT-")
    except OSError:
        return False


def _check_core_files(root: Path) -> Findings:
    """Our own processes write none once they have started (`process_hardening`)."""
    try:
        pattern = (root / "proc/sys/kernel/core_pattern").read_text().strip()
    except OSError:
        return
    if pattern not in NO_CORE_PATTERNS:
        yield should(
            "a program of this machine that crashes leaves its memory on the disk; ours do not, Redis may: "
            "set kernel.core_pattern to |/bin/false"
        )
