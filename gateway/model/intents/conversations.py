"""Questions to us and their answers, and a verifier's question to the callers who made a report."""

from gateway.model.intents.intent import EVERYBODY, Intent, Rule, Scope, TextAuthority
from gateway.model.staff import ANSWERING_ROLES, VERIFIER_ROLES


class AskUs(Intent, frozen=True):
    """Ask us, or add words to the open question of this phone."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    adds_data = True

    words: str
    topic: str = ""
    may_text: bool = False


class MarkAnswerRead(Intent, frozen=True):
    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    code: str


class AnswerQuestion(Intent, frozen=True):
    """Answer a caller's question. The caller reads the answer by dialling."""

    rule = Rule(ANSWERING_ROLES)
    by_text = TextAuthority.USSD_ONLY

    code: str
    words: str


class AskReporters(Intent, frozen=True):
    """Ask the callers who made a report one question, each once."""

    rule = Rule(VERIFIER_ROLES, Scope.DECISION, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY

    number: int
    words: str


class AnswerVerifier(Intent, frozen=True):
    """Answer the question about an own report. Empty words end it without an answer."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    code: str
    words: str
