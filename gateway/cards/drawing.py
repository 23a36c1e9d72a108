"""A page of SVG in millimetres, y downwards: text, lines, boxes, and nothing about what they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.etree import ElementTree

INK: Final = "#111111"
GREY: Final = "#666666"
PALE: Final = "#eeeeee"
FACES: Final = "Arial, Helvetica, Liberation Sans, DejaVu Sans, sans-serif"
"""Latin first: digits in a Chinese typeface are taller than the room for them"""
_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


class Drawing:
    """Grows from top to bottom of the file: what is drawn later lies above."""

    def __init__(self, width: float, height: float, language: str, title: str) -> None:
        self._root = ElementTree.Element(
            "svg",
            {
                "xmlns": _NAMESPACE, "width": f"{width:g}mm", "height": f"{height:g}mm",
                "viewBox": f"0 0 {width:g} {height:g}", "font-family": FACES,
                _LANGUAGE: language.replace("_", "-"),
            },
        )  # fmt: skip
        ElementTree.SubElement(self._root, "title").text = title
        self._at = self._root
        self.add("rect", x=0, y=0, width=width, height=height, fill="white")

    def add(self, tag: str, **attributes: str | float) -> ElementTree.Element:
        """Any element; `stroke_width` stands for `stroke-width`, numbers are millimetres."""
        named = {name.rstrip("_").replace("_", "-"): _said(value) for name, value in attributes.items()}
        return ElementTree.SubElement(self._at, tag, named)

    @contextmanager
    def group(self, **attributes: str | float) -> Iterator[None]:
        """What is drawn inside belongs together."""
        outer, self._at = self._at, self.add("g", **attributes)
        try:
            yield
        finally:
            self._at = outer

    def text(
        self, x: float, y: float, words: str, size: float, *, bold: bool = False, ink: str = INK, anchor: str = ""
    ) -> None:
        """One line, its baseline at y; x is where it starts, or its `middle` or `end`."""
        more = {"font_weight": "bold"} if bold else {}
        more |= {"text_anchor": anchor} if anchor else {}
        self.add("text", x=x, y=y, font_size=size, fill=ink, **more).text = words

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        line: str = "none",
        round_: float = 0,
    ) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, rx=round_, fill=fill, stroke=line, stroke_width=0.3)

    def __str__(self) -> str:
        ElementTree.indent(self._root)
        return ElementTree.tostring(self._root, encoding="unicode", xml_declaration=True) + "\n"


def _said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"
