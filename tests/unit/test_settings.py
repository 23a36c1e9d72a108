"""Settings: an error names the variable and says what would be right, never the value of a secret."""

from pathlib import Path

import pytest

from gateway import settings
from gateway.crypto.vault import new_key
from gateway.errors import BadInput
from gateway.providers.africastalking.send import AfricasTalking

TOKEN = "a-token-of-the-webhooks-0123456789"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("MWAVULI_REGION", "KENYA"),
        ("MWAVULI_TIMEZONE", "Nairobi"),
        ("MWAVULI_TIMEZONE", "../../etc/passwd"),
        ("MWAVULI_TIMEZONE", "/etc/localtime"),
        ("MWAVULI_TIMEZONE", "Africa"),
        ("MWAVULI_LANGUAGES", ","),
        ("MWAVULI_NAME", "a name of more than twenty"),
        ("MWAVULI_SERVICE_CODE", "384"),
        ("MWAVULI_SERVICE_CODE", "*384*2024"),
        ("MWAVULI_APPROVALS", "3"),
        ("MWAVULI_STAFF_SMS", "perhaps"),
        ("AT_SENDER", "more than eleven"),
        ("AT_API_URL", "127.0.0.1:8765"),
        ("AT_API_URL", "ftp://127.0.0.1"),
        ("REDIS_URL", "localhost"),
        ("REDIS_URL", "http://localhost:6379"),
        ("MWAVULI_WEBHOOK_TOKEN", "short"),
        ("MWAVULI_WEBHOOK_TOKEN", f"{TOKEN},with/slash-0123456789-0123456789"),
        ("MWAVULI_WEBHOOK_TOKEN", "a" * 31),
        ("MWAVULI_REDIS_ACCEPTED", "any"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadInput) as caught:
        settings.load({name: value})
    assert name in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", settings.SECRETS)
@pytest.mark.parametrize("secret", ["tooshort", "hunter2/hunter2-hunter2", "käse-käse-käse-käse"])
def test_a_secret_is_never_repeated(name: str, secret: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(secret + "\n")
    for environ in ({name: secret}, {f"{name}_FILE": str(tmp_path / "secret")}):
        try:
            shown = repr(settings.load({**environ}))
        except BadInput as error:
            shown = str(error)
        assert secret not in shown
        with pytest.raises(BadInput) as caught:
            settings.load({**environ, "PORT": "x"})
        assert secret not in str(caught.value)


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    given = {"MWAVULI_KEY": new_key(), "MWAVULI_WEBHOOK_TOKEN": TOKEN, "AT_API_KEY": "k", "REDIS_URL": "unix:///r.sock"}
    for name, value in given.items():
        (tmp_path / name).write_text(value + "\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in given}
    for environ in (files, {**files, **dict.fromkeys(given, "")}):  # an empty variable counts as not set
        values = settings.load(environ)
        assert (values.key, values.at_api_key, values.redis_url) == (given["MWAVULI_KEY"], "k", "unix:///r.sock")
        assert values.webhook_tokens == (TOKEN,)


def test_the_variable_itself_comes_before_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file")
    assert settings.load({"AT_API_KEY": "set", "AT_API_KEY_FILE": str(tmp_path / "key")}).at_api_key == "set"


@pytest.mark.parametrize("name", [*(f"{secret}_FILE" for secret in settings.SECRETS), "MWAVULI_SETTINGS"])
def test_a_file_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "nowhere", tmp_path, tmp_path / "binary"):
        with pytest.raises(BadInput, match=name):
            settings.load({name: str(path)})


def test_two_tokens_are_valid_while_they_are_changed() -> None:
    values = settings.load({"MWAVULI_WEBHOOK_TOKEN": f" {TOKEN} ,{TOKEN}-new, "})
    assert values.webhook_tokens == (TOKEN, f"{TOKEN}-new")


def test_the_toml_file_tunes(tmp_path: Path) -> None:
    file = tmp_path / "tuning.toml"
    file.write_text(
        '[prices]\ncurrency = "UGX"\n[times]\nlease = 20\n[sending]\nrequest_size = 50\n'
        '[networks.63902]\nsender = "promotional"\n'
    )
    values = settings.load({"MWAVULI_SETTINGS": str(file)})
    assert (values.times.lease, values.tuning.sending.request_size, values.tuning.prices.currency) == (20, 50, "UGX")
    assert values.times.session == 600, "what is not said stays"
    assert values.tuning.networks["63902"].sender == "promotional"


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ("[times]\nleese = 20", "times.leese"),
        ("[times]\nlease = 0", "times.lease"),
        ("[times]\nalert = -1", "times.alert"),
        ('[times]\nscheduler_interval = "fast"', "times.scheduler_interval"),
        ("[sending]\nrequest_size = 5000", "sending.request_size"),
        ('[networks.63902]\nsender = "both"', "networks.63902.sender"),
        ("times = 3", "times"),
        ("key = ", "TOML"),
        ("[times\n", "TOML"),
    ],
)
def test_an_error_names_the_place_in_a_bad_toml_file(toml: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "tuning.toml").write_text(toml)
    with pytest.raises(BadInput) as caught:
        settings.load({"MWAVULI_SETTINGS": str(tmp_path / "tuning.toml")})
    assert "MWAVULI_SETTINGS" in str(caught.value)
    assert where in str(caught.value)


@pytest.mark.parametrize("username", ["demo", "bench", "test"])
@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://api.africastalking.com",
        "http://127.0.0.1.example.org",
        "http://localhost@example.org",
        "http://example.org\\@localhost",
        "http://example.org#@localhost",
        "http://[::1",
        "http://0.0.0.0:80",
    ],
)
def test_made_up_accounts_reach_this_machine_only(username: str, url: str) -> None:
    with pytest.raises(BadInput, match="AT_USERNAME"):
        AfricasTalking(settings.load({"AT_USERNAME": username, "AT_API_URL": url}))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://localhost:8765/", "http://[::1]:8765"])
def test_made_up_accounts_reach_a_simulated_network(url: str) -> None:
    AfricasTalking(settings.load({"AT_USERNAME": "test", "AT_API_URL": url}))
