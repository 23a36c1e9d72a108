"""New words reach phones without a restart, in the real web and in a worker. Wrong words are refused."""

import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway import content, settings
from gateway.cli import common
from gateway.cli.language import language
from gateway.deployment import Deployment, DeploymentLoader, open_deployment
from gateway.errors import BadInput
from gateway.settings import Settings
from gateway.store.cached_table import bump_version_command
from gateway.store.world_cache import CONTENT_NAME
from jobs.context import JobContext, build_context
from tests.harness.served import Served, WebPhone, served
from tests.harness.steps_alerts import send
from tests.harness.town import Town
from tests.harness.waiting import until
from translations.catalog import catalog_path

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
APOLOGY = "Sorry, this does not work now. Please dial again later or call {hotline}."
CHECK = "Please check notice {number}, {area}. Dial {dial}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the organisation's content, empty at the start of each process."""
    made = tmp_path / "content"
    made.mkdir()
    return made


@pytest.fixture
def environ(environ: dict[str, str], folder: Path) -> dict[str, str]:
    return environ | {"MWAVULI_CONTENT_DIR": str(folder), "MWAVULI_LANGUAGES": "en,sw", "MWAVULI_STAFF_SMS": "1"}


@pytest.fixture
def web(deployment: Deployment, values: Settings) -> Iterator[Served]:
    with served(values) as running:
        yield running


@pytest.fixture(autouse=True)
def command(monkeypatch: pytest.MonkeyPatch, deployment: Deployment, values: Settings) -> None:
    """Return a command, which opens its own deployment and so reads the content itself."""
    monkeypatch.setattr(common, "load_deployment", lambda: open_deployment(values))


def write(folder: Path, **words: str) -> None:
    """Write other words for these sentences of the home screen, or of a worker."""
    ids = {"alerts": "Alerts near me", "check": CHECK, "apology": APOLOGY}
    path = folder / catalog_path("en")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "".join(f'msgid "{ids[k]}"\nmsgstr "{w}"\n\n' for k, w in words.items()), "utf-8")


def publish() -> Result:
    return CliRunner().invoke(language, ["--publish"])


def bump(deployment: Deployment) -> None:
    deployment.store.transact(lambda _world, change, _now: change.write(*bump_version_command(CONTENT_NAME)))


def home(web: Served) -> str:
    phone = WebPhone(web, "Amina")
    phone.dial()
    return phone.choose("English")


def test_the_web_shows_published_words(web: Served, folder: Path) -> None:
    assert "Alerts near me" in home(web)
    write(folder, alerts="News near me")
    assert "Alerts near me" in home(web), "nothing is read again before it is published"
    assert publish().exit_code == 0
    assert until(lambda: "News near me" in home(web), what="the new words")
    write(folder, alerts="Notices near me")
    assert publish().exit_code == 0
    assert until(lambda: "Notices near me" in home(web), what="the next words")


def test_a_new_topic_is_listed(web: Served, folder: Path) -> None:
    head = "title: Taxis\ngroup: police\norder: 0\nsource: SWIT (2013)\nchecked: 2026-11-21\nreviewed: nobody\n"
    home(web)
    path = folder / "en" / "topics" / "police" / "taxi.txt"
    path.parent.mkdir(parents=True)
    path.write_text(f"{head}\nKeep the number of the taxi.\n", "utf-8")
    publish()

    def shown() -> str:
        phone = WebPhone(web, "Amina")
        phone.dial()
        phone.choose("English", "My rights")
        return phone.choose("police" if "police" in phone.screen else "Police")

    assert until(lambda: "Taxis" in shown(), what="the new topic")


def test_the_apology_has_the_new_words(web: Served, folder: Path) -> None:
    """A phone reads the apology after a request that cannot be read, and while the service is closed."""
    assert "Sorry" in web.post("ussd", {"sessionId": "s"}).text
    write(folder, apology="Not now. Dial again later or call {hotline}.")
    publish()
    home(web)
    assert until(lambda: "END Not now." in web.post("ussd", {"sessionId": "s"}).text, what="the new apology")


