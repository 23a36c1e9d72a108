"""A sheet of A4 with several copies of one card, and the lines to cut along."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.cards.drawing import GREY, Drawing

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
"""mm, of A4"""
_SCISSORS: Final = 4.0
"""mm that a cutting line reaches beyond the cards"""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the paper, in mm."""

    x: float
    y: float
    width: float
    height: float

    def inside(self, pad: float) -> "Box":
        return Box(self.x + pad, self.y + pad, self.width - 2 * pad, self.height - 2 * pad)

    @property
    def bottom(self) -> float:
        return self.y + self.height


def sheet(
    language: str, title: str, columns: int, rows: int, margin: float, draw: Callable[[Drawing, Box], None]
) -> str:
    """The file: `draw` fills each box, which `margin` mm around all of them leave."""
    on = Drawing(WIDTH, HEIGHT, language, title)
    width, height = (WIDTH - 2 * margin) / columns, (HEIGHT - 2 * margin) / rows
    for row in range(rows):
        for column in range(columns):
            box = Box(margin + column * width, margin + row * height, width, height)
            with on.group(class_="card"):
                on.add("rect", class_="edge", x=box.x, y=box.y, width=width, height=height, fill="none")
                draw(on, box)
    _cuts(on, [margin + n * width for n in range(columns + 1)], [margin + n * height for n in range(rows + 1)])
    return str(on)


def _cuts(on: Drawing, across: list[float], down: list[float]) -> None:
    dashed: dict[str, str | float] = {"stroke": GREY, "stroke_width": 0.2, "stroke_dasharray": "2 1.5"}
    for x in across:
        on.add("line", class_="cut", x1=x, x2=x, y1=down[0] - _SCISSORS, y2=down[-1] + _SCISSORS, **dashed)
    for y in down:
        on.add("line", class_="cut", x1=across[0] - _SCISSORS, x2=across[-1] + _SCISSORS, y1=y, y2=y, **dashed)
