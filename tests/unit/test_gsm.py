"""GSM-7 arithmetic, one odd character at a time, and against smsutil wherever it follows the standard."""

import unicodedata

import pytest
import smsutil
from hypothesis import given, strategies as st

from gateway.text.gsm import (
    Encoding,
    clip,
    count_segments,
    encoded_length,
    is_gsm,
    max_screen_length,
    non_gsm_chars,
    normalise_text,
    suggest_replacements,
)

ODD = "aZ 1\n\r@€[]{}^~|\\\f£ñàéÇçáΔΣλ’–…`\t\u00a0\u202fжй中。😀"
texts = st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"], exclude_characters="\x1b")))
gsm_texts = st.text(st.sampled_from("abc XYZ\n\r019@£ñàéÇΔ€[]{}^~|\\\f"), min_size=120, max_size=500)


@given(texts.filter(bool))
def test_counts_as_smsutil_does(text: str) -> None:
    peer = smsutil.split(text)
    per_unit = 1 if peer.encoding == "gsm0338" else 2
    assert (encoded_length(text)[0], count_segments(text)) == (peer.total_bytes // per_unit, len(peer.parts))


@given(gsm_texts)
def test_counts_long_texts_with_escapes_as_smsutil_does(text: str) -> None:
    assert count_segments(text) == len(smsutil.split(text).parts)


@given(st.text(st.sampled_from("中ж😀a"), min_size=60, max_size=300))
def test_counts_long_unicode_texts_as_smsutil_does(text: str) -> None:
    assert count_segments(text) == len(smsutil.split(text).parts)


@pytest.mark.parametrize("char", list("\f^{}\\[~]|€"))
def test_an_escaped_character_costs_two(char: str) -> None:
    assert encoded_length(char) == (2, Encoding.GSM7)


@pytest.mark.parametrize("char", list("éèùìòàÇñÑüÜöÖäÄåÅæÆøØß@£$¥¤§¡¿ΔΦΓΛΩΠΨΣΘΞ\n\r"))
def test_a_character_of_the_table_costs_one(char: str) -> None:
    assert encoded_length(char) == (1, Encoding.GSM7)
    assert normalise_text(char) == char


@pytest.mark.parametrize("char", list("áíóúêîôçẹọṣ’–…`\tж中አ"))
def test_a_character_from_outside_costs_the_whole_text(char: str) -> None:
    assert encoded_length("Kisauni" + char) == (8, Encoding.UCS2)
    assert (max_screen_length(char), max_screen_length("a")) == (70, 160)


def test_an_emoji_costs_two_units() -> None:
    assert encoded_length("😀") == (2, Encoding.UCS2)


def test_an_empty_text_is_one_empty_message() -> None:
    assert (encoded_length(""), count_segments("")) == ((0, Encoding.GSM7), 1)


def test_a_raw_escape_is_no_character() -> None:
    assert not is_gsm("\x1b")
    assert normalise_text("a\x1bb\x00") == "ab"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the pair goes to the next segment whole and leaves a septet empty
        ("中" * 70, 1),
        ("中" * 71, 2),
        ("中" * 135, 3),
        ("中" * 66 + "😀" + "中" * 66, 3),
    ],
)
def test_segments(text: str, count: int) -> None:
    assert count_segments(text) == count