def test_a_turn_does_not_wait_for_the_new_words(web: Served, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, read = threading.Event(), threading.Event(), content.read_content

    def slow(settings: Settings) -> content.Content:
        begun.set()
        assert go_on.wait(20)
        return read(settings)

    home(web)
    write(folder, alerts="News near me")
    publish()
    monkeypatch.setattr(content, "read_content", slow)
    home(web)
    assert begun.wait(5)
    assert "Alerts near me" in home(web), "answered while the new words are being read"
    go_on.set()
    assert until(lambda: "News near me" in home(web), what="the new words")


def test_wrong_words_are_refused_and_the_old_ones_stay(
    web: Served, folder: Path, deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, alerts="News near me")
    publish()
    assert until(lambda: "News near me" in home(web), what="the new words")
    path = folder / catalog_path("en")
    path.write_text(f'{HEAD}msgid "unfinished\n', "utf-8")
    assert isinstance(publish().exception, BadInput), "the command refuses them first"
    with caplog.at_level(logging.ERROR, "mwavuli.content"):
        bump(deployment)
        assert until(lambda: home(web) and "the new content is refused" in caplog.text, what="the refusal")
    assert str(path) in caplog.text
    assert "News near me" in home(web)
    (folder / "helpers.toml").write_bytes(b"\xff")
    write(folder, alerts="Notices near me")
    caplog.clear()
    bump(deployment)
    assert until(lambda: home(web) and "the new content is refused" in caplog.text, what="the second refusal")
    assert "News near me" in home(web), "all of it or nothing"
    (folder / "helpers.toml").unlink()
    publish()
    assert until(lambda: "Notices near me" in home(web), what="words put right")


def test_words_published_between_start_and_first_turn_are_shown(web: Served, folder: Path, values: Settings) -> None:
    """A process that read its files before the change, and its first version after it, does not miss the change."""
    late = open_deployment(values)
    write(folder, alerts="News near me")
    (folder / "helpers.toml").write_text('[[helper]]\nkind = "shelter"\nname = "Nyota"\nphone = "0711000077"\n')
    publish()
    late.follow_content()
    assert until(
        lambda: late.store.read_world() and late.languages["en"].gettext("Alerts near me") == "News near me",
        what="the new words",
    )
    assert [helper.name for helper in late.store.read_world().profile.helpers] == ["Nyota"]


@pytest.fixture
def worker(deployment: Deployment, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[JobContext]:
    """Return the deployment that a worker opens from its environment."""
    for name, value in environ.items():
        monkeypatch.setitem(os.environ, name, value)
    holder = DeploymentLoader(lambda: settings.load(os.environ), build_context, "nothing is sent")
    yield holder.load()
    holder.close()


def test_a_worker_texts_published_words(worker: JobContext, network_url: str, folder: Path) -> None:
    town = Town(worker, network_url)
    assert worker.translator("en")(CHECK) == CHECK
    write(folder, check="{number}, {area}: look at it. Dial {dial}")
    assert publish().exit_code == 0
    wanted = "{number}, {area}: look at it. Dial {dial}"
    assert until(lambda: worker.store.read_world() and worker.translator("en")(CHECK) == wanted, what="the new words")
    town["Chiku"].text("REPORT soko mwezi raid")
    assert any("look at it" in text for text in town["Vera"].inbox())
    town.close()


WARNING = "Notice for {where}: {at} to {until}. Details: dial {dial}"


def test_a_wrong_placeholder_stops_no_warning(
    deployment: Deployment, environ: dict[str, str], network_url: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The organisation's sentence cannot be filled in. Everybody gets ours, and the sentence is named at the start."""
    path = folder / catalog_path("en")
    path.parent.mkdir(parents=True)
    path.write_text(f'{HEAD}msgid "{WARNING}"\nmsgstr "POLICE RAID {{plac}}: {{at}}"\n', "utf-8")
    with caplog.at_level(logging.ERROR, "mwavuli.content"):
        context = build_context(open_deployment(settings.load(environ)))
    town = Town(context, network_url)
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    send(town)
    got = town["Amina"].inbox()
    assert [text for text in got if text.startswith("Notice for Soko Mwezi, Gate:")], got
    assert f"{path}: the translation of '{WARNING}' has {{plac}}, which the English has not" in caplog.text
    town.close()


def test_a_command_does_not_read_again(deployment: Deployment, folder: Path) -> None:
    """A command ends sooner than that."""
    write(folder, alerts="News near me")
    bump(deployment)
    deployment.store.read_world()
    assert not [thread for thread in threading.enumerate() if thread.name == "content"]
    assert deployment.languages["en"].gettext("Alerts near me") == "Alerts near me"
