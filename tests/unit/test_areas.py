"""Areas: the tree, the ways in which people type names, and the speed of an index of 2,000 areas."""

import hmac
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, strategies as st

from gateway.errors import BadInput
from gateway.model.area import Area, Atlas, area_id
from gateway.model.names import normalise_name


def mac(data: bytes) -> bytes:
    return hmac.digest(b"a key for tests", data, "sha256")


def atlas_of(paths: Iterable[str], aliases: dict[str, tuple[str, ...]] | None = None) -> Atlas:
    """Return an atlas of `A > B > C` paths, with every area above them."""
    areas: dict[str, Area] = {}
    for text in paths:
        path = tuple(text.split(" > "))
        for depth in range(1, len(path) + 1):
            here = path[:depth]
            above = area_id(here[:-1], mac) if depth > 1 else None
            named = (aliases or {}).get(" > ".join(here), ())
            areas[area_id(here, mac)] = Area(area_id(here, mac), here, named, above)
    return Atlas(areas.values())


COAST = atlas_of(
    [
        "Mombasa > Kisauni > Junda",
        "Mombasa > Kisauni > Mjambere",
        "Mombasa > Nyali > Ziwa La Ng'ombe",
        "Mombasa > Nyali > Mkomani",
        "Lamu > Lamu West > Mkomani",
        "Lamu > Lamu West > Shella",
        "Kilifi > Malindi > Shella",
        "Nairobi > Kasarani > Kasarani",
        "Nairobi > Makadara > Maringo/Hamza",
        "Kilifi > Rabai > Rabai/Kisurutini",
        "Kilifi > Rabai > Château Élan",
    ],
    {"Mombasa > Kisauni > Junda": ("Kwa Bulo", "Old Stage"), "Lamu > Lamu West > Shella": ("Old Fort",)},
)


def at(path: str) -> str:
    return area_id(path.split(" > "), mac)


def names(areas: Iterable[Area]) -> list[str]:
    return [area.full_name for area in areas]


def test_an_id_is_ten_hex_digits_and_keyed() -> None:
    assert len(at("Mombasa")) == 10
    assert int(at("Mombasa"), 16) >= 0
    assert at("Mombasa > Kisauni") == at("MOMBASA > kisauni")
    assert area_id(("Mombasa",), lambda data: hmac.digest(b"another key", data, "sha256")) != at("Mombasa")


def test_the_tree() -> None:
    kisauni = at("Mombasa > Kisauni")
    assert names(COAST.children()) == ["Kilifi", "Lamu", "Mombasa", "Nairobi"]
    assert names(COAST.children(kisauni)) == ["Mombasa/Kisauni/Junda", "Mombasa/Kisauni/Mjambere"]
    assert COAST.ancestors(at("Mombasa > Kisauni > Junda")) == (kisauni, at("Mombasa"))
    assert COAST.subtree(kisauni)[0] == kisauni
    assert len(COAST.subtree(at("Mombasa"))) == 7


def test_the_audience_is_the_branch_and_nobody_else() -> None:
    kisauni = at("Mombasa > Kisauni")
    heard = COAST.audience_areas(kisauni)
    wanted = ["Mombasa > Kisauni > Junda", "Mombasa > Kisauni > Mjambere", "Mombasa > Kisauni", "Mombasa"]
    assert sorted(heard) == sorted(map(at, wanted))
    assert COAST.covers(kisauni, at("Mombasa"))
    assert COAST.covers(kisauni, at("Mombasa > Kisauni > Junda"))
    assert not COAST.covers(kisauni, at("Mombasa > Nyali"))
    assert COAST.contains(kisauni, kisauni)
    assert not COAST.contains(kisauni, at("Mombasa"))


def test_an_area_that_is_gone_has_no_relatives() -> None:
    gone = "0123456789"
    assert COAST.get(gone) is None
    assert COAST.get(None) is None
    assert gone not in COAST
    assert not COAST.children(gone)
    assert COAST.subtree(gone) == COAST.ancestors(gone) == COAST.audience_areas(gone) == ()
    assert not COAST.covers(gone, gone)


def test_a_broken_store_makes_no_loop() -> None:
    atlas = Atlas([Area("a", ("A",), parent="b"), Area("b", ("B",), parent="a"), Area("c", ("C",), parent="c")])
    assert names(atlas.children()) == ["A", "B", "C"]
    assert atlas.ancestors("a") == ()


@pytest.mark.parametrize(
    ("what", "typed", "wanted"),
    [
        ("capitals and blanks", "  KISAUNI ", ["Mombasa/Kisauni"]),
        ("no apostrophe", "ziwa la ngombe", ["Mombasa/Nyali/Ziwa La Ng'ombe"]),
        ("a printer's apostrophe", "Ziwa la Ng’ombe", ["Mombasa/Nyali/Ziwa La Ng'ombe"]),
        ("no accents", "chateau elan", ["Kilifi/Rabai/Château Élan"]),
        ("an alias", "kwa-bulo", ["Mombasa/Kisauni/Junda"]),
        ("two parents", "shella", ["Lamu/Lamu West/Shella", "Kilifi/Malindi/Shella"]),
        ("half of a double name", "hamza", ["Nairobi/Makadara/Maringo/Hamza"]),
        ("a name wins over a half", "rabai", ["Kilifi/Rabai"]),
        ("not a part of a name", "kisa", []),
        ("nothing", " ... ", []),
    ],
)
def test_find(what: str, typed: str, wanted: list[str]) -> None:
    assert sorted(names(COAST.find(typed))) == sorted(wanted), what


