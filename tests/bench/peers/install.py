"""Peers installed into a folder, by their registries' ordinary clients."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NODE = ("ussd-menu-builder", "express", "redis")
FLASK = ("flask", "gunicorn", "redis", "hiredis")
RAPIDSMS = ("RapidSMS", "gunicorn")


def node(work: Path) -> Path:
    """Return the folder whose node_modules holds ussd-menu-builder."""
    folder = work / "node"
    if not (folder / "node_modules" / "ussd-menu-builder").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(["npm", "init", "-y"], folder)
        _run(["npm", "install", "--no-audit", "--no-fund", *NODE], folder)
    return folder


def python(work: Path, name: str, packages: Sequence[str]) -> Path:
    """Return the bin folder of a virtual environment of its own."""
    folder = work / name
    if not (folder / "bin" / "gunicorn").exists():
        _run([sys.executable, "-m", "venv", str(folder)], work)
        _run([str(folder / "bin" / "pip"), "install", "--quiet", *packages], work)
    return folder / "bin"


def versions(work: Path) -> str:
    """Return the measured versions."""
    said = [f"{name} {_node_version(work / 'node', name)}" for name in NODE]
    for name, packages in (("flask", FLASK), ("rapidsms", (*RAPIDSMS, "Django"))):
        if (work / name).exists():
            frozen = _said([str(work / name / "bin" / "pip"), "freeze"]).splitlines()
            wanted = {package.lower() for package in packages}
            said += [line.replace("==", " ") for line in frozen if line.partition("==")[0].lower() in wanted]
    return f"Node {_said(['node', '--version'])}, " + ", ".join(said)


def _node_version(folder: Path, name: str) -> str:
    return _said(["node", "-p", f"require('{folder}/node_modules/{name}/package.json').version"])


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _run(command: Sequence[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-500:]}")
