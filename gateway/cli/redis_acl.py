"""`mwavuli redis-acl`: a Redis user for each process."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import click

from gateway.cli.common import load_settings
from gateway.errors import BadInput
from gateway.store.acl import RedisUser, acl_file
from gateway.store.redis_url import RedisUrl

ACL_FILE = "users.acl"
SECRET_MODE = 0o600


@click.command("redis-acl")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def redis_acl(folder: Path) -> None:
    """Write a Redis ACL file and, for each process, a file with its REDIS_URL. Each run makes new passwords.

    The server is that of REDIS_URL; it must be Redis 7.0 or newer, or Valkey. Nothing is sent to Redis.
    """
    place = RedisUrl(load_settings().redis_url)
    if place.server.db:
        raise BadInput("REDIS_URL names another database than 0: these users have no right to choose one")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    passwords = make_passwords()
    write_secret(folder / ACL_FILE, acl_file(passwords))
    for user, password in passwords.items():
        write_secret(folder / f"{user}.env", f"REDIS_URL={login_url(place.without_login, user, password)}\n")
    click.echo(
        f"{folder / ACL_FILE}: name it in redis.conf as aclfile, readable for Redis alone, and restart Redis.\n"
        f"{folder}/NAME.env: the environment of mwavuli@NAME; admin.env: of the command line. Restart all processes."
    )


def make_passwords() -> dict[RedisUser, str]:
    return {user: secrets.token_urlsafe(32) for user in RedisUser}


def login_url(url: str, user: RedisUser, password: str) -> str:
    """Return REDIS_URL with this login in place of its own."""
    parts = urlsplit(url)
    servers = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}:{password}@{servers}").geturl()


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f".{path.name}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE), "w") as file:
        file.write(text)
    draft.replace(path)
