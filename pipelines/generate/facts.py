"""What `part.json` says of a part: all that its samples depend on, by content, and where they come from.

Nothing in it depends on the machine, the folder of the installation or how a path was spelt: files count by their
checksums, and of a path only the last name is kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.corpus.made_of import PROVENANCE, identity_of
from pipelines.corpus.schema import VERSION, labels_of
from pipelines.generate.motion_bank import Bank
from pipelines.generate.plan import PartPlan, Plan
from pipelines.generate.recipe import REALISATIONS, Recipe
from synth.body.body import Body
from synth.body.skeleton import JOINTS
from synth.core.disk import canonical, sha256_of
from synth.motion import is_builtin
from synth.scene.props.kinds import Prop
from synth.scene.scenes import Studio
from synth.wardrobe.outfit import PLAIN, folder, item

# Of what samples are made of. Raise it when the same recipe and seed come to mean other bytes, which
# tests/golden/test_golden.py finds: parts made before are then refused instead of continued with other samples.
CODE = 1


def part_facts(
    recipe: Recipe,
    bank: Bank,
    plan: Plan,
    part: PartPlan,
    studio: Studio,
    there: Collection[str] | None = None,
) -> dict[str, Any]:
    """The content of `part.json`; `identity` hashes `made_of`, all that its samples depend on.

    there: the arrays of the part where it was made before, so that it goes on without those that came later.
    """
    detector = recipe.detector is not None
    layout: dict[str, Any] = {
        "name": part.name,
        "kind": part.kind,
        "samples_per_shard": part.samples_per_shard,
        "track": part.frames,
        "rate": recipe.rate,
        "schema": VERSION,
        "code": CODE,
        "joints": list(JOINTS),
        "sizes": {
            "shape": len(studio.bodies[0].shape_dirs),
            "props": plan.furniture + max(1, recipe.props.count[1]),
            "height": recipe.picture.height,
            "width": recipe.picture.width,
        },
        "arrays": [row.name for row in labels_of(part.kind, tuple(recipe.images.arrays), detector, there)],
        "band_weights": list(studio.band_weights or studio.band_shares),
        "props": _props(studio),
    }
    clips = stated_clips(recipe, bank)
    made_of = {
        **layout,
        "recipe": own_fields(recipe, part.kind),
        "first_scene": part.first_scene,
        "weights": [source.weight for source in recipe.motion.sources],
        "motion": bank.digest,
        "bodies": body_digests(studio),
    }
    dressed = part.kind == "images" and wears_clothes(recipe)
    if dressed:
        made_of["wardrobe"] = wardrobe_digest()
    facts = {
        **layout,
        "samples": part.samples,
        "recipe": _without_paths(recipe, part.kind),
        "bank": bank.folder.name,
        "clips": clips,
        "recordings": bank.files,
        "short": int((plan.starts == 0).sum()),
        "licences": _licences(clips, studio.bodies, dressed),
        "made_of": made_of,
        "identity": identity_of(made_of),
    }
    return {**facts, "props": _props(_as_shards_make_it(facts))}


def stated_clips(recipe: Recipe, bank: Bank) -> list[dict[str, Any]]:
    """A bank's clips, of the dataset and under the licence that the recipe states of their source, where it does."""
    found = []
    for clip in bank.clips:
        source = recipe.motion.sources[clip["source"]]
        stated = {name: getattr(source, name) for name in PROVENANCE}
        found.append(clip | {name: value for name, value in stated.items() if value is not None})
    return found


def _props(studio: Studio) -> list[dict[str, Any]]:
    """The props of a studio's stock: those that are drawn, then the pieces of furniture with their sizes."""
    props = [
        {"kind": prop.kind, "held": prop.held, "middle": middle}
        for prop, middle in zip(studio.stock.props, studio.stock.middles, strict=True)
    ]
    for row, (_, size, hand) in zip(props[len(studio.stock.drawn) :], studio.pieces, strict=True):
        row |= {"size": list(size), "hand": hand}
    return props


def props_of(facts: dict[str, Any]) -> tuple[Prop, ...]:
    """The props that a part's rows refer to, made again from its recipe, its seed and its pieces of furniture."""
    return _as_shards_make_it(facts).stock.props


