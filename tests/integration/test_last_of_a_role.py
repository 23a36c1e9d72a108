"""An operator errs, or is deceived at the terminal: no command takes a role from the last person who has it there."""

import pytest
from click.testing import CliRunner, Result

from gateway.cli import cli
from gateway.model.staff import Role, Staff
from tests.harness.cast import NUMBERS
from tests.harness.town import Town

ADD = ("staff", "add", "--name", "Zuhura", "--active")


def run(name: str, *words: str) -> Result:
    return CliRunner().invoke(cli, list(words), input=NUMBERS[name])


def person(town: Town, name: str) -> Staff:
    return next(p for p in town.store.read_world().roster.people if p.name == name)


@pytest.mark.parametrize(
    "words",
    [
        (*ADD, "--role", "sender"),
        (*ADD, "--role", "admin", "--area", "Kasri"),
        ("staff", "add", "--name", "Zuhura", "--role", "admin"),
    ],
    ids=["another role", "a smaller area", "inactive until a code comes back"],
)
def test_adding_the_last_admin_again_takes_no_role(town: Town, words: tuple[str, ...]) -> None:
    before = person(town, "Zuhura")
    done = run("Zuhura", *words)
    assert done.exit_code != 0 and "PIN" not in done.output
    assert "Zuhura is the last admin there who gets texts: first add another" in str(done.exception or done.output)
    assert person(town, "Zuhura") == before


def test_activating_the_last_admin_again_takes_no_role(town: Town) -> None:
    before = person(town, "Zuhura")
    done = run("Zuhura", "staff", "activate", before.id)
    assert "the last admin there" in str(done.exception or done.output)
    assert person(town, "Zuhura") == before


def test_what_keeps_the_role_asks_nothing(town: Town) -> None:
    assert run("Zuhura", *ADD, "--role", "admin,responder").exit_code == 0
    assert person(town, "Zuhura").roles == {Role.ADMIN, Role.RESPONDER}


def test_a_second_admin_frees_the_first(town: Town) -> None:
    assert run("Wema", "staff", "add", "--name", "Wema", "--active", "--role", "admin").exit_code == 0
    assert run("Zuhura", *ADD, "--role", "sender").exit_code == 0


def test_the_operator_may_insist(town: Town) -> None:
    assert run("Zuhura", *ADD, "--role", "sender", "--even-if-last").exit_code == 0
    assert person(town, "Zuhura").roles == {Role.SENDER}
