"""The source files of the project."""

from tests.harness.stack import ROOT

PACKAGES = ("gateway", "menus", "jobs", "translations")


SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
