"""Conversations without a number and a name: a caller asks us, or a verifier asks the caller who made a report."""

import msgspec
from msgspec.structs import replace

from gateway.model.task import Task


class ConversationTask(Task):
    """The tasks of conversations."""

    REQUEST_ANSWER = "request-answer"
    NOTIFY_OWNER = "notify-owner"
    DELETE_CONVERSATION = "delete-conversation"


LIFETIME_S = 7 * 86400
"""seconds after the caller's last words in which a conversation is kept"""
NEXT_PERSON_S = 2 * 3600
"""seconds after which the next adviser is asked"""
MAX_CONVERSATIONS = 300
"""a limit, because every process reads all conversations again when one changes"""
MAX_LINES = 8
MAX_WORDS_CHARS = 140
MAX_REPORTERS_ASKED = 5
"""reporters of one report who get a verifier's question"""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """What one side wrote."""

    words: str
    is_ours: bool = False
    """staff wrote it"""


class Conversation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Times are Unix seconds. `owner` is the caller's token of purpose report, which no screen shows."""

    code: str
    owner: bytes
    lang: str
    at: int
    until: int
    lines: tuple[Line, ...]
    topic: str = ""
    """the rights topic from which the caller asked"""
    report: int = 0
    """the number of the report that a verifier asks about; 0: the caller asked us"""
    may_text: bool = False
    """the caller wants a neutral text when an answer waits"""
    is_unread: bool = False
    """staff wrote something that the caller has not read"""
    asked_staff: tuple[str, ...] = ()
    """staff ids of the people who were asked for an answer to the last words"""
    answered_at: int = 0
    """when staff first answered; 0: not yet"""

    @property
    def needs_answer(self) -> bool:
        """Whether the last words are the caller's own, for which somebody is asked."""
        return not self.report and not self.lines[-1].is_ours

    @property
    def has_answer(self) -> bool:
        return not self.report and any(line.is_ours for line in self.lines)

    @property
    def latest_from_us(self) -> tuple[str, ...]:
        """What staff wrote last: everything behind the caller's last words before it."""
        ours = [at for at, line in enumerate(self.lines) if line.is_ours]
        start = next((at + 1 for at in range(max(ours, default=-1), -1, -1) if not self.lines[at].is_ours), 0)
        return tuple(line.words for line in self.lines[start:] if line.is_ours)

    def with_line(self, line: Line, **changes: object) -> "Conversation":
        """Return the conversation with one more line. The first line stays, and the oldest behind it goes."""
        lines = (*self.lines, line)
        kept = lines if len(lines) <= MAX_LINES else (lines[0], *lines[2:])
        return replace(self, lines=kept, **changes)
