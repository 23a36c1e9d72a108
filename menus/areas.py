"""Screens that choose an area by first letters, by an alias, or down the tree. Each choice opens the nested link."""

from gateway.model.area import Area, Areas
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.gsm import clip, is_gsm
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    nest_link,
    redirect,
    screen,
    unnest_link,
)

MAX_LABEL_CHARS, MAX_UCS2_LABEL_CHARS = 34, 18
"""the most characters of a line. Three namesakes fit on a page, also where their letters halve its room."""
MAX_MATCHES = 12
MAX_NAMESAKES = 6
MIN_LETTERS = 3
"""of the beginning of a name, where other words may follow"""


def choose_area(target: Link) -> Link:
    """Return a link to the area question. It opens `target` with the chosen area's id as argument `area`."""
    return link_to(area_question, **nest_link(target))


@screen(neutral=True)
def area_question(caller: Caller, _: Translator, **target: str | int | bool) -> ScreenResult:
    known = [a for id_ in caller.areas if (a := caller.world.atlas.get(id_))]
    choices = [(clip(a.name, MAX_LABEL_CHARS), with_area(unnest_link(target), a.id)) for a in known[:3]]
    return ask_question(
        _("Which area? Type its first letters."),
        link_to(area_matches, **target),
        "typed",
        *choices,
        (_("Show the list"), link_to(area_tree, node="", **target)),
    )


@screen(neutral=True)
def area_matches(caller: Caller, _: Translator, typed: str, **target: str | int | bool) -> ScreenResult:
    """Open the target with the one area of that name, or list the areas."""
    found, is_meant = match_areas(caller, typed, _)
    if is_meant and len(found) == 1:
        return redirect(with_area(unnest_link(target), found[0].id), caller, _)
    return list_areas(caller, _, found, unnest_link(target))


def match_areas(caller: Caller, typed: str, _: Translator) -> tuple[Areas, bool]:
    """Return the areas with these letters, or else of a similar name, and whether they have the letters.

    Raises InvalidAnswer where there are none.
    """
    atlas = caller.world.atlas
    if found := atlas.starting_with(typed, MAX_MATCHES):
        return found, True
    if found := atlas.suggest(typed):
        return found, False
    raise InvalidAnswer(_("No area has that name. Try other letters or the list."))


def parse_areas(text: str, caller: Caller) -> tuple[Areas, str]:
    """Return the areas named first and the remaining text. A parent or a number selects among areas of the same name:
    `shella lamu ...` or `shella 2 ...`."""
    found, remaining = caller.world.atlas.parse_leading_area(text.split())
    if not found and remaining and len(remaining[0]) >= MIN_LETTERS:  # the beginning of a name, as in the menu
        found, remaining = caller.world.atlas.starting_with(remaining[0], MAX_NAMESAKES), remaining[1:]
    if len(found) > 1 and remaining and remaining[0].isdecimal() and 1 <= int(remaining[0][:3]) <= len(found):
        return (found[int(remaining[0][:3]) - 1],), " ".join(remaining[1:])
    return found, " ".join(remaining)


def list_areas(caller: Caller, _: Translator, found: Areas, target: Link) -> ScreenResult:
    """Return the areas as choices, without a title: in other scripts than theirs it would halve the room of a page.

    Letters are taken here too.
    """
    choices = [(area_label(caller, area, _), with_area(target, area.id)) for area in found]
    return ask_question("", link_to(area_matches, **nest_link(target)), "typed", *choices)


@screen(neutral=True)
def area_tree(caller: Caller, _: Translator, node: str, **target: str | int | bool) -> ScreenResult:
    here = caller.world.atlas.get(node)
    below = caller.world.atlas.children(node or None)
    choices = []
    if here:
        # Translators: the whole of an area, as against one of its parts.
        choices.append((_("All of {area}").format(area=here.name), with_area(unnest_link(target), here.id)))
    for a in below:
        leaf = not caller.world.atlas.children(a.id)
        choices.append(
            (
                clip(a.name, MAX_LABEL_CHARS),
                with_area(unnest_link(target), a.id) if leaf else link_to(area_tree, node=a.id, **target),
            )
        )
    return ask_question(_("Which area?"), link_to(area_matches, **target), "typed", *choices)


def with_area(target: Link, area_id: str) -> Link:
    return Link(target.screen, {**target.args, "area": area_id})


def area_label(caller: Caller, area: Area, _: Translator) -> str:
    """Return the area's name, with its parent if another area has the same name: both stay to be seen."""
    namesakes = caller.world.atlas.find(area.name)
    parent = caller.world.atlas.get(area.parent)
    most = MAX_LABEL_CHARS if is_gsm(area.name) else MAX_UCS2_LABEL_CHARS
    if parent is None or len(namesakes) < 2:
        return clip(area.name, most)
    name = clip(area.name, most // 2)
    above = clip(parent.name, most - 3 - len(name))
    plain = f"{name} ({above})"  # the brackets of some languages would halve the room of the page
    return plain if is_gsm(plain) else joins.bracketed(_, name, above)


def area_name(caller: Caller, area_id: str) -> str:
    found = caller.world.atlas.get(area_id)
    return found.name if found else ""
