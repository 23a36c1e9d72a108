"""An operator errs, or is deceived at the terminal: no command takes a role from the last person who has it there."""

import pytest
from click.testing import CliRunner, Result

from gateway.cli import cli
from gateway.model.staff import Role, Staff
from tests.harness.cast import NUMBERS
from tests.harness.town import Town

ADD = ("staff", "add", "--name", "Zuhura", "--active")
CHANGE = ("staff", "change")


def run(name: str, *words: str) -> Result:
    return CliRunner().invoke(cli, list(words), input=NUMBERS[name])


def person(town: Town, name: str) -> Staff:
    return next(p for p in town.store.read_world().roster.people if p.name == name)


@pytest.mark.parametrize(
    "words",
    [
        (*CHANGE, "--role", "sender"),
        (*CHANGE, "--role", "admin", "--area", "Kasri"),
    ],
    ids=["another role", "a smaller area"],
)
def test_changing_the_last_admin_takes_no_role(town: Town, words: tuple[str, ...]) -> None:
    before = person(town, "Zuhura")
    done = run("Zuhura", *words)
    assert done.exit_code != 0 and "PIN" not in done.output
    assert "Zuhura is the last admin there who gets texts: first add another" in str(done.exception or done.output)
    assert person(town, "Zuhura") == before


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("Zuhura", (*ADD, "--role", "sender"), "that phone is Zuhura (admin) already"),
        ("Zuhura", ("staff", "add", "--name", "Other", "--role", "admin"), "that phone is Zuhura (admin) already"),
        ("Dafina", ("staff", "add", "--name", "zuhura", "--role", "sender"), "a colleague is called zuhura already"),
    ],
    ids=["active", "inactive until a code comes back", "a name that is taken"],
)
def test_adding_refuses_what_exists(town: Town, name: str, words: tuple[str, ...], said: str) -> None:
    before = town.store.read_world().roster.people
    done = run(name, *words)
    assert done.exit_code != 0 and "PIN" not in done.output
    assert said in str(done.exception or done.output)
    assert town.store.read_world().roster.people == before


def test_a_changed_phone_keeps_its_pin(town: Town) -> None:
    assert run("Vera", *CHANGE, "--role", "sender,responder", "--everywhere").exit_code == 0
    vera = person(town, "Vera")
    assert vera.roles == {Role.SENDER, Role.RESPONDER} and vera.area == ""
    assert "Send a warning" in town["Vera"].dial("1", "7", "2468", "8")


def test_activating_the_last_admin_again_takes_no_role(town: Town) -> None:
    before = person(town, "Zuhura")
    done = run("Zuhura", "staff", "activate", before.id)
    assert "the last admin there" in str(done.exception or done.output)
    assert person(town, "Zuhura") == before


def test_what_keeps_the_role_asks_nothing(town: Town) -> None:
    assert run("Zuhura", *CHANGE, "--role", "admin,responder").exit_code == 0
    assert person(town, "Zuhura").roles == {Role.ADMIN, Role.RESPONDER}


def test_a_second_admin_frees_the_first(town: Town) -> None:
    assert run("Wema", *CHANGE, "--role", "admin").exit_code == 0
    assert run("Zuhura", *CHANGE, "--role", "sender").exit_code == 0


def test_the_operator_may_insist(town: Town) -> None:
    assert run("Zuhura", *CHANGE, "--role", "sender", "--even-if-last").exit_code == 0
    assert person(town, "Zuhura").roles == {Role.SENDER}
