"""Printed cards: what they say is what the phone does, nothing runs over an edge, and nothing gives anybody away."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from selenium import webdriver

from gateway import settings
from gateway.cards import caller, measure
from gateway.cards.drawing import FACES
from gateway.cards.phone import CODE, Phone
from gateway.cards.pictures import SHAPES
from gateway.cli import common, main
from gateway.cli.cards import draw_sheets
from gateway.cli.checks.setup import find_revealing_word
from gateway.errors import BadInput
from gateway.model.intents import Unsubscribe
from gateway.model.referral import is_referral_code, new_referral_code
from gateway.settings import Settings
from menus.sms import clinic, dispatch
from tests.harness.browser import browser
from tests.harness.cast import NUMBERS, NURSE, TEAM, number
from tests.harness.catalogs import somebody
from tests.harness.languages import SHIPPED
from tests.harness.town import Town, TownPhone
from translations import Translator, load, load_clinic_words, load_keywords, normalise_words

__all__ = ["browser"]

KINDS = ("caller", "verifier", "nurse")
SVG = "{http://www.w3.org/2000/svg}"
HOTLINE, SHORTCODE = "0711000099", "20240"


@pytest.fixture(params=SHIPPED)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def environ(environ: dict[str, str], code: str) -> dict[str, str]:
    """Every language is offered, the one looked at first: it is the staff's."""
    others = (one for one in SHIPPED if one != code)
    return environ | {"MWAVULI_LANGUAGES": ",".join((code, *others))}


def made(code: str = "en", **changed: Any) -> Settings:
    environ = {"MWAVULI_LANGUAGES": ",".join(SHIPPED), "MWAVULI_HOTLINE": HOTLINE, "AT_SHORTCODE": SHORTCODE}
    return settings.load(environ).model_copy(update=changed)


def card(values: Settings, code: str, kind: str) -> list[ElementTree.Element]:
    """The lines of text on the first of the sheet's cards."""
    files = draw_sheets(values, load(values.languages), (code,))
    found = parsed(files[f"{code}-{kind}.svg"]).find(f"{SVG}g[@class='card']")
    assert found is not None
    return found.findall(f".//{SVG}text")


def parsed(content: str) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314  our own


def squeezed(text: str) -> str:
    """Without blanks: lines break anywhere."""
    return "".join(text.split())


def told(texts: list[ElementTree.Element]) -> str:
    return squeezed("".join(line.text or "" for line in texts))


def keyed(texts: list[ElementTree.Element]) -> list[tuple[str, str]]:
    """White on dark is what to press or send; its name follows in bold."""
    found: list[tuple[str, str]] = []
    follows = False
    for line in texts:
        if line.get("fill") == "white":
            found.append((line.text or "", ""))
            follows = True
        elif follows and line.get("font-weight") == "bold":
            found[-1] = (found[-1][0], found[-1][1] + squeezed(line.text or ""))
        else:
            follows = False
    return found


def menu(handset: TownPhone) -> dict[str, str]:
    """Key and label of every choice on the screen and its further pages."""
    shown = handset.screen
    while re.search(r"^98\. ", handset.screen, re.MULTILINE):
        shown += "\n" + handset.press("98")
    lines = re.findall(r"^(\d+)\. (.+)$", shown, re.MULTILINE)
    return {key: squeezed(label) for key, label in lines if key not in ("0", "98")}


def between(template: str, texts: str, **known: str) -> str:
    """What stands on a card where the sentence has its one unknown, a word or keys."""
    pattern = re.escape(squeezed(template))
    for name, value in known.items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), re.escape(squeezed(value)))
    found = re.search(re.sub(r"\\{\w+\\}", lambda _found: r"([\w,]+?)", pattern), texts)
    assert found, (template, texts)
    return found[1]


# --- the command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`mwavuli cards ...` with some settings: exit status, output, complaints."""

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


