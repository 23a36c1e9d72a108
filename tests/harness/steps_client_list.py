"""The commands of `mwavuli clients`, and a list from a partner organisation."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli import clients
from gateway.cli.feature import turn_on
from gateway.crypto.client_hashes import ClientHasher, list_key_name, read_list_key
from gateway.crypto.vault import Keyring, Vault, new_key
from gateway.model.client_report import CLIENTS_FEATURE, Harm
from tests.harness.command import Said, said
from tests.harness.town import Town

Run = Callable[..., Said]


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    (tmp_path / "list.key").write_text(new_key())
    (tmp_path / "settings.toml").write_text(f'[clients]\nlist_key = "{tmp_path / "list.key"}"\n')
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}


@pytest.fixture
def run(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `mwavuli clients ...` in this process."""
    deployment = town.context.deployment
    monkeypatch.setattr(clients, "load_deployment", lambda: deployment)
    monkeypatch.setattr(clients, "load_settings", lambda: deployment.settings)
    monkeypatch.setattr("gateway.cli.feature.load_deployment", lambda: deployment)
    turn_on(CLIENTS_FEATURE, "Zuhura")

    def command(*words: object, typed: str = "") -> tuple[int, str, str]:
        return said("clients", *words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)

    return command


def partner(town: Town, *typed: str, harm: Harm = Harm.FILMS, head: str = "") -> str:
    """Return a list from another organisation, which has keys of its own and the shared list key."""
    key = read_list_key(town.store.settings.tuning.clients.list_key)
    marker = ClientHasher(Vault(Keyring.generate()), "KE", key)
    rows = [head or f"mwavuli clients 1,{list_key_name(key)}"]
    for each in typed:
        sought = marker.lookup_keys(each)
        assert sought
        sort = "plate" if sought.is_plate else "phone"
        rows.append(f"{sought.shared_hash.hex()},{sort},{harm},24300,Pwani Ndoto/Kasri")
    return "\n".join(rows) + "\n"
