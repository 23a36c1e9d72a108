"""Screens that choose an area by first letters, by an alias, or down the tree. Each choice opens the nested link."""

from gateway.model.area import Area
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.gsm import clip
from menus.engine.screen import (
    Args,
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    nest_link,
    screen,
    show_menu,
    unnest_link,
)

MAX_LABEL_CHARS = 34
MAX_MATCHES = 12


def choose_area(target: Link) -> Link:
    """Return a link to the area question. It opens `target` with the chosen area's id as argument `area`."""
    return link_to(area_question, **nest_link(target))


@screen(neutral=True)
def area_question(caller: Caller, _: Translator, **target: str | int | bool) -> ScreenResult:
    known = [a for id_ in caller.areas if (a := caller.world.atlas.get(id_))]
    choices = [(clip(a.name, MAX_LABEL_CHARS), _with_area(target, a.id)) for a in known[:3]]
    return ask_question(
        _("Which area? Type its first letters."),
        link_to(area_matches, **target),
        "typed",
        *choices,
        (_("Show the list"), link_to(area_tree, node="", **target)),
    )


@screen(neutral=True)
def area_matches(caller: Caller, _: Translator, typed: str, **target: str | int | bool) -> ScreenResult:
    atlas = caller.world.atlas
    found = atlas.starting_with(typed, MAX_MATCHES) or atlas.suggest(typed)
    if not found:
        raise InvalidAnswer(_("No area has that name. Try other letters or the list."))
    choices = [(area_label(caller, a, _), _with_area(target, a.id)) for a in found]
    return show_menu(_("Which one?"), *choices)


@screen(neutral=True)
def area_tree(caller: Caller, _: Translator, node: str, **target: str | int | bool) -> ScreenResult:
    here = caller.world.atlas.get(node)
    below = caller.world.atlas.children(node or None)
    choices = []
    if here:
        # Translators: the whole of an area, as against one of its parts.
        choices.append((_("All of {area}").format(area=here.name), _with_area(target, here.id)))
    for a in below:
        leaf = not caller.world.atlas.children(a.id)
        choices.append(
            (
                clip(a.name, MAX_LABEL_CHARS),
                _with_area(target, a.id) if leaf else link_to(area_tree, node=a.id, **target),
            )
        )
    return show_menu(_("Which area?"), *choices)


def _with_area(target: Args, area_id: str) -> Link:
    link = unnest_link(target)
    return Link(link.screen, {**link.args, "area": area_id})


def area_label(caller: Caller, area: Area, _: Translator) -> str:
    """Return the area's name, with its parent if another area has the same name."""
    namesakes = caller.world.atlas.find(area.name)
    parent = caller.world.atlas.get(area.parent)
    name = joins.bracketed(_, area.name, parent.name if parent and len(namesakes) > 1 else "")
    return clip(name, MAX_LABEL_CHARS)


def area_name(caller: Caller, area_id: str) -> str:
    found = caller.world.atlas.get(area_id)
    return found.name if found else ""
