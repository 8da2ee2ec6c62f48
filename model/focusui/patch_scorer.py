"""FocusUI's patch scorer: how relevant is each visual token to the instruction?

Source: FocusUI, arXiv 2601.03928, section 3.2. Both sides are enhanced and normalised each for itself, so a screen's
side is computed once and an instruction costs one matrix product.

Legend: ``n_visual`` visual tokens, ``n_text`` tokens of the instruction, ``d`` their width.
"""

from torch import Tensor, nn
from torch.nn import functional

from model.focusui.self_attention import SelfAttention

DROPOUT = 0.1


class Enhancer(nn.Module):
    """Self-attention with a residual and LayerNorm, then an MLP without one."""

    def __init__(self, d_model: int) -> None:
        super().__init__()
        self.attn = SelfAttention(d_model)
        self.dropout = nn.Dropout(DROPOUT)
        self.layer_norm = nn.LayerNorm(d_model)
        self.mlp = nn.Sequential(nn.Linear(d_model, d_model), nn.GELU(), nn.Linear(d_model, d_model))

    def forward(self, tokens: Tensor) -> Tensor:
        """[n, d] -> [n, d], rows of length 1."""
        batch = tokens.unsqueeze(0)
        enhanced = self.mlp(self.layer_norm(batch + self.dropout(self.attn(batch))))
        return functional.normalize(enhanced.tanh(), dim=-1).squeeze(0)


class PatchScorer(nn.Module):
    """Mean similarity of a visual token to the tokens of the instruction."""

    def __init__(self, d_model: int) -> None:
        super().__init__()
        self.vision_enhancer = Enhancer(d_model)
        self.text_enhancer = Enhancer(d_model)

    def embed_visual(self, features: Tensor) -> Tensor:
        """Output of the vision tower [n_visual, d] -> rows of length 1; depends on the picture alone."""
        embedded: Tensor = self.vision_enhancer(features)
        return embedded

    def embed_text(self, embeds: Tensor) -> Tensor:
        """Rows of the embedding table [n_text, d] -> rows of length 1."""
        embedded: Tensor = self.text_enhancer(embeds)
        return embedded

    def forward(self, features: Tensor, embeds: Tensor) -> Tensor:
        """Patch scores [n_visual] in [-1, 1] from vision features [n_visual, d] and embeddings [n_text, d]."""
        return pool_similarity(self.embed_visual(features), self.embed_text(embeds))


def similarity(visual: Tensor, text: Tensor) -> Tensor:
    """[n_visual, d] and [n_text, d] -> [n_visual, n_text]: which token of the instruction lights which patch."""
    return visual @ text.mT


def pool_similarity(visual: Tensor, text: Tensor) -> Tensor:
    """[n_visual, d] and [n_text, d] -> patch scores [n_visual]: the mean over the tokens of the instruction."""
    return similarity(visual, text).mean(-1)
