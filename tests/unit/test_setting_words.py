"""Every setting, when it is wrong, says its name, what is right and an example: in our words, not pydantic's."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from gateway import settings
from gateway.errors import BadInput
from gateway.settings import KannelBox, Network, RateLimit, Settings, Tuning, UssdNetwork
from gateway.settings.words import describe_error

PYDANTIC_WORDS = re.compile(
    r"Input should|String should|Value error|valid (string|integer|tuple|dictionary)|Extra inputs|Field required|\^",
    re.IGNORECASE,
)
NESTED = {"networks": ("x", Network), "ussd": ("x", UssdNetwork), "kannel": ("", KannelBox)}
VARIABLES = sorted(str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias)


def places(model: type[BaseModel], *above: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of each setting of the file, also of tables that have no default."""
    for name, field in model.model_fields.items():
        path = (*above, field.alias or name)
        yield path
        if isinstance(field.default, BaseModel):
            yield from places(type(field.default), *path)
        elif path in (("sending", "kannel"), ("sending", "africastalking")):
            yield from places(RateLimit, *path)
        elif not above and name in NESTED:
            key, inner = NESTED[name]
            yield from places(inner, *path, *([key] if key else []))


def file_with(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for part in reversed(path):
        value = {part: value}
    return value  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", [*places(Tuning)], ids=".".join)
def test_each_setting_of_the_file(path: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Tuning(**file_with(path, object()))
    errors = [error for error in caught.value.errors() if [*map(str, error["loc"])][: len(path)] == [*path]]
    assert errors
    for error in errors:
        said = describe_error({**error, "loc": ("tuning", *error["loc"])}, Tuning())
        assert said.startswith(f"MWAVULI_SETTINGS ({'.'.join(path)}")
        assert re.search(r"right is .*(, as in \S+|below \[)", said), said
        assert not PYDANTIC_WORDS.search(said), said


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable(name: str) -> None:
    for kind in ("int_parsing", "string_pattern_mismatch", "too_short"):
        said = describe_error({"type": kind, "loc": (name,)}, Tuning())
        assert re.fullmatch(rf"{name}: right is .+, as in .+", said), said


@pytest.mark.parametrize(
    ("toml", "wanted"),
    [
        ("[times]\nleese = 20", "did you mean lease"),
        ("[pace]\nrate = 20", "there is no such setting"),
        ("[networks.x]\nsender = 'promotional'\nfoot = 1", "there is no such setting"),
        ("[networks.x]\nfooter = 3", "it is missing; right is .*transactional"),
        ("[times]\nlease = 0", r"a whole number \(1 or more\), as in 15"),
        ("[voice]\nneutral_message = '" + "x" * 201 + "'", "at most 200 letters"),
        ("[sending]\nrate = 0.5", "at least 1 segment"),
        ("[prices.to]\nnowhere = 1", "the beginning of a number"),
        ("[times]\nlease = ", "line 2: this is not TOML|end of the file: this is not TOML"),
    ],
)
def test_a_bad_file(toml: str, wanted: str, tmp_path: Path) -> None:
    (tmp_path / "tuning.toml").write_text(toml)
    with pytest.raises(BadInput, match=wanted) as caught:
        settings.load({"MWAVULI_SETTINGS": str(tmp_path / "tuning.toml")})
    assert not PYDANTIC_WORDS.search(str(caught.value))


def test_two_variables_that_do_not_go_together() -> None:
    with pytest.raises(BadInput, match=r"^settings: MWAVULI_STATUS_PORT and PORT must differ"):
        settings.load({"MWAVULI_STATUS_TOKEN": "a" * 32, "PORT": "8001"})
