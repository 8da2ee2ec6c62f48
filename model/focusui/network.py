"""FocusUI's network: a Qwen vision-language model of transformers, a patch scorer and a pointer head.

The stages are methods, so that each can be run alone and cached: ``encode_images`` once per screen, ``score_patches``,
``pack`` and ``point`` once per instruction. The same methods serve training. One sample is one prompt; a batch is a
list of them, padded only where they meet, in the decoder. Without gradients ``encode_images`` and ``point`` take the
faster ways of ``vision_encoder`` and ``decoder``; where attention is not plain SDPA they leave it to transformers.

Legend: ``b`` samples, ``n_seq`` tokens of a prompt, ``n_packed`` of those that remain, ``n_visual`` visual tokens,
``n_kept`` of those that remain, ``n_target`` pointer tokens, ``d`` width of a token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import (
    PretrainedConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2VLForConditionalGeneration,
    Qwen3VLForConditionalGeneration,
)
from transformers.conversion_mapping import get_checkpoint_conversion_mapping, register_checkpoint_conversion_mapping

from model.focusui.decoder import DeepStack, run_decoder
from model.focusui.kernels import Kernels
from model.focusui.options import CONFIG_KEY, DeepStackLevels, FocusUIOptions
from model.focusui.patch_scorer import PatchScorer
from model.focusui.pointer_head import PointerHead
from model.focusui.prompt import PromptStyle
from model.focusui.self_attention import SelfAttention
from model.focusui.vision_encoder import encode_patches
from model.focusui.vision_plan import VisionPlanner
from model.packing import Packing, pack_sequence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VisualFeatures:
    """What the vision tower makes of one picture, in raster order.

    Attributes:
        embeds: [n_visual, d], as they enter the decoder.
        deepstack: for each DeepStack level [n_visual, d], added to the decoder's first layers; () before Qwen3-VL.
        n_rows, n_cols: of visual tokens; their product is n_visual.
        seen_mask: [n_visual] bool on the CPU, False where the vision tower was not shown a cell: its features are zero
            and it is always dropped. None if all were shown.
    """

    embeds: Tensor
    deepstack: tuple[Tensor, ...]
    n_rows: int
    n_cols: int
    seen_mask: Tensor | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackedPrompt:
    """A prompt without its dropped visual tokens.

    Attributes:
        input_ids: [n_packed] int64 on the CPU, drop markers in place (if the checkpoint knows any).
        index: [n_packed] int64 on the CPU, position of each token in the full prompt.
        embeds: [n_packed, d], what enters the decoder.
        position_ids: [3, n_packed] int64, M-RoPE positions (frame, row, column); those of the full prompt, unless it
            was renumbered.
        visual_mask: [n_packed] bool, True at kept visual tokens; markers are none.
        deepstack: for each level that reaches the decoder [n_kept, d].
    """

    input_ids: Tensor
    index: Tensor
    embeds: Tensor
    position_ids: Tensor
    visual_mask: Tensor
    deepstack: tuple[Tensor, ...]


class FocusUI:
    """What FocusUI adds to a Qwen vision-language model; mixed into the classes below.

    The heads lie where the published checkpoints have them. Either may be absent: GUI-Actor has no patch scorer, plain
    Qwen models have neither.
    """

    prompt_style: PromptStyle

    def __init__(self, config: PretrainedConfig) -> None:
        super().__init__(config)  # type: ignore[call-arg] # of the transformers class beside which this is mixed in
        self.options = FocusUIOptions.from_json(getattr(config, CONFIG_KEY, {}))
        width = config.text_config.hidden_size
        if self.options.has_patch_scorer:
            self.patch_scorer = PatchScorer(width)
        if self.options.has_pointer_head:
            self.multi_patch_pointer_head = PointerHead(width)
        self.vision_planner = VisionPlanner(config.vision_config)
        self.kernels = Kernels()
        self.post_init()

    def __getattr__(self, name: str) -> Any:
        """Typed as what transformers brings: its classes have no types here."""
        return super().__getattr__(name)  # type: ignore[misc]

    def _init_weights(self, module: torch.nn.Module) -> None:
        if isinstance(module, SelfAttention):
            module.reset_parameters()
        else:
            super()._init_weights(module)  # type: ignore[misc]

    def set_options(self, options: FocusUIOptions) -> None:
        """Run otherwise from now on; saved with the checkpoint. The heads stay as they are."""
        self.options = options
        setattr(self.config, CONFIG_KEY, options.to_json())

    def encode_images(self, pixel_values: Tensor, grid_thw: Tensor) -> list[VisualFeatures]:
        """Run the vision tower.

        Args:
            pixel_values: [n_patches of all pictures, d_patch].
            grid_thw: [n_pictures, 3] int64 on the CPU: frames (1), rows and columns of patches.
        """
        if not torch.is_grad_enabled() and _is_plain_sdpa(self.model.visual):
            merge = self.config.vision_config.spatial_merge_size
            pictures = torch.split(pixel_values, grid_thw.prod(-1).tolist())
            grids = (grid_thw[:, 1:] // merge).tolist()
            return [self.encode_image(pixels, *grid) for pixels, grid in zip(pictures, grids, strict=True)]
        encoded = self.model.get_image_features(pixel_values, grid_thw.to(pixel_values.device), return_dict=True)
        levels = [*(getattr(encoded, "deepstack_features", None) or ())]
        merge = self.config.vision_config.spatial_merge_size
        return [
            VisualFeatures(
                embeds=embeds,
                deepstack=tuple(level[picture_idx] for level in levels),
                n_rows=int(grid_thw[picture_idx, 1]) // merge,
                n_cols=int(grid_thw[picture_idx, 2]) // merge,
            )
            for picture_idx, embeds in enumerate(encoded.pooler_output)
        ]

    @torch.no_grad()
    def encode_image(
        self, pixel_values: Tensor, n_rows: int, n_cols: int, seen: NDArray[np.bool_] | None = None
    ) -> VisualFeatures:
        """Run the vision tower over one picture, or over a part of it.

        Args:
            pixel_values: [n_patches of the whole picture, d_patch].
            n_rows: of visual tokens.
            n_cols: of visual tokens.
            seen: [n_rows, n_cols], False at cells that the tower is not shown; None shows all.
        """
        plan = self.vision_planner.plan(n_rows, n_cols, pixel_values.device, seen)
        embeds, levels = encode_patches(self.model.visual, pixel_values, plan, self.kernels.vision_block)
        return VisualFeatures(
            embeds=embeds,
            deepstack=tuple(levels),
            n_rows=n_rows,
            n_cols=n_cols,
            seen_mask=None if plan.is_whole or seen is None else torch.from_numpy(seen.ravel().copy()),
        )

    def embed(self, input_ids: Tensor) -> Tensor:
        """Rows of the embedding table: [n] -> [n, d]."""
        embeds: Tensor = self.get_input_embeddings()(input_ids.to(self.device))
        return embeds

    def score_patches(self, visual: VisualFeatures, instruction_ids: Tensor) -> Tensor:
        """Patch scores [n_visual] in [-1, 1]; ``instruction_ids`` [n_text] are those of the instruction alone."""
        scores: Tensor = self.patch_scorer(visual.embeds, self.embed(instruction_ids))
        return scores

    def position_ids(self, input_ids: Tensor, visuals: Sequence[VisualFeatures]) -> Tensor:
        """M-RoPE positions of a full prompt: [n_seq] -> [3, n_seq] on the CPU."""
        merge = self.config.vision_config.spatial_merge_size
        ids = input_ids.cpu().unsqueeze(0)
        grid_thw = torch.tensor([[1, visual.n_rows * merge, visual.n_cols * merge] for visual in visuals])
        is_image = (ids == self.config.image_token_id).int()
        positions: Tensor
        positions, _ = self.model.get_rope_index(ids, is_image, image_grid_thw=grid_thw)
        return positions[:, 0]

    def pack(
        self,
        input_ids: Tensor,
        visuals: Sequence[VisualFeatures],
        keep_mask: Tensor | None = None,
        packing: Packing = Packing.POSPAD,
    ) -> PackedPrompt:
        """Drop visual tokens; with PosPad a marker takes the place of each run of them.

        GUI-Actor and plain Qwen models were not trained with a marker. There PosPad leaves nothing in the place of a
        run, and all else keeps its position: any other token, such as the padding token that the authors' code for
        Qwen2.5-VL would take, means to the decoder what it was trained to mean.

        Args:
            input_ids: [n_seq] int64 on the CPU, one image token per visual token of all pictures.
            visuals: the pictures in the order of the prompt.
            keep_mask: [n_visual of all pictures] bool; None keeps all. What the vision tower was not shown is dropped.
            packing: what becomes of the places of dropped tokens; the published weights know PosPad alone.
        """
        image_mask = input_ids == self.config.image_token_id
        n_visual = sum(len(visual.embeds) for visual in visuals)
        if int(image_mask.sum()) != n_visual:
            raise ValueError(f"{int(image_mask.sum())} image tokens for {n_visual} visual tokens")
        keep = torch.cat([_seen_mask(visual) for visual in visuals])
        if keep_mask is not None:
            keep = keep & keep_mask.cpu()
        kept_in_prompt = torch.ones(len(input_ids), dtype=torch.bool)
        kept_in_prompt[image_mask] = keep
        marker_id = getattr(self.config, "image_drop_end_token_id", None)
        packed = pack_sequence(
            Packing.DROP if packing is Packing.POSPAD and marker_id is None else packing,
            keep_mask=kept_in_prompt.numpy(),
            image_mask=image_mask.numpy(),
            position_ids=self.position_ids(input_ids, visuals).numpy(),
        )
        index = torch.from_numpy(packed.index)
        ids = input_ids[index]
        if marker_id is not None:
            ids[torch.from_numpy(packed.is_marker)] = marker_id

        visual_mask = torch.from_numpy(packed.is_visual).to(self.device)
        kept_idx = keep.nonzero().squeeze(-1).to(self.device)
        features = torch.cat([visual.embeds for visual in visuals])[kept_idx]
        embeds = self.embed(ids)
        # Under autocast the tower speaks bfloat16 while the embedding table keeps its precision.
        embeds = embeds.masked_scatter(visual_mask.unsqueeze(-1), features.to(embeds.dtype))
        levels = [torch.cat(level)[kept_idx] for level in zip(*(v.deepstack for v in visuals), strict=True)]
        if not bool(keep.all()) and self.options.deepstack is DeepStackLevels.FIRST:
            levels = levels[:1]
        return PackedPrompt(
            input_ids=ids,
            index=index,
            embeds=embeds,
            position_ids=torch.from_numpy(packed.position_ids).to(self.device),
            visual_mask=visual_mask,
            deepstack=tuple(levels),
        )

    def decode(self, prompts: Sequence[PackedPrompt]) -> list[Tensor]:
        """Hidden states after the last norm, [n_packed, d] of each prompt; no vocabulary logits are computed."""
        output = self.model.language_model(**self.decoder_inputs(prompts), use_cache=False)
        return [hidden[: len(prompt.embeds)] for hidden, prompt in zip(output.last_hidden_state, prompts, strict=True)]

    def decoder_inputs(self, prompts: Sequence[PackedPrompt]) -> dict[str, Any]:
        """What the decoder of transformers takes for a batch.

        Prompts of different lengths are padded at their right end, where under a causal mask no token sees the padding.
        """
        embeds = pad_sequence([prompt.embeds for prompt in prompts], batch_first=True)  # [b, n, d]
        positions = pad_sequence([prompt.position_ids.mT for prompt in prompts], batch_first=True)  # [b, n, 3]
        extra: dict[str, Any] = {}
        if prompts[0].deepstack:
            n_levels = max(len(prompt.deepstack) for prompt in prompts)
            extra["visual_pos_masks"] = pad_sequence([prompt.visual_mask for prompt in prompts], batch_first=True)
            extra["deepstack_visual_embeds"] = [
                torch.cat([_level(prompt, level_idx) for prompt in prompts]) for level_idx in range(n_levels)
            ]
        return {"inputs_embeds": embeds, "position_ids": positions.permute(2, 0, 1), **extra}

    def pointer_logits(self, prompt: PackedPrompt, hidden: Tensor) -> Tensor:
        """Where the pointer tokens of a prompt point, [n_target, n_kept]; ``hidden`` [n_packed, d] from ``decode``."""
        is_pointer = (prompt.input_ids == self.config.pointer_pad_token_id).to(hidden.device)
        logits: Tensor = self.multi_patch_pointer_head(prompt.embeds[prompt.visual_mask], hidden[is_pointer])
        return logits

    def visual_rows(self, prompt: PackedPrompt) -> Tensor:
        """Where the kept visual tokens stand, [n_kept] int64 on the device; found on the CPU, so nobody waits."""
        rows: Tensor = (prompt.input_ids == self.config.image_token_id).nonzero().squeeze(-1).to(self.device)
        return rows

    @torch.no_grad()
    def pointer_hidden(self, prompt: PackedPrompt) -> Tensor:
        """Hidden state of the first pointer token after the last norm, [1, d]; see ``decode`` for those of all."""
        decoder = self.model.language_model
        row = self.pointer_row(prompt.input_ids)
        if not _is_plain_sdpa(decoder):
            return self.decode([prompt])[0][row : row + 1]
        deepstack = DeepStack(rows=self.visual_rows(prompt), levels=prompt.deepstack) if prompt.deepstack else None
        return run_decoder(
            decoder,
            prompt.embeds,
            prompt.position_ids,
            [row],
            deepstack=deepstack,
            layer_fn=self.kernels.decoder_layer,
        )

    @torch.no_grad()
    def point(self, prompt: PackedPrompt) -> Tensor:
        """Pointer attention of the first pointer token over the kept visual tokens, [n_kept] float32."""
        keys = prompt.embeds[self.visual_rows(prompt)]
        logits: Tensor = self.multi_patch_pointer_head(keys, self.pointer_hidden(prompt))
        return logits[0].float().softmax(-1)

    def pointer_row(self, input_ids: Tensor) -> int:
        """Position of the first pointer token among [n] ids on the CPU."""
        return int((input_ids == self.config.pointer_pad_token_id).nonzero()[0])


def _seen_mask(visual: VisualFeatures) -> Tensor:
    return torch.ones(len(visual.embeds), dtype=torch.bool) if visual.seen_mask is None else visual.seen_mask


def _is_plain_sdpa(part: Any) -> bool:
    """Whether the attention of a tower or decoder is what our own ways compute; a probe or another kernel is not."""
    return part.config._attn_implementation == "sdpa" and not getattr(part, "has_sliding_layers", False)


def _level(prompt: PackedPrompt, level_idx: int) -> Tensor:
    """A DeepStack level of one prompt in a batch; zeros where it gets none."""
    if level_idx < len(prompt.deepstack):
        return prompt.deepstack[level_idx]
    return torch.zeros_like(prompt.deepstack[0])


class FocusUIQwen2VL(FocusUI, Qwen2VLForConditionalGeneration):  # type: ignore[misc] # transformers has no types here
    """On Qwen2-VL (GUI-Actor's first checkpoints)."""

    prompt_style = PromptStyle.QWEN_2_ACTOR


class FocusUIQwen2_5VL(FocusUI, Qwen2_5_VLForConditionalGeneration):  # type: ignore[misc] # noqa: N801 - version 2.5
    """On Qwen2.5-VL."""

    prompt_style = PromptStyle.QWEN_2


class FocusUIQwen3VL(FocusUI, Qwen3VLForConditionalGeneration):  # type: ignore[misc]
    """On Qwen3-VL."""

    prompt_style = PromptStyle.QWEN_3


NETWORKS: dict[str, type[FocusUI]] = {
    "qwen2_vl": FocusUIQwen2VL,
    "qwen2_5_vl": FocusUIQwen2_5VL,
    "qwen3_vl": FocusUIQwen3VL,
}
"""By the ``model_type`` of ``config.json``."""

# Older checkpoints, the published ones among them, name the decoder's weights otherwise; transformers renames them by
# class and would not know ours.
for _ours in (FocusUIQwen2VL, FocusUIQwen2_5VL):
    register_checkpoint_conversion_mapping(
        _ours.__name__, get_checkpoint_conversion_mapping(_ours.__mro__[2].__name__), overwrite=True
    )
