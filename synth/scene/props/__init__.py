"""Props: what kinds there are, the stock that scenes take from, and where rays and points meet them."""

from synth.scene.props.kinds import PROP_KINDS, Prop
from synth.scene.props.stock import BANDS, PropSpec, PropStock

__all__ = ["BANDS", "PROP_KINDS", "Prop", "PropSpec", "PropStock"]
