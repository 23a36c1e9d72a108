"""The desk: the login of a member of staff at the web page, the sessions, and the invitation that makes a login."""

from enum import StrEnum
from typing import Final

import msgspec

from gateway.model.staff import ANSWERING_ROLES, SENDER_ROLES, VERIFIER_ROLES, Role, Staff

INVITATION_S: Final = 86400
IDLE_S: Final = 900
"""seconds after which a session without a request of its person ends; a page that loads itself again is none"""
SESSION_S: Final = 28800
"""seconds after which every session ends"""
MAX_SESSIONS: Final = 3
"""of one login; a further one ends the oldest"""
MAX_TRIES: Final = 10
"""wrong passwords with a valid code in `TRIES_WINDOW_S`, after which the login waits for the window's end"""
TRIES_WINDOW_S: Final = 600
RECOVERY_CODES: Final = 8
DESK_ROLES: Final = frozenset(Role) - {Role.CLINIC}
"""Roles that the desk has pages for."""


class Section(StrEnum):
    """A part of the page *Now*."""

    REPORTS = "reports"
    WARNINGS = "warnings"
    CALLS = "calls"
    QUESTIONS = "questions"
    DUTY = "duty"
    MONEY = "money"


SECTION_ROLES: Final = {
    Section.REPORTS: VERIFIER_ROLES,
    Section.WARNINGS: SENDER_ROLES,
    Section.CALLS: VERIFIER_ROLES | {Role.RESPONDER},
    Section.QUESTIONS: ANSWERING_ROLES,
    Section.DUTY: DESK_ROLES,
    Section.MONEY: frozenset({Role.ADMIN}),
}
"""Which roles see which section. What a section lists is what the policy lets that person act on."""


class DeskLogin(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one person logs in. Role, area, name and language are those of the staff record."""

    staff_id: str
    password_hash: str
    """argon2id, with its parameters"""
    code_secret: str
    """the shared secret of the one-time codes (base32)"""
    last_step: int = 0
    """the time step of the last code that was accepted: a code counts once"""
    recovery_hashes: tuple[bytes, ...] = ()
    """keyed hashes of the codes on paper that were not used"""
    sessions: tuple[bytes, ...] = ()
    """digests of the open sessions, oldest first; no other session of this person is valid"""
    wrong_since: int = 0
    wrong_passwords: int = 0
    """with a valid code, since `wrong_since`"""

    def must_wait(self, now: int) -> bool:
        return self.wrong_passwords >= MAX_TRIES and now - self.wrong_since < TRIES_WINDOW_S

    def with_wrong_password(self, now: int) -> "DeskLogin":
        is_same_window = now - self.wrong_since < TRIES_WINDOW_S
        count, since = (self.wrong_passwords + 1, self.wrong_since) if is_same_window else (1, now)
        return msgspec.structs.replace(self, wrong_passwords=count, wrong_since=since)

    def with_session(self, digest: bytes) -> "DeskLogin":
        kept = self.sessions[max(0, len(self.sessions) + 1 - MAX_SESSIONS) :]
        return msgspec.structs.replace(self, sessions=(*kept, digest), wrong_passwords=0)

    def without_session(self, digest: bytes) -> "DeskLogin":
        return msgspec.structs.replace(self, sessions=tuple(one for one in self.sessions if one != digest))


class DeskSession(msgspec.Struct, frozen=True):
    """One open session. Its random id is in the browser's cookie alone."""

    staff_id: str
    began: int
    last: int
    """the last request of the person"""
    form_key: bytes
    """keys the tokens of this session's forms"""

    def is_open(self, now: int) -> bool:
        return now - self.last < IDLE_S and now - self.began < SESSION_S


class DeskInvitation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What waits until the invited person has typed a password and the first one-time code."""

    staff_id: str
    until: int
    password_hash: str = ""
    code_secret: str = ""


def may_use_desk(staff: Staff) -> bool:
    """Whether this person may be at the desk: active, texted, not locked out, and with a role of the desk."""
    return staff.gets_texts and not staff.is_locked_out and bool(staff.roles & DESK_ROLES)


def sections_of(staff: Staff) -> frozenset[Section]:
    return frozenset(section for section, roles in SECTION_ROLES.items() if roles & staff.roles)
