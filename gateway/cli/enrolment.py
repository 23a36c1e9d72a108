"""Give a phone its roles. PINs and codes are returned once and stored only as keyed hashes."""

import secrets
from collections.abc import Collection

from msgspec.structs import replace

from gateway.cli import common
from gateway.cli.common import load_deployment, load_settings
from gateway.crypto.secrets import hash_secret
from gateway.crypto.vault import Purpose
from gateway.errors import BadInput
from gateway.model.codes import random_digits
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.names import normalise_name
from gateway.model.policy import sole_roles
from gateway.model.staff import Role, Staff
from gateway.model.world import World
from gateway.numbers import Number
from gateway.store import Transaction
from gateway.store.records.tables import STAFF
from gateway.text.gsm import clip
from gateway.text.wording import activation_text

MAX_NAME_CHARS = 20


def enrol_staff(
    number: Number, name: str, *roles: Role, area: str = "", clinic: str = "", lang: str = "", active: bool = False,
    pin: str = "",
) -> tuple[str, str]:  # fmt: skip
    """Write a staff member. Return the PIN and the activation code. A known phone gets new roles and a new PIN.

    Raises BadInput for an empty name, a language that is not offered, a clinic that is not imported, or a known phone
    that is the last one with a role there and would lose it.
    """
    values, store = load_settings(), load_deployment().store
    lang = lang or values.languages[0]
    _check_enrolment(name, roles, clinic, lang)
    token = store.vault.token(number, Purpose.STAFF)
    pin, activation = pin or random_digits(4), "" if active else random_digits(6)
    person = Staff(
        secrets.token_hex(4), clip(name, MAX_NAME_CHARS), frozenset(roles), token,
        area=area, clinic=clinic, lang=lang, active=active,
        pin_hash=hash_secret(store.vault, number, "pin", pin),
        activation_hash=hash_secret(store.vault, number, "activation", activation) if activation else b"",
    )  # fmt: skip

    def write(world: World, transaction: Transaction, now: int) -> None:
        old = world.roster.by_token.get(token)
        if old:
            require_not_last(world, transaction, old, replace(person, id=old.id))
        store.world_cache.staff.put(transaction, token, replace(person, id=old.id) if old else person)
        if activation:
            queue_activation(transaction, number, lang, activation, now)

    store.transact(write)
    common.notify_workers({Lane.ALERTS})
    return pin, activation


def require_not_last(world: World, transaction: Transaction, person: Staff, changed: Staff | None = None) -> None:
    """Raise BadInput where a role of this person would have nobody there. `changed`: as the person would be."""
    if roles := sole_roles(world, person, changed):
        raise BadInput(
            f"{person.name} is the last {', '.join(sorted(roles))} there who gets texts: first add another with "
            "`mwavuli staff add`, or take the role from this one with --even-if-last"
        )
    transaction.require_table(STAFF.name)


def _check_enrolment(name: str, roles: Collection[Role], clinic: str, lang: str) -> None:
    values, store = load_settings(), load_deployment().store
    if not name.strip():
        raise BadInput("--name is the name that colleagues use; it cannot be empty")
    if lang not in values.languages:
        raise BadInput(f"--lang is one of {', '.join(values.languages)}")
    store.read_world()
    if Role.CLINIC in roles and store.world_cache.clinics.get(clinic.encode()) is None:
        raise BadInput("role clinic needs --clinic with the code of an imported clinic")


def queue_activation(transaction: Transaction, number: Number, lang: str, code: str, now: int) -> None:
    """Queue the text that asks the phone to answer with its activation code."""
    _ = load_deployment().languages[lang].translator
    text = activation_text(code, _)
    until = now + load_settings().times.message
    message = OutboundText(number.to_int(), text, Lane.ALERTS, LegalBasis.ACTIVATION, until)
    load_deployment().store.queue_message(transaction, message, now)


def require_new(number: Number, name: str) -> None:
    """Raise BadInput for a phone that has a role already, and for a colleague's name: phones are blocked by name."""
    store = load_deployment().store
    roster = store.read_world().roster
    known = roster.by_token.get(store.vault.token(number, Purpose.STAFF))
    if known:
        raise BadInput(
            f"that phone is {known.name} ({known.role_names}) already: `mwavuli staff change` changes roles and area, "
            f"`mwavuli staff activate {known.id}` gives a new PIN"
        )
    if any(normalise_name(person.name) == normalise_name(clip(name, MAX_NAME_CHARS)) for person in roster.people):
        raise BadInput(f"a colleague is called {name} already: add a letter, because admins block a lost phone by name")
