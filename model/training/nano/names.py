"""Vectors of all names that icons have: what the meaning of an icon is learned from."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.drawing.icons.bank import IconBank

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
_FILE = "names.npy"
_N_COMMON = 3000


class NameTable:
    """Names and their vectors.

    Args:
        names: without repetition.
        vectors: [n, width] of length 1.
        common: those that are borne most often.
    """

    def __init__(self, names: Sequence[str], vectors: NDArray[np.floating], common: Sequence[str] = ()) -> None:
        self.names = tuple(names)
        self.vectors = vectors
        self.rows = {name: row for row, name in enumerate(self.names)}
        self.common = tuple(common)

    def common_vectors(self) -> NDArray[np.floating]:
        """[n, width] of the common names."""
        return self.vectors[[self.rows[name] for name in self.common]]

    @classmethod
    def made(cls, names: Iterable[str], embed: Embed, *, file: Path) -> "NameTable":
        """Embed names, or read them from where an earlier run left them.

        Args:
            names: in any order, with repetitions.
            embed: gives unit vectors.
            file: ``.npy``, named anew after the names.
        """
        counts = Counter(names)
        listed = sorted(counts)
        common = [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_N_COMMON]]
        digest = hashlib.blake2b("\n".join(listed).encode(), digest_size=6).hexdigest()
        file = file.with_name(f"{file.stem}-{digest}.npy")
        if file.is_file():
            return cls(listed, np.load(file), common)
        vectors = np.concatenate([embed(listed[start : start + 256]) for start in range(0, len(listed), 256)])
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, vectors.astype(np.float16))
        return cls(listed, vectors.astype(np.float16), common)


def bank_names(icons: Path, embed: Embed, *, folder: Path) -> NameTable:
    """All names of the icons to train with.

    Args:
        icons: folder of the bank.
        embed: gives unit vectors.
        folder: where the vectors are kept.
    """
    return NameTable.made((name for icon in IconBank(icons).icons for name in icon.names), embed, file=folder / _FILE)
