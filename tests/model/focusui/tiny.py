"""The tiny random checkpoints as samples that a test can put together."""

from dataclasses import dataclass
from functools import cache

import torch

from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.image_input import patchify, resized
from model.focusui.network import VisualFeatures
from model.focusui.prompt import Prompt, PromptWriter
from model.pictures import load_picture
from tests.reference import checkpoint_folder, screenshot


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A picture that went through the vision tower, and a prompt about it."""

    visual: VisualFeatures
    prompt: Prompt

    @property
    def n_visual(self) -> int:
        return len(self.visual.embeds)


@cache
def tiny(variant: str) -> Checkpoint:
    """Loaded once for all tests that only read it."""
    return load_checkpoint(checkpoint_folder(variant), dtype=torch.float32)


@torch.inference_mode()
def sample(variant: str, picture: str = "editor_640x400", instruction: str = "Click the Save button") -> Sample:
    checkpoint = tiny(variant)
    spec = checkpoint.image_spec
    inputs = patchify(resized(load_picture(screenshot(picture)), spec), spec)
    (visual,) = checkpoint.network.encode_images(inputs.pixel_values, inputs.grid_thw)
    writer = PromptWriter(checkpoint.tokenizer, checkpoint.network.prompt_style.wording)
    return Sample(visual=visual, prompt=writer.write(instruction, len(visual.embeds)))
