"""`mwavuli language`: a catalog to fill in, with notes and limits of length. An update loses nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from gateway.cli import main
from gateway.errors import BadInput
from gateway.text import gsm
from menus.engine import paging
from translations import KEYWORDS, extract, load, load_keywords, update
from translations.catalog import catalog_path
from translations.languages import TRANSLATIONS_DIR


def room_of(pattern: str) -> str:
    """Return what `babel.cfg` says of whole sentences in these files."""
    return str(parse_mapping_cfg(update.MAPPING_FILE.open(encoding="utf-8"))[1][pattern]["room"])


SMS, SCREEN, CARD = map(room_of, ("menus/sms/*.py", "menus/**.py", "gateway/cards/**.py"))
Said = tuple[int, str, str]
Run = Callable[..., Said]
STOPPED = Path("luo", "topics", "police", "stopped.txt")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run `mwavuli language ... --to tmp_path`. Return exit status, output and complaints."""
    monkeypatch.delenv("MWAVULI_CONTENT_DIR", raising=False)

    def command(*words: str, to: Path | None = tmp_path) -> Said:
        where = ("--to", str(to)) if to else ()
        monkeypatch.setattr("sys.argv", ["mwavuli", "language", *words, *where])
        capsys.readouterr()
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0), *capsys.readouterr()
        return 0, *capsys.readouterr()

    return command


@pytest.fixture
def luo(run: Run, tmp_path: Path) -> Path:
    """Return the folder of a catalog just begun."""
    assert run("luo", "--name", "Dholuo")[0] == 0
    return tmp_path / catalog_path("luo")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(path: Path) -> list[Message]:
    return [message for message in read(path) if message.id]


def rooms(message: Message) -> list[str]:
    return [note.removeprefix("room: ") for note in message.auto_comments if note.startswith("room: ")]


def source_files() -> list[Path]:
    return sorted(file for folder in update.SOURCE_FOLDERS for file in Path(folder).rglob("*.py"))


def fill(path: Path, text: str, words: str, before: str = "") -> None:
    """Translate one entry, and write something above it."""
    old = f'msgid "{text}"\nmsgstr ""\n'
    whole = path.read_text("utf-8")
    assert whole.count(old) == 1
    path.write_text(whole.replace(old, f'{before}msgid "{text}"\nmsgstr "{words}"\n'), "utf-8")


def cut(path: Path, text: str) -> None:
    """Take an entry out, as if it were new."""
    whole = path.read_text("utf-8")
    remaining = [part for part in whole.split("\n\n") if f'\nmsgid "{text}"\n' not in part]
    assert len(remaining) == whole.count("\n\n")
    path.write_text("\n\n".join(remaining), "utf-8")


# --- begun


def test_a_new_catalog_has_every_sentence_once_and_empty(luo: Path) -> None:
    found = [(m.context, m.id) for m in entries(luo)]
    assert found == [(m.context, m.id) for m in update.extract_template() if m.id]
    assert len(set(found)) == len(found) > 300
    assert not any(form for m in entries(luo) for form in update.flatten_forms(m.string))


def test_it_loads_while_it_is_empty_and_says_all_in_english(luo: Path, tmp_path: Path) -> None:
    languages = load(["en", "luo"], tmp_path)
    one = languages["luo"]
    assert (one.name, one.reviewed_by, one.gettext("Health")) == ("Dholuo", "nobody", "Health")
    assert one.ngettext("{n} person told us", "{n} people told us", 2) == "{n} people told us"
    assert load_keywords(languages)["stop"] == "STOP"
    assert {topic.lang for topic in languages.topics("luo")} == {"en"}


def test_the_catalog_explains_the_rules_to_the_translator(luo: Path) -> None:
    head = luo.read_text("utf-8").split('msgid ""')[0]
    assert all(line.startswith("#") for line in head.splitlines())
    assert [
        text for text in ('"You can"', "'safe'", "braces", "phrases.toml", '"room:"', "nobody") if text not in head
    ] == []


def test_the_programmers_notes_are_there(luo: Path) -> None:
    said = " ".join(comment for m in entries(luo) for comment in m.auto_comments)
    notes = [note.text for file in source_files() for note in extract.find_notes(file.read_text("utf-8"))]
    assert len(notes) > 20
    assert [note for note in notes if f"Translators: {note}" not in said] == []


def test_every_note_is_above_a_sentence() -> None:
    """A note with a limit but without a sentence would apply to nothing."""
    for file in source_files():
        with file.open("rb") as code:
            lines = [found[0] for found in extract.extract(code, DEFAULT_KEYWORDS, (), {"room": ""})]
        for note in extract.find_notes(file.read_text("utf-8")):
            assert any(map(note.holds_for, lines)), f"{file}:{note.line}"