@pytest.mark.parametrize(
    ("what", "given_", "wanted"),
    [
        ("curly apostrophe", "ng’ombe", "ng'ombe"),
        ("grave used as apostrophe", "ng`ombe", "ng'ombe"),
        ("Hawaiian letter used as apostrophe", "ngʻombe", "ng'ombe"),
        ("curly quotes", "“hapa”", '"hapa"'),
        ("guillemets", "«ici»", '"ici"'),
        ("dashes", "21:40–01:00 — 2‑3", "21:40-01:00 - 2-3"),
        ("ellipsis", "wait…", "wait..."),
        ("no-break space", "Ksh\u00a0100", "Ksh 100"),
        ("narrow no-break space", "10:00\u202fPM", "10:00 PM"),
        ("tab", "a\tb", "a b"),
        ("Windows line end", "a\r\nb", "a\nb"),
        ("zero-width space and byte-order mark", "\ufeffa\u200bb", "ab"),
        ("bullet", "• condoms", "- condoms"),
        ("decomposed accent kept by the table", "cafe\u0301", "café"),
        ("French letters outside the table", "êtes arrêté, ça, naïf, où", "etes arreté, ca, naif, où"),
        ("Spanish letters outside the table", "¿Dónde está? Aquí, según", "¿Donde esta? Aqui, segun"),
        ("Yoruba dots", "ẹ ọ ṣ Ẹ̀kọ́", "e o s Eko"),
        ("Kikuyu tildes", "mũndũ wĩra", "mundu wira"),
        ("Hausa hooks", "ɓarawo ɗaki ƙasa ƴar", "barawo daki kasa yar"),
        ("Akan with a mark that cannot be composed", "ɔ̀dɔ ɛ̃", "odo e"),
        ("ligature", "cœur Œuvre", "coeur OEuvre"),
        ("Polish", "Łódź", "Lodz"),
        ("an emoji stays, the rest is folded", "él está 😀", "él esta 😀"),
    ],
)
def test_fold(what: str, given_: str, wanted: str) -> None:
    assert normalise_text(given_) == wanted, what


@pytest.mark.parametrize("text", ["Осторожно — рейд…", "ёлка, й", "小心，“突击检查”……", "አማርኛ", "Ж ’ ê"])
def test_fold_leaves_other_scripts_alone(text: str) -> None:
    assert normalise_text(text) == text


@given(texts)
def test_fold_is_stable_and_never_makes_gsm_text_dear(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)
    assert is_gsm(normalise_text(text)) or not is_gsm(text)


def test_letters_outside_gsm_are_listed_once_in_order() -> None:
    assert non_gsm_chars("a’b…c’ é") == "’…"


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("Near the stage", 14, "Near the stage"),
        ("Near the stage", 13, "Near the"),
        ("Near the stage", 8, "Near the"),
        ("Mtwapa", 3, "Mtw"),
        ("[][] a", 5, "[]"),
        ("осторожно рейд", 10, "осторожно"),
        ("小心突击检查。", 6, "小心突击检"),
        ("€€€€😀", 4, "€€"),
        ("abc", 0, ""),
    ],
)
def test_clip(text: str, limit: int, wanted: str) -> None:
    assert clip(text, limit) == wanted


@given(texts, st.integers(0, 40))
def test_clip_never_passes_the_limit(text: str, limit: int) -> None:
    assert encoded_length(clip(text, limit))[0] <= limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Market gate", []),
        ("O’Neil – “bar”… ọba", []),  # spelled with GSM-7 by itself
        ("Kisаuni", [("а", "a")]),  # Cyrillic, typed with another keyboard
        ("½ km → gate № 3", [("½", "1/2"), ("→", "->"), ("№", "No")]),
        ("gate 😀😀", [("😀", "")]),
        ("gate ✓ O’Neil", [("✓", "")]),
        ("на рынке", []),  # another script: nothing to be mended
        ("市场门口", []),
    ],
)
def test_hints_name_costly_letters_and_replacements(text: str, expected: list[tuple[str, str]]) -> None:
    assert suggest_replacements(text) == expected


@given(texts)
def test_the_replacements_of_hints_make_a_text_cheap(text: str) -> None:
    """With each letter replaced as the hint says, the text fits GSM-7, unless it is written in another script."""
    found = suggest_replacements(text)
    mended = unicodedata.normalize("NFC", text)  # the form that hints speak of: U+F900 looks as U+8C48 does
    for char, instead in found:
        mended = mended.replace(char, instead)
    assert not found or is_gsm(normalise_text(mended))


@pytest.mark.parametrize(("footer", "count"), [(0, 1), (20, 1), (21, 2), (160, 2)])
def test_the_footer_of_the_network_counts(footer: int, count: int) -> None:
    assert count_segments("a" * 140, footer) == count
