"""Babel's own commands on a copy of the tree: `babel.cfg` is enough, and nothing that people wrote is lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from translations import load
from translations.catalog import catalog_path
from translations.languages import shipped_codes
from translations.update import MAPPING_FILE, ROOT, extract_template, write_catalog

GENERATOR = '"Generated-By: '
"""the line of a header that names Babel's version"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the tree with its template just extracted."""
    root = tmp_path_factory.mktemp("tree")
    for folder in ("gateway", "jobs", "menus", "translations"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    pybabel(root, "extract")
    return root


@pytest.fixture
def tree(source: Path, tmp_path: Path) -> Path:
    """Return the template and the languages, for one test to change."""
    shutil.copytree(source / "translations", tmp_path / "translations")
    shutil.copy(source / "messages.pot", tmp_path)
    return tmp_path


def pybabel(root: Path, name: str) -> None:
    """Run the command as the first lines of `babel.cfg` give it."""
    lines = [line.removeprefix("#").split() for line in MAPPING_FILE.read_text("utf-8").splitlines()]
    (command,) = [words[1:] for words in lines if words[:2] == ["pybabel", name]]
    done = subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", *command],
        cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def header(path: Path) -> list[str]:
    lines = path.read_text("utf-8").split("\n\n", 1)[0].splitlines()
    return [line for line in lines if not line.startswith(GENERATOR)]


def content(catalog: Catalog) -> dict[object, object]:
    """Return everything that a catalog has for each sentence, but for its places in the code."""
    found = {
        (m.context, m.id): (m.string, " ".join(m.user_comments), sorted(m.auto_comments), m.flags)
        for m in catalog
        if m.id
    }
    return {**found, "obsolete": {key: m.string for key, m in catalog.obsolete.items()}}


def test_the_template_is_the_one_of_mwavuli_language(source: Path) -> None:
    said = {(m.context, m.id): (" ".join(m.auto_comments), m.flags) for m in read(source / "messages.pot") if m.id}
    assert said == {(m.context, m.id): (" ".join(m.auto_comments), m.flags) for m in extract_template() if m.id}


def test_an_update_changes_nothing_but_places_in_the_code(tree: Path) -> None:
    """If it fails, the code has a new text: run the two commands of `babel.cfg`, and translate."""
    pybabel(tree, "update")
    for code in shipped_codes():
        path = Path("translations") / catalog_path(code)
        assert header(tree / path) == header(ROOT / path), code
        assert content(read(tree / path)) == content(read(ROOT / path)), code


def test_a_second_update_changes_no_byte(tree: Path) -> None:
    pybabel(tree, "update")
    before = {path: path.read_bytes() for path in tree.rglob("messages.po")}
    assert len(before) == len(shipped_codes())
    pybabel(tree, "update")
    assert {path: path.read_bytes() for path in tree.rglob("messages.po")} == before


def test_mwavuli_language_writes_the_same(tree: Path) -> None:
    pybabel(tree, "update")
    folder = tree / "translations"
    for code in shipped_codes():
        before = (folder / catalog_path(code)).read_bytes()
        write_catalog(code, None, folder)
        assert (folder / catalog_path(code)).read_bytes() == before, code


def test_names_comments_and_guesses_survive(tree: Path) -> None:
    path = tree / "translations" / catalog_path("sw")
    whole = path.read_text("utf-8")
    for old, new in (
        ("# X-Reviewed-By: nobody\n", "# X-Reviewed-By: Asha, 2026\n# X-Accents: keep\n"),
        ('\nmsgid "Health"\n', '\n#, fuzzy\nmsgid "Health"\n'),
        ('\nmsgid "Settings"\n', '\n# as my aunt says\nmsgid "Settings"\n'),
        ("\n\n#. room", '\n\nmsgid "Said no more"\nmsgstr "Zamani"\n\n#. room'),
    ):
        assert old in whole, old
        whole = whole.replace(old, new, 1)
    path.write_text(whole, "utf-8")
    before = read(path)
    pybabel(tree, "update")
    after = read(path)
    assert (after.header_comment, after["Health"].fuzzy, after["Health"].string) == (
        before.header_comment, True, before["Health"].string,
    )  # fmt: skip
    assert {message.string for message in after.obsolete.values()} == {"Zamani"}
    assert 'msgid "Said no more"' in path.read_text("utf-8")
    wrote = {(m.context, m.id): (m.string, " ".join(m.user_comments)) for m in before if m.id != "Said no more"}
    assert {(m.context, m.id): (m.string, " ".join(m.user_comments)) for m in after} == wrote
    assert "as my aunt says" in str(wrote[None, "Settings"])
    one = load(["sw"], tree / "translations")["sw"]
    assert (one.name, one.reviewed_by) == ("Kiswahili", "Asha, 2026")
