"""Client lists from another organisation: keyed hashes, imported whole or not at all, and removed when withdrawn."""

import re
from pathlib import Path

import pytest

from gateway.cli import clients
from gateway.crypto.client_hashes import read_list_key
from gateway.errors import BadInput
from gateway.model.client_report import DAY_S, Harm
from menus import clients as screens
from tests.harness.cast import NUMBERS
from tests.harness.leaks import Haystack, needles
from tests.harness.steps_client_list import Run, environ, partner, run
from tests.harness.steps_clients import PHONE, PLATE, WORDS, make_members, read_reports, report_client
from tests.harness.town import Town

__all__ = ["environ", "run"]


def test_a_list_is_exported_and_imported_elsewhere(town: Town, run: Run, tmp_path: Path) -> None:
    make_members(town, "Amina", "Bahati")
    for name in ("Amina", "Bahati"):
        report_client(town, name)
        report_client(town, name, PHONE)
    report_client(town, "Amina", "KBB 700T")
    file = tmp_path / "out"
    status, out, _err = run("export", file)
    assert (status, out) == (0, "exported: 2 numbers and plates\n"), "what waits is not handed on"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    assert WORDS not in text and text.count("\n") == 3
    assert re.search(r"^[0-9a-f]{32},plate,robs,24300,Pwani Ndoto/Kasri\r?$", text, re.M)
    hay = Haystack()
    hay.put("the list", text)
    assert hay.find(needles(NUMBERS | {"the client": PHONE}, [WORDS, "KDA123C", "KDA 123C"])) == []
    assert run("export", file)[0] == 2, "overwrites nothing"
    for digest in tuple(town.store.read_world().client_entries):  # as for an organisation without entries
        town.store.transact(lambda w, c, n, digest=digest: town.store.world_cache.client_entries.delete(c, digest))
    assert read_reports(town) == []
    status, out, _err = run("import", file, "--from", "Sisters")
    assert status == 0 and "imported: 2 numbers and plates, 2 lines" in out
    assert [(report.harm, report.source, report.text) for report in read_reports(town)] == [(Harm.ROBS, "Sisters", "")]
    assert len(read_reports(town, PHONE)) == 1
    assert town["Amina"].dial("1", "5", "3", "1", "KDA 124C").startswith("One letter or digit differs:\nRobs")
    again = tmp_path / "again"
    assert "exported: 0" in run("export", again)[1], "what came from others is theirs to hand on"


