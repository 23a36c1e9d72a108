"""What a person wants with a text, whether it came as a keyword with arguments or in free words."""

import msgspec

from gateway.model.area import Areas, Atlas
from gateway.understanding.meaning import Reading


class Wish(msgspec.Struct, frozen=True):
    """A meaning with what it needs. `meaning` is a name of `Meaning`."""

    meaning: str
    words: str = ""
    """what was texted, without the keyword"""
    areas: Areas = ()
    """the areas that the text may mean: none, one, or namesakes"""
    kind: str = ""
    """a need, a kind of alert, or the topic or language that is asked for"""
    names_place: bool = False
    """whether a place is named, known or not"""
    offers_sos: bool = False
    """whether the answer must also say how to call for help"""


def wish_of_reading(reading: Reading, text: str, atlas: Atlas, meaning: str, area: str = "") -> Wish:
    """Return the wish of a text that was read. `meaning` is the one that was read or chosen, `area` a chosen area."""
    chosen = atlas.get(area)
    return Wish(
        meaning,
        "" if reading.is_phrase else text,
        (chosen,) if chosen else named_areas(reading, atlas),
        reading.kind,
        bool(reading.areas or reading.unknown_place),
        reading.offers_sos,
    )


def named_areas(reading: Reading, atlas: Atlas) -> Areas:
    """Return the areas that a text's first place may mean. A second name on the same branch selects among them."""
    if not reading.areas:
        return ()
    first, *others = ([area for id_ in ids if (area := atlas.get(id_))] for ids in reading.areas)
    for more in others:
        under = [m for m in more if any(f != m and atlas.contains(f.id, m.id) for f in first)]
        above = [f for f in first if any(f != m and atlas.contains(m.id, f.id) for m in more)]
        first = under or above or first
    return tuple(first)