def prop_kinds(facts: dict[str, Any]) -> list[str]:
    """The kind of each prop that `prop` numbers: of parts that `generate` made those of its recipe, as part.json once
    listed them in another order, of others those that part.json lists."""
    made_here = "motion" in facts["recipe"]
    return [prop.kind for prop in props_of(facts)] if made_here else [row["kind"] for row in facts["props"]]


def _as_shards_make_it(facts: dict[str, Any]) -> Studio:
    """The studio of a part's shards, which read its recipe back from JSON: kinds of props are in the order of names."""
    recipe = Recipe.model_validate(json.loads(canonical(facts["recipe"])))
    pieces = [(row["kind"], tuple(row["size"]), row["hand"]) for row in facts["props"] if "size" in row]
    return Studio(recipe.scene_spec, recipe.seed, pieces=tuple(pieces))


def own_fields(recipe: Recipe, kind: str) -> dict[str, Any]:
    """The recipe's fields that the samples of a part of this kind depend on, motion and files' contents aside.

    Not the count: a sample depends on its number alone, so a part may grow.
    """
    fields = recipe.model_dump(
        mode="json", include={"seed", "body", "cameras", "props", "picture", "tracks", "detector", kind}
    )
    del fields["body"]["model"], fields[kind]["count"]
    _forget_plain(recipe, fields)
    return fields


def wears_clothes(recipe: Recipe) -> bool:
    """Whether anyone in the recipe's images wears more than colours on the body."""
    return any(weight > 0 for trade, weight in recipe.images.wardrobe.items() if trade != PLAIN)


def _forget_plain(recipe: Recipe, fields: dict[str, Any]) -> None:
    if not wears_clothes(recipe):  # parts made before there were clothes say nothing of them
        fields.get("images", {}).pop("wardrobe", None)


@lru_cache(maxsize=1)
def wardrobe_digest() -> str:
    """A checksum of the items and the table of trades that ship."""
    paths = sorted(path for path in folder().iterdir() if path.suffix in (".npz", ".yaml"))
    return sha256_of(b"".join(path.name.encode() + path.read_bytes() for path in paths))


def body_digests(studio: Studio) -> list[str]:
    """A checksum of each body of a studio."""
    return [_body_digest(body) for body in studio.bodies]


def _body_digest(body: Body) -> str:
    # of what comes from the file as it is: what is computed from it may differ in the last bit between machines
    parts = (body.template, body.shape_dirs, body.pose_dirs, body.faces)
    return sha256_of(b"".join(part.tobytes() for part in parts if part is not None))


def _without_paths(recipe: Recipe, kind: str) -> dict[str, Any]:
    """The recipe as far as it concerns parts of a kind, with the names of files and folders in place of paths."""
    # images are numbered before pairs: what is asked of pairs does not concern them
    fields = recipe.model_dump(mode="json", exclude={"pairs"} if kind == "images" else None)
    for source in fields["motion"]["sources"]:
        if source["realisations"] == REALISATIONS:  # parts made before there were any say nothing of them
            del source["realisations"]
        if not is_builtin(source["path"]):
            source["path"] = _name(source["path"])
        if source["mapping"]:
            source["mapping"] = _name(source["mapping"])
        for name in PROVENANCE:
            if source[name] is None:
                del source[name]
    fields["body"]["model"] = _name(fields["body"]["model"])
    _forget_plain(recipe, fields)
    return fields


def _name(path: str) -> str:
    return Path(path).name or path


def _licences(clips: list[dict[str, Any]], bodies: list[Body], dressed: bool) -> list[dict[str, str]]:
    """Every source with its terms, once."""
    terms = {(f"motion: {clip['dataset']}", clip["licence"]) for clip in clips}
    terms |= {(f"body: {body.name}", body.licence) for body in bodies}
    if dressed:
        worn = [item(path.stem) for path in folder().glob("*.npz") if path.stem != "base"]
        terms |= {(f"clothes: {each.author}, {each.source}", each.licence) for each in worn}
    return [{"what": what, "terms": licence} for what, licence in sorted(terms, reverse=True)]
