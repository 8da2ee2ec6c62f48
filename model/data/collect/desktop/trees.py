"""Where the cells of GTK's trees are: it leaves the expanders before them out of its reckoning."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from model.data.collect.desktop.windows import Node
from model.data.collect.written import text_box
from model.data.drawing.lettering import TextStyle

_SHIFT_EM = 5  # of the expanders of three levels
_MARGIN_PX = 2


def is_in_gtk_tree(node: Node) -> bool:
    """Whether a node is a cell whose place is told wrongly."""
    is_cell = node["role"] == "table cell" and "tree table" in node["path"]
    return is_cell and "gtk" in node["toolkit"].casefold()


def found_in_trees(nodes: Iterable[Node], pixels: NDArray[np.uint8], style: TextStyle) -> tuple[list[Node], int]:
    """The nodes, with the cells of trees where their texts are drawn, and how many cells were not found."""
    found, n_lost = [], 0
    for node in nodes:
        if not is_in_gtk_tree(node):
            found.append(node)
            continue
        x1, y1, x2, y2 = node["box"]
        left = max(0, x1 - _SHIFT_EM * style.size_px)
        place = text_box(pixels, (left, y1, x2, y2), node["name"].strip(), style) if node["name"].strip() else None
        if place is None:
            n_lost += 1
        else:
            a1, b1, a2, b2 = map(int, place)
            found.append(node | {"box": [a1 - _MARGIN_PX, b1 - _MARGIN_PX, a2 + _MARGIN_PX, b2 + _MARGIN_PX]})
    return found, n_lost
