"""The gates: each finds its fault in a small catalog, and nothing in one without it. The shipped words pass them."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from gateway.content_gates import capitals, code_language, leaving_texts, neutral, terms
from gateway.content_gates.content_folder import open_content_folder
from gateway.content_gates.finding import ContentFinding
from gateway.content_gates.gates import GATES
from gateway.content_gates.glossary import Glossary, read_glossary
from gateway.content_gates.language_texts import LanguageTexts, read_language_texts
from gateway.content_gates.source_calls import source_functions
from gateway.errors import BadInput
from tests.harness.catalogs import SPOKEN, shipped
from translations import load
from translations.catalog import catalog_path
from translations.languages import TRANSLATIONS_DIR

HEAD: Final = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
TOPIC: Final = "title: T\ngroup: police\norder: 3\nsource: R12-14\nchecked: 2026-11-21\nreviewed: nobody\n"
Own = dict[str, str]
"""English sentence -> the organisation's translation"""


@cache
def texts_of(code: str) -> LanguageTexts:
    return read_language_texts(code, shipped())


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("gate", GATES)
def test_shipped_words_pass_every_gate(gate: str, code: str) -> None:
    assert [str(found) for found in GATES[gate](texts_of(code))] == []


# --- each gate finds its fault in an organisation's folder, and nothing else there


def write_catalog(folder: Path, code: str, own: Own, context: str = "") -> None:
    path = folder / catalog_path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = f'msgctxt "{context}"\n' if context else ""
    entries = "".join(f'{before}msgid "{english}"\nmsgstr "{words}"\n\n' for english, words in own.items())
    path.write_text((path.read_text("utf-8") if path.exists() else HEAD) + entries, "utf-8")


def write_topic(folder: Path, code: str, body: str, group: str = "police", head: str = "") -> None:
    path = folder / code / "topics" / group / "taxi.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{TOPIC.replace('police', group)}{head}\n{body}\n", "utf-8")


def own_problems(folder: Path, code: str) -> list[ContentFinding]:
    with open_content_folder((code,), folder) as content:
        assert content.broken == ()
        return list(content.problems(code))


SENTENCES: Final = [
    ("placeholders", "sw", {"Details: dial {dial}": "Piga {nambari}"}, "has {nambari}, which the English has not"),
    ("placeholders", "sw", {"Details: dial {dial}": "Maelezo: piga"}, "leaves out {dial}"),
    ("capitals", "es", {"Answer YES. STOP ends it.": "Responde SI. ALTO lo termina."}, "ALTO is printed"),
    ("capitals", "ru", {"Answer YES. STOP ends it.": "Ответьте YES. Отказ: STOP."}, "YES is printed"),
    ("capitals", "fr", {"Answer YES. STOP ends it.": "Répondez. STOP : fin."}, "lacks OUI"),
    ("forbidden", "en", {"Health": "Whore clinic"}, "'whore' stands on no phone"),
    ("neutral", "en", {"An answer waits for you. Dial {dial}": "Your HIV test is back. Dial {dial}"}, "'hiv' gives"),
    ("neutral", "zh_Hans", {"Please dial {dial}.": "HIV结果：请拨{dial}"}, "'hiv' gives"),
    ("terms", "fr", {"If I am held": "Si on me retient ici"}, "'on me retient' is not the agreed word"),
    ("terms", "fr", {"Arrests": "Prises"}, "no agreed word stands for: held or arrested"),
    ("terms", "zh_Hans", {"It has ended": "已经解除"}, "'解除' is not the agreed word"),
    ("homographs", "es", {"Health": "Tu salud y tú"}, "phones show 'tú' as 'tu'"),
    ("unused", "en", {"Helth": "Our health"}, "phones show no such sentence"),
    ("unused", "sw", {"Nothing new!": "Hakuna jipya."}, "phones show no such sentence"),
    ("room", "en", {"Tell us": "Tell us all that you know about it"}, "its place on the phone has 20"),
    ("page budget", "en", {"When was it?": "Tell me when it was, as well as you can. " * 9}, "may take 2"),
    ("page budget", "en", {"When was it?": "Tell me when it was, as well as you can. " * 4}, "not on the first page"),
    (
        "reading level",
        "en",
        {"Nothing new.": "Notwithstanding considerable deliberations, the administration anticipates no further "
         "communications regarding this particular application."},
        "years of school",
    ),
    ("reading level", "en", {"Nothing new.": "No communication."}, "'communication' is a hard word"),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "code", "own", "expected"), SENTENCES, ids=[f"{s[0]}-{s[3]}" for s in SENTENCES])
def test_a_gate_finds_its_fault(tmp_path: Path, gate: str, code: str, own: Own, expected: str) -> None:
    write_catalog(tmp_path, code, own)
    found = [one for one in own_problems(tmp_path, code) if expected in one.problem]
    assert found and all(one.language == code for one in found)
    assert {one.is_fatal for one in found} == {"which the English has not" in expected}
    english = next(iter(own))
    assert any(english in one.place or one.place.startswith("screen") for one in found)
    read = load((code,), tmp_path)
    assert any(expected in one.problem for one in GATES[gate](read_language_texts(code, read, tmp_path)))