def test_entries_the_partner_removed_go_and_other_entries_keep_their_age(town: Town, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "in"
    file.write_text(partner(town, PLATE, PHONE))
    run("import", file, "--from", "Sisters")
    before = read_reports(town)
    town.sleep(30 * DAY_S)
    assert "removed since their last list: 0" in run("import", file, "--from", "Sisters")[1]
    assert read_reports(town) == before
    file.write_text(partner(town, PLATE, "KCC 800V"))
    other = tmp_path / "other"
    other.write_text(partner(town, PHONE, harm=Harm.UNPAID))
    run("import", other, "--from", "Brothers")
    assert "removed since their last list: 1" in run("import", file, "--from", "Sisters")[1]
    assert [report.source for report in read_reports(town, PHONE)] == ["Brothers"]
    assert len(read_reports(town, PLATE)) == len(read_reports(town, "KCC 800V")) == 1
    status, out, _err = run("list")
    assert status == 0 and "that members can read: 3" in out and "of these from Sisters: 2" in out
    town.sleep(336 * DAY_S)
    assert read_reports(town, PLATE) == []


def test_an_import_that_was_cut_off_can_be_run_again(
    town: Town, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "ITEMS_PER_COMMIT", 1)
    file = tmp_path / "in"
    file.write_text(partner(town, PLATE, PHONE, "KCC 800V"))
    commit, left = town.store.commit, iter([False, True, *[False] * 9])

    def mortal(transaction: object) -> bool:
        if next(left):
            raise RuntimeError("died")
        return commit(transaction)  # type: ignore[arg-type]

    monkeypatch.setattr(town.store, "commit", mortal)
    with pytest.raises(RuntimeError):
        run("import", file, "--from", "Sisters")
    assert len(town.store.read_world().client_entries) == 1
    assert run("import", file, "--from", "Sisters")[0] == 0
    assert [len(read_reports(town, typed)) for typed in (PLATE, PHONE, "KCC 800V")] == [1, 1, 1]


def test_a_list_without_room_is_refused_whole_and_notifies_no_member(
    town: Town, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (clients, screens):
        monkeypatch.setattr(module, "MAX_ENTRIES", 2)
    file = tmp_path / "in"
    file.write_text(partner(town, PLATE, PHONE, "KCC 800V"))
    status, _out, err = run("import", file, "--from", "Sisters")
    assert status == 2 and "room for 2" in err
    assert not town.store.read_world().client_entries
    file.write_text(partner(town, PLATE, PHONE))
    assert run("import", file, "--from", "Sisters")[0] == 0
    file.write_text(partner(town, "KCC 800V", "KCC 801V"))
    assert run("import", file, "--from", "Sisters")[0] == 0, "a newer list takes the older one's room"
    make_members(town, "Amina")
    assert town["Amina"].dial("1", "5", "3", "2").startswith("We cannot add anything")


BAD = {
    "no list": ("hello\n", "is no list of clients: its first line"),
    "empty": ("", "is no list of clients"),
    "another key": ("mwavuli clients 1,00112233\n", "another list key"),
    "a short hash": ("{head}abcd,plate,robs,24300,\n", "line 2: right is hash"),
    "a kind": ("{head}" + "ab" * 16 + ",plate,steals,24300,\n", "line 2"),
    "a month": ("{head}" + "ab" * 16 + ",plate,robs,-1,\n", "line 2"),
    "words": ("{head}" + "ab" * 16 + ",plate,robs,24300,x,a tall man\n", "line 2"),
    "no text": (b"\xff\xfe\x00", "not text in UTF-8"),
}


@pytest.mark.parametrize("mistake", BAD)
def test_a_bad_list_is_refused_whole(town: Town, run: Run, tmp_path: Path, mistake: str) -> None:
    content, right = BAD[mistake]
    file, head = tmp_path / "in", partner(town)
    file.write_bytes(content if isinstance(content, bytes) else content.replace("{head}", head).encode())
    status, _out, err = run("import", file, "--from", "Sisters")
    assert status == 2 and right in err
    assert not town.store.read_world().client_entries


@pytest.mark.parametrize(
    ("words", "typed", "right"),
    [
        (("invite",), "12", "not|no phone|has digits"),
        (("invite",), "call me", "has digits only"),
        (("remove",), NUMBERS["Dafina"], "no member"),
        (("import", "/nowhere/x", "--from", "Sisters"), "", "cannot be read"),
        (("export", "/nowhere/x"), "", "cannot be made"),
        (("key", "/nowhere/x"), "", "cannot be made"),
    ],
)
def test_bad_words_are_answered(run: Run, words: tuple[str, ...], typed: str, right: str) -> None:
    status, _out, err = run(*words, typed=typed)
    assert status == 2 and re.search(right, err)


def test_members_from_a_terminal(town: Town, run: Run) -> None:
    assert run("invite", typed="0711000001")[0] == 0
    assert run("invite", typed=NUMBERS["Amina"])[0] == 0, "seven days from now"
    assert "invited and not accepted yet: 1" in run("list")[1]
    assert "Members of other organisations read" in town["Amina"].dial("1", "5", "3")
    assert town["Amina"].choose("Yes").startswith("Done.")
    assert "members: 1;" in run("list")[1]
    assert "already belongs to a member" in run("invite", typed=NUMBERS["Amina"])[2]
    report_client(town, "Amina")
    assert run("remove", typed=NUMBERS["Amina"])[0] == 0
    assert not town.store.read_world().client_entries and not town.store.read_world().members


def test_a_key_is_made_once_and_what_is_none_is_refused(town: Town, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "new.key"
    assert run("key", file)[0] == 0
    assert len(read_list_key(file)) == 32 and file.stat().st_mode & 0o777 == 0o600
    assert run("key", file)[0] == 2
    file.write_text("short")
    with pytest.raises(BadInput, match="holds no list key"):
        read_list_key(file)
