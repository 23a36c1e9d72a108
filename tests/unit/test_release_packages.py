"""The packages of a release: all pinned, each file with its digest, and nothing that the service does not import."""

import subprocess
import sys
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.harness.stack import ROOT

PINNED = ROOT / ".github/requirements.txt"
LEFT_OUT = {"responses": "responses", "pyyaml": "yaml", "croniter": "croniter", "python-dateutil": "dateutil"}
"""packages that africastalking and rq ask for and the service does not import, with the name of their module"""
IMPORT_EVERYTHING = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))  # None: an import of the module fails
import gateway.app, gateway.cli, gateway.deployment, gateway.providers.registry, jobs.dispatch, jobs.scheduler
import jobs.handlers, jobs.worker
from gateway.discovery import import_modules
import_modules(jobs.handlers)
"""


def pinned_blocks() -> dict[str, str]:
    """Return the block of each pinned package, by its canonical name."""
    text = "\n".join(line for line in PINNED.read_text().splitlines() if not line.startswith("#"))
    blocks = text.replace(" \\\n    ", " ").strip().splitlines()
    return {canonicalize_name(block.partition("==")[0]): block for block in blocks}


def test_every_package_that_the_service_names_is_pinned_within_its_bounds() -> None:
    pinned = pinned_blocks()
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for requirement in map(Requirement, wanted):
        version = pinned[canonicalize_name(requirement.name)].partition("==")[2].split()[0]
        assert requirement.specifier.contains(version), f"{requirement} is not met by {version}"


def test_a_file_that_somebody_exchanged_at_the_index_is_refused() -> None:
    for name, block in pinned_blocks().items():
        assert " --hash=sha256:" in block, f"{name} has no digest"


def test_the_list_holds_no_address() -> None:
    assert "://" not in PINNED.read_text()


def test_the_packages_left_out_are_not_pinned_and_not_imported() -> None:
    assert not pinned_blocks().keys() & LEFT_OUT.keys()
    subprocess.run([sys.executable, "-c", IMPORT_EVERYTHING, *LEFT_OUT.values()], check=True, cwd=ROOT)
