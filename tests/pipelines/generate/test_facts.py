"""What `part.json` says: by content, without paths, and no more than its own samples depend on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.generate.facts import own_fields, part_facts, prop_kinds, props_of
from pipelines.generate.motion_bank import Bank
from pipelines.generate.plan import Plan
from pipelines.generate.recipe import Recipe
from synth.core.disk import canonical, sha256_of
from synth.scene.scenes import Studio
from tests.pipelines.tiny import recipe


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    frames = np.zeros((50, 24, 3), np.float32)
    clip = {"name": "a", "dataset": "CMU", "licence": "free", "frames": 50, "source": 0}
    return Bank(
        tmp_path / "0123", [clip], [], "digest", np.array([0, 50]), frames, frames[:, 0], frames[:, 0, 0]
    )


def facts(wanted: Recipe, bank: Bank, kind: str = "pairs") -> dict[str, Any]:
    plan = Plan(wanted, bank)
    (part,) = (part for part in plan.parts if part.kind == kind)
    return part_facts(wanted, bank, plan, part, Studio(wanted.scene_spec, wanted.seed))


def test_identity_is_of_what_a_sample_depends_on(bank: Bank) -> None:
    found = facts(recipe(), bank)
    assert found["identity"] == sha256_of(canonical(found["made_of"]))
    same = (recipe(pairs={"count": 90}), recipe(motion={"sources": [{"path": "/elsewhere/mocap"}]}))
    assert {facts(wanted, bank)["identity"] for wanted in same} == {found["identity"]}
    others = (
        recipe(seed=8),
        recipe(images={"count": 8}),
        recipe(props={"count": [1, 2]}),
        recipe(detector="none"),
    )
    assert found["identity"] not in {facts(wanted, bank)["identity"] for wanted in others}


def test_paths_are_left_out(bank: Bank) -> None:
    source = {"path": "/home/me/mocap", "mapping": "/home/me/rig.yaml"}
    found = facts(recipe(motion={"sources": [source, {"path": "builtin/small"}]}), bank)
    assert "/home" not in json.dumps(found)
    assert [row["path"] for row in found["recipe"]["motion"]["sources"]] == ["mocap", "builtin/small"]
    assert found["recipe"]["motion"]["sources"][0]["mapping"] == "rig.yaml"
    assert Recipe.model_validate(found["recipe"]).pairs.count == 22


def test_provenance_is_stated_by_source_and_changes_no_sample(bank: Bank) -> None:
    bank.clips.append(
        {"name": "b", "dataset": "unknown", "licence": "unknown: not stated", "frames": 0, "source": 1}
    )
    sources: list[dict[str, Any]] = [{"path": "cmu"}, {"path": "ours"}]
    plain = facts(recipe(motion={"sources": sources}), bank)
    assert [set(source) & {"dataset", "licence"} for source in plain["recipe"]["motion"]["sources"]] == [
        set(),
        set(),
    ]
    sources[1] |= {"dataset": "Our lab", "licence": "CC-BY-4.0, Our lab"}
    found = facts(recipe(motion={"sources": sources}), bank)
    assert [(clip["dataset"], clip["licence"]) for clip in found["clips"]] == [
        ("CMU", "free"), ("Our lab", "CC-BY-4.0, Our lab"),
    ]  # fmt: skip
    assert {"what": "motion: Our lab", "terms": "CC-BY-4.0, Our lab"} in found["licences"]
    assert not any("unknown" in row["terms"] for row in found["licences"])
    assert found["recipe"]["motion"]["sources"][1]["dataset"] == "Our lab"
    assert found["identity"] == plain["identity"]
    assert Recipe.model_validate(found["recipe"]).motion.sources[1].licence == "CC-BY-4.0, Our lab"


def test_images_do_not_know_of_the_pairs_after_them(bank: Bank) -> None:
    assert facts(recipe(), bank, "images") == facts(recipe(pairs={"count": 90}), bank, "images")


def test_a_count_is_not_among_the_fields_that_must_agree() -> None:
    assert own_fields(recipe(), "pairs")["pairs"] == {"views_per_frame": None}
    assert set(own_fields(recipe(), "images")) & {"images", "pairs"} == {"images"}


def test_props_are_listed_as_shards_number_them(bank: Bank) -> None:
    """A shard reads the recipe back from part.json, whose keys are in the order of names; the recipe's are not."""
    wanted = recipe(props={"kinds": {"shelf": 1, "box": 2}, "held_kinds": {"held_drill": 1, "held_box": 1}})
    found = facts(wanted, bank)
    read = json.loads(canonical(found))
    back = Recipe.model_validate(read["recipe"])
    stock = Studio(back.scene_spec, back.seed).stock
    assert [row["kind"] for row in found["props"]] == [prop.kind for prop in stock.props]
    assert [row["middle"] for row in found["props"]] == stock.middles
    assert (
        [prop.kind for prop in props_of(found)] == [prop.kind for prop in props_of(read)] == prop_kinds(found)
    )
    before = [row["kind"] for row in found["made_of"]["props"]]  # identity and detections depend on it
    assert before != [row["kind"] for row in found["props"]]
    assert before == [prop.kind for prop in Studio(wanted.scene_spec, wanted.seed).stock.props]


def test_kinds_of_parts_made_before_are_those_that_shards_number(bank: Bank) -> None:
    found = facts(recipe(), bank)
    older = {**found, "props": found["made_of"]["props"]}
    assert prop_kinds(older) == prop_kinds(found) == [row["kind"] for row in found["props"]]
    assert prop_kinds({"props": [{"kind": "box"}], "recipe": {"seed": 0}}) == [
        "box"
    ]  # not made by `generate`


def test_clothes_are_part_of_what_images_are_made_of(bank: Bank) -> None:
    plain = facts(recipe(), bank, "images")
    assert "wardrobe" not in plain["recipe"]["images"]  # as in parts made before there were clothes
    assert "wardrobe" not in plain["made_of"]
    dressed = facts(recipe(images={"count": 8, "wardrobe": {"road": 1, "plain": 1}}), bank, "images")
    assert dressed["identity"] != plain["identity"]
    assert dressed["recipe"]["images"]["wardrobe"] == {"road": 1, "plain": 1}
    terms = {row["terms"] for row in dressed["licences"] if row["what"].startswith("clothes: ")}
    assert terms == {"CC0-1.0", "CC-BY-3.0", "CC-BY-4.0"}
    assert not any(row["what"].startswith("clothes") for row in plain["licences"])