@pytest.mark.parametrize(
    ("what", "typed", "wanted"),
    [
        ("start of a name", "kisa", ["Mombasa/Kisauni"]),
        ("exact before longer", "rabai", ["Kilifi/Rabai", "Kilifi/Rabai/Rabai/Kisurutini"]),
        ("start before a later word", "l", ["Lamu", "Lamu/Lamu West", "Mombasa/Nyali/Ziwa La Ng'ombe"]),
        ("a later word of an alias", "bul", ["Mombasa/Kisauni/Junda"]),
        ("two words", "ziwa la n", ["Mombasa/Nyali/Ziwa La Ng'ombe"]),
        ("nothing typed", "", []),
        ("unknown", "zz", []),
    ],
)
def test_starts(what: str, typed: str, wanted: list[str]) -> None:
    assert names(COAST.starting_with(typed, 9)) == wanted, what


def test_starts_keeps_to_its_limit() -> None:
    assert len(COAST.starting_with("m", 2)) == 2


@pytest.mark.parametrize(
    ("what", "typed", "wanted"),
    [
        ("the whole path", "Mombasa/Kisauni/Junda", "Mombasa/Kisauni/Junda"),
        ("a unique part", "junda", "Mombasa/Kisauni/Junda"),
        ("a step left out", "mombasa/junda", "Mombasa/Kisauni/Junda"),
        ("by its county", "Lamu/Shella", "Lamu/Lamu West/Shella"),
        ("a path that is whole beats one that is not", "nairobi/kasarani", "Nairobi/Kasarani"),
        ("a ward named like its parent", "Kasarani/Kasarani", "Nairobi/Kasarani/Kasarani"),
        ("a slash in the name", "Nairobi/Maringo/Hamza", "Nairobi/Makadara/Maringo/Hamza"),
        ("an alias under a county", "Mombasa/old stage", "Mombasa/Kisauni/Junda"),
    ],
)
def test_resolve(what: str, typed: str, wanted: str) -> None:
    assert COAST.resolve(typed).full_name == wanted, what


def test_resolve_lists_the_places_it_could_be() -> None:
    with pytest.raises(BadInput, match="several") as refused:
        COAST.resolve("Shella")
    assert "Lamu/Lamu West/Shella" in str(refused.value)
    assert "Kilifi/Malindi/Shella" in str(refused.value)


def test_resolve_gives_the_nearest_spelling() -> None:
    with pytest.raises(BadInput, match="nearest are: Mombasa/Kisauni"):
        COAST.resolve("Mombasa/Kisawni")


@pytest.mark.parametrize("typed", ["", "/", "Nyali/Kisauni", "Kisauni/Mombasa", "/".join("ab" * 40)])
def test_resolve_refuses_what_is_no_path(typed: str) -> None:
    with pytest.raises(BadInput, match="no area"):
        COAST.resolve(typed)


@pytest.mark.parametrize(
    ("what", "text", "wanted", "remaining"),
    [
        ("one word", "kisauni police at bar", ["Mombasa/Kisauni"], "police at bar"),
        ("the longest run", "ziwa la ng'ombe road", ["Mombasa/Nyali/Ziwa La Ng'ombe"], "road"),
        ("an alias of two words", "OLD STAGE now", ["Mombasa/Kisauni/Junda"], "now"),
        ("ambiguous", "mkomani now", ["Mombasa/Nyali/Mkomani", "Lamu/Lamu West/Mkomani"], "now"),
        ("the parent after it", "mkomani lamu now", ["Lamu/Lamu West/Mkomani"], "now"),
        ("the parent before it", "mombasa, mkomani now", ["Mombasa/Nyali/Mkomani"], "now"),
        ("a path", "mombasa/kisauni now", ["Mombasa/Kisauni"], "now"),
        ("another branch is only words", "junda shella", ["Mombasa/Kisauni/Junda"], "shella"),
        ("no place", "police at bar", [], "police at bar"),
        ("nothing", "", [], ""),
    ],
)
def test_parse_head(what: str, text: str, wanted: list[str], remaining: str) -> None:
    found, left = COAST.parse_leading_area(text.split())
    assert sorted(names(found)) == sorted(wanted), what
    assert " ".join(left) == remaining, what


@given(st.text())
def test_fold_is_final_and_typing_never_fails(text: str) -> None:
    assert normalise_name(normalise_name(text)) == normalise_name(text)
    COAST.find(text)
    COAST.starting_with(text, 5)
    _, left = COAST.parse_leading_area(text.split())
    assert tuple(text.split())[len(text.split()) - len(left) :] == left


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4).map(" > ".join), max_size=12))
def test_any_tree_is_consistent(paths: list[str]) -> None:
    atlas = atlas_of(paths)
    for area in atlas:
        assert atlas.resolve(area.full_name) == area
        for other in atlas:
            inside = other.path[: len(area.path)] == area.path
            assert atlas.contains(area.id, other.id) == inside == (other.id in atlas.subtree(area.id))
            assert atlas.covers(area.id, other.id) == (other.id in atlas.audience_areas(area.id))


def test_two_thousand_areas_are_quick() -> None:
    atlas = atlas_of(f"County {i % 47} > Place {i % 290} > Ward {i} Kijiji{i}" for i in range(2000))
    assert len(atlas) > 2000
    head = atlas.subtree(atlas.children()[0].id)[0]
    asked: list[Callable[[], object]] = [
        lambda: atlas.find("ward 77 kijiji77"),
        lambda: atlas.parse_leading_area(["/".join(["kijiji77"] * 200)]),
        lambda: atlas.starting_with("kij", 5),
        lambda: atlas.audience_areas(head),
        lambda: atlas.parse_leading_area(["ward", "77", "kijiji77", "police", "at", "the", "bar"]),
    ]
    for ask in asked:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            ask()
            times.append(time.perf_counter() - start)
        assert min(times) < 0.01
