"""Checkpoints in the published layout: a folder with ``config.json``, safetensors and a tokenizer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from transformers import AutoConfig, AutoTokenizer, PreTrainedTokenizerBase, Qwen2VLImageProcessorPil
from transformers.utils import logging as transformers_logging

from model.errors import ModelLoadError
from model.focusui.image_input import ImageSpec
from model.focusui.network import NETWORKS, FocusUI
from model.focusui.options import CONFIG_KEY, FocusUIOptions
from model.focusui.prompt import DROP_MARKER, IMAGE_PAD, POINTER_PAD, POINTER_TOKENS

_INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"
_PICTURE_FILES = (
    "preprocessor_config.json",
    "video_preprocessor_config.json",
    "chat_template.jinja",
    "chat_template.json",
)
_TOKEN_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "added_tokens.json",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
    "generation_config.json",
)
_TOKEN_IDS = ("pointer_start_token_id", "pointer_end_token_id", "pointer_pad_token_id", "image_drop_end_token_id")
_N_NAMED_KEYS = 8
_HINT = "Is the folder complete? `foveal models pull` fetches a published model anew."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checkpoint:
    """A loaded checkpoint.

    Attributes:
        network: in evaluation mode.
        tokenizer: with the special tokens.
        image_spec: how pictures are prepared.
    """

    network: FocusUI
    tokenizer: PreTrainedTokenizerBase
    image_spec: ImageSpec


def load_checkpoint(
    folder: Path, *, dtype: torch.dtype, device: torch.device | str = "cpu", **load_options: Any
) -> Checkpoint:
    """Load a checkpoint of FocusUI, of GUI-Actor or of a plain Qwen vision-language model.

    Args:
        folder: the published layout; one file or shards.
        dtype: of the weights in memory.
        device: where they go.
        load_options: passed on to ``from_pretrained``, for instance a quantization.

    Raises:
        ModelLoadError: something is missing, broken, or not of a kind that is known; weights are named.
    """
    options = read_options(folder)
    with _explained(folder), _quiet():
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        setattr(config, CONFIG_KEY, options.to_json())
        network, report = _network_class(config.model_type, folder).from_pretrained(  # type: ignore[attr-defined]
            folder,
            config=config,
            dtype=dtype,
            device_map={"": device} if str(device) != "cpu" else None,
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are reported, and refused below by name
            **load_options,
        )
        _refuse_wrong_keys(folder, report)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        image_spec = read_image_spec(folder)
    _check_special_tokens(network, tokenizer, folder)
    return Checkpoint(network=network.eval(), tokenizer=tokenizer, image_spec=image_spec)


def save_checkpoint(
    checkpoint: Checkpoint, folder: Path, *, source: Path, state: Mapping[str, torch.Tensor] | None = None
) -> None:
    """Write weights, configuration, tokenizer and picture settings so that this and the authors' code can load them.

    What did not change is copied: newer versions of transformers write configurations and tokenizers that the version
    which the authors use reads otherwise (without the sections of M-RoPE, for instance).

    Args:
        checkpoint: what to write.
        folder: made if it does not exist.
        source: folder of the checkpoint that it began as.
        state: weights to write instead of those of the network, by the names that these have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _quiet():
        checkpoint.network.save_pretrained(folder, **({} if state is None else {"state_dict": dict(state)}))
        has_new_tokens = not _has_tokens(source, checkpoint.tokenizer)
        if has_new_tokens:
            checkpoint.tokenizer.save_pretrained(folder)
            _name_special_tokens(folder, checkpoint.tokenizer)
    for name in _PICTURE_FILES if has_new_tokens else (*_PICTURE_FILES, *_TOKEN_FILES):
        if (source / name).is_file():
            (folder / name).write_bytes((source / name).read_bytes())
    dtype = next(iter((state or checkpoint.network.state_dict()).values())).dtype
    _write_config(checkpoint.network, source, folder, str(dtype).removeprefix("torch."))


