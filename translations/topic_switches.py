"""Which rights topics phones list. `topics.toml` in the content directory names them as `group/slug`:

    on = ["work/identity"]
    off = ["abroad/borders"]

A topic with an `off:` line in its head is listed nowhere until the organisation turns it on.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.errors import BadInput

FILE_NAME: Final = "topics.toml"
OWN_DECISION: Final = "the organisation turned it off"


@dataclass(frozen=True, slots=True)
class TopicSwitches:
    """The topics, as `group/slug`, that the organisation turned on or off."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def check_names(self, known: set[str]) -> None:
        """Raise BadInput for a topic that is not there."""
        if unknown := sorted((self.on | self.off) - known):
            raise BadInput(f"{FILE_NAME}: there is no topic {unknown[0]}; there are {', '.join(sorted(known))}")

    def off_reasons(self, own_reasons: Mapping[str, str]) -> dict[str, str]:
        """Return why each topic stands off. `own_reasons`: the `off:` line of each topic that has one."""
        standing = {name: reason for name, reason in own_reasons.items() if name not in self.on}
        return standing | dict.fromkeys(sorted(self.off), OWN_DECISION)


def read_switches(content_dir: Path | None) -> TopicSwitches:
    """Read `topics.toml`; no topic is turned on or off without the file. Raises BadInput that says what is right."""
    path = content_dir / FILE_NAME if content_dir else None
    if path is None or not path.is_file():
        return TopicSwitches()
    try:
        lists = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    for key, names in lists.items():
        if key not in ("on", "off") or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise BadInput(f'{path}: {key} is not right; right are on = ["group/name"] and off = ["group/name"]')
    on, off = frozenset(lists.get("on", ())), frozenset(lists.get("off", ()))
    if both := sorted(on & off):
        raise BadInput(f"{path}: {both[0]} is to be turned on or off, not both")
    return TopicSwitches(on, off)
