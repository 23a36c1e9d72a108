"""No part of a password reaches an error text, however the URL is written (row 148 of FAULTS)."""

import re
import traceback

import pytest
from hypothesis import example, given, settings as hypothesis_settings, strategies as st

from gateway import settings
from gateway.cli.redis_acl import login_url
from gateway.errors import BadInput, MwavuliError, StoreUnavailable
from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.kannel.send import Kannel
from gateway.store import Connection
from gateway.store.acl import RedisUser
from gateway.store.redis_url import ESCAPE_ADVICE, RedisUrl

MIN_PART = 4
"""letters of a password by which a person could know it again"""
WORDS = st.text("xqjvzw7", min_size=MIN_PART, max_size=8)
"""no text of ours has four of these letters in a row"""
SIGNS = st.text("?#/@%:&=[]+ ,;\\\t\n\u2100\u00e9", max_size=3)
PASSWORDS = st.lists(st.tuples(WORDS, SIGNS), min_size=1, max_size=4).map(lambda found: "".join(map("".join, found)))
REDIS_URLS = [
    "redis://web:{}@127.0.0.1:1/0", "redis://:{}@127.0.0.1:1", "redis://{}@127.0.0.1:1/0", "redis://web:{}@[::1]:1/0",
    "redis://web:{}@127.0.0.1:port/0", "redis://web:{}", "redis://web:{}@", "rediss://web:{}@h:1/0?ssl_nothing=1",
    "unix://web:{}@/nowhere/r.sock", "unix://web:{}@/nowhere/r.sock?db=x",
    "redis+sentinel://web:{}@127.0.0.1:1,127.0.0.1:2/m/0", "redis+sentinel://web:{}@127.0.0.1:1/m/0?sentinel_password=",
    "redis+sentinel://web:{}@127.0.0.1:x/m", "redis+sentinel://:{}@/m", "redis+sentinel://web:{}@h:1/",
    "redis://127.0.0.1:1/0?password={}", "redis://127.0.0.1:1/0?db=0&password={}&username=web",
    "redis+sentinel://127.0.0.1:1/m?sentinel_password={}", "rediss://127.0.0.1:1/0?ssl_password={}",
    "rediss://127.0.0.1:1/0?ssl_password={}&ssl_nothing=1", "{}", "redis://web:{}@127.0.0.1:1/0?retry=9",
]  # fmt: skip


def parts_of(password: str) -> list[str]:
    return re.findall(f"[xqjvzw7]{{{MIN_PART},}}", password)


def assert_untold(text: str, password: str) -> None:
    assert [part for part in parts_of(password) if part in text] == []


def assert_shown_untold(error: Exception, password: str) -> None:
    """Assert it of everything that Python prints of an error."""
    assert_untold("".join(line for line in traceback.format_exception(error) if not line.startswith("  ")), password)


@pytest.mark.parametrize("form", REDIS_URLS)
@hypothesis_settings(max_examples=60, deadline=None)
@example(password="xqjv?zwxq=1&vzzz=2")
@example(password="xqjv#zwxq")
@example(password="7777/zwxq")
@example(password="xqjv&zwxq=1&ssl_vzzz=2")
@example(password="xqjv[zwxq")
@example(password="xqjv\u2100zwxq")
@given(password=PASSWORDS)
def test_no_reader_of_redis_url_repeats_a_password(form: str, password: str) -> None:
    """The thief of a log reads what the service said of a URL that an operator mistyped."""
    url = form.format(password)
    try:
        place = RedisUrl(settings.load({"REDIS_URL": url}).redis_url)
    except BadInput as error:
        assert_shown_untold(error, password)
        return
    assert "@" not in place.without_login
    for reach in (place.find_master, lambda: Connection(url).execute("PING")):
        try:
            reach()
        except StoreUnavailable as error:
            assert_shown_untold(error, password)


@pytest.mark.parametrize("sign", "?#/@")
def test_a_password_with_an_unescaped_sign_is_explained(sign: str) -> None:
    """`@` alone is read rightly: the last one ends the login."""
    url = f"redis://web:xqjv{sign}zwxq@127.0.0.1:1/0"
    if sign == "@":
        assert RedisUrl(url).server.password == "xqjv@zwxq"
        return
    with pytest.raises(BadInput) as caught:
        RedisUrl(url)
    assert str(caught.value) == ESCAPE_ADVICE


@pytest.mark.parametrize("form", ["https://web:{}@h/", "http://{}@h:port/x", "https://h/{}?a#b", "http://h:{}/x", "{}"])
@hypothesis_settings(max_examples=60, deadline=None)
@given(password=PASSWORDS)
def test_no_reader_of_a_networks_url_repeats_a_password(form: str, password: str) -> None:
    url = form.format(password)
    for environ, tuning in (
        ({"AT_API_URL": url, "AT_API_KEY": "k", "AT_USERNAME": "test"}, {}),
        ({}, {"kannel": {"url": url, "username": "u"}}),
        ({}, {"kannel": {"url": "http://127.0.0.1:1/x", "username": "u", "reports": url}}),
    ):
        try:
            values = settings.load(environ, tuning=tuning)
            Kannel(values) if tuning else AfricasTalking(values)
        except MwavuliError as error:
            assert_shown_untold(error, password)


def test_the_files_of_redis_acl_do_not_hold_the_old_password() -> None:
    old = "redis://127.0.0.1:1/0?username=web&password=xqjvzwxq&ssl_cert_reqs=required"
    new = login_url(RedisUrl(old).without_login, RedisUser.WEB, "new")
    assert_untold(new, "xqjvzwxq")
    assert RedisUrl(new).server.password == "new"
