"""Which way of pointing a checkpoint takes."""

from transformers import PreTrainedTokenizerBase

from model.focusui.network import FocusUI
from model.focusui.options import PointingWay
from model.focusui.pointing.attention import AttentionPointing
from model.focusui.pointing.base import Pointing
from model.focusui.pointing.head import HeadPointing
from model.focusui.pointing.text import TextPointing


def choose_pointing(network: FocusUI, tokenizer: PreTrainedTokenizerBase) -> Pointing:
    """The way that the options of the network say."""
    match network.options.pointing_way:
        case PointingWay.HEAD:
            return HeadPointing(network)
        case PointingWay.ATTENTION:
            return AttentionPointing(network)
        case PointingWay.TEXT:
            return TextPointing(network, tokenizer)
