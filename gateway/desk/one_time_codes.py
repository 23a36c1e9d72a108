"""One-time codes of an authenticator app (RFC 6238): six digits, a new one every 30 seconds, each accepted once."""

import pyotp
import segno

STEP_S = 30
DRIFT_STEPS = 1
"""steps that the person's clock may be wrong, either way"""


def new_secret() -> str:
    return pyotp.random_base32()


def accepted_step(secret: str, code: str, last_step: int, now: int) -> int | None:
    """Return the time step of this code; None for a wrong code, and for one that is not newer than the last one."""
    totp, current = pyotp.TOTP(secret), now // STEP_S
    steps = (step for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1) if step > last_step)
    return next((step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)), None)


def code_now(secret: str, now: int) -> str:
    return str(pyotp.TOTP(secret).generate_otp(now // STEP_S))


def enrolment_image(secret: str, label: str) -> str:
    """Return the picture (SVG) that an authenticator app reads. It names the page's title alone."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=label)
    return str(segno.make(uri, error="m").svg_inline(scale=4, border=2))
