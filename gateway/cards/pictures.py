"""Six pictures, each of one colour and a shape of its own, that read in black and white too. Nobody is on them."""

from typing import Final

from gateway.cards.drawing import Drawing

SIDE: Final = 20.0
"""the square that each is drawn in, before it is made smaller"""
_THIN: Final[dict[str, str | float]] = {
    "fill": "none",
    "stroke_width": 1.6,
    "stroke_linecap": "round",
    "stroke_linejoin": "round",
}


def picture(on: Drawing, name: str, x: float, y: float, side: float) -> None:
    """Draw it with its upper left corner at x, y, `side` mm wide and high."""
    colour, paths = SHAPES[name]
    with on.group(transform=f"translate({x:g} {y:g}) scale({side / SIDE:g})", class_=f"picture {name}"):
        for filled, path in paths:
            if filled:
                on.add("path", d=path, fill=colour, fill_rule="evenodd")
            else:
                on.add("path", d=path, stroke=colour, **_THIN)


_FILLED, _LINE = True, False
SHAPES: Final[dict[str, tuple[str, tuple[tuple[bool, str], ...]]]] = {
    "bell": (
        "#a34a00",
        (
            (
                _FILLED,
                "M10 1.5a1.6 1.6 0 0 1 1.6 1.9C14.6 4.1 16 6.6 16 10v3.2l2 2.6H2l2-2.6V10c0-3.4 1.4-5.9 4.4-6.6z",
            ),
            (_FILLED, "M7.4 17h5.2a2.6 2.4 0 0 1-5.2 0z"),
        ),
    ),
    "cross": ("#0f6b33", ((_FILLED, "M7 2h6v5h5v6h-5v5H7v-5H2V7h5z"),)),
    "book": (
        "#1746a2",
        (
            (_LINE, "M10 5.2C8 3.4 5 3 1.8 3.4V16c3.2-.4 6.2 0 8.2 1.8z"),
            (_LINE, "M10 5.2c2-1.8 5-2.2 8.2-1.8V16c-3.2-.4-6.2 0-8.2 1.8z"),
            (_LINE, "M4.4 7.2c1.2 0 2.2.2 3.2.7M4.4 10.6c1.2 0 2.2.2 3.2.7"),
            (_LINE, "M15.6 7.2c-1.2 0-2.2.2-3.2.7M15.6 10.6c-1.2 0-2.2.2-3.2.7"),
        ),
    ),
    "bubbles": (
        "#6d1fa0",
        (
            (_FILLED, "M3 2h8.5a2 2 0 0 1 2 2v4.5a2 2 0 0 1-2 2H7l-3.2 3v-3H3a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z"),
            (_LINE, "M15.8 7.8h1a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-.6v2.6l-3-2.6H10a2 2 0 0 1-2-2"),
        ),
    ),
    "megaphone": (
        "#0b6478",
        (
            (_FILLED, "M1.5 7.5h4L14 3v13l-8.5-4.5h-4z"),
            (_FILLED, "M4 12.5h3.2l1.3 5.5H5.3z"),
            (_LINE, "M16.3 6.8c1.8 1.5 1.8 4 0 5.4"),
        ),
    ),
    "gear": (
        "#3a3f47",
        (
            (
                _FILLED,
                "M8.3 3.4l.2-2.3h3l.2 2.3 1.7.7 1.8-1.4 2.1 2.1-1.4 1.8.7 1.7 2.3.2v3l-2.3.2-.7 1.7 1.4 1.8-2.1 2.1"
                "-1.8-1.4-1.7.7-.2 2.3h-3l-.2-2.3-1.7-.7-1.8 1.4-2.1-2.1 1.4-1.8-.7-1.7-2.3-.2v-3l2.3-.2.7-1.7"
                "-1.4-1.8 2.1-2.1 1.8 1.4zM10 6.8a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 1 0 0-6.4z",
            ),
        ),
    ),
}
