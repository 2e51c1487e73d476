"""A recipe means what it says, and what it leaves out has a default."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.generate.recipe import Recipe, load_recipe
from synth.core.errors import InputError
from synth.motion import GateSettings
from synth.render.backends import RENDERERS

MANIFESTS = Path(__file__).resolve().parents[3] / "manifests"


def written(folder: Path, text: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(MANIFESTS.glob("*.yaml")), ids=lambda path: path.name)
def test_the_shipped_recipes_are_good(path: Path) -> None:
    assert load_recipe(path).name


def test_the_least_recipe_has_defaults(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, "name: a\npairs: {count: 5}\n"))
    assert (recipe.seed, recipe.rate, recipe.tracks, recipe.images.count) == (0, 30.0, None, None)
    assert [source.path for source in recipe.motion.sources] == ["builtin"]
    assert recipe.motion.gate.settings() == GateSettings()
    assert (recipe.part_name("images"), recipe.part_name("pairs")) == ("a-images", "a-pairs")


def test_sets_of_built_in_motion_are_named(tmp_path: Path) -> None:
    one = "name: a\npairs: {count: 5}\nmotion: {sources: [{path: builtin/recordings}]}\n"
    assert load_recipe(written(tmp_path, one)).motion.sources[0].path == "builtin/recordings"
    with pytest.raises(InputError, match=r"there is no such set; choose one of builtin, .*\./builtin/all"):
        load_recipe(written(tmp_path, one.replace("recordings", "all")))


def test_a_recipe_survives_json(tmp_path: Path) -> None:
    cameras = "cameras: [{preset: phone}, {elevation: [0, 10], weight: 2}]"
    text = f"name: a\n{cameras}\ntracks: {{frames: 9}}\npairs: {{count: 1}}\n"
    recipe = load_recipe(written(tmp_path, text))
    assert Recipe.model_validate(json.loads(json.dumps(recipe.model_dump(mode="json")))) == recipe


def test_changes_reach_any_field(tmp_path: Path) -> None:
    path = written(tmp_path, "name: a\npairs: {count: 5}\n")
    changes = [
        "pairs.count=1_000",
        "picture.width=64",
        "cameras=[{preset: cctv}]",
        "name='b'",
        "tracks.frames=9",
    ]
    recipe = load_recipe(path, changes, seed=12)
    assert (recipe.pairs.count, recipe.picture.width, recipe.name, recipe.seed) == (1000, 64, "b", 12)
    assert recipe.tracks is not None
    assert recipe.tracks.frames == 9
    assert recipe.camera_specs()[0].height == (2.3, 6.0)


def test_the_rate_of_tracks_goes_before_the_rate_of_motion(tmp_path: Path) -> None:
    text = "name: a\npairs: {count: 5}\nmotion: {rate: 20}\ntracks: {frames: 27"
    assert load_recipe(written(tmp_path, text + "}")).rate == 20
    assert load_recipe(written(tmp_path, text + ", rate: 50}")).rate == 50


def test_pixel_arrays_come_in_the_order_of_the_schema(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, "name: a\nimages: {count: 1, arrays: [depth, image]}"))
    assert recipe.images.arrays == ["image", "depth"]


def test_shards_of_large_pictures_hold_fewer() -> None:
    def per_shard(width: int, height: int, asked: int = 256) -> int:
        content = {
            "name": "a", "images": {"count": 1}, "picture": {"width": width, "height": height},
            "storage": {"images_per_shard": asked},
        }  # fmt: skip
        return Recipe.model_validate(content).images_per_shard

    assert per_shard(256, 256) == 256
    assert per_shard(1920, 1080) == 32
    assert per_shard(1920, 1080, asked=10) == 10


def test_utf8_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_bytes("\ufeffname: a\npairs: {count: 1}  # für später\n".encode())
    assert load_recipe(path).name == "a"


def test_provenance_may_be_stated_of_own_sources_only(tmp_path: Path) -> None:
    text = "name: a\npairs: {count: 1}\nmotion: {sources: [{path: %s, dataset: Our lab, licence: CC0-1.0}]}\n"
    source = load_recipe(written(tmp_path, text % "mocap")).motion.sources[0]
    assert (source.dataset, source.licence, source.states_provenance) == ("Our lab", "CC0-1.0", True)
    with pytest.raises(InputError, match="has a dataset and licence: leave these out"):
        load_recipe(written(tmp_path, text % "builtin"))


def test_yaml_anchors_work(tmp_path: Path) -> None:
    text = "name: a\npairs: &n {count: 3}\nimages: {<<: *n}\n"
    assert load_recipe(written(tmp_path, text)).images.count == 3


def test_a_recipe_does_not_change() -> None:
    recipe = Recipe.model_validate({"name": "a", "pairs": {"count": 1}})
    with pytest.raises(ValidationError):
        recipe.name = "b"


def test_renderers_of_other_packages_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "name: a\nimages: {count: 5, renderer: mine}\n")
    with pytest.raises(InputError, match=r"there is no renderer 'mine'; choose one of raster, opengl"):
        load_recipe(path)
    monkeypatch.setattr(
        "synth.core.registry.entry_points",
        lambda group: (
            [EntryPoint("mine", "synth.render.raster:Raster", group)] if "renderers" in group else []
        ),
    )
    RENDERERS.__dict__.pop("_others", None)  # what was found is kept
    try:
        assert load_recipe(path).images.renderer == "mine"
    finally:
        RENDERERS.__dict__.pop("_others", None)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"images": {"count": 1, "wardrobe": {"pirate": 1}}}, "there is no trade 'pirate'"),
        ({"images": {"count": 1, "wardrobe": {"road": 0}}}, "needs a weight above 0"),
        ({"images": {"count": 1, "wardrobe": {"road": 1}}, "body": {"model": "smpl.npz"}}, "open body alone"),
    ],
)
def test_clothes_that_nobody_can_wear_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Recipe.model_validate({"name": "a", **wrong})
