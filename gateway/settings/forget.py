"""When a number is dropped."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=0, le=3650)]


class Forget(BaseModel):
    """When a number is dropped, and when its owner is asked first."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    dead_days: int = Field(
        3, ge=1, le=14, description="days with a report that a number is dead, after which it is dropped"
    )
    dead_window_days: int = Field(14, ge=1, le=365, description="days within which all those reports must come")
    ask_days: Days = Field(
        365, description="days without a dial or text after which a subscriber is asked 'still want these?'; 0: never"
    )
    unreached_days: Days = Field(
        120, description="days after the last delivered text, after which the same is asked; 0: never"
    )
    silence_days: Days = Field(
        14,
        description="days without an answer until it is asked again, and then until the number is dropped",
    )
    max_questions_per_day: int = Field(2000, ge=1, description="most such questions a day")
