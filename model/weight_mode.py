"""How a model's weights are held in memory. Imports nothing, so that the app may ask without torch."""

from enum import StrEnum


class WeightMode(StrEnum):
    """How the linear layers of the decoder are stored; everything else of a quantised model stays in bf16.

    Quantised grounders misclick when their vision encoder, scorer, pointer head or embeddings are quantised too.
    """

    FLOAT32 = "float32"
    BF16 = "bf16"
    INT8 = "int8"
    INT4 = "int4"

    @property
    def bytes_per_parameter(self) -> float:
        """Of a decoder's linear layer; scales included (one bf16 scale and zero per 128 weights for int4)."""
        return {"float32": 4.0, "bf16": 2.0, "int8": 1.01, "int4": 0.5 + 4 / 128}[self.value]

    @property
    def bytes_per_other_parameter(self) -> float:
        """Of everything that is never quantised."""
        return 4.0 if self is WeightMode.FLOAT32 else 2.0
