"""How fast texts are sent, and in what portions."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

RATED_PROVIDERS = ("africastalking", "kannel")
"""networks that may have a rate of their own"""


class RateLimit(BaseModel):
    """How fast one network takes texts."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rate: float = Field(0, ge=0, description="segments a second that the network takes from all workers; 0: no limit")
    reserve: float = Field(0.5, ge=0, lt=1, description="share of the rate that only alerts may use")

    @field_validator("rate")
    @classmethod
    def _check_rate(cls, value: float) -> float:
        """Refuse a rate below 1: a text waits in a worker, and would wait longer than the worker's lease."""
        if 0 < value < 1:
            raise ValueError("a rate is at least 1 segment a second; 0 is no limit")
        return value


class Sending(RateLimit):
    """How fast texts are sent, and in what portions."""

    request_size: int = Field(100, ge=1, le=1000, description="most numbers in one provider call")
    in_flight: int = Field(8, ge=1, le=64, description="provider calls at once in one worker")
    chunk_size: int = Field(2000, ge=1, le=5000, description="most people in one chunk of a job")
    africastalking: RateLimit | None = Field(None, description="this network's own rate and reserve")
    kannel: RateLimit | None = Field(None, description="this network's own rate and reserve")

    def rate_limit_for(self, provider: str) -> RateLimit:
        """Return the rate limit of this network."""
        own = getattr(self, provider) if provider in RATED_PROVIDERS else None
        return own if isinstance(own, RateLimit) else self

    def slowest_rate(self, providers: set[str]) -> float:
        """Return the lowest rate of these networks; 0 where none has a limit."""
        return min((rate for line in providers if (rate := self.rate_limit_for(line).rate)), default=0)
