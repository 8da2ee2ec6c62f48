"""Errors of the model store.

ModelError
├── StoreError       a model could not be fetched, copied or removed
└── PullCancelled    the person stopped the download; what has arrived stays, for the next time
"""

from model.errors import ModelError


class StoreError(ModelError):
    """A model could not be fetched, copied or removed."""


class PullCancelled(ModelError):  # noqa: N818 - it is a fact, not a mistake
    """The person stopped the download; what has arrived stays, for the next time."""
