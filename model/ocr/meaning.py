"""What words mean: sentence embeddings from a small ONNX encoder (all-MiniLM-L6-v2, int8 weights).

The encoder comes with the program; nothing is fetched. How it was made: ``export_text_encoder.py``.
"""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelLoadError

ASSETS_DIR = Path(__file__).resolve().parents[2] / "assets" / "text_encoder"
EMBEDDING_WIDTH = 384
_BATCH = 64
_N_THREADS = 2
_N_REMEMBERED = 20_000


class TextEncoder:
    """Turns short texts into unit vectors whose dot product says how near they are in meaning.

    A text that was embedded lately is not embedded again. Not thread-safe.

    Args:
        folder: holds ``model.onnx`` and ``tokenizer.json``.

    Raises:
        model.errors.ModelLoadError: a file is missing or broken.
    """

    def __init__(self, folder: Path = ASSETS_DIR) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _N_THREADS
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # which would keep what the largest batch needed
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session: Any = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as exc:  # both libraries raise bare or private types
            raise ModelLoadError(
                "The text encoder could not be loaded.",
                hint=f"Its files belong in {folder.name}/ beside the program; install Foveal again.",
            ) from exc
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of texts.

        Returns:
            [n_texts, 384] float32.
        """
        # Shortest first: what shares a batch is padded to its longest.
        new = sorted({text for text in texts if text not in self._known}, key=len)
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            for text, vector in zip(batch, self._run(batch), strict=True):
                self._known[text] = vector
        rows = np.zeros((len(texts), EMBEDDING_WIDTH), np.float32)
        for row, text in enumerate(texts):
            self._known.move_to_end(text)
            rows[row] = self._known[text]
        while len(self._known) > _N_REMEMBERED:
            self._known.popitem(last=False)
        return rows

    def is_word(self, text: str) -> bool:
        """Whether a lower-case text is one of the encoder's some twenty thousand whole words."""
        return len(text) > 1 and self._tokenizer.token_to_id(text) is not None

    def _run(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch(list(texts))
        feeds = {
            "input_ids": np.array([encoding.ids for encoding in encodings], np.int64),
            "attention_mask": np.array([encoding.attention_mask for encoding in encodings], np.int64),
        }
        vectors: NDArray[np.float32] = self._session.run(["embedding"], feeds)[0]
        return vectors
