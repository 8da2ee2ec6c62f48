"""Numbers that network and run time agree on."""

from typing import Final

from model.grounder import ElementKind

CELL_PX: Final = 8
"""Side of a cell of the encoder's maps."""
N_FEATURES: Final = 128
"""Channels of the encoder's features."""
SLOTS_PER_CELL: Final = 4
"""Places per cell at which a character may be read: a slot is 2 px wide."""
MEANING_WIDTH: Final = 384
"""Of the vectors that say what an icon means: the text encoder's."""

KINDS: Final = tuple(ElementKind)
"""The kinds of elements, in the order of their channels, which begin at 1; channel 0 is "no element"."""

KIND_CHANNELS: Final = slice(0, 1 + len(KINDS))
BOX_CHANNELS: Final = slice(KIND_CHANNELS.stop, KIND_CHANNELS.stop + 4)
"""Logarithm of the distances, in cells, from a cell's middle to the element's left, top, right and lower edge."""
TEXT_CHANNEL: Final = BOX_CHANNELS.stop
"""Logit of "the middle of a line of text passes through this cell"."""
TEXT_BOX_CHANNELS: Final = slice(TEXT_CHANNEL + 1, TEXT_CHANNEL + 5)
"""As the box channels, of the text's own outline."""
N_CHANNELS: Final = TEXT_BOX_CHANNELS.stop
