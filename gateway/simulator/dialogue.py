"""One USSD dialogue: the inputs, the answers of the gateway, and the screen of the phone."""

import time
from dataclasses import dataclass, field
from uuid import uuid4

from gateway.simulator.config import Config
from gateway.simulator.septets import Encoding, measure, truncate

NO_SCREEN = "Connection problem or invalid MMI code."
"""The words that a phone shows when the network ends a session."""
PREFIXES = ("CON ", "END ")


@dataclass(frozen=True)
class WebhookAnswer:
    """The HTTP answer of the gateway. Status 0: no answer in time."""

    status: int
    body: str


@dataclass
class Dialogue:
    """A session from dialling to its end. `inputs` has the inputs of the caller, in order."""

    service_code: str
    inputs: list[str] = field(default_factory=list)
    session_id: str = field(default_factory=lambda: f"ATUid_{uuid4().hex}")
    started_at: float = field(default_factory=time.monotonic)
    open: bool = True
    waiting: bool = False
    failed: bool = False
    hops: int = 0
    body: str = ""
    text: str = ""
    screen: str = ""
    error: str = ""
    septets: int = 0
    encoding: Encoding = "GSM-7"

    @property
    def input(self) -> str:
        """Return the `text` that the network posts: all inputs so far, joined and not escaped."""
        return "*".join(self.inputs)

    def show_answer(self, answer: WebhookAnswer, config: Config) -> None:
        """Show an answer as the real network does, or end with a network error."""
        self.waiting, self.body = False, answer.body
        problem = find_problem(answer)
        if problem:
            return self.fail(problem)
        size = measure(answer.body)
        limit = config.max_screen_septets if size.encoding == "GSM-7" else config.max_screen_ucs2_units
        self.open = answer.body.startswith("CON ")
        self.septets, self.encoding, self.text = size.units, size.encoding, answer.body[4:]
        self.screen = truncate(answer.body, size.encoding, limit)[4:]
        self.error = f"screen too long: {size.units} of {limit}" if size.units > limit else ""
        return None

    def fail(self, error: str) -> None:
        """End the session with the error text of the network on the screen."""
        self.open, self.waiting, self.failed = False, False, True
        self.text, self.screen, self.error, self.septets = "", NO_SCREEN, error, 0

    def as_json(self) -> dict[str, object]:
        return {
            "session": self.session_id,
            "input": self.input,
            "text": self.text,
            "screen": self.screen,
            "open": self.open,
            "waiting": self.waiting,
            "hops": self.hops,
            "error": self.error or None,
            "septets": self.septets,
            "encoding": self.encoding,
        }


def find_problem(answer: WebhookAnswer) -> str:
    """Return why the network refuses an answer; empty where it accepts it."""
    if answer.status == 0:
        return "no answer from the gateway in time"
    if answer.status != 200:
        return f"the gateway answered HTTP {answer.status}"
    if not answer.body.startswith(PREFIXES):
        return "the answer does not start with 'CON ' or 'END '"
    return ""
