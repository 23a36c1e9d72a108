"""One notion of the same name: for the identity of a place, for look-up, and for texts."""

import hmac
import unicodedata

import pytest

from gateway.errors import BadInput
from gateway.imports.places import read_areas, read_clinics
from gateway.model.area import Area, Atlas, area_id
from gateway.model.names import normalise_name
from gateway.understanding.fold import fold
from gateway.understanding.gazetteer import Gazetteer
from translations.normalise import normalise_words


def mac(data: bytes) -> bytes:
    return hmac.digest(b"a key for tests", data, "sha256")


def tree(*paths: str, atlas: Atlas | None = None) -> list[Area]:
    return list(read_areas(["path\taliases", *paths], mac, atlas=atlas).areas)


SAME = [
    ("Murang'a", "Muranga"), ("Murang’a", "MURANG`A"), ("Ng´ombe", "Ng'ombe"), ("Nukuʻalofa", "Nuku'alofa"),
    ("North-Western", "North Western"), ("Mayo-Kebbi Est", "Mayo Kebbi Est"), ("Ouémé", "Oueme"), ("Ségou", "Segou"),
    ("T.M.S", "T.M.S."), ("Peninsular - York", "Peninsular York"), ("Tromsø", "Tromso"), ("Łódź", "Lodz"),
    ("Орёл", "Орел"), ("Αθήνα", "ΑΘΗΝΑ"), ("Kisu\u200bmu", "Kisumu"), ("\ufeffKisumu", "KISUMU "),
    ("Straße", "STRASSE"), ("İzmir", "Izmir"),
]  # fmt: skip
DIFFERENT = [
    ("กรุง", "กรง"), ("กำแพงเพชร", "กาแพงเพชร"), ("บางรัก", "บางรก"), ("ปากน้ำ", "ปากนำ"),
    ("दिल्ली", "दलली"), ("किला", "कला"), ("बीना", "बना"), ("पुणे", "पणे"), ("बड़ा", "बडा"),
    ("መቀሌ", "መቅሌ"), ("አዋሳ", "አዋሰ"), ("ባሌ", "ቦሌ"),
    ("عمان", "عمّان"), ("أحمد", "احمد"), ("آمد", "امد"),
    ("ঢাকা", "ঢক"), ("がま", "かま"), ("ပုသိမ်", "ပသမ"), ("ភ្នំពេញ", "ភនពញ"), ("தமிழ்", "தமழ"),
]  # fmt: skip
WRITTEN_TWICE = ["Ségou", "Ouémé", "Việt Trì", "กำแพงเพชร", "दिल्ली", "बड़ा", "أحمد", "آمد", "が", "서울", "Орёл"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)
    areas = tree(f"Region/{one}", f"Region/{other}")
    assert len(areas) == 2
    atlas = Atlas(areas)
    assert atlas.resolve(one) == atlas.resolve(other) == areas[1]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_name(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)
    assert fold(one) != fold(other)
    assert normalise_words(one) != normalise_words(other)
    areas = tree(f"Region/{one}", f"Region/{other}")
    assert [area.name for area in areas] == ["Region", *(unicodedata.normalize("NFC", name) for name in (one, other))]
    atlas = Atlas(areas)
    assert atlas.find(one) == (areas[1],)
    assert atlas.find(other) == (areas[2],)
    assert atlas.resolve(one) == areas[1]


@pytest.mark.parametrize("name", WRITTEN_TWICE)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_how_accents_are_stored_is_no_difference(name: str, form: str) -> None:
    areas = tree(name, unicodedata.normalize(form, name))
    assert [(area.name, area.aliases) for area in areas] == [(unicodedata.normalize("NFC", name), ())]


def test_thai_names_by_their_first_letters_and_in_order() -> None:
    atlas = Atlas(tree("กำแพงเพชร", "กรุงเทพ", "กรงปินัง"))
    assert [area.name for area in atlas.starting_with("กรุง", 9)] == ["กรุงเทพ"]
    assert [area.name for area in atlas.children()] == ["กรงปินัง", "กรุงเทพ", "กำแพงเพชร"]


def test_a_text_names_the_thai_place_that_it_has() -> None:
    gazetteer = Gazetteer([("กรุง", "a"), ("กรง", "b")])
    assert gazetteer.cut(fold("ไป กรุง").split()).areas == (("a",),)
    assert gazetteer.cut(fold("ไป กรง").split()).areas == (("b",),)


def test_another_spelling_is_an_alias_under_the_same_parent_only() -> None:
    areas = tree("Kenya/Murang'a/Kandara", "Kenya/Muranga/Gatanga", "Ghana/Muranga")
    assert [(area.full_name, area.aliases) for area in areas] == [
        ("Kenya", ()),
        ("Kenya/Murang'a", ("Muranga",)),
        ("Kenya/Murang'a/Kandara", ()),
        ("Kenya/Murang'a/Gatanga", ()),
        ("Ghana", ()),
        ("Ghana/Muranga", ()),
    ]
    assert areas[3].parent == areas[1].id


def test_a_slash_in_a_name_is_no_step_down() -> None:
    lines = ["county,constituency,ward", "Kisumu,Awasi/Onjiko,", "Kisumu,Awasi,Onjiko"]
    areas = list(read_areas(lines, mac).areas)
    assert [area.path for area in areas] == [
        ("Kisumu",), ("Kisumu", "Awasi/Onjiko"), ("Kisumu", "Awasi"), ("Kisumu", "Awasi", "Onjiko")
    ]  # fmt: skip
    assert len({area.id for area in areas}) == 4
    atlas = Atlas(areas)
    with pytest.raises(BadInput, match="say which: Kisumu > Awasi > Onjiko, Kisumu > Awasi/Onjiko"):
        atlas.resolve("Kisumu/Awasi/Onjiko")
    assert atlas.resolve("Kisumu > Awasi/Onjiko") == areas[1]
    assert atlas.resolve("Kisumu > Awasi > Onjiko") == areas[3]


def test_the_exact_path_wins_where_an_older_import_made_two_areas() -> None:
    old = [Area(f"{i:010x}", (name,)) for i, name in enumerate(("Murang'a", "Muranga", "MURANGA Town"))]
    atlas = Atlas(old)
    assert [atlas.resolve(area.full_name) for area in old] == old
    with pytest.raises(BadInput, match="several areas have that name; say which: Murang'a, Muranga"):
        atlas.resolve("murang’A")
    again = read_areas(["county", "Muranga", "Murang'a"], mac, atlas=atlas)
    assert {area.id for area in again.areas} == {old[0].id, old[1].id}


def test_a_list_finds_areas_under_the_name_that_the_organisation_gave_them() -> None:
    old = tree("Mombasa/Kisauni")
    renamed = [old[0], Area(old[1].id, ("Mombasa", "Kisauni Town"), ("Kisauni",), old[0].id)]
    atlas = Atlas(renamed)
    for name in ("Kisauni", "Kisauni Town", "KISAUNI"):
        areas = tree(f"Mombasa/{name}", atlas=atlas)
        assert [(area.id, area.full_name) for area in areas] == [(a.id, a.full_name) for a in renamed]
    clinics = read_clinics(["code,name,path,services", "1,Clinic,Mombasa/Kisauni,sti"], mac, "KE", atlas)
    assert clinics.rows[0].clinic.area_id == old[1].id


def test_a_new_area_never_takes_the_id_of_a_renamed_one() -> None:
    id_ = area_id(("Kisauni",), mac)
    [area] = tree("Kisauni", atlas=Atlas([Area(id_, ("Old Town",))]))
    assert area.id != id_
    assert area.name == "Kisauni"
