"""Settings: secrets, names that would give people away, the provider's account."""

import os
import re
import stat
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.resources import files
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from gateway.cli.checks.finding import Finding, Findings, abbreviate, must, or_ok, should
from gateway.cli.demo_folder import demo_hint
from gateway.crypto.keyring import KEYRING_FILE, LOCKED_MESSAGE, is_wipe_unfinished, raise_if_wiped
from gateway.crypto.secret_file import delete_stray_drafts
from gateway.crypto.vault import Keyring, wrap
from gateway.deployment import find_key
from gateway.errors import BadInput, KeyLocked
from gateway.model.names import normalise_name
from gateway.model.tariff import Carrier
from gateway.os_errors import describe_os_error
from gateway.profile import build_tariff
from gateway.settings import LOOPBACK_USERS, KannelBox, Settings
from translations.forbidden_words import read_forbidden_words
from translations.languages import TRANSLATIONS_DIR, shipped_codes

MIN_SUBSTRING_CHARS = 5
"""letters; a revealing word of at least this length is found inside other words too"""
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_WORD_PATTERN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def check(values: Settings) -> Findings:
    yield from or_ok(_check_key(values), "MWAVULI_KEY is 32 random bytes")
    yield from or_ok(_check_data_folder(values.data_dir), "the data folder can be written")
    yield from or_ok(_check_tokens(values), "the webhooks have a token")
    yield from or_ok(_check_names(values), "the names on phones reveal nothing")
    yield from or_ok(
        _check_provider(values), "the provider's account is set, and each network's treatment of the sender"
    )
    if values.tuning.kannel:
        yield from or_ok(_check_kannel(values, values.tuning.kannel), "Kannel is on this machine, or reached by https")
    if not values.hotline:
        yield should("MWAVULI_HOTLINE is not set: the apology for a failure names no number to call")


def _check_key(values: Settings) -> Findings:
    keyring = values.data_dir / KEYRING_FILE
    if count := delete_stray_drafts(keyring):
        yield should(f"{count} drafts of the keyring, which a killed command left, were deleted just now")
    if is_wipe_unfinished(keyring):
        yield must("a wipe was cut off before Redis was emptied: run `mwavuli wipe` again")
    try:
        raise_if_wiped(keyring)
        if not find_key(values):
            raise KeyLocked(LOCKED_MESSAGE)
        wrap(Keyring.generate(), find_key(values))  # a check must not make a keyring where there is none
    except (BadInput, KeyLocked) as error:
        yield must(f"{error}{demo_hint(os.environ) if str(error) == LOCKED_MESSAGE else ''}")
    if keyring.exists() and _is_accessible_to_others(keyring):
        yield must("the keyring file can be read by other accounts of this machine: chmod 600 it")
    if any(values.data_dir.glob("*.aof*")) or (values.data_dir / "appendonlydir").exists():
        yield should("Redis has its data in MWAVULI_DATA_DIR, beside the keyring: a thief of one folder has both")


def _check_data_folder(folder: Path) -> Findings:
    """Check that the folder, or the one in which the first start makes it, takes a file."""
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        with tempfile.TemporaryFile(dir=nearest, buffering=0) as file:
            file.write(b"1")
    except OSError as error:
        yield must(f"MWAVULI_DATA_DIR: cannot write in {folder}: {describe_os_error(error)}")


def _is_accessible_to_others(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _check_tokens(values: Settings) -> Findings:
    tokens = values.webhook_tokens
    if not tokens:
        yield must("MWAVULI_WEBHOOK_TOKEN is not set: no call and no text comes in")
    if len(tokens) > 1:
        yield should(f"{len(tokens)} webhook tokens are valid: remove the old token once the provider uses the new one")


def _check_names(values: Settings) -> Findings:
    kannel = values.tuning.kannel.sender if values.tuning.kannel else ""
    for variable, name in (("MWAVULI_NAME", values.name), ("AT_SENDER", values.sender), ("[kannel] from", kannel)):
        if find_revealing_word(name):
            yield must(f"{variable} reveals the purpose to anybody who sees the phone: choose a neutral name")


def find_revealing_word(name: str) -> str:
    """Return the word in a name that reveals the purpose; empty where none does."""
    whole = normalise_name(name).replace(" ", "")
    parts = {normalise_name(part) for part in (*_WORD_PATTERN.findall(name), *re.split(r"\W+", name))}
    listed = (w for w in _revealing_words() if w in parts or (len(w) >= MIN_SUBSTRING_CHARS and w in whole))
    spoken = (
        w
        for code in shipped_codes()
        for w in read_forbidden_words(code, [TRANSLATIONS_DIR]).find_revealing(" ".join(parts))
    )
    return next(chain(listed, spoken), "")


def _revealing_words() -> Iterable[str]:
    text = files("gateway.cli.checks").joinpath("revealing.txt").read_text(encoding="utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


def _check_provider(values: Settings) -> Findings:
    kannel_alone = values.tuning.kannel and not values.at_api_key
    if values.at_username in LOOPBACK_USERS and not kannel_alone:
        yield should(f"AT_USERNAME is '{values.at_username}': texts reach a simulated network on this machine only")
    elif not values.at_api_key and not kannel_alone:
        yield must("AT_API_KEY is not set: no text can be sent")
    if not values.shortcode:
        yield must("AT_SHORTCODE is not set: nobody can text STOP, and clinics cannot answer")
    yield from _check_networks(values)


def _check_kannel(values: Settings, box: KannelBox) -> Findings:
    if not values.kannel_password:
        yield must("KANNEL_PASSWORD is not set: Kannel accepts no text")
    for name, url in (("url", box.url), ("reports", box.reports)):
        parts = urlsplit(url)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
            yield must(
                f"[kannel] {name} is neither on this machine nor https: others can read numbers and texts on the way"
            )


def _check_networks(values: Settings) -> Findings:
    networks = values.tuning.networks
    if not networks:
        yield must(
            "the settings do not say how each mobile network treats the sender: ask the provider, and write "
            "[networks.NAME] sender = 'transactional' or 'promotional' in the file of MWAVULI_SETTINGS"
        )
    try:
        limited = build_tariff(values.tuning).carriers_with_hours
    except BadInput as error:
        yield must(str(error))
        return
    if bare := [name for name, n in networks.items() if not n.prefixes]:
        yield should(
            f"{abbreviate(bare)}: no prefixes in [networks]: the service cannot tell which numbers belong to them"
        )
    if limited:
        yield _delivery_hours_finding(limited, datetime.now(ZoneInfo(values.timezone)))


def _delivery_hours_finding(networks: Sequence[Carrier], local: datetime) -> Finding:
    """Report the networks that deliver by day only."""
    said = (f"{n.name} ({n.delivery_hours.text.removeprefix('Daily ')})" for n in networks if n.delivery_hours)
    now = "".join(
        f"; {n.name} delays them until {n.next_delivery(local):%a %H:%M}" for n in networks if n.is_closed(local)
    )
    return should(
        f"{abbreviate(said)}: a promotional sender, whose texts wait outside its hours: "
        f"warnings at night come late{now}"
    )


def audit_reminder() -> Finding:
    return should("no outsider has audited this: have it audited before anybody's safety depends on it")