def test_every_string_has_its_room(luo: Path) -> None:
    """A sentence in several places may have several limits, for example of a screen and of paper."""
    assert [m.id for m in entries(luo) if not any(note.startswith("room: ") for note in m.auto_comments)] == []


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("Alerts near me", "at most 20 characters"),
        ("Line 12 service", "at most 20 characters"),
        ("Police raid", extract.LINE),
        ("Find a place", extract.LINE),
        ("A visitor with a code", "at most 40 characters"),
        ("{phrase} of {at}, {where}: finished.", SMS),
        ("Please check notice {number}, {area}. Dial {dial}", SMS),
        ("Go on where you were?", SCREEN),
    ],
)
def test_the_room_is_where_it_is_said(luo: Path, text: str, room: str) -> None:
    (message,) = [m for m in entries(luo) if update.flatten_forms(m.id)[0] == text]
    assert f"room: {room}" in " ".join(message.auto_comments)


def test_what_is_said_in_two_places_has_the_room_of_both(luo: Path) -> None:
    """The shortest limit counts, as the top of the catalog says."""
    (message,) = [m for m in update.extract_template() if m.id == "Questions or complaints: {hotline}"]
    assert rooms(message) == [CARD, SCREEN]
    assert "where there are several, the shortest counts" in luo.read_text("utf-8")


def test_the_rooms_are_those_of_phones() -> None:
    for char in "xж":
        screen, text = (int(re.findall(r"\d\d+", note)[char == "ж"]) for note in (SCREEN, SMS))
        assert paging.fits_one_page(char * screen) and not paging.fits_one_page(char * (screen + 1))
        assert (gsm.count_segments(char * text), gsm.count_segments(char * (text + 1))) == (1, 2)


@pytest.mark.parametrize(("code", "forms"), [("ru", 3), ("zh_Hans", 1), ("luo", 2), ("ach", 2), ("ar", 6)])
def test_plural_forms_are_those_of_the_language(run: Run, tmp_path: Path, code: str, forms: int) -> None:
    """Babel does not know Acholi, so it gets the plural forms of most languages."""
    run(code, "--name", "Own name")
    path = tmp_path / catalog_path(code)
    plural = [m for m in entries(path) if m.pluralizable]
    assert plural
    assert {len(update.flatten_forms(m.string)) for m in plural} == {read(path).num_plurals} == {forms}
    assert load([code], tmp_path)[code].name == "Own name"


# --- topics


def test_topics_wait_beside_their_place_and_nobody_reads_them(luo: Path, tmp_path: Path) -> None:
    english = sorted(
        path.relative_to(TRANSLATIONS_DIR / "en") for path in (TRANSLATIONS_DIR / "en").glob("topics/*/*.txt")
    )
    waiting = sorted(path.relative_to(tmp_path / "luo") for path in (tmp_path / "luo").glob("topics/*/*"))
    assert waiting == [path.with_name(f"{path.name}.todo") for path in english]
    assert load(["luo"], tmp_path).topics("luo") == load(["en"]).topics("en")


def test_a_topic_renamed_too_early_is_refused_and_a_finished_one_is_read(luo: Path, tmp_path: Path) -> None:
    todo = tmp_path / STOPPED.with_name("stopped.txt.todo")
    text = todo.rename(tmp_path / STOPPED).read_text("utf-8")
    with pytest.raises(BadInput, match=r"stopped\.txt:1: not a head line"):
        load(["luo"], tmp_path)
    (tmp_path / STOPPED).write_text(re.sub(r"(?m)^#.*\n", "", text), "utf-8")
    read = {topic.slug: topic.lang for topic in load(["luo"], tmp_path).topics("luo")}
    assert (read["stopped"], read["arrest"]) == ("luo", "en")


def test_a_topic_is_to_be_reviewed_again_in_each_language(run: Run, tmp_path: Path) -> None:
    english = tmp_path / "en" / "topics" / "police" / "stopped.txt"
    english.parent.mkdir(parents=True)
    ours = (TRANSLATIONS_DIR / "en" / "topics" / "police" / "stopped.txt").read_text("utf-8")
    english.write_text(ours.replace("reviewed: nobody", "reviewed: the bar"), "utf-8")
    run("luo", "--name", "Dholuo")
    todo = (tmp_path / STOPPED.with_name("stopped.txt.todo")).read_text("utf-8")
    assert "reviewed: nobody\n" in todo and "the bar" not in todo


def test_a_topic_begun_is_left_alone_and_a_finished_one_asked_for_no_more(run: Run, luo: Path, tmp_path: Path) -> None:
    total = len(list((TRANSLATIONS_DIR / "en").glob("topics/*/*.txt")))
    todo = tmp_path / STOPPED.with_name("arrest.txt.todo")
    todo.write_text("half of it", "utf-8")
    (tmp_path / STOPPED.with_name("stopped.txt.todo")).rename(tmp_path / STOPPED)
    _status, out, _err = run("luo")
    assert f"{total} topics, 1 translated, {total - 1} to do" in out
    assert todo.read_text("utf-8") == "half of it"
    assert not (tmp_path / STOPPED.with_name("stopped.txt.todo")).exists()


