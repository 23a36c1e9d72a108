"""Printed cards: they say what the phone does, and no card reveals anything about its bearer.

How a browser prints them: tests/processes/test_cards_printed.py.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from gateway.cards import caller
from gateway.cards.phone import CODE, Phone
from gateway.cli import common, main
from gateway.cli.cards import build_pages
from gateway.cli.checks.setup import find_revealing_word
from gateway.content import build_lexicon
from gateway.model.intents import Unsubscribe
from gateway.model.referral import is_referral_code, new_referral_code
from gateway.settings import Settings
from menus.sms import clinic, dispatch
from tests.harness.cards import HOTLINE, SHORTCODE, made
from tests.harness.cast import NUMBERS, NURSE, TEAM, number
from tests.harness.catalogs import somebody
from tests.harness.languages import SHIPPED
from tests.harness.town import Town, TownPhone
from translations import Translator, load

COPIES = {"caller": 6, "verifier": 2, "nurse": 2}
KINDS = tuple(COPIES)


@pytest.fixture(params=SHIPPED)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def environ(environ: dict[str, str], code: str) -> dict[str, str]:
    """Offer every language, the language under test first, because staff use the first one."""
    others = (one for one in SHIPPED if one != code)
    return environ | {"MWAVULI_LANGUAGES": ",".join((code, *others))}


def page(values: Settings, code: str) -> ElementTree.Element:
    content = build_pages(values, load(values.languages, None, for_paper=True), (code,))[f"cards-{code}.html"]
    return ElementTree.fromstring(content)  # noqa: S314  our own, and well-formed


def copies(page: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return page.findall(f"body/section[@class='sheet {SHEETS[kind]}']/article")


SHEETS = {"caller": "small caller", "verifier": "leaflet verifier", "nurse": "leaflet nurse"}


def card(values: Settings, code: str, kind: str) -> ElementTree.Element:
    """Return the first card of this kind."""
    return copies(page(values, code), kind)[0]


def paper(code: str) -> Translator:
    """Return the language with every accent, as it is printed."""
    return load(SHIPPED, None, for_paper=True)[code].translator


def on_phone(code: str, text: str) -> str:
    """Return the text without the accents that a phone's screen lacks."""
    return load(SHIPPED)[code].translator.normalise(text)


def squeezed(text: str) -> str:
    """Return the text without blanks, because lines break anywhere."""
    return "".join(text.split())


def card_text(card: ElementTree.Element) -> str:
    return squeezed("".join(card.itertext()))


def keyed(card: ElementTree.Element) -> list[tuple[str, str]]:
    """Return what to press or send, and its name."""
    keys = [(key.findtext("kbd"), key.findtext(".//b", "")) for key in card.findall(".//*[@class='key']")]
    return [(key, squeezed(label)) for key, label in keys if key]


def menu(handset: TownPhone) -> dict[str, str]:
    """Return key and label of every choice on the screen and its further pages."""
    shown = handset.screen
    while re.search(r"^98\. ", handset.screen, re.MULTILINE):
        shown += "\n" + handset.press("98")
    lines = re.findall(r"^(\d+)\. (.+)$", shown, re.MULTILINE)
    return {key: squeezed(label) for key, label in lines if key not in ("0", "98")}


def between(template: str, texts: str, **known: str) -> str:
    """Return the part of a card that fills the one unknown of the sentence, a word or keys."""
    pattern = re.escape(squeezed(template))
    for name, value in known.items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), re.escape(squeezed(value)))
    found = re.search(re.sub(r"\\{\w+\\}", lambda _found: r"([\w,、]+?)", pattern), texts)
    assert found, (template, texts)
    return found[1]


# --- the command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `mwavuli cards ...` with some settings. Return exit status, output and complaints."""

    def command(*words: str, **changed: Any) -> tuple[int, str, str]:
        monkeypatch.setattr(common, "load_settings", lambda: made(**changed))
        monkeypatch.setattr("sys.argv", ["mwavuli", "cards", *words])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *capsys.readouterr()

    return command


