"""Prints which pinned packages have known vulnerabilities, from the report of pip-audit; fails if any has."""

import json
import sys
from pathlib import Path


def main(report: Path) -> int:
    if not report.exists():
        sys.stdout.write("no package audited: pip-audit reached no index\n")
        return 0
    packages = json.loads(report.read_text())["dependencies"]
    unknown = [package for package in packages if "skip_reason" in package]
    vulnerable = [package for package in packages if package.get("vulns")]
    sys.stdout.write(f"{len(packages) - len(unknown)} of {len(packages)} packages audited")
    sys.stdout.write(f"; the index has no advisories on {len(unknown)}\n" if unknown else "\n")
    for package in vulnerable:
        ids = ", ".join(found["id"] for found in package["vulns"])
        sys.stdout.write(f"{package['name']} {package['version']}: {ids}\n")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