# --- brought up to date


def test_twice_changes_nothing(run: Run, luo: Path) -> None:
    before = luo.read_bytes()
    assert run("luo")[0] == 0
    assert luo.read_bytes() == before


def test_what_people_wrote_stays_and_what_is_new_is_added(run: Run, luo: Path, tmp_path: Path) -> None:
    fill(luo, "Health", "Ngima", before="# as my aunt says\n")
    cut(luo, "My rights")
    whole = luo.read_text("utf-8").replace("# X-Own-Name", "# By the group in Kisumu.\n# X-Own-Name", 1)
    whole = whole.replace("nobody", "Achieng, 2026", 1).replace('"MIME', '"Last-Translator: Achieng\\n"\n"MIME', 1)
    luo.write_text(whole + "\n# Next: the topics.\n", "utf-8")
    total = len(entries(luo)) + 1
    _status, out, _err = run("luo")
    assert f"{total} strings, 1 translated, {total - 1} to do" in out
    content = luo.read_text("utf-8")
    assert content.startswith("# By the group in Kisumu.\n# X-Own-Name: Dholuo\n# X-Reviewed-By: Achieng, 2026\n")
    assert '"Last-Translator: Achieng\\n"' in content
    assert content.endswith("\n\n# Next: the topics.\n")
    assert '\nmsgid "My rights"\nmsgstr ""\n' in content
    assert read(luo)["Health"].user_comments == ["as my aunt says"]
    languages = load(["luo"], tmp_path)
    assert (languages["luo"].gettext("Health"), languages["luo"].reviewed_by) == ("Ngima", "Achieng, 2026")


def test_the_name_can_be_put_right(run: Run, luo: Path, tmp_path: Path) -> None:
    run("luo", "--name", "Luo")
    assert load(["luo"], tmp_path)["luo"].name == "Luo"
    assert luo.read_text("utf-8").count("X-Own-Name") == 1