def test_it_writes_one_page_with_three_sheets_for_each_language(run: Callable[..., Any], tmp_path: Path) -> None:
    status, out, err = run("--to", str(tmp_path / "new" / "cards"))
    files = [tmp_path / "new" / "cards" / f"cards-{code}.html" for code in SHIPPED]
    assert (status, err) == (0, "")
    assert sorted(out.split()) == sorted(map(str, files))
    for file in files:
        found = ElementTree.fromstring(file.read_text("utf-8"))  # noqa: S314
        assert file.stem == f"cards-{found.get('lang')}".replace("-Hans", "_Hans")
        assert len(found.findall("body/section")) == len(COPIES)
        for kind, count in COPIES.items():
            assert len(copies(found, kind)) == count
            assert len({card_text(one) for one in copies(found, kind)}) == 1, "copies"


def test_a_page_is_whole_and_loads_nothing(code: str) -> None:
    """The page prints in any browser without a network, and tells no server that it was opened."""
    found = page(made(), code)
    assert {one.tag for one in found.iter()} & {"script", "link", "img", "iframe", "form"} == set()
    assert {one.get("href", "#")[0] for one in found.iter()} == {"#"}
    assert not [one for one in found.iter() if one.get("src") or one.get("action")]
    assert not re.search(r"url\(|@import|http:", found.findtext("head/style", ""))
    assert "default-src 'none'" in str(found.find("head/meta[@http-equiv]").get("content"))  # type: ignore[union-attr]


def test_one_language_and_again_the_same(run: Callable[..., Any], tmp_path: Path) -> None:
    run("--language", "sw", "--to", str(tmp_path))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert sorted(before) == ["cards-sw.html"]
    assert run("--language", "sw", "--language", "sw", "--to", str(tmp_path))[0] == 0
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


BAD: dict[str, tuple[tuple[str, ...], dict[str, Any], str]] = {
    "a language not offered": (("--language", "tlh"), {}, "--language is one of .*en"),
    "a name that tells": ((), {"name": "Red Umbrella"}, "MWAVULI_NAME reveals"),
}


@pytest.mark.parametrize(("words", "changed", "wanted"), BAD.values(), ids=BAD)
def test_what_cannot_be_printed_is_said_and_nothing_is_written(
    run: Callable[..., Any], tmp_path: Path, words: tuple[str, ...], changed: dict[str, Any], wanted: str
) -> None:
    status, out, err = run(*words, "--to", str(tmp_path / "cards"), **changed)
    assert (status, out) == (2, "")
    assert re.search(wanted, " ".join(err.split())), err
    assert not (tmp_path / "cards").exists()


