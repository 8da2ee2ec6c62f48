"""The running average of the weights, which is what is used in the end."""

from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def running_average(model: nn.Module, share: float) -> AveragedModel:
    """An average that keeps ``share`` of itself at each update, of the statistics of batch norms too."""
    rule = get_ema_multi_avg_fn(share)  # type: ignore[no-untyped-call] # torch has no type for it
    return AveragedModel(model, multi_avg_fn=rule, use_buffers=True)
