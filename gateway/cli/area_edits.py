"""`mwavuli areas remove` and `areas merge`: take an area back, or give what belongs to it to another one."""

import click

from gateway.actions.areas import AreaUse, merge_area, remove_area
from gateway.cli import common
from gateway.cli.common import confirm, yes_option
from gateway.cli.places import areas
from gateway.cli.preview import describe_count
from gateway.errors import BadInput


@areas.command("remove")
@click.argument("path", metavar="AREA")
@click.option("--with-inner", is_flag=True, help="remove the areas in it too")
@yes_option
def remove_command(path: str, with_inner: bool, yes: bool) -> None:
    """Remove an area to which nothing belongs. AREA is an id or a name of `areas list`.

    An area with subscribers, staff, open warnings or clinics stays: `areas merge` gives them to another area.
    """
    area, store = common.find_area(path), common.load_deployment().store
    inner = len(store.read_world().atlas.subtree(area.id)) - 1
    if inner and not with_inner:
        raise BadInput(f"{area.full_name} has {inner} areas in it: remove those first, or all with --with-inner")

    def require_unused(use: AreaUse) -> None:
        if said := describe_use(use):
            raise BadInput(
                f"{area.full_name} has {said}: give them to another area with `mwavuli areas merge {area.id} INTO`"
            )

    confirm(f"Remove {area.full_name}{f' and {inner} areas in it' if inner else ''}?", yes)
    click.echo(f"{area.full_name}: removed ({remove_area(store, area, require_unused)} areas)")


@areas.command("merge")
@click.argument("path", metavar="AREA")
@click.argument("name", metavar="INTO")
@yes_option
def merge_command(path: str, name: str, yes: bool) -> None:
    """Move subscribers, staff, clinics and inner areas of AREA to INTO, and remove AREA. Its name stays as an alias.

    Both are ids or names of `areas list`. If the command is cut off, start it again: nobody misses a warning meanwhile.
    """
    source, target, store = common.find_area(path), common.find_area(name), common.load_deployment().store
    if source == target:
        raise BadInput("both are the same area: name another one for INTO")
    confirm(f"Move everything of {source.full_name} to {target.full_name}?", yes)
    moved = merge_area(store, source, target)
    click.echo(f"{source.full_name} is now part of {target.full_name}. Moved: {describe_use(moved) or 'nothing'}.")


def describe_use(use: AreaUse) -> str:
    """Return what belongs to an area in words, without an exact number of people who subscribed; empty for nothing."""
    parts = [
        f"{describe_count(use.subscriptions)} subscribers" if use.subscriptions else "",
        f"{len(use.staff)} staff ({', '.join(sorted(use.staff))})" if use.staff else "",
        f"{len(use.alerts)} open warnings or reports ({', '.join(map(str, sorted(use.alerts)))})" if use.alerts else "",
        f"{use.clinics} clinics" if use.clinics else "",
    ]
    return ", ".join(part for part in parts if part)
