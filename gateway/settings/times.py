"""How long things last."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[int, Field(ge=0)]


class Times(BaseModel):
    """Durations in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session: Seconds = Field(600, description="an idle USSD session is forgotten")
    resume: Seconds = Field(240, description="a dropped session can be continued by dialling again")
    lease: int = Field(15, ge=1, description="a worker's claim; longer than any provider call")
    chunk_budget: Seconds = Field(10, description="a job works at most this long, then rings again")
    balance_interval: Seconds = Field(300, description="the clock asks for the account's balance this often; 0: never")
    max_clock_skew: int = Field(10, ge=2, description="an alarm where clocks jump, or disagree, by more than this")
    scheduler_interval: float = Field(1.0, gt=0, description="the clock looks for due work this often")
    first_message: Seconds = Field(10, description="a warning of which nothing has left by then is an alarm")
    verifier_timeout: Seconds = Field(180, description="a verifier who stays silent is followed by the next")
    ask_pause: Seconds = Field(600, description="one verification text per verifier and area in this time")
    report_pause: Seconds = Field(1800, description="one new report per caller in this time")
    same_alert: Seconds = Field(900, description="the same kind and area within this time is one case")
    alert: Seconds = Field(10800, description="an alert lives this long unless its sender says otherwise")
    max_alert: Seconds = Field(86400, description="an alert lives at most this long")
    ending: Seconds = Field(7200, description="an ending not sent after this time is not sent")
    keep_alert: Seconds = Field(86400, description="recipients and words of an alert are kept this long after it")
    keep_history: Seconds = Field(604800, description="kind, area and part of day of past alerts stay in the menu")
    tonight: Seconds = Field(43200, description="'I am in ... tonight' lasts this long")
    reply: Seconds = Field(86400, description="a caller's own message may be answered for this long")
    message: Seconds = Field(43200, description="an unsent reply or referral text lapses after this time")
    referral: Seconds = Field(604800, description="a referral code is good for this long")
    clinic_reminder: Seconds = Field(1800, description="a silent clinic is reminded once")
    clinic_silent: Seconds = Field(3600, description="then the organisation hears, and the caller is offered the next")
    follow_up: Seconds = Field(172800, description="the one question after a visit, where agreed")
    safety_profile: Seconds = Field(
        34560000, description="what somebody left for her safety, after her last call or text"
    )
    cancel_window: Seconds = Field(60, description="what is told to trusted people can be taken back for so long")
    contacts_pause: Seconds = Field(600, description="trusted people are told the same once in this time")
    safe_call_reminder: Seconds = Field(600, description="who is not back is reminded a second time after this time")
    safe_call_grace: Seconds = Field(900, description="and trusted people get the note after this time more")
    sos: Seconds = Field(43200, description="a call for help that nobody ended is forgotten after this time")
    sos_escalation: Seconds = Field(120, description="a call for help that nobody answers goes wider after this time")
    pin_lock: Seconds = Field(1800, description="a staff phone is locked this long after five wrong PINs")
