"""What is measured: a loaded checkpoint, or a model of random weights in the true shape, and a picture for it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.image_input import ImageInput, ImageSpec, patchify, resized
from model.focusui.network import FocusUI
from model.focusui.prompt import Prompt, PromptWriter
from model.focusui.shapes import Shape, build_network, image_spec_of
from model.uigraph import UiGraph, ui_graph

_N_BEFORE, _N_TEXT, _N_AFTER = 100, 8, 24
"""About as many tokens as the prompts of the published checkpoints have around the picture, and a short instruction."""

INSTRUCTIONS = ("Click the Save button", "open the settings")
"""What a loaded checkpoint is asked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """A model to measure.

    Attributes:
        name: for the table.
        network: in evaluation mode.
        image_spec: how pictures are prepared.
        checkpoint: what was loaded; None for random weights.
        folder: where from; None for random weights.
        write: a prompt about a picture of so many visual tokens; the first argument chooses the instruction.
    """

    name: str
    network: FocusUI
    image_spec: ImageSpec
    checkpoint: Checkpoint | None
    folder: Path | None
    write: Callable[[int, int], Prompt]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screen:
    """A picture, prepared and on the device.

    Attributes:
        pixels: [height, width, 3] uint8, as it came.
        inputs: for the vision tower, in its dtype.
        graph: UI graph on the grid of visual tokens.
        stand_in_scores: [n_visual] by which tokens are chosen where weights are random; None where they are not.
            Random scores would scatter what is kept and so fill the prompt with drop markers, as no trained scorer
            does; these follow the UI graph, smoothed.
    """

    pixels: NDArray[np.uint8]
    inputs: ImageInput
    graph: UiGraph
    stand_in_scores: Tensor | None

    @property
    def size(self) -> str:
        """Width and height as it came."""
        return f"{self.pixels.shape[1]}x{self.pixels.shape[0]}"

    @property
    def n_visual(self) -> int:
        """Visual tokens of the whole picture."""
        return int(self.graph.labels.size)


def subject_of_shape(shape: Shape, *, device: torch.device, dtype: torch.dtype) -> Subject:
    """A model of random weights; its prompts are random tokens."""
    network = build_network(shape, device=device, dtype=dtype)

    def write(which: int, n_visual: int) -> Prompt:
        generator = torch.Generator().manual_seed(which)

        def words(n: int) -> Tensor:
            return torch.randint(0, network.config.image_token_id, (n,), generator=generator)

        text = words(_N_TEXT)
        image = torch.full((n_visual,), network.config.image_token_id)
        pointer = torch.tensor([network.config.pointer_pad_token_id])
        input_ids = torch.cat((torch.arange(_N_BEFORE), image, text, words(_N_AFTER), pointer))
        return Prompt(
            input_ids=input_ids,
            image_mask=input_ids == network.config.image_token_id,
            instruction_ids=text,
            n_prefix=_N_BEFORE + n_visual,
            spoken=slice(_N_BEFORE + n_visual, _N_BEFORE + n_visual + _N_TEXT),
        )

    return Subject(
        name=f"random weights, shape {shape.value}",
        network=network,
        image_spec=image_spec_of(network),
        checkpoint=None,
        folder=None,
        write=write,
    )


def subject_of_checkpoint(folder: Path, *, device: torch.device, dtype: torch.dtype) -> Subject:
    """A checkpoint with both heads.

    Raises:
        ModelLoadError: it cannot be loaded.
    """
    checkpoint = load_checkpoint(folder, dtype=dtype, device=device)
    writer = PromptWriter(checkpoint.tokenizer, checkpoint.network.prompt_style.wording)

    def write(which: int, n_visual: int) -> Prompt:
        return writer.write(INSTRUCTIONS[which % len(INSTRUCTIONS)], n_visual)

    return Subject(
        name=folder.name,
        network=checkpoint.network,
        image_spec=checkpoint.image_spec,
        checkpoint=checkpoint,
        folder=folder,
        write=write,
    )


def prepare_screen(subject: Subject, pixels: NDArray[np.uint8]) -> Screen:
    """Resize and cut a picture; not part of what is measured."""
    small = resized(pixels, subject.image_spec)
    inputs = patchify(small, subject.image_spec, subject.network.device)
    graph = ui_graph(small, subject.image_spec.cell_px)
    return Screen(
        pixels=pixels,
        inputs=ImageInput(
            pixel_values=inputs.pixel_values.to(subject.network.dtype), grid_thw=inputs.grid_thw, pixels=small
        ),
        graph=graph,
        stand_in_scores=torch.from_numpy(cv2.blur(graph.weights, (7, 7)).ravel())
        if subject.checkpoint is None
        else None,
    )
