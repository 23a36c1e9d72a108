"""Passwords of the desk: which are refused, and how they are stored (argon2id, RFC 9106)."""

import secrets
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

MIN_CHARS: Final = 12
MAX_CHARS: Final = 200
MIN_DIFFERENT_CHARS: Final = 6
MEMORY_KIB: Final = 65536
ITERATIONS: Final = 3
LANES: Final = 1
HASH_BYTES: Final = 32


def hash_password(password: str) -> str:
    """Return the hash with its parameters. It takes some tenths of a second and 64 MiB."""
    kdf = Argon2id(
        salt=secrets.token_bytes(16), length=HASH_BYTES, iterations=ITERATIONS, lanes=LANES, memory_cost=MEMORY_KIB
    )
    return kdf.derive_phc_encoded(password.encode())


def is_password(password: str, stored: str) -> bool:
    """Whether this is the password of the hash. It takes as long as `hash_password`."""
    try:
        Argon2id.verify_phc_encoded(password.encode(), stored)
    except InvalidKey:
        return False
    return True


def is_too_weak(password: str, name: str) -> bool:
    """Whether a password is too short or too long, of few different letters, or contains the person's name."""
    has_length = MIN_CHARS <= len(password) <= MAX_CHARS
    is_varied = len(set(password.casefold())) >= MIN_DIFFERENT_CHARS
    return not has_length or not is_varied or name.casefold() in password.casefold()
