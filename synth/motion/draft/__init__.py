"""A mapping drafted from a skeleton: by the names of its joints, else by its shape."""

from synth.motion.draft.drafting import Draft, draft

__all__ = ["Draft", "draft"]