def _has_tokens(source: Path, tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether the tokenizer in a folder already knows all tokens."""
    file = source / "tokenizer.json"
    if not file.is_file():
        return False
    known = {token["content"] for token in json.loads(file.read_text(encoding="utf-8"))["added_tokens"]}
    return set(tokenizer.get_added_vocab()) <= known


def _name_special_tokens(folder: Path, tokenizer: PreTrainedTokenizerBase) -> None:
    """Name added tokens as older versions of transformers, and the authors' data set, look for them."""
    file = folder / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["additional_special_tokens"] = [
        token for token in (*POINTER_TOKENS, DROP_MARKER) if token in tokenizer.get_added_vocab()
    ]
    file.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_config(network: FocusUI, source: Path, folder: Path, dtype: str) -> None:
    """The configuration of the source with what is otherwise now: options, ids of tokens, rows of the table, dtype."""
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    config[CONFIG_KEY] = network.options.to_json()
    for name in _TOKEN_IDS:
        if getattr(network.config, name, None) is not None:
            config[name] = getattr(network.config, name)
    text = config.get("text_config", config)
    if (end_ids := getattr(network.config.get_text_config(), "eos_token_id", None)) is not None:
        text["eos_token_id"] = end_ids
    text["vocab_size"] = network.get_input_embeddings().weight.shape[0]
    for name in ("dtype", "torch_dtype"):
        for part in (config, text):
            if name in part:
                part[name] = dtype
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def weight_names(folder: Path) -> frozenset[str]:
    """Names of all weights in a folder, without reading them.

    Raises:
        ModelLoadError: there are none, or they cannot be read.
    """
    if (folder / _INDEX).is_file():
        with _explained(folder):
            index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
            names, shards = frozenset(index["weight_map"]), sorted(set(index["weight_map"].values()))
        missing = [shard for shard in shards if not (folder / shard).is_file()]
        if missing:
            raise ModelLoadError(f"{folder} lacks {_listed(missing)}.", hint=_HINT)
        return names
    if not (folder / _SINGLE).is_file():
        raise ModelLoadError(f"{folder} holds no weights ({_SINGLE} or {_INDEX}).", hint=_HINT)
    with _explained(folder), safe_open(folder / _SINGLE, "pt") as weights:
        return frozenset(weights.keys())


def read_options(folder: Path) -> FocusUIOptions:
    """Options saved with a checkpoint; for a published one, which says nothing, those that its weights imply.

    Raises:
        ModelLoadError: not a checkpoint, or its options are not understood.
    """
    if not (folder / "config.json").is_file():
        raise ModelLoadError(f"{folder} is not a model: it has no config.json.", hint=_HINT)
    names = weight_names(folder)
    heads = {
        "has_patch_scorer": any(name.startswith("patch_scorer.") for name in names),
        "has_pointer_head": any(name.startswith("multi_patch_pointer_head.") for name in names),
    }
    # Without a scorer nothing was trained to do with less than the whole picture.
    defaults = {} if heads["has_patch_scorer"] else {"keep_fraction": 1.0}
    with _explained(folder):
        saved = json.loads((folder / "config.json").read_text(encoding="utf-8")).get(CONFIG_KEY, {})
        return FocusUIOptions.from_json({**defaults, **saved, **heads})


def read_image_spec(folder: Path) -> ImageSpec:
    """How a checkpoint wants its pictures."""
    processor = Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True)
    return ImageSpec(
        patch_px=processor.patch_size,
        merge_size=processor.merge_size,
        temporal_size=processor.temporal_patch_size,
        mean=tuple(processor.image_mean),
        std=tuple(processor.image_std),
        min_pixels=processor.size["shortest_edge"],
        max_pixels=processor.size["longest_edge"],
    )


def _network_class(model_type: str, folder: Path) -> type[FocusUI]:
    if model_type not in NETWORKS:
        raise ModelLoadError(
            f'{folder} is a "{model_type}" model, which Foveal does not know.', hint=f"It knows {', '.join(NETWORKS)}."
        )
    return NETWORKS[model_type]


def _refuse_wrong_keys(folder: Path, report: dict[str, Any]) -> None:
    complaints = {
        "lacks": report["missing_keys"],
        "holds the unknown": report["unexpected_keys"],
        "has the wrong shape of": [
            entry[0] if isinstance(entry, tuple) else entry for entry in report["mismatched_keys"]
        ],
    }
    said = [f"{verb} {_listed(keys)}" for verb, keys in complaints.items() if keys]
    if said:
        raise ModelLoadError(f"The model in {folder} {'; it '.join(said)}.", hint=_HINT)


def _check_special_tokens(network: FocusUI, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Fill in the ids that an older configuration does not name, from the tokenizer."""
    wanted = [("image_token_id", IMAGE_PAD)]
    if network.options.has_pointer_head:
        wanted.append(("pointer_pad_token_id", POINTER_PAD))
    if network.options.has_patch_scorer:
        wanted.append(("image_drop_end_token_id", DROP_MARKER))
    vocabulary = tokenizer.get_vocab()
    for field, token in wanted:
        if token not in vocabulary:
            raise ModelLoadError(f"The tokenizer in {folder} lacks {token}.", hint=_HINT)
        if getattr(network.config, field, None) is None:
            setattr(network.config, field, vocabulary[token])


def _listed(names: Iterable[str]) -> str:
    ordered = sorted(names)
    shown = ", ".join(ordered[:_N_NAMED_KEYS])
    return shown if len(ordered) <= _N_NAMED_KEYS else f"{shown} and {len(ordered) - _N_NAMED_KEYS} more"


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as exc:
        raise ModelLoadError(f"The model in {folder} cannot be read: {exc}", hint=_HINT) from exc


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's own progress bars and reports: wrong weights are an error here, not a warning."""
    verbosity, had_bars = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(verbosity)
        if had_bars:
            transformers_logging.enable_progress_bar()
