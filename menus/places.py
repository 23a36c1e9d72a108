"""Choosing an area: by its first letters, an alias, or down the tree. Every choice leads on to the wrapped link."""

from gateway.gsm import clip
from gateway.model.area import Area
from gateway.model.caller import Caller
from menus.screen import Args, Link, Refused, Shown, Translator, ask, menu, screen, to, unwrapped, wrapped

LABEL = 34
MOST_MATCHES = 12


def choose_area(then: Link) -> Link:
    """A link to the question which area; the answer is added to `then` as argument `area`."""
    return to(area, **wrapped(then))


@screen(neutral=True)
def area(caller: Caller, _: Translator, **then: str | int | bool) -> Shown:
    known = [a for id_ in caller.areas if (a := caller.world.atlas.get(id_))] if caller.opened else []
    choices = [(clip(a.name, LABEL), _picked(then, a.id)) for a in known[:3]]
    return ask(
        _("Which area? Type its first letters."),
        to(area_found, **then),
        "typed",
        *choices,
        (_("Show the list"), to(area_tree, node="", **then)),
    )


@screen(neutral=True)
def area_found(caller: Caller, _: Translator, typed: str, **then: str | int | bool) -> Shown:
    atlas = caller.world.atlas
    found = atlas.starts(typed, MOST_MATCHES) or atlas.suggest(typed)
    if not found:
        raise Refused(_("No area has that name. Try other letters or the list."))
    choices = [(_label(caller, a), _picked(then, a.id)) for a in found]
    return menu(_("Which one?"), *choices)


@screen(neutral=True)
def area_tree(caller: Caller, _: Translator, node: str, **then: str | int | bool) -> Shown:
    here = caller.world.atlas.get(node)
    below = caller.world.atlas.children(node or None)
    choices = []
    if here:
        # Translators: the whole of an area, as against one of its parts.
        choices.append((_("All of {area}").format(area=here.name), _picked(then, here.id)))
    for a in below:
        leaf = not caller.world.atlas.children(a.id)
        choices.append((clip(a.name, LABEL), _picked(then, a.id) if leaf else to(area_tree, node=a.id, **then)))
    return menu(_("Which area?"), *choices)


def _picked(then: Args, area_id: str) -> Link:
    link = unwrapped(then)
    return Link(link.screen, {**link.args, "area": area_id})


def _label(caller: Caller, found: Area) -> str:
    """The name, with its parent where others have the same name."""
    namesakes = caller.world.atlas.find(found.name)
    parent = caller.world.atlas.get(found.parent)
    name = f"{found.name} ({parent.name})" if parent and len(namesakes) > 1 else found.name
    return clip(name, LABEL)


def area_name(caller: Caller, area_id: str) -> str:
    found = caller.world.atlas.get(area_id)
    return found.name if found else ""
