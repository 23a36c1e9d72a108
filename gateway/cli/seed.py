"""The demo's small fictional country, written once: areas, checked clinics and staff."""

from importlib.resources import files

from gateway.cli import clients, places
from gateway.cli.common import load_deployment
from gateway.cli.enrolment import enrol_staff
from gateway.cli.feature import turn_on
from gateway.crypto.vault import Purpose
from gateway.imports import places as imports_places
from gateway.model.feature import Feature
from gateway.model.staff import Role
from gateway.numbers import Number

STAFF = (
    ("+254711000011", "Vera", Role.VERIFIER, "Kasri", "2468", "en"),
    ("+254711000012", "Wema", Role.VERIFIER, "", "1357", "sw"),
    ("+254711000013", "Zuhura", Role.ADMIN, "", "9753", "en"),
    ("+254711000017", "Asha", Role.ADVISER, "", "4545", "en"),
    ("+254711000015", "Rehema", Role.RESPONDER, "Kasri", "1212", "en"),
    ("+254711000016", "Salma", Role.RESPONDER, "", "3434", "sw"),
)
CLINIC_PHONES = (("D01", "+254711000201"), ("D02", "+254711000202"))
CLINIC_PIN = "8642"
PHONES = (
    ("+254711000001", "Amina"),
    ("+254711000002", "Bahati"),
    ("+254711000003", "Chiku"),
    ("+254711000011", "Vera (team)"),
    ("+254711000015", "Rehema (comes)"),
    ("+254711000201", "Nurse (D01)"),
)
"""the phones on the page at the start; users add more there"""
MEMBERS = ("+254711000001", "+254711000002", "+254711000003")
"""invited as members, who warn each other of clients; they accept when they dial"""


def seed() -> None:
    """Write the country once: staff that somebody removes later stay removed."""
    store = load_deployment().store
    if store.is_demo_seeded():
        return
    _seed_places()
    _seed_staff()
    for each in Feature.all():
        turn_on(each, "the demo")
    for number in MEMBERS:
        clients.invite_member(load_deployment().store.vault.token(Number.parse(number), Purpose.MEMBER))
    store.mark_demo_seeded()


def staff_table() -> str:
    """Return the staff with their PINs, for the terminal."""
    rows = [(name, number, f"{role}, {area or 'everywhere'}", pin) for number, name, role, area, pin, _ in STAFF]
    rows += [("Nurse", number, f"clinic {code}", CLINIC_PIN) for code, number in CLINIC_PHONES]
    return "\n".join(f"    {name:<8}{number:<16}{role:<24}PIN {pin}" for name, number, role, pin in rows)


def _seed_places() -> None:
    store = load_deployment().store
    here = files("gateway.cli")
    digest = store.vault.area_digest
    for name in ("demo_areas.csv", "demo_country.csv"):
        lines = (here / name).read_text(encoding="utf-8").splitlines(keepends=True)
        places.save_areas(imports_places.read_areas(lines, digest).areas)
    rows = imports_places.read_clinics(lines, digest, "KE", store.read_world().atlas).rows
    places.save_clinics([row.clinic for row in rows])


def _seed_staff() -> None:
    atlas = load_deployment().store.read_world().atlas
    for number, name, role, area, pin, lang in STAFF:
        where = atlas.resolve(area).id if area else ""
        enrol_staff(Number.parse(number), name, role, area=where, lang=lang, active=True, pin=pin)
    for code, number in CLINIC_PHONES:
        places.grade_as_checked(code, "Zuhura", Number.parse(number), active=True, pin=CLINIC_PIN)