def test_it_writes_three_sheets_of_a4_for_each_language(run: Callable[..., Any], tmp_path: Path) -> None:
    status, out, err = run("--to", str(tmp_path / "new" / "cards"))
    files = [tmp_path / "new" / "cards" / f"{code}-{kind}.svg" for code in SHIPPED for kind in KINDS]
    assert (status, err) == (0, "")
    assert sorted(out.split()) == sorted(map(str, files))
    for file in files:
        root = parsed(file.read_text("utf-8"))
        assert (root.tag, root.get("width"), root.get("height")) == (f"{SVG}svg", "210mm", "297mm")
        cards = root.findall(f"{SVG}g[@class='card']")
        assert len(cards) == (6 if "caller" in file.name else 2)
        assert len({told(one.findall(f".//{SVG}text")) for one in cards}) == 1, "copies"
        assert len(root.findall(f"{SVG}line[@class='cut']")) == (7 if "caller" in file.name else 5)


def test_one_language_and_again_the_same(run: Callable[..., Any], tmp_path: Path) -> None:
    run("--language", "sw", "--to", str(tmp_path))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert sorted(before) == sorted(f"sw-{kind}.svg" for kind in KINDS)
    assert run("--language", "sw", "--language", "sw", "--to", str(tmp_path))[0] == 0
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


