"""When a number is given up."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=0, le=3650)]


class Forget(BaseModel):
    """When a number is given up, and when its owner is asked before that."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    dead_days: int = Field(
        3, ge=1, le=14, description="days on which the network calls a number dead, and it is dropped"
    )
    dead_window_days: int = Field(14, ge=1, le=365, description="and all of them within so many days")
    ask_days: Days = Field(365, description="asked 'still want these?' after so long without a dial or text; 0: never")
    unreached_days: Days = Field(120, description="or so long after the last report that a text arrived; 0: never")
    silence_days: Days = Field(14, description="asked again after so long, and forgotten after as long once more")
    max_questions_per_day: int = Field(2000, ge=1, description="most such questions a day")
