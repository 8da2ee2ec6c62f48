"""Commands that need more than the base installation say so."""

import importlib.util

from app.commands._errors import UsageError

_MODULES = {
    "focusui": ("torch", "transformers", "safetensors", "accelerate"),
    "export": ("torch", "transformers", "safetensors", "accelerate", "onnx", "onnxscript"),
}


def require_extra(extra: str) -> None:
    """Make sure that what an optional extra of the package brings is installed. Imports nothing.

    Raises:
        UsageError: something is missing.
    """
    missing = [module for module in _MODULES[extra] if importlib.util.find_spec(module) is None]
    if missing:
        raise UsageError(
            f"This needs {', '.join(missing)}, which is not installed.",
            hint=f'Install it: pip install "foveal[{extra}]"',
        )
