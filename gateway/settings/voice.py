"""Numbers that are rung and not answered: a missed call costs its caller nothing."""

from pydantic import BaseModel, ConfigDict, Field

NUMBER = r"^(\+[1-9][0-9]{6,14})?$"


class Voice(BaseModel):
    """Calls of the provider's voice callback. Save them on phones under a dull name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    help: str = Field("", pattern=NUMBER, description="rung by somebody who set up her safety: a call for help")
    back: str = Field("", pattern=NUMBER, description="rung by somebody who is out: she is back")
    dull: str = Field("This number takes no calls. Goodbye.", max_length=200, description="what all others hear")
