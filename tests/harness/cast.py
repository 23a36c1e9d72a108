"""The fixed characters: each always has the same name, number and rights. The numbers are made up."""

from gateway.model.staff import Role
from gateway.numbers import Number

CALLERS = {
    "Amina": "+254711000001",
    "Bahati": "+254711000002",
    "Chiku": "+254711000003",
    "Dafina": "+254711000004",
}
"""Callers without rights. Dafina never joins anything."""

TEAM = {
    "Vera": ("+254711000011", Role.VERIFIER, "Kasri", "2468"),
    "Wema": ("+254711000012", Role.VERIFIER, "", "1357"),
    "Sabra": ("+254711000014", Role.SENDER, "Kasri", "8080"),
    "Zuhura": ("+254711000013", Role.ADMIN, "", "9753"),
    "Asha": ("+254711000017", Role.ADVISER, "", "4545"),
}
RESPONDERS = {
    "Rehema": ("+254711000015", Role.RESPONDER, "Kasri", "1212"),
    "Salma": ("+254711000016", Role.RESPONDER, "", "3434"),
}
"""Responders; enrolled if a test turns SOS on."""
NURSE = ("Nurse", "+254711000201", "D01", "8642")

NUMBERS = {**CALLERS, **{name: row[0] for name, row in (TEAM | RESPONDERS).items()}, NURSE[0]: NURSE[1]}


def number(name: str) -> Number:
    return Number.parse(NUMBERS[name])