def test_a_folder_that_cannot_be_written(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _out, err = run("--to", str(tmp_path / "file" / "cards"))
    assert status == 2
    assert "--to: cannot write into" in err


# --- what they say is what the phone does


def test_the_callers_keys_are_the_first_screens(town: Town, values: Settings, code: str) -> None:
    """Also where the language is the last of the list."""
    _ = paper(code)
    values = values.model_copy(update={"languages": values.languages[::-1]})
    texts = card(values, code, "caller")
    amina = town["Amina"]
    amina.dial()
    assert len(menu(amina)) == len(SHIPPED)
    key = between(_("If asked for your language, press {key}."), card_text(texts))
    assert int(key) == len(SHIPPED), "first on the phone of staff, last on this card"
    amina.dial("1")
    assert amina.session().lang == code
    assert {k: squeezed(on_phone(code, label)) for k, label in keyed(texts)} == menu(amina)
    assert values.service_code in card_text(texts)


def test_every_key_has_a_picture_of_its_own(code: str) -> None:
    found = page(made(), code)
    shown = [use.get("href", "") for use in copies(found, "caller")[0].findall(".//use")]
    drawn = {f"#{one.get('id')}": one for one in found.findall(".//symbol")}
    assert sorted(shown) == sorted(drawn)
    assert len({one.get("color") for one in drawn.values()}) == len(shown) == 8
    assert len({tuple(path.get("d") for path in one) for one in drawn.values()}) == 8


def test_every_setting_and_word_is_escaped() -> None:
    values = made(name="A<b>&C", hotline='<i class="x">1</i>')
    assert "A<b>&C" in "".join(card(values, "en", "caller").itertext())
    assert '<i class="x">1</i>' in "".join(card(values, "en", "nurse").itertext())


def test_the_printed_word_ends_texts(town: Town, values: Settings, code: str) -> None:
    _ = paper(code)
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    assert town.store.read_turn(number("Amina")).subscription
    said = card_text(card(values, code, "caller"))
    word = between(_("To get no more texts, send {word} to {number}."), said, number=SHORTCODE)
    town["Amina"].text(word)
    assert not town.store.read_turn(number("Amina")).subscription


def test_on_a_shared_code_the_words_begin_with_our_keyword(code: str) -> None:
    """A text without our keyword reaches another service. The network removes the keyword before we read the text."""
    values = made(at_keyword="INFO")
    languages = load(SHIPPED)
    _ = paper(code)
    said = card_text(card(values, code, "caller"))
    words = between(_("To get no more texts, send {word} to {number}."), said, number=SHORTCODE)
    assert words.startswith("INFO")
    lexicon, text = build_lexicon(languages), words.removeprefix("INFO")
    request = dispatch.TextRequest(text, lexicon.read(text, code, somebody(code).world.atlas))
    read = dispatch.answer_text(request, somebody(code), lexicon, _)
    assert Unsubscribe() in read.intents
    assert all(reply.startswith("INFO ") for reply, _label in keyed(card(values, code, "nurse")))


def test_the_printed_keys_end_texts(town: Town, values: Settings, code: str) -> None:
    """Where no number receives texts, the card prints keys."""
    _ = paper(code)
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    said = card_text(card(values.model_copy(update={"shortcode": ""}), code, "caller"))
    assert SHORTCODE not in said
    sentence = _("To get no more texts: dial. If asked for your language, press {key}. Then press {keys}.")
    keys = re.split("[,、]", between(sentence, said, key="1"))
    town["Amina"].dial("1", *keys)
    assert not town["Amina"].open
    assert not town.store.read_turn(number("Amina")).subscription


@pytest.mark.parametrize("free", [True, False])
@pytest.mark.parametrize("shortcode", ["", SHORTCODE])
def test_only_what_is_known_of_the_cost_is_said(code: str, free: bool, shortcode: str) -> None:
    values = made(shortcode=shortcode)
    values = values.model_copy(update={"tuning": values.tuning.model_copy(update={"free_to_dial": free})})
    _ = paper(code)
    for kind in ("caller", "nurse"):
        said = card_text(card(values, code, kind))
        assert (squeezed(_("Dialling is free.")) in said) is free
        assert (squeezed(_("You pay your network to dial.")) in said) is not free
        assert (squeezed(_("You pay your network for a text you send.")) in said) is bool(shortcode)


def test_somebody_to_call_where_there_is_one(code: str) -> None:
    _ = paper(code)
    for kind in KINDS:
        assert HOTLINE in card_text(card(made(), code, kind))
    for kind in KINDS[1:]:
        said = card_text(card(made(hotline=""), code, kind))
        assert squeezed(_("Tell the organisation that gave you this card.")) in said


def test_the_verifiers_keys_are_the_teams(town: Town, values: Settings, code: str) -> None:
    _ = paper(code)
    texts = card(values, code, "verifier")
    keys = {label: key for key, label in keyed(texts)}
    vera = town["Vera"]
    way_in = steps_to_team(values, code, texts, TEAM["Vera"][3])
    assert reached(vera, *way_in) == "team.team"

    town["Chiku"].text("REPORT soko mwezi stage")
    duty = f"{_('I go on duty')} / {_('I go off duty')}"
    for label, wanted in (
        (_("To check"), "team.check_list"),
        (_("Send a warning"), "compose.alert_kind"),
        (_("Warnings now"), "team.live_list"),
        (duty, "duty.duty_set"),
    ):
        assert reached(vera, *way_in, keys[squeezed(label)]) == wanted
    if vera.screen.startswith(on_phone(code, _("You are off duty. We text you only if nobody else answers."))):
        vera.press("1")
    for label, wanted in ((_("Say yes"), "compose.how_sure"), (_("Say no"), "team.confirm_reject")):
        path = (*way_in, keys[squeezed(_("To check"))], "1", keys[squeezed(label)])
        assert reached(vera, *path) == wanted


def steps_to_team(values: Settings, code: str, texts: ElementTree.Element, pin: str) -> tuple[str, ...]:
    """Return what staff press, as their card says."""
    _, said = paper(code), card_text(texts)
    assert squeezed(_("Dial {dial}.").format(dial=values.service_code)) in said
    to_pin = between(_("Press {key} and type your PIN."), said)
    to_team = between(_("Then press {key} ({team})."), said, team=_("Team"))
    return between(_("If asked for your language, press {key}."), said), to_pin, pin, to_team


def reached(handset: TownPhone, *keys: str) -> str:
    """Return the screen to which the keys lead, after further pages where a choice is not on the page yet."""
    handset.dial()
    for key in keys:
        while (
            handset.session().next_page_start
            and int(key) > handset.session().choices_seen
            and not handset.session().answer_link
        ):
            handset.press("98")
        handset.press(key)
    return handset.session().location.screen


def test_the_nurses_answers_are_taken(town: Town, values: Settings, code: str) -> None:
    _ = paper(code)
    answers = keyed(card(values, code, "nurse"))
    lexicon = build_lexicon(load(SHIPPED))
    read = [clinic.parse_reply(reply, somebody(code), lexicon) for reply, _label in answers]
    assert [(said.code, said.answer) for said in read if said] == [(CODE, n) for n in range(1, 6)]
    assert read[4] and squeezed(read[4].message) == squeezed(_("Please come on Monday"))
    assert len(answers) == 9, "five answers to a visitor, and four reports of the clinic"
    thanks = on_phone(code, _("Thank you."))
    for reply, _label in answers[5:]:
        town["Nurse"].text_and_confirm(reply)
        assert town["Nurse"].inbox()[0].startswith(thanks), reply
    for reply, _label in answers[:5]:  # after five codes that no visitor has, the phone is locked
        town["Nurse"].text_and_confirm(reply)
        assert town["Nurse"].inbox() == [thanks]


@pytest.mark.parametrize("shortcode", ["", SHORTCODE])
def test_the_nurses_keys_are_the_clinics(town: Town, values: Settings, code: str, shortcode: str) -> None:
    _ = paper(code)
    texts = card(values.model_copy(update={"shortcode": shortcode}), code, "nurse")
    nurse = town["Nurse"]
    way_in = steps_to_team(values, code, texts, NURSE[3])
    assert reached(nurse, *way_in) == "team.team"
    ask = between(_("Press {key}, type the code, then one of 1 to 5."), card_text(texts))
    assert reached(nurse, *way_in, ask) == "clinic_answers.referral_code"
    nurse.press(CODE)
    answers = [(reply[0], label) for reply, label in keyed(texts) if reply[0].isdigit()]
    assert {key: squeezed(on_phone(code, label)) for key, label in answers} == menu(nurse)


def test_the_sample_code_is_nobodys() -> None:
    assert is_referral_code(CODE)
    assert CODE[0] == "0"
    assert {new_referral_code()[0] for _ in range(2000)} <= set("123456789")


# --- they give nobody away


def test_the_callers_card_is_neutral(code: str) -> None:
    """The six lines are those of the first screen, which test_catalogs checks."""
    language = load(SHIPPED)[code]
    for changed in ({}, {"shortcode": ""}, {"hotline": ""}):
        phone = Phone(made(**changed), load(SHIPPED, None, for_paper=True), code)
        for line in (phone.settings.name, *caller.lines(phone)):
            assert language.forbidden_words.find_revealing(line) == []
            assert find_revealing_word(line) == ""


def test_no_card_says_what_may_stand_nowhere(code: str) -> None:
    for kind in KINDS:
        said = " ".join(card(made(), code, kind).itertext())
        assert load(SHIPPED)[code].forbidden_words.find_forbidden(said) == []


def test_no_card_holds_a_pin_a_number_or_a_name(town: Town, values: Settings, code: str) -> None:
    known = {CODE, HOTLINE, SHORTCODE, *re.findall(r"\d+", values.service_code)}
    names = {*TEAM, *NUMBERS} - {"Nurse"}
    for kind in KINDS:
        said = " ".join(card(values, code, kind).itertext())
        assert set(re.findall(r"\d{4,}", said)) <= known, kind
        assert not re.search("|".join(names), said), kind
    assert "".join(page(values, code).find("head/title").itertext()) == values.name  # type: ignore[union-attr]


def test_translations_are_printed() -> None:
    """A card in another language differs from the English card."""
    _ = paper("sw")
    assert squeezed(_("A visitor with a code")) in card_text(card(made(), "sw", "nurse"))
    assert _("A visitor with a code") != "A visitor with a code"


def test_a_card_has_every_accent() -> None:
    """A phone shows "Sante"; paper has every accent."""
    assert "Santé" in card_text(card(made(), "fr", "caller"))
