"""The methods, each a file that opens with the paper it follows, and what holds a trained one.

Names are imported when they are asked for: the names of the methods are known without PyTorch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lifter.models.lifter import Lifter, Poses, load_lifter, save_lifter
    from lifter.models.model import Model, ModelConfig, Output
    from lifter.models.registry import MODELS, get_model

__all__ = [
    "MODELS", "Lifter", "Model", "ModelConfig", "Output", "Poses", "get_model", "load_lifter", "save_lifter",
]  # fmt: skip
_MODULES = {
    "MODELS": "registry",
    "get_model": "registry",
    "Model": "model",
    "ModelConfig": "model",
    "Output": "model",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'lifter')}"), name)