GOOD: Final = {
    "sw": {"Details: dial {dial}": "Maelezo zaidi: piga {dial}"},
    "es": {"Nothing new.": "Nada nuevo hoy."},
    "fr": {"Arrests": "Arrestations ici", "Health": "Santé et soins"},
    "ru": {"Nothing new.": "Сегодня ничего нового."},
    "zh_Hans": {"Nothing new.": "没有新的内容。"},
    "en": {"Nothing new.": "Nothing new today.", "Health": "Our health"},
}


@pytest.mark.parametrize("code", GOOD)
def test_good_words_of_an_organisation_pass(tmp_path: Path, code: str) -> None:
    """What is wrong with our own words is not laid to the organisation."""
    write_catalog(tmp_path, code, GOOD[code])
    assert own_problems(tmp_path, code) == []


def test_nothing_is_said_of_an_empty_folder(tmp_path: Path) -> None:
    assert own_problems(tmp_path, "fr") == []


def test_a_printed_keyword_is_no_word_of_another_language(tmp_path: Path) -> None:
    """A phone that joined nothing and sends START would be subscribed in English."""
    (tmp_path / "luo" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / catalog_path("luo")).write_text(f"# X-Own-Name: Dholuo\n{HEAD}", "utf-8")
    (tmp_path / "luo" / "phrases.toml").write_text('[phrases]\nJOIN = ["start", "donji"]\n', "utf-8")
    languages = load(("en", "luo"), tmp_path)
    texts = read_language_texts("luo", languages, tmp_path)
    (found,) = [one for one in capitals.find_wrong_capitals(texts) if one.place == "keyword JOIN"]
    assert "START is a word of en" in found.problem


def test_a_flat_refusal_needs_a_slot_in_its_paragraph(tmp_path: Path) -> None:
    write_topic(tmp_path, "en", "You can refuse this.")
    (found,) = own_problems(tmp_path, "en")
    assert (found.place, "you can refuse" in found.problem) == ("en, topic police/taxi", True)
    write_topic(tmp_path, "en", "You can refuse this.\n\n{slot:taxi}", head="slot taxi: Ask a lawyer.\n")
    assert len(own_problems(tmp_path, "en")) == 1, "a slot in another paragraph is none"
    write_topic(tmp_path, "en", "You can refuse this. {slot:taxi}", head="slot taxi: Ask a lawyer.\n")
    assert own_problems(tmp_path, "en") == []


def test_a_client_may_be_refused_in_every_country(tmp_path: Path) -> None:
    write_topic(tmp_path, "en", "You can refuse this.", group="safety")
    assert own_problems(tmp_path, "en") == []


def test_a_topic_has_few_pages_that_end_in_no_negation(tmp_path: Path) -> None:
    write_topic(tmp_path, "en", "You can ask us for it, day or night. " * 20)
    assert [one.problem for one in own_problems(tmp_path, "en")] == ["it takes 6 pages, and may take 3"]


def test_the_name_of_a_value_is_no_word_of_the_sentence(tmp_path: Path) -> None:
    write_catalog(tmp_path, "sw", {"Details: dial {alerts}": "Maelezo: {alerts}"})
    texts = read_language_texts("sw", load(("en", "sw"), tmp_path), tmp_path)
    assert [one for one in terms.find_wrong_terms(texts) if "Details" in one.place] == []


@pytest.mark.parametrize("gate", ["terms", "homographs"])
def test_the_words_of_a_topic_that_stands_off_are_checked(tmp_path: Path, gate: str) -> None:
    body = {"terms": "Si on vous retient, appelez-nous.", "homographs": "C'est dû."}[gate]
    write_topic(tmp_path, "fr", body, head="off: It waits for a lawyer.\n")
    write_topic(tmp_path, "en", "Call us.", head="off: It waits for a lawyer.\n")
    languages = load(("en", "fr"), tmp_path)
    assert "police/taxi" in languages.topics_off
    found = list(GATES[gate](read_language_texts("fr", languages, tmp_path)))
    assert [one.place for one in found] == ["fr, topic police/taxi"]


@pytest.mark.parametrize("code", SPOKEN)
def test_every_exception_of_a_term_is_needed(code: str) -> None:
    texts = texts_of(code)
    for term in texts.glossary.terms:
        for name in term.exceptions:
            bare = replace(term, exceptions=tuple(other for other in term.exceptions if other != name))
            glossary = replace(texts.glossary, terms=(bare,))
            assert list(terms.find_wrong_terms(replace(texts, glossary=glossary))), name


# --- how the gates read the code


