"""What everything else stands on: errors, keyed randomness, specs and YAML, files, progress, registries."""

from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress, show_progress
from synth.core.registry import Registry

__all__ = ["InputError", "NoProgress", "Progress", "Registry", "show_progress"]
