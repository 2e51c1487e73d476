"""Images a second end to end on disk, one process on one core, beside a plain pyrender loop over the same scenes."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.bench import Bench, Facts
from benchmarks.render import PlainLoop
from benchmarks.shards import LaidOut, describe_end_to_end, end_to_end, shard_size
from pipelines.generate.shard import Maker, encode
from synth.core.errors import InputError
from synth.core.progress import rounded
from synth.label.compute import label
from synth.render import get_renderer
from synth.scene.picture import draw_looks, picture

_PLAIN = 128  # scenes for the plain loop


def measure(shards: int = 3, per_shard: int | None = None) -> Facts:
    return end_to_end("images", shards, per_shard or shard_size("images"), beside=_plain_loop)


def _plain_loop(laid_out: LaidOut, count: int) -> Facts:
    """The same scenes as a user of pyrender would write them: one pass, JPEG and depth in a file each."""
    maker, count = Maker(laid_out.corpus, laid_out.part.name), min(_PLAIN, count)
    try:
        get_renderer("opengl")  # says why where there is no GL
    except InputError as error:
        return {"plain_pyrender": None, "remark": str(error)}
    loop = PlainLoop(maker.recipe.picture.width, maker.recipe.picture.height)
    seconds = 0.0
    for warm in (True, False):
        start = time.perf_counter()
        _, scenes = maker.scenes(0, 2 if warm else count)
        labels = label(scenes)
        genders = labels["gender"][:: len(labels["gender"]) // len(scenes.ids)]
        looks = draw_looks(maker.studio.draws, scenes.ids, genders, maker.recipe.images.wardrobe)
        for row in range(len(scenes.ids)):
            colour, depth = loop.render(*picture(scenes, maker.studio.bodies, looks, labels, row))
            (laid_out.corpus / f"{row}.jpg").write_bytes(encode(colour, maker.recipe.images.quality))
            np.save(laid_out.corpus / f"{row}.npy", depth)
        seconds = time.perf_counter() - start
    return {"plain_pyrender": count / seconds}


def describe(facts: Facts) -> list[str]:
    lines = describe_end_to_end("images", facts)
    if facts["plain_pyrender"] is None:
        return [*lines, f"  {facts['remark']}"]
    rate = facts["plain_pyrender"]
    return [
        *lines,
        f"  plain pyrender loop over the same scenes, colour and depth alone: {rounded(rate)} a second; "
        f"this is {facts['per_second'] / rate:.1f} times as fast",
    ]


BENCH = Bench(__doc__, measure, describe)