@pytest.fixture
def unsaid(luo: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function after which the code no longer has this sentence; every other sentence is there."""
    everything = update.extract_template()

    def forget(text: str) -> None:
        said = Catalog()
        for m in everything:
            if m.id and m.id != text:
                said.add(m.id, locations=m.locations, flags=m.flags, auto_comments=m.auto_comments, context=m.context)
        monkeypatch.setattr(update, "extract_template", lambda: said)

    return forget


def test_what_is_said_no_more_is_put_aside_and_comes_back(
    run: Run, luo: Path, unsaid: Callable[[str], None], tmp_path: Path
) -> None:
    fill(luo, "Health", "Ngima", before="# as my aunt says\n")
    unsaid("Health")
    run("luo")
    assert load(["luo"], tmp_path)["luo"].gettext("Health") == "Health"
    assert '# as my aunt says\n#~ msgid "Health"\n#~ msgstr "Ngima"\n' in luo.read_text("utf-8")
    unsaid("")
    run("luo")
    assert (read(luo)["Health"].string, read(luo)["Health"].user_comments) == ("Ngima", ["as my aunt says"])
    assert not read(luo).obsolete


def test_a_guess_stays_a_guess(run: Run, luo: Path, unsaid: Callable[[str], None], tmp_path: Path) -> None:
    """Nobody has checked a fuzzy entry. After it was obsolete and returned, it must not become a translation."""
    fill(luo, "Health", "Paro", before="#, fuzzy\n")
    _status, out, _err = run("luo")
    assert "strings, 0 translated" in out and read(luo)["Health"].fuzzy
    unsaid("Health")
    run("luo")
    unsaid("")
    run("luo")
    assert load(["luo"], tmp_path)["luo"].gettext("Health") == "Health"


def test_a_sentence_like_another_gets_no_guess(run: Run, luo: Path) -> None:
    cut(luo, "I go on duty")
    fill(luo, "I go off duty", "Aweyo tich")
    run("luo")
    assert read(luo)["I go on duty"].string == ""
    assert [m.id for m in entries(luo) if m.fuzzy] == []


def test_words_over_ours_keep_ours_where_they_are_empty(run: Run, tmp_path: Path) -> None:
    assert run("sw")[0] == 0
    path = tmp_path / catalog_path("sw")
    fill(path, "Health", "Afya yetu")
    run("sw")
    one = load(["sw"], tmp_path)["sw"]
    assert (one.name, one.gettext("Health"), one.translator.keyword("STOP")) == ("Kiswahili", "Afya yetu", "ACHA")


def test_a_finished_catalog_loads_and_says_its_own(run: Run, luo: Path, tmp_path: Path) -> None:
    """Every entry is filled within its limit: braces are kept, and each keyword list is a word of its own."""
    whole = luo.read_text("utf-8")
    whole = re.sub(r'msgid (".+")\nmsgstr ""', r"msgid \1\nmsgstr \1", whole)
    whole = re.sub(
        r'msgid_plural (".+")\nmsgstr\[0\] ""\nmsgstr\[1\] ""', r"msgid_plural \1\nmsgstr[0] \1\nmsgstr[1] \1", whole
    )
    luo.write_text(whole, "utf-8")
    assert f"{len(entries(luo))} strings, {len(entries(luo))} translated, 0 to do" in run("luo")[1]
    languages = load(["en", "luo"], tmp_path)
    assert len(languages["luo"].messages) == len(entries(luo))
    assert set(KEYWORDS) <= set(load_keywords(languages).values())


# --- refused


@pytest.mark.parametrize("code", ["Luo", "l", "luos", "zh_hans", "zh-Hans", "../x", "zh_CN", ""])
def test_refuses_what_is_no_code(run: Run, tmp_path: Path, code: str) -> None:
    status, _out, err = run(code, "--name", "Name")
    assert (status, "two or three small letters" in err, list(tmp_path.iterdir())) == (2, True, [])


@pytest.mark.parametrize("name", ["中文", "Français", "Luo\n", "# Luo", "L" * 21, " "])
def test_refuses_a_name_that_some_phones_cannot_show(run: Run, tmp_path: Path, name: str) -> None:
    status, _out, err = run("luo", "--name", name)
    assert (status, "from A to Z" in err, list(tmp_path.iterdir())) == (2, True, [])


def test_a_new_language_needs_its_name(run: Run, tmp_path: Path) -> None:
    status, _out, err = run("luo")
    assert (status, "--name" in err, list(tmp_path.iterdir())) == (2, True, [])


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an open quote", 'msgid "unfinished\n'),
        ("no header", '# X-Own-Name: Dholuo\n\nmsgid "Health"\nmsgstr "Ngima"\n'),
        ("no rule", '# X-Own-Name: Dholuo\nmsgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=many;\\n"\n'),
        ("other bytes", '# X-Own-Name: Dholuo\nmsgid ""\nmsgstr ""\n\nmsgid "Health"\nmsgstr "\udce9"\n'),
    ],
)
def test_refuses_a_broken_catalog_and_leaves_it_as_it_is(run: Run, luo: Path, what: str, text: str) -> None:
    luo.write_bytes(text.encode("utf-8", "surrogateescape"))
    before = luo.read_bytes()
    for name in ((), ("--name", "Dholuo")):
        status, _out, err = run("luo", *name)
        assert (status, str(luo) in err, luo.read_bytes() == before) == (2, True, True)


def test_refuses_words_over_ours_without_a_header(run: Run, tmp_path: Path) -> None:
    """Such words load, because the name is in our own catalog, but there is no place to write the name to."""
    path = tmp_path / catalog_path("sw")
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Health"\nmsgstr "Afya yetu"\n', "utf-8")
    status, _out, err = run("sw")
    assert (status, f"{path}: its first entry is to be its header" in err) == (2, True)


def test_the_folder_is_the_content_directory_or_is_to_be_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, _out, err = run("luo", "--name", "Dholuo", to=None)
    assert (status, "MWAVULI_CONTENT_DIR" in err) == (2, True)
    monkeypatch.setenv("MWAVULI_CONTENT_DIR", str(tmp_path / "content"))
    status, out, _err = run("luo", "--name", "Dholuo", to=None)
    assert (status, (tmp_path / "content" / catalog_path("luo")).is_file()) == (0, True)
    assert "MWAVULI_LANGUAGES" in out and ".todo" in out


def test_it_says_what_is_wrong_with_the_words_so_far(run: Run, tmp_path: Path) -> None:
    """Not what is wrong with ours: nobody who translates can mend that there."""
    status, out, _err = run("sw", "--name", "Kiswahili")
    assert (status, "To mend" in out) == (0, False)
    fill(tmp_path / catalog_path("sw"), "Tell us", "Tuambie yote unayojua kuhusu hilo")
    (tmp_path / "slots.toml").write_text("[id", "utf-8")
    status, out, _err = run("sw", "--name", "Kiswahili")
    assert status == 0
    assert "its place on the phone has 20: shorten it" in out
    assert f"{tmp_path / 'slots.toml'}: " in out


def test_a_folder_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "luo").write_text("a file")
    status, _out, err = run("luo", "--name", "Dholuo")
    assert (status, f"cannot write in {tmp_path}" in err) == (2, True)
