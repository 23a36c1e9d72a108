"""A visit to a clinic: sent, asked, answered, and how it went."""

from gateway.model.intents.intent import Intent


class CreateReferral(Intent, frozen=True):
    code: str
    need: str
    clinic: str
    area: str
    may_text: bool
    may_ask_rating: bool


class AskClinic(Intent, frozen=True):
    """The caller's words to the clinic she was sent to."""

    code: str
    text: str


class MarkClinicAnswersRead(Intent, frozen=True):
    """The caller has read what the clinic left for her."""

    code: str


class RateReferral(Intent, frozen=True):
    """How the visit went: good, bad or not."""

    code: str
    rating: str


class AnswerReferral(Intent, frozen=True):
    """A clinic's answer to a code: 1 welcome, 2 full, 3 came, 4 did not come, 5 words."""

    code: str
    answer: int
    text: str = ""
