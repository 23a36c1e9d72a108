"""Languages: what is loaded, which file wins, what is refused, and that our own words fit and hurt nobody."""

import dataclasses
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from gateway.errors import BadInput
from gateway.understanding.concepts import CONCEPTS
from gateway.understanding.gates import ASKABLE
from tests.harness.languages import SHIPPED
from translations import KEYWORDS, N_, Languages, load, load_clinic_words, load_keywords, normalise_words
from translations.catalog import catalog_path, read_po_file
from translations.phrases import FILE_NAME

HEAD = "title: T\ngroup: police\norder: 3\nsource: SWIT (2013)\nchecked: 2026-11-21\nreviewed: nobody\n"
# Room on a screen of 160 once `0 Back 9 More` and a page mark are under the text.
PAGE = 135


@pytest.fixture(scope="module")
def languages() -> Languages:
    return load(["sw", "en"])


def book(folder: Path, code: str, entries: str = "", head: str = "# X-Own-Name: Dholuo\n") -> None:
    """Write an organisation's catalog under its content directory."""
    path = folder / catalog_path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    path.write_text(head + header + entries, "utf-8")


def phrases(folder: Path, code: str, text: str) -> Path:
    """Write an organisation's list of what people text."""
    path = folder / code / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def topic(folder: Path, text: str, path: str = "en/topics/police/stopped.txt") -> Path:
    """Write an organisation's topic file."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


# --- sentences


def test_missing_words_are_said_in_english(languages: Languages) -> None:
    _ = languages["sw"].translator
    assert (_.lang, _("No such sentence"), N_("x")) == ("sw", "No such sentence", "x")
    assert [_.ngettext("one phone", "phones", n) for n in (1, 2)] == ["one phone", "phones"]
    assert languages["sw"].pgettext("menu", "Nothing") == "Nothing"


def test_plurals_and_contexts_of_a_catalog(tmp_path: Path) -> None:
    entries = (
        'msgid "%d place"\nmsgid_plural "%d places"\nmsgstr[0] "ka %d"\nmsgstr[1] "kuonde %d"\n\n'
        'msgid "Back"\nmsgstr "Dok"\n\nmsgctxt "body"\nmsgid "Back"\nmsgstr "Dier ngʼe"\n\n'
        '#, fuzzy\nmsgid "Guess"\nmsgstr "Paro"\n\n'
    )
    book(tmp_path, "luo", entries)
    luo = load(["en", "luo"], tmp_path)["luo"]
    assert [luo.ngettext("%d place", "%d places", n) for n in (1, 5)] == ["ka %d", "kuonde %d"]
    assert (luo.gettext("Back"), luo.pgettext("body", "Back")) == ("Dok", "Dier ng'e")
    assert luo.gettext("Guess") == "Guess"


def test_accents_are_dropped_where_gsm_lacks_them_unless_the_language_needs_them(tmp_path: Path) -> None:
    entries = 'msgid "Back"\nmsgstr "Ìbẹ̀rẹ̀ á"\n'
    book(tmp_path, "fon", entries)
    book(tmp_path, "yo", entries, head="# X-Own-Name: Yoruba\n# X-Accents: keep\n")
    fon, yoruba = load(["fon", "yo"], tmp_path)
    assert (fon.gettext("Back"), fon.translator.normalise("Sọ")) == ("Iberè a".replace("è", "e"), "So")
    assert (yoruba.gettext("Back"), yoruba.translator.normalise("Sọ")) == ("Ìbẹ̀rẹ̀ á", "Sọ")


def test_the_organisations_words_win_and_the_rest_stays(tmp_path: Path) -> None:
    book(tmp_path, "sw", 'msgid "Health"\nmsgstr "Afya yetu"\n', head="")
    ours = load(["sw"], tmp_path)["sw"]
    assert (ours.gettext("Health"), ours.translator.keyword("STOP"), ours.name) == (
        "Afya yetu",
        "ACHA",
        "Kiswahili",
    )


@pytest.mark.parametrize(
    ("what", "codes", "expected"),
    [
        ("a language with no folder", ["en", "xx"], "language xx has no catalog; right are en (English), es"),
        ("none", [], "at least one"),
        ("one twice", ["en", "en"], "once each"),
    ],
)
def test_refuses_codes(what: str, codes: list[str], expected: str) -> None:
    with pytest.raises(BadInput, match=re.escape(expected)):
        load(codes)


@pytest.mark.parametrize("head", ["", "# X-Own-Name: 中文\n"])
def test_refuses_a_language_without_a_name_that_every_phone_shows(tmp_path: Path, head: str) -> None:
    book(tmp_path, "luo", head=head)
    with pytest.raises(BadInput, match="X-Own-Name"):
        load(["luo"], tmp_path)


def test_refuses_a_broken_catalog(tmp_path: Path) -> None:
    book(tmp_path, "luo", 'msgid "unfinished\n')
    with pytest.raises(BadInput, match="luo"):
        load(["luo"], tmp_path)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Piga {nambari}", "has {nambari}, which the English has not"),
        ("Piga {}", "has {}, which the English has not"),
        ("Piga {dial:d}", "has {dial:d}, which the English has not"),
        ("Piga {dial!x}", "has {dial!x}, which the English has not"),
        ("Piga {dial.x}", "has {dial.x}, which the English has not"),
        ("Piga {dial", "has a brace without its other half"),
    ],
)
def test_a_sentence_that_could_not_be_sent_is_named_and_our_words_stay(tmp_path: Path, words: str, reason: str) -> None:
    """It would fail while a phone waits for it."""
    entries = f'msgid "Details: dial {{dial}}"\nmsgstr "{words}"\n\nmsgid "Health"\nmsgstr "Afya yetu"\n'
    book(tmp_path, "sw", entries, head="")
    ours, (refused,) = load(["sw"])["sw"], load(["sw"], tmp_path)["sw"].refused
    one = load(["sw"], tmp_path)["sw"]
    assert str(refused) == f"{tmp_path / catalog_path('sw')}: the translation of 'Details: dial {{dial}}' {reason}"
    assert one.gettext("Details: dial {dial}") == ours.gettext("Details: dial {dial}")
    assert one.gettext("Health") == "Afya yetu"


def test_a_value_may_be_left_out(tmp_path: Path) -> None:
    book(tmp_path, "sw", 'msgid "Details: dial {dial}"\nmsgstr "Piga"\n')
    assert load(["sw"], tmp_path)["sw"].gettext("Details: dial {dial}") == "Piga"


# --- choosing


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1", "sw"),
        ("2.", "en"),
        ("SW", "sw"),
        ("kiswahili", "sw"),
        ("Swahili", "sw"),
        (" English ", "en"),
        ("Kiingereza", "en"),
    ],
)
def test_choose(languages: Languages, typed: str, code: str) -> None:
    assert languages.find_typed(typed) is languages[code]


@pytest.mark.parametrize("typed", ["", "0", "3", "xx", "Klingon"])
def test_choose_nothing(languages: Languages, typed: str) -> None:
    assert languages.find_typed(typed) is None


def test_a_language_no_longer_offered_becomes_the_default(languages: Languages) -> None:
    assert languages.get("zz") is languages.get(None) is languages.default is languages["sw"]
    assert (languages.codes, len(languages)) == (("sw", "en"), 2)


# --- keywords


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("STOP", "STOP"),
        ("stop!", "STOP"),
        ("ＳＴＯＰ", "STOP"),
        ("Leave me", "STOP"),
        ("ACHA", "STOP"),
        ("sitaki.", "STOP"),
        ("Ondoa", "STOP"),
        ("toa", "STOP"),
        ("simamisha", "STOP"),
        ("ALERT", "ALERT"),
        ("ALERTS", "ALERTS"),
        ("tahadhari", "ALERTS"),
        ("jiunge", "JOIN"),
        ("futa", "DELETE"),
    ],
)
def test_keyword(languages: Languages, typed: str, means: str) -> None:
    assert load_keywords(languages)[normalise_words(typed)] == means


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Arrêt,  d’envoi ", "arret denvoi"),
        ("Хватит! Ещё", "хватит еще"),
        ("TD。", "td"),
        ("退订", "退订"),
        ("1-4821", "1 4821"),
        ("", ""),
    ],
)
def test_plain_words(text: str, plain: str) -> None:
    assert normalise_words(text) == plain


def test_every_language_accepts_the_english_keyword_and_stops_in_all_others() -> None:
    words = load_keywords(load(["sw"]))
    assert {name: words[normalise_words(name)] for name in KEYWORDS} == {name: name for name in KEYWORDS}
    assert words["leave me"] == "STOP"
    assert "doctor" not in words
    assert load_keywords(load(["en"]))["sitaki"] == "STOP"


def test_no_word_means_two_things_in_all_we_ship() -> None:
    words = load_keywords(load(SHIPPED))
    assert words["safe"] == words["nimerudi salama"] == "SAFE", "what they say; we never say it"
    assert words["alert"] != words["alerts"]


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("a word of another language", '[phrases]\nJOIN = ["donji", "Sítaki"]', "'sitaki' means JOIN here and STOP"),
        ("a keyword in English", '[phrases]\nHELP = ["clear"]', "'clear' means HELP here and CLEAR"),
        ("twice in one language", '[phrases]\nJOIN = ["donji"]\nSTOP = ["donji"]', "'donji'"),
        (
            "an unknown meaning",
            '[phrases]\nJION = ["donji"]',
            r"unknown names in \[phrases\]: JION; there are",
        ),
        ("an unknown concept", '[concepts]\npolis = ["polisi"]', r"unknown names in \[concepts\]: polis"),
        ("an unknown part", '[word]\npolice = ["polisi"]', r"unknown parts: word; there are phrases, staff"),
        ("no list", '[phrases]\nJOIN = "donji"', r"\[phrases\] JOIN is to be a list of texts in quotes"),
        ("an empty list", "[phrases]\nJOIN = []", r"\[phrases\] JOIN is empty; write at least one word"),
        ("an empty word", '[concepts]\npolice = ["*"]', r"\[concepts\] police is to be a list of texts in quotes"),
        ("a list of labels", '[labels]\nSOS = ["one"]', r"\[labels\] SOS is to be one text in quotes"),
        ("no part", 'phrases = "stop"', r"phrases is to be a part of its own"),
        ("no TOML", "[phrases", "luo/phrases.toml: "),
    ],
)
def test_refuses_phrases(tmp_path: Path, what: str, text: str, expected: str) -> None:
    book(tmp_path, "luo")
    phrases(tmp_path, "luo", text)
    with pytest.raises(BadInput, match=expected):
        load_keywords(load(["en", "sw", "luo"], tmp_path))


def test_an_organisations_words_join_ours_and_cannot_take_one_away(tmp_path: Path) -> None:
    own = '[phrases]\nSTOP = ["ujumbe wenu hapana tena"]\n[labels]\nSOS = "Mtu sasa"\n'
    phrases(tmp_path, "sw", own + '[concepts]\npolice = ["njagu wa mtaa"]\n')
    ours, theirs = load(["sw"])["sw"].phrases, load(["sw"], tmp_path)["sw"].phrases
    assert theirs.phrases["STOP"] == (*ours.phrases["STOP"], "ujumbe wenu hapana tena")
    assert theirs.concepts["police"] == (*ours.concepts["police"], "njagu wa mtaa")
    assert (theirs.labels["SOS"], theirs.labels["STOP"]) == ("Mtu sasa", ours.labels["STOP"])
    assert load(["sw"], tmp_path)["sw"].translator.keyword("STOP") == "ACHA"


def test_a_clinic_may_say_yes_in_every_language_we_ship() -> None:
    """This holds for every offered language, because a nurse may speak another language than the callers."""
    words = {
        "ok", "okay", "yes", "welcome", "sawa", "ndiyo", "karibu", "oui", "bienvenue", "si", "sí", "bueno",
        "da", "да", "ок", "хорошо", "hao", "haode", "keyi",
        "好", "好的", "可以", "可以来", "来吧", "请来", "欢迎", "歡迎",
    }  # fmt: skip
    for codes in (["en"], SHIPPED):
        answers = load_clinic_words(load(codes))
        assert {normalise_words(word) for word in words} <= {word for word, answer in answers.items() if answer == 1}
        assert (answers["мест нет"], answers["amefika"], answers["did not come"]) == (2, 3, 4)


@pytest.mark.parametrize("code", SHIPPED)
def test_every_language_has_every_keyword(code: str) -> None:
    book = load([code])[code].phrases
    assert [name for name in KEYWORDS if name not in book.printed] == []
    assert set(book.concepts) == set(CONCEPTS)
    assert set(ASKABLE) <= set(book.labels)


# --- topics


def test_the_organisations_topic_wins_and_new_ones_join(tmp_path: Path) -> None:
    topic(tmp_path, HEAD + "\nOne line\nwrapped.\n\n\nAnother.\n")
    topic(tmp_path, HEAD + "\nMoney.\n", "sw/topics/police/taxi.txt")
    languages = load(["en", "sw"], tmp_path)
    by_slug = {one.slug: one for one in languages.topics("en")}
    assert by_slug["stopped"].body == "One line wrapped.\nAnother."
    assert "taxi" not in by_slug
    assert [one.lang for one in languages.topics("sw") if one.slug in {"stopped", "taxi"}] == ["sw", "sw"]


def test_a_topic_a_language_lacks_is_there_in_english(tmp_path: Path) -> None:
    book(tmp_path, "luo")
    languages = load(["luo"], tmp_path)
    assert languages.topics("luo") == load(["en"]).topics("en")


def test_a_slot_shows_the_law_in_the_readers_language_only(tmp_path: Path) -> None:
    (tmp_path / "slots.toml").write_text('[id]\nen = "You must carry an ID."\n', "utf-8")
    languages = load(["en", "sw"], tmp_path)
    english, swahili = (next(one for one in languages.topics(code) if one.slug == "stopped") for code in ("en", "sw"))
    assert "You must carry an ID." in english.body and "id" not in english.unfilled_slots
    assert "kitambulisho" in swahili.body and "id" in swahili.unfilled_slots
    assert "{" not in english.body + swahili.body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[id]\nen = "x"\n[hours]\nen = "y"', "no topic has a slot hours"),
        ('id = "x"', "slot id is to be a table"),
        ("[id]\nen = 3", "slot id is to be a table"),
        ("[id", "slots.toml"),
    ],
)
def test_refuses_slots(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "slots.toml").write_text(text, "utf-8")
    with pytest.raises(BadInput, match=re.escape(expected)):
        load(["en"], tmp_path)


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("unknown field", HEAD + "author: x\n\nBody", "stopped.txt:7: not a head line"),
        ("field twice", HEAD + "order: 3\n\nBody", "stopped.txt:7: a second line 'order'"),
        ("no value", HEAD.replace("T\n", "\n") + "\nBody", "stopped.txt:1: not a head line"),
        ("missing field", HEAD.replace("source: SWIT (2013)\n", "") + "\nBody", "the head lacks source"),
        ("other folder", HEAD.replace("police", "work") + "\nBody", "stopped.txt:2: group is to be"),
        ("unknown group", HEAD.replace("police", "law") + "\nBody", "one of police, safety, work, abroad, health"),
        (
            "order in words",
            HEAD.replace("3", "third") + "\nBody",
            "stopped.txt:3: order is to be a whole number",
        ),
        ("no such day", HEAD.replace("11-21", "02-30") + "\nBody", "stopped.txt:5: checked is to be a date"),
        ("no body", HEAD, "stopped.txt:7: the topic needs a text"),
        ("slot without its default", HEAD + "\nBody {slot:id}", "stopped.txt:8: {slot:id} needs a line 'slot id: "),
        ("an ask for a default", HEAD + "ask id: must I?\n\n{slot:id}", "stopped.txt:9: {slot:id} needs a line"),
        ("default without its slot", HEAD + "slot id: Ask.\n\nBody", "stopped.txt:7: the text has no {slot:id}"),
        ("ask without its slot", HEAD + "ask id: must I?\n\nBody", "stopped.txt:7: the text has no {slot:id}"),
        ("no source", HEAD.replace("SWIT (2013)", "general") + "\nBody", "stopped.txt:4: source is to be lines of"),
        ("half a source", HEAD.replace("SWIT", "R12-14; general; SWIT") + "\nBody", "'general' is no source"),
        ("no year", HEAD.replace("SWIT (2013)", "WHO guideline") + "\nBody", "guidelines with their year"),
        ("commas", HEAD.replace("SWIT (2013)", "R12-14, R20") + "\nBody", "as in R12-14; WHO PEP (2024)"),
    ],
)
def test_refuses_a_topic(tmp_path: Path, what: str, text: str, expected: str) -> None:
    topic(tmp_path, text)
    with pytest.raises(BadInput, match=re.escape(expected)):
        load(["en"], tmp_path)


def test_refuses_a_topic_in_another_encoding(tmp_path: Path) -> None:
    topic(tmp_path, HEAD).write_bytes((HEAD + "\nArrêt").encode("latin-1"))
    with pytest.raises(BadInput, match="UTF-8"):
        load(["en"], tmp_path)


def test_what_is_loaded_does_not_change(languages: Languages) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        languages["en"].code = "sw"  # type: ignore[misc]


def test_each_catalog_is_read_once_in_a_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a catalog is most of the work of a start, and of each change of words."""
    read: list[Path] = []

    def count_file(path: Path) -> Catalog:
        read.append(path)
        return read_po_file(path)

    monkeypatch.setattr("translations.catalog.read_po_file", count_file)
    load(["en", "sw"])
    assert read and len(read) == len(set(read))
