"""Durations and intervals."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[int, Field(ge=0)]


class Times(BaseModel):
    """Durations in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session: Seconds = Field(600, description="an idle USSD session is deleted after this time")
    resume: Seconds = Field(240, description="a dropped session can be resumed by dialling again within this time")
    lease: int = Field(15, ge=1, description="a worker's claim; longer than any provider call")
    chunk_budget: Seconds = Field(10, description="a job works at most this long, then it is queued again")
    balance_interval: Seconds = Field(
        300, description="how often the clock asks for the balance of the account; 0: never"
    )
    max_clock_skew: int = Field(
        10, ge=2, description="an alarm is raised where clocks jump, or differ, by more than this"
    )
    stall_limit: float = Field(
        20, gt=0, description="a web process or a clock that makes no progress for this time is ended"
    )
    scheduler_interval: float = Field(1.0, gt=0, description="how often the clock looks for due work")
    first_message: Seconds = Field(
        10, description="an alarm is raised for a warning of which no text has left after this time"
    )
    verifier_timeout: Seconds = Field(
        180, description="the next verifier is asked when one has not answered for this time"
    )
    ask_pause: Seconds = Field(
        180, description="one verification text per verifier in this time, and one more for reports of subscribers"
    )
    report_pause: Seconds = Field(1800, description="one new report per caller in this time")
    same_alert: Seconds = Field(900, description="the same kind and area within this time is one alert")
    alert: Seconds = Field(10800, description="an alert lives this long unless its sender says otherwise")
    max_alert: Seconds = Field(86400, description="an alert lives at most this long")
    ending: Seconds = Field(7200, description="an ending not sent after this time is not sent")
    keep_alert: Seconds = Field(86400, description="recipients and words of an alert are kept this long after it")
    keep_history: Seconds = Field(604800, description="kind, area and part of day of past alerts stay in the menu")
    tonight: Seconds = Field(43200, description="'I am in ... tonight' lasts this long")
    fresh_code: int = Field(
        600, ge=60, description="a text that may be forged waits this long for the number that we texted to its phone"
    )
    question: int = Field(1800, ge=60, description="a numbered question by text waits this long for its answer")
    texts_an_hour: int = Field(
        10, ge=3, description="texts of one phone within an hour that are answered, besides cries, STOP and answers"
    )
    reply: Seconds = Field(86400, description="a caller's own message may be answered for this long")
    message: Seconds = Field(43200, description="an unsent reply or referral text lapses after this time")
    referral: Seconds = Field(604800, description="a referral code is good for this long")
    clinic_reminder: Seconds = Field(
        1800, description="a clinic that has not answered is reminded once after this time"
    )
    clinic_silent: Seconds = Field(
        3600, description="after this time the organisation gets a text, and the caller is offered the next clinic"
    )
    follow_up: Seconds = Field(172800, description="time until the one question about a visit, where the caller agreed")
    safety_profile: Seconds = Field(
        34560000, description="safety settings are deleted this long after the last dial or text of their owner"
    )
    cancel_window: Seconds = Field(
        60, description="a call for help or a text to trusted people can be cancelled for this long"
    )
    contacts_pause: Seconds = Field(600, description="trusted people get the same text once in this time")
    safe_call_reminder: Seconds = Field(
        600, description="a caller who did not end a safe call is reminded a second time after this time"
    )
    safe_call_grace: Seconds = Field(900, description="and after this further time trusted people get the note")
    sos: Seconds = Field(43200, description="a call for help that nobody ended is deleted after this time")
    pin_lock: Seconds = Field(1800, description="a staff phone is locked this long after five wrong PINs")
