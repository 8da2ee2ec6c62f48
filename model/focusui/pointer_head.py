"""GUI-Actor's multi-patch pointer head, which FocusUI keeps (arXiv 2506.03143, section 3.2).

Legend: ``n_target`` pointer tokens, ``n_kept`` visual tokens that were kept, ``d`` their width.
"""

from torch import Tensor, nn

from model.focusui.self_attention import SelfAttention

DROPOUT = 0.1


class PointerHead(nn.Module):
    """Attention of pointer tokens over visual tokens, as logits."""

    def __init__(self, d_model: int) -> None:
        super().__init__()
        self.self_attention = SelfAttention(d_model)
        self.dropout = nn.Dropout(DROPOUT)
        self.layer_norm = nn.LayerNorm(d_model)
        self.projection_enc = nn.Sequential(nn.Linear(d_model, d_model), nn.GELU(), nn.Linear(d_model, d_model))
        self.projection_dec = nn.Sequential(nn.Linear(d_model, d_model), nn.GELU(), nn.Linear(d_model, d_model))

    def embed_visual(self, keys: Tensor) -> Tensor:
        """The side of the visual tokens, [n_kept, d]; it does not depend on the instruction."""
        batch = keys.unsqueeze(0)
        context = self.layer_norm(batch + self.dropout(self.self_attention(batch))).squeeze(0)
        embedded: Tensor = self.projection_enc(context)
        return embedded

    def point(self, embedded: Tensor, queries: Tensor) -> Tensor:
        """Logits [n_target, n_kept] from what ``embed_visual`` returned and queries [n_target, d]."""
        logits: Tensor = self.projection_dec(queries) @ embedded.mT / embedded.shape[-1] ** 0.5
        return logits

    def forward(self, keys: Tensor, queries: Tensor) -> Tensor:
        """Where does each pointer token point?

        Args:
            keys: [n_kept, d] visual tokens as they enter the decoder.
            queries: [n_target, d] hidden states after the decoder's last norm, at the pointer tokens.

        Returns:
            logits: [n_target, n_kept]; their softmax is the attention.
        """
        return self.point(self.embed_visual(keys), queries)