BAD: dict[str, tuple[tuple[str, ...], dict[str, Any], str]] = {
    "a language not offered": (("--language", "tlh"), {}, "--language is one of .*en"),
    "a name that tells": ((), {"name": "Red Umbrella"}, "MWAVULI_NAME gives away"),
    "a number that no card holds": ((), {"service_code": "*" + "1234567890" * 6 + "#"}, "no room on the card for"),
    "a hotline that no card holds": ((), {"hotline": "0" * 200}, "no room on the card for"),
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
    """Also where the language stands last in the list."""
    _ = load(values.languages)[code].translator
    values = values.model_copy(update={"languages": values.languages[::-1]})
    texts = card(values, code, "caller")
    amina = town["Amina"]
    amina.dial()
    assert len(menu(amina)) == len(SHIPPED)
    key = between(_("If it asks for a language, press {key}."), told(texts))
    assert int(key) == len(SHIPPED), "first on her phone, last on this card"
    amina.dial("1")
    assert amina.session().lang == code
    assert {k: squeezed(_.normalise(label)) for k, label in keyed(texts)} == menu(amina)
    assert values.service_code in told(texts)


def test_every_key_has_a_picture_of_its_own(code: str) -> None:
    found = draw_sheets(made(), load(SHIPPED), (code,))[f"{code}-caller.svg"]
    shown = parsed(found).findall(f"{SVG}g[@class='card'][1]/{SVG}g")
    names = [str(one.get("class")).removeprefix("picture ") for one in shown]
    assert sorted(names) == sorted(SHAPES)
    assert len({colour for colour, _paths in SHAPES.values()}) == len(names) == 6
    assert len({paths for _colour, paths in SHAPES.values()}) == 6


def test_the_printed_word_ends_texts(town: Town, values: Settings, code: str) -> None:
    _ = load(values.languages)[code].translator
    town["Amina"].text("JOIN soko mwezi")
    assert town.store.read_turn(number("Amina")).subscription
    said = told(card(values, code, "caller"))
    word = between(_("To get no more texts, send {word} to {number}."), said, number=SHORTCODE)
    town["Amina"].text(word)
    assert not town.store.read_turn(number("Amina")).subscription


def test_on_a_shared_code_the_words_begin_with_our_keyword(code: str) -> None:
    """A text without it reaches somebody else; the network's part is taken off before it is read."""
    values = made(at_keyword="INFO")
    languages = load(SHIPPED)
    _ = languages[code].translator
    said = told(card(values, code, "caller"))
    words = between(_("To get no more texts, send {word} to {number}."), said, number=SHORTCODE)
    assert words.startswith("INFO")
    lexicon = dispatch.Lexicon(load_keywords(languages), normalise_words, load_clinic_words(languages))
    read = dispatch.answer_text(words.removeprefix("INFO"), somebody(code), lexicon, _, staff_may_text=False)
    assert Unsubscribe() in read.intents
    assert all(reply.startswith("INFO ") for reply, _label in keyed(card(values, code, "nurse")))


def test_the_printed_keys_end_texts(town: Town, values: Settings, code: str) -> None:
    """Where no number takes texts."""
    _ = load(values.languages)[code].translator
    town["Amina"].text("JOIN soko mwezi")
    said = told(card(values.model_copy(update={"shortcode": ""}), code, "caller"))
    assert SHORTCODE not in said
    keys = between(_("To get no more texts, dial and press {keys}."), said).split(",")
    town["Amina"].dial("1", *keys)
    assert not town["Amina"].open
    assert not town.store.read_turn(number("Amina")).subscription


@pytest.mark.parametrize("free", [True, False])
@pytest.mark.parametrize("shortcode", ["", SHORTCODE])
def test_only_what_is_known_of_the_cost_is_said(code: str, free: bool, shortcode: str) -> None:
    values = made(shortcode=shortcode)
    values = values.model_copy(update={"tuning": values.tuning.model_copy(update={"free_to_dial": free})})
    _ = load(SHIPPED)[code].translator
    for kind in ("caller", "nurse"):
        said = told(card(values, code, kind))
        assert (squeezed(_("Dialling is free.")) in said) is free
        assert (squeezed(_("Dialling costs what your network asks.")) in said) is not free
        assert (squeezed(_("A text costs what your network asks.")) in said) is bool(shortcode)


def test_somebody_to_ring_where_there_is_one(code: str) -> None:
    _ = load(SHIPPED)[code].translator
    for kind in KINDS:
        assert HOTLINE in told(card(made(), code, kind))
    for kind in KINDS[1:]:
        said = told(card(made(hotline=""), code, kind))
        assert squeezed(_("Tell the organisation that gave you this card.")) in said


def test_the_verifiers_keys_are_the_teams(town: Town, values: Settings, code: str) -> None:
    _ = load(values.languages)[code].translator
    texts = card(values, code, "verifier")
    keys = {label: key for key, label in keyed(texts)}
    vera = town["Vera"]
    vera.dial()
    key = between(_("Dial {dial}, press {key} ({team})."), told(texts), dial=values.service_code, team=_("Team"))
    assert menu(vera)[key] == squeezed(_.normalise(_("Team")))

    town["Chiku"].text("REPORT soko mwezi stage")
    duty = f"{_('I go on duty')} / {_('I go off duty')}"
    for label, wanted in (
        (_("To check"), "team.check_list"),
        (_("Send a warning"), "compose.alert_kind"),
        (_("Live"), "team.live_list"),
        (duty, "team.duty_set"),
    ):
        assert reached(vera, key, TEAM["Vera"][3], keys[squeezed(label)]) == wanted
    if vera.screen.startswith(_.normalise(_("You are off duty. You get no texts."))):
        vera.press("1")
    for label, wanted in ((_("Confirm"), "compose.alert_venue"), (_("Reject"), "team.confirm_reject")):
        path = (key, TEAM["Vera"][3], keys[squeezed(_("To check"))], "1", keys[squeezed(label)])
        assert reached(vera, *path) == wanted


def reached(handset: TownPhone, *keys: str) -> str:
    """The screen to which the keys lead, reading on where one is not on the page yet."""
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
    _ = load(values.languages)[code].translator
    answers = keyed(card(values, code, "nurse"))
    read = [clinic.parse_reply(reply, lambda word: False) for reply, _label in answers]
    assert [(said.code, said.answer) for said in read if said] == [(CODE, n) for n in range(1, 6)]
    assert read[4] and squeezed(read[4].message) == squeezed(_("Please come on Monday"))
    for reply, _label in answers:
        town["Nurse"].text(reply)
        assert town["Nurse"].inbox() == [_.normalise(_("Thank you."))]


@pytest.mark.parametrize("shortcode", ["", SHORTCODE])
def test_the_nurses_keys_are_the_clinics(town: Town, values: Settings, code: str, shortcode: str) -> None:
    _ = load(values.languages)[code].translator
    texts = card(values.model_copy(update={"shortcode": shortcode}), code, "nurse")
    nurse = town["Nurse"]
    nurse.dial()
    key = between(_("Dial {dial}, press {key} ({team})."), told(texts), dial=values.service_code, team=_("Team"))
    assert menu(nurse)[key] == squeezed(_.normalise(_("Team")))
    ask = between(_("Press {key}, type the code, then 1 to 5."), told(texts))
    assert reached(nurse, key, NURSE[3], ask) == "clinic_answers.referral_code"
    nurse.press(CODE)
    assert {reply[0]: squeezed(_.normalise(label)) for reply, label in keyed(texts)} == menu(nurse)


def test_the_sample_code_is_nobodys() -> None:
    assert is_referral_code(CODE)
    assert CODE[0] == "0"
    assert {new_referral_code()[0] for _ in range(2000)} <= set("123456789")


# --- they give nobody away


def test_the_callers_card_is_neutral(code: str) -> None:
    """The six lines are the first screen's, which is looked at in test_catalogs."""
    language = load(SHIPPED)[code]
    for changed in ({}, {"shortcode": ""}, {"hotline": ""}):
        phone = Phone(made(**changed), load(SHIPPED), code)
        for line in (phone.settings.name, *caller.lines(phone)):
            assert language.forbidden_words.find_revealing(line) == []
            assert find_revealing_word(line) == ""


def test_no_card_says_what_may_stand_nowhere(code: str) -> None:
    for kind in KINDS:
        said = " ".join(line.text or "" for line in card(made(), code, kind))
        assert load(SHIPPED)[code].forbidden_words.find_forbidden(said) == []


def test_no_card_holds_a_pin_a_number_or_a_name(town: Town, values: Settings, code: str) -> None:
    known = {CODE, HOTLINE, SHORTCODE, *re.findall(r"\d+", values.service_code)}
    names = {*TEAM, *NUMBERS} - {"Nurse"}
    for kind, content in draw_sheets(values, load(values.languages), (code,)).items():
        said = " ".join(parsed(content).itertext())
        assert set(re.findall(r"\d{4,}", said)) <= known, kind
        assert not re.search("|".join(names), said), kind


# --- they fit


def test_chinese_breaks_between_signs_and_before_no_mark() -> None:
    assert measure.wrapped("拨打电话，按七。", 1, 4.2) == ["拨打电", "话，按", "七。"]
    assert measure.wrapped("Dial it now", 1, 4.6) == ["Dial it", "now"]
    assert measure.wrapped("Dialled", 1, 2) is None


def test_what_does_not_fit_shrinks_and_then_is_refused() -> None:
    size, lines = measure.fitted("Talk to someone", 20, 4, 2, 1)
    assert 2 <= size < 4
    assert lines == ["Talk to someone"]
    assert measure.width(lines[0], size) <= 20
    with pytest.raises(BadInput, match="no room on the card for: Talk to someone"):
        measure.fitted("Talk to someone", 8, 4, 2, 1)


MEASURED = """
const inside = (a, b, pad) =>
  a.left >= b.left + pad && a.right <= b.right - pad && a.top >= b.top + pad && a.bottom <= b.bottom - pad;
const crosses = (a, b, pad) =>
  a.left < b.right - pad && b.left < a.right - pad && a.top < b.bottom - pad && b.top < a.bottom - pad;
document.documentElement.setAttribute("font-family", arguments[0]);
const mm = 96 / 25.4, found = [];
for (const card of document.querySelectorAll("g.card")) {
  const edge = card.querySelector("rect.edge"), texts = [...card.querySelectorAll("text")];
  const shown = texts.map((text) => {
    const box = text.getBoundingClientRect(), air = box.height * 0.12;
    return { left: box.left, right: box.right, top: box.top + air, bottom: box.bottom - air };
  });
  const others = [...card.querySelectorAll("g.picture")].map((one) => one.getBoundingClientRect());
  const dark = [...card.querySelectorAll("rect[fill='#111111']")].map((one) => one.getBoundingClientRect());
  texts.forEach((text, at) => {
    const a = text.getBBox(), b = edge.getBBox();
    if (text.getCTM().a !== edge.getCTM().a) found.push(["in another scale", text.textContent]);
    if (a.x < b.x + 3 || a.y < b.y + 3 || a.x + a.width > b.x + b.width - 3 || a.y + a.height > b.y + b.height - 3)
      found.push(["over the edge", text.textContent]);
    for (let next = at + 1; next < texts.length; next++)
      if (crosses(shown[at], shown[next], 0.1 * mm)) found.push(["on", text.textContent, texts[next].textContent]);
    if (others.some((other) => crosses(shown[at], other, 0.1 * mm))) found.push(["on a picture", text.textContent]);
    const white = text.getAttribute("fill") === "white";
    if (white && !dark.some((box) => inside(shown[at], box, 0.2 * mm))) found.push(["off its box", text.textContent]);
    if (!white && dark.some((box) => crosses(shown[at], box, 0.1 * mm))) found.push(["on a box", text.textContent]);
  });
}
return JSON.stringify([document.querySelectorAll("g.card text").length, found]);
"""

FULL: dict[str, dict[str, Any]] = {
    "as set": {},
    "with little": {"hotline": "", "shortcode": ""},
    "with much": {
        "name": "W" * 20, "service_code": "*710*12345*678#", "hotline": "+254711000099", "at_keyword": "KEYWORD",
    },
}  # fmt: skip


@pytest.fixture
def page(browser: webdriver.Chrome, tmp_path: Path) -> Iterator[Callable[[str], list[list[str]]]]:
    """What a browser finds wrong in a file, in a narrow and in a wide typeface."""

    def look(content: str) -> list[list[str]]:
        file = tmp_path / "card.svg"
        file.write_text(content, "utf-8")
        browser.get(file.as_uri())
        wrong = []
        for face in (FACES, "Liberation Sans, Arial, sans-serif", "DejaVu Sans, Verdana, sans-serif"):
            count, found = json.loads(browser.execute_script(MEASURED, face))
            assert count > 20
            wrong += found
        return wrong

    yield look


@pytest.mark.browser
@pytest.mark.parametrize("changed", FULL.values(), ids=FULL)
def test_no_text_reaches_beyond_its_card_or_over_another(
    page: Callable[[str], list[list[str]]], code: str, changed: dict[str, Any]
) -> None:
    for name, content in draw_sheets(made(**changed), load(SHIPPED), (code,)).items():
        assert page(content) == [], name


@pytest.mark.browser
def test_the_browser_does_find_what_is_wrong(page: Callable[[str], list[list[str]]]) -> None:
    content = draw_sheets(made(), load(SHIPPED), ("en",))["en-caller.svg"]
    assert {row[0] for row in page(content.replace(">Health<", f">{'Health ' * 20}<"))} >= {"over the edge", "on"}
    assert {row[0] for row in page(content.replace(">2<", ">2222<"))} >= {"off its box"}


def test_translations_are_printed() -> None:
    """A card in another language is not an English one."""
    _: Translator = load(SHIPPED)["sw"].translator
    assert squeezed(_("A visitor with a code")) in told(card(made(), "sw", "nurse"))
    assert _("A visitor with a code") != "A visitor with a code"