def test_what_leaves_is_found_in_the_code() -> None:
    """A sentence that a job, an answer or `gateway/text` says leaves; so does one of a screen that an answer calls."""
    leaving = leaving_texts.leaving_sentences()
    for sentence in (
        "An answer waits for you. Dial {dial}",
        "Send a number: {options}",
        "Somebody is on duty now.",
        "If you texted us now, send {code} to go on. Or dial {dial}.",
    ):
        assert sentence in leaving, sentence
    assert ("menus/sos.py", "duty_text") in leaving["Somebody is on duty now."]
    assert "I was hurt" not in leaving, "a screen alone shows it"
    assert len(leaving) > 150


def test_exceptions_have_reasons_and_are_needed() -> None:
    for table in ("functions", "sentences"):
        assert all(len(reason) > 10 for _name, reason in leaving_texts.read_exceptions(table))
    assert {f"{file} {name}" for file, name in source_functions()} >= code_language.read_exceptions()
    assert not [one for one in neutral.find_revealing_texts(texts_of("en")) if "take the exception out" in one.remedy]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('def f(_, n):\n    return f"{n} h"', "an f-string has words or punctuation"),
        ('def f(_, n):\n    return f"{n:.0f}km"', "an f-string has words or punctuation"),
        ('def f(_, a, b):\n    return ", ".join([a, b])', "it joins words"),
        ('def f(_, a):\n    return _("Yes") + " " + a', "it joins words"),
        ('def f(_, a):\n    return ", " + a', "it joins words"),
        ('def f(_, a):\n    return "{x}: {y}".format(x=a, y=a)', "a pattern has words or punctuation"),
        ('def f(_, a):\n    return "{x}-{y}".format(x=a, y=a)', ""),
        ('def f(_):\n    return _("Write it as 0712 345 678.")', "an example of one country"),
        ('def f(_):\n    return _("Example: KAA 123A")', "an example of one country"),
        ('def f(_, n):\n    log.info("%s", f"{n} h")\n    return _("{n} h").format(n=n)', ""),
        ('def f(text):\n    return " ".join(text.split())', ""),
        ('def f(number):\n    return f"{number:.2f}"', ""),
    ],
)
def test_language_in_code_is_found(tmp_path: Path, code: str, expected: str) -> None:
    path = tmp_path / "screen.py"
    path.write_text(code, "utf-8")
    assert [problem for _function, problem, _code in code_language._speech_in(path)] == [expected] * bool(expected)


# --- glossaries


@pytest.mark.parametrize("code", SPOKEN)
def test_every_language_has_a_glossary(code: str) -> None:
    glossary = read_glossary(code, [TRANSLATIONS_DIR])
    assert len(glossary.stays_with_next) >= 10
    assert len(glossary.refusals) >= 3
    assert len(glossary.terms) >= 7
    assert all(term.agreed or term.avoid for term in glossary.terms)


def test_a_language_without_a_glossary_has_an_empty_one(tmp_path: Path) -> None:
    assert read_glossary("luo", [tmp_path]) == Glossary()


@pytest.mark.parametrize(
    "text",
    [
        "page_breaks = 3",
        "[page_breaks]\nstays_with_next = 3",
        'negations = ["not"]',
        "[term.held]\nagreed = 3",
        '[term.held]\nwords = ["held"]',
        '[term.held]\nagreed = ["in * court"]',
        "[homographs]\na = 3",
        "[term",
    ],
)
def test_refuses_a_glossary(tmp_path: Path, text: str) -> None:
    path = tmp_path / "luo" / "glossary.toml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=r"glossary\.toml"):
        read_glossary("luo", [tmp_path])


# --- the organisation's folder


def test_every_broken_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    write_catalog(tmp_path, "sw", {"Health": "Afya yetu"})
    (tmp_path / catalog_path("fr")).parent.mkdir(parents=True)
    (tmp_path / catalog_path("fr")).write_text('msgid "unfinished\n', "utf-8")
    write_topic(tmp_path, "en", "", group="work")
    (tmp_path / "slots.toml").write_text("[id", "utf-8")
    (tmp_path / "en" / "words.toml").write_text("neutral = 3", "utf-8")
    (tmp_path / "sw" / "glossary.toml").write_text("[term", "utf-8")
    with open_content_folder(("en", "sw", "fr", "tlh"), tmp_path) as content:
        assert content.languages.codes == ("en", "sw", "fr")
        assert content.languages["sw"].gettext("Health") == "Afya yetu"
        for name in (
            catalog_path("fr"), Path("en/topics/work/taxi.txt"), "slots.toml", "en/words.toml", "sw/glossary.toml",
        ):  # fmt: skip
            assert [error for error in content.broken if str(tmp_path / name) in error], name
        assert any("tlh has no catalog" in error for error in content.broken)
        assert len(content.broken) == 6


def test_a_language_of_the_organisation_alone_is_left_out_while_its_catalog_is_broken(tmp_path: Path) -> None:
    (tmp_path / catalog_path("luo")).parent.mkdir(parents=True)
    (tmp_path / catalog_path("luo")).write_text("", "utf-8")
    with open_content_folder(("luo",), tmp_path) as content:
        assert content.languages.codes == ("en",)
        assert [str(tmp_path) in error for error in content.broken] == [True]
