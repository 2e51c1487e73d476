"""A corpus is a function of its recipe and seed, however it was made; and what is refused changes nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from pipelines.corpus import layout
from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.part import finished_shards
from pipelines.corpus.schema import LABELS
from pipelines.corpus.selection import read_selection, write_selection
from pipelines.exchange.export import export
from pipelines.generate.recipe import Recipe
from synth.core.errors import InputError
from synth.motion import SETS
from tests.pipelines.tiny import assert_same, contents, digests, faults, make, motion_in, recipe
from tests.synth.motion.helpers import BVH_OF, bvh_text

ROOT = Path(__file__).resolve().parents[3]
EVERY_SAMPLE = [label.name for label in LABELS if label.kind == "all"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return motion_in(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    """Made by one thread, to look at only."""
    folder = tmp_path_factory.mktemp("reference") / "corpus"
    outcome = make(folder, home)
    assert outcome.parts == {
        "tiny-images": {"made": 3, "kept": 0, "repaired": 0},
        "tiny-pairs": {"made": 5, "kept": 0, "repaired": 0},
    }
    return folder


def test_a_corpus_is_whole_and_of_the_right_size(reference: Path) -> None:
    images, pairs = Corpus(reference).parts()
    assert (images.name, images.samples, images.shards) == ("tiny-images", 7, 3)
    assert (pairs.name, pairs.samples, pairs.shards) == ("tiny-pairs", 22, 5)
    assert faults(reference) == []
    for part, first in ((images, 0), (pairs, 7)):
        np.testing.assert_array_equal(part.read("sample", 0, part.samples), first + np.arange(part.samples))
        world = part.read("joints_world", 0, part.samples)
        assert np.isfinite(world).all()
        assert len(np.unique(world[:, 0], axis=0)) == part.samples


def test_every_picture_is_a_jpeg_with_the_person_in_it(reference: Path) -> None:
    images = contents(reference, "tiny-images")
    assert all(bytes(jpeg).startswith(b"\xff\xd8") for jpeg in images["image"])
    assert ((images["instance"] == 1).sum(axis=(1, 2)) > 5).all()
    np.testing.assert_array_equal(images["part"] > 0, images["instance"] == 1)


@pytest.mark.parametrize("how", [{"threads": True, "workers": 3}, {"threads": False, "workers": 2}])
def test_the_workers_do_not_matter(reference: Path, home: Path, tmp_path: Path, how: dict[str, Any]) -> None:
    make(tmp_path, home, **how)
    assert digests(tmp_path) == digests(reference)
    assert (tmp_path / "corpus.json").read_bytes() == (reference / "corpus.json").read_bytes()


def test_the_size_of_shards_does_not_matter(reference: Path, home: Path, tmp_path: Path) -> None:
    make(tmp_path, home, recipe(storage={"pairs_per_shard": 22, "images_per_shard": 2}))
    for part in ("tiny-images", "tiny-pairs"):
        assert_same(contents(tmp_path, part), contents(reference, part))


def test_the_seed_matters(reference: Path, home: Path, tmp_path: Path) -> None:
    make(tmp_path, home, recipe(seed=8, images={"count": 0}, pairs={"count": 29}))
    ours, theirs = contents(tmp_path, "tiny-pairs"), contents(reference, "tiny-pairs")
    assert not np.isin(ours["rotation"][:, 0, 0], theirs["rotation"][:, 0, 0]).any()


def test_labels_are_the_same_with_and_without_pixels(home: Path, tmp_path: Path) -> None:
    some, none = tmp_path / "some", tmp_path / "none"
    make(some, home, recipe(images={"count": 50}, pairs={"count": 100}, storage={"images_per_shard": 16}))
    make(none, home, recipe(images={"count": 0}, pairs={"count": 150}, storage={"pairs_per_shard": 64}))
    images, pairs, all_pairs = (
        contents(some, "tiny-images"), contents(some, "tiny-pairs"), contents(none, "tiny-pairs"),
    )  # fmt: skip
    np.testing.assert_array_equal(all_pairs["sample"], np.arange(150))
    for name in EVERY_SAMPLE:
        joined = np.concatenate([images[name], pairs[name]])
        assert joined.tobytes() == all_pairs[name].tobytes(), name


def test_views_of_a_frame_share_the_person_and_nothing_else(home: Path, tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    asked = {
        "images": {"count": 0},
        "pairs": {"views_per_frame": 3},
        "motion": {"sources": [{"path": "mocap"}], "rate": 5},
    }
    make(few, home, recipe(**asked, storage={"pairs_per_shard": 50}))
    make(many, home, recipe(**asked, storage={"pairs_per_shard": 16}))  # a frame's views lie in two shards
    found = contents(few, "tiny-pairs")
    assert_same(found, contents(many, "tiny-pairs"))
    frames = len(np.unique(np.stack([found["clip"], found["clip_frame"]]), axis=1).T)
    assert len(found["sample"]) == 3 * frames
    for name in ("clip", "clip_frame", "gender", "betas", "pose", "trans", "joints_world"):
        views = found[name].reshape(frames, 3, -1)
        np.testing.assert_array_equal(views, np.repeat(views[:, :1], 3, axis=1), err_msg=name)
    assert len(np.unique(found["rotation"][:, 0, 0])) == 3 * frames
    assert len(np.unique(found["betas"][:, 0])) == frames


def test_views_have_the_same_labels_with_and_without_pixels(home: Path, tmp_path: Path) -> None:
    slow = {"sources": [{"path": "mocap"}], "rate": 2}
    for kind in ("images", "pairs"):
        amounts = {"images": {}, "pairs": {}, kind: {"views_per_frame": 2}}
        make(tmp_path / kind, home, recipe(motion=slow, **amounts))
    images, pairs = contents(tmp_path / "images", "tiny-images"), contents(tmp_path / "pairs", "tiny-pairs")
    for name in EVERY_SAMPLE:
        assert images[name].tobytes() == pairs[name].tobytes(), name


def tracks(frames: int, **changes: Any) -> Any:
    amounts = {"images": {"count": 2 * frames}, "pairs": {"count": 5 * frames - 1}}
    return recipe(
        tracks={"frames": frames}, storage={"pairs_per_shard": 3 * frames}, **{**amounts, **changes}
    )


@pytest.mark.parametrize("frames", [3, 27])
def test_a_track_is_one_scene_in_contiguous_rows(home: Path, tmp_path: Path, frames: int) -> None:
    make(tmp_path, home, tracks(frames))
    found = contents(tmp_path, "tiny-pairs")
    assert len(found["sample"]) == 5 * frames  # whole tracks
    by_track = {name: array.reshape(5, frames, -1) for name, array in found.items()}
    np.testing.assert_array_equal(by_track["step"][..., 0], np.tile(np.arange(frames), (5, 1)))
    np.testing.assert_array_equal(np.diff(by_track["clip_frame"][..., 0]), 1)
    np.testing.assert_array_equal(np.diff(found["sample"]), 1)
    shared = (
        "scene",
        "clip",
        "gender",
        "betas",
        "intrinsics",
        "rotation",
        "translation",
        "distortion",
        "prop",
    )
    for name in shared:
        assert (by_track[name] == by_track[name][:, :1]).all(), name
    assert len(np.unique(by_track["scene"])) == 5
    # real motion: no joint jumps by half a metre in a thirtieth of a second
    steps = np.diff(found["joints_world"].reshape(5, frames, 48, 3), axis=1)
    assert 0 < np.linalg.norm(steps, axis=-1).max() < 0.5


def test_tracks_do_not_depend_on_shards_or_pixels(home: Path, tmp_path: Path) -> None:
    make(tmp_path / "a", home, tracks(9))
    make(tmp_path / "b", home, tracks(9, images={}, pairs={"count": 7 * 9}, name="all"))
    images, pairs, every = (
        contents(tmp_path / "a", "tiny-images"), contents(tmp_path / "a", "tiny-pairs"),
        contents(tmp_path / "b", "all-pairs"),
    )  # fmt: skip
    for name in EVERY_SAMPLE:
        assert np.concatenate([images[name], pairs[name]]).tobytes() == every[name].tobytes(), name


def test_killed_twice_and_resumed(home: Path, tmp_path: Path) -> None:
    wanted = recipe(pairs={"count": 300}, images={"count": 30})
    (home / "long.yaml").write_text(json.dumps(wanted.model_dump(mode="json")))
    make(tmp_path / "straight", home, wanted)
    killed = tmp_path / "killed"
    done = [kill_after(4, home, killed), kill_after(30, home, killed, "--threads")]
    assert 4 <= done[0] < 30 <= done[1] < 70
    outcome = make(killed, home, wanted).parts
    assert sum(part["kept"] for part in outcome.values()) >= done[1]
    assert sum(sum(part.values()) for part in outcome.values()) == 70
    assert digests(killed) == digests(tmp_path / "straight")


def receipts(corpus: Path) -> int:
    return sum(1 for _ in corpus.glob("parts/*/receipts/0*/*.json"))


def kill_after(shards: int, home: Path, corpus: Path, *more: str) -> int:
    """Start `posemill generate`, kill it outright once so many shards are there; returns how many there were."""
    command = [
        sys.executable,
        "-m",
        "pipelines.commands.main",
        "generate",
        str(home / "long.yaml"),
        str(corpus),
    ]
    running = subprocess.Popen([*command, "--workers", "2", *more], cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while receipts(corpus) < shards and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert running.poll() is None, "it ended before it could be killed"
    running.kill()  # its workers, if it has any, have to see by themselves that they are orphans
    running.wait()
    settled = -1
    while settled != (settled := receipts(corpus)):
        time.sleep(0.5)
    return settled


def test_run_again_it_makes_nothing(reference: Path, home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in reference.rglob("*") if path.is_file()}
    outcome = make(reference, home)
    assert outcome.parts["tiny-pairs"] == {"made": 0, "kept": 5, "repaired": 0}
    after = {path: path.stat().st_mtime_ns for path in reference.rglob("*") if path.is_file()}
    assert {p: t for p, t in after.items() if p.name != ".lock"} == {
        p: t for p, t in before.items() if p.name != ".lock"
    }


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 8}, "recipe.seed was 7, now 8"),
        ({"images": {"count": 7, "quality": 50}}, "recipe.images.quality was 92, now 50"),
        ({"picture": {"width": 64, "height": 40}}, "recipe.picture.width was 32, now 64"),
        ({"props": {"count": [0, 1]}}, "recipe.props.count was [1, 3], now [0, 1]"),
        ({"storage": {"pairs_per_shard": 6, "images_per_shard": 3}}, "samples_per_shard was 5, now 6"),
        ({"motion": {"sources": [{"path": "mocap", "weight": 2}]}}, "weights was [1.0], now [2.0]"),
    ],
)
def test_another_recipe_under_the_same_name_is_refused(
    reference: Path, home: Path, changes: dict[str, Any], said: str
) -> None:
    before = snapshot(reference)
    with pytest.raises(InputError, match="was made differently") as refusal:
        make(reference, home, recipe(**changes))
    assert said in str(refusal.value)
    assert "choose another `name`" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert snapshot(reference) == before


def test_a_part_of_older_built_in_motion_is_continued_or_refused_in_a_line(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, `builtin` was what `builtin/small` is."""
    monkeypatch.setitem(SETS, "builtin", ("motion/01_03_0.npz",))
    one = recipe(motion={"sources": [{"path": "builtin"}]}, images={"count": 0})
    make(tmp_path, home, one)
    monkeypatch.setitem(SETS, "builtin/small", SETS["builtin"])
    monkeypatch.setitem(SETS, "builtin", ("motion/01_03_0.npz", "motion/01_03_3.npz"))
    before = digests(tmp_path)
    with pytest.raises(InputError, match=r"made of 1 recording, and with .* has 2") as refusal:
        make(tmp_path, home, one)
    assert "builtin/small" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert digests(tmp_path) == before
    small = recipe(motion={"sources": [{"path": "builtin/small"}]}, images={"count": 0}, pairs={"count": 30})
    make(tmp_path, home, small)
    assert Corpus(tmp_path).part("tiny-pairs").samples == 30


def test_images_added_to_a_recipe_of_pairs_make_nothing(home: Path, tmp_path: Path) -> None:
    make(tmp_path, home, recipe(images={"count": 0}))
    before = snapshot(tmp_path)
    said = (
        r"asks for 7 scenes with images, and part 'tiny-pairs' is numbered from 0 on.*only pairs can be added"
    )
    with pytest.raises(InputError, match=said):
        make(tmp_path, home)
    assert snapshot(tmp_path) == before


def test_pairs_grow_and_what_is_there_stays(home: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "grown"
    make(corpus, home)
    before = digests(corpus)
    # the last of the five shards of 22 pairs has two
    outcome = make(corpus, home, recipe(pairs={"count": 33}))
    assert outcome.parts["tiny-pairs"] == {"made": 3, "kept": 4, "repaired": 0}
    assert outcome.parts["tiny-images"]["kept"] == 3
    after = digests(corpus)
    # files of shard 4, and what says how many samples there are
    anew = {
        name for name in before
        if name.startswith("tiny-pairs/") and ("/c/4" in name or name.endswith(("4.json", "zarr.json")))
    } | {"tiny-pairs/part.json", "tiny-pairs/receipts/metadata.json"}  # fmt: skip
    assert {name for name in before if after[name] != before[name]} <= anew
    make(tmp_path / "at-once", home, recipe(pairs={"count": 33}))
    assert after == digests(tmp_path / "at-once")
    assert faults(corpus) == []


def test_growing_may_be_cut_short_anywhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = recipe(pairs={"count": 33}, images={"count": 0})
    make(tmp_path / "straight", home, more)
    divide = layout.near_divisor
    for stop in (None, 0, 1, 20):  # before anything is written, or at an array's metadata
        corpus = tmp_path / f"cut-{stop}"
        make(corpus, home, recipe(images={"count": 0}))
        left = iter(range(stop or 0))

        def cut(*arguments: Any, left: Any = left) -> Any:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return divide(*arguments)

        with monkeypatch.context() as patch:
            owner, name = (Part, "lay_out") if stop is None else (layout, "near_divisor")
            patch.setattr(owner, name, cut)
            with pytest.raises(KeyboardInterrupt):
                make(corpus, home, more)
        assert 4 not in finished_shards(
            Corpus(corpus).part("tiny-pairs")
        )  # no reader takes it for a full one
        make(corpus, home, more)
        assert digests(corpus) == digests(tmp_path / "straight")


def test_images_grow_where_no_pairs_are_numbered_after_them(home: Path, tmp_path: Path) -> None:
    for name in ("grown", "at-once"):
        for count in (7, 8) if name == "grown" else (8,):
            make(tmp_path / name, home, recipe(images={"count": count}, pairs={"count": 0}))
    assert digests(tmp_path / "grown") == digests(tmp_path / "at-once")
    make(tmp_path / "grown", home, recipe(images={"count": 8}, pairs={"count": 3}))
    assert Corpus(tmp_path / "grown").part("tiny-pairs").read("sample", 0, 3).tolist() == [8, 9, 10]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pairs": {"count": 21}}, "'tiny-pairs' has 22 samples, and the recipe asks for 21.*do not shrink"),
        (
            {"images": {"count": 8}},
            "asks for 8 scenes with images, and part 'tiny-pairs' is numbered from 7 on",
        ),
        (
            {"images": {"count": 8}, "pairs": {"count": 0}},
            "asks for 8 scenes with images",
        ),  # would share numbers
    ],
)
def test_other_amounts_are_refused(reference: Path, home: Path, changes: dict[str, Any], said: str) -> None:
    before = snapshot(reference)
    with pytest.raises(InputError, match=said):
        make(reference, home, recipe(**changes))
    assert snapshot(reference) == before


def test_a_selection_still_holds_after_its_part_has_grown(home: Path, tmp_path: Path) -> None:
    make(tmp_path, home, recipe(images={"count": 0}))
    corpus = Corpus(tmp_path)
    empty = {f"dropped_{name}": np.zeros(0) for name in ("part", "row", "reason", "twin_part", "twin_row")}
    rows = {"part": np.zeros(22), "row": np.arange(22), "weight": np.ones(22), "split": np.zeros(22)}
    write_selection(corpus, "all", {"reasons": []}, rows | empty)
    make(tmp_path, home, recipe(images={"count": 0}, pairs={"count": 33}))
    assert read_selection(corpus, "all").row.tolist() == list(range(22))


def test_no_path_of_this_machine_is_in_a_part(home: Path, tmp_path: Path) -> None:
    far = motion_in(tmp_path / "far" / "away")
    (far / "mocap" / "bad.bvh").write_text("HIERARCHY\nROOT")  # what says so names the file
    (home / "mocap" / "bad.bvh").write_text("HIERARCHY\nROOT")
    sources = [str(far / "mocap"), "./mocap", "../away/mocap/."]
    for number, path in enumerate(sources):
        wanted = recipe(images={"count": 0}, motion={"sources": [{"path": path}]})
        make(tmp_path / str(number), far, wanted)
        assert digests(tmp_path / str(number)) == digests(tmp_path / "0")
    written = (tmp_path / "0/parts/tiny-pairs/part.json").read_text()
    assert "bad.bvh" in written
    assert "/away" not in written
    assert str(ROOT) not in written
    (home / "mocap" / "bad.bvh").unlink()


def test_the_pilot_is_run_once(reference: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.generate.run._pilot", None)
    assert make(reference, home).parts["tiny-pairs"]["kept"] == 5


def test_other_motion_is_another_part(home: Path, tmp_path: Path) -> None:
    ours = motion_in(tmp_path / "ours")
    asked = recipe(images={"count": 0})
    make(tmp_path / "corpus", ours, asked)
    (ours / "mocap" / "01_03_3.npz").unlink()
    with pytest.raises(InputError, match=r"was made differently.*motion was"):
        make(tmp_path / "corpus", ours, asked)


def test_motion_that_only_moved_is_the_same_motion(home: Path, tmp_path: Path) -> None:
    asked, corpus = recipe(images={"count": 0}), tmp_path / "corpus"
    make(corpus, motion_in(tmp_path / "ours"), asked)
    before = snapshot(corpus)
    elsewhere = motion_in(tmp_path / "elsewhere")
    os.utime(elsewhere / "mocap" / "01_03_0.npz")
    (elsewhere / "mocap").rename(elsewhere / "renamed")
    renamed = recipe(images={"count": 0}, motion={"sources": [{"path": "renamed"}]})
    assert make(corpus, elsewhere, renamed).parts["tiny-pairs"]["kept"] == 5
    assert snapshot(corpus) == before  # parts do not change once made; nor is the motion read again


def renamed(text: str) -> str:
    """A BVH file of CMU's skeleton, or its mapping, with names of joints that no shipped mapping knows."""
    for name in sorted(set(BVH_OF.values()), key=len, reverse=True):
        text = re.sub(rf"\b{name}\b", f"my_{name}", text)
    return text


@contextmanager
def scheduler_in(folder: Path) -> Iterator[str]:
    """The address of a scheduler whose workers run in a folder of their own."""
    script = (
        "import sys; from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None,\n"
        "                           protocol='tcp')\n"
        "    print(cluster.scheduler_address, flush=True); sys.stdin.read()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=folder, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.kill()


def test_what_a_recipe_names_is_found_where_workers_have_another_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recipe's mapping, and the user's own mappings below the driver's working folder."""
    home, mine = tmp_path / "home", tmp_path / "mine" / "manifests" / "skeletons"
    for folder in (home / "bvh", mine, tmp_path / "workers"):
        folder.mkdir(parents=True)
    frames = np.zeros((40, 69))
    frames[:, 1] = 17.0  # hips, in CMU's units over the floor
    frames[:, 6:] = 3 * np.sin(np.arange(40)[:, None] / 8 + np.arange(63))  # degrees: every joint moves
    (home / "bvh" / "a.bvh").write_text(renamed(bvh_text(frames)))
    rig = renamed((ROOT / "manifests" / "skeletons" / "cmu_bvh.yaml").read_text())
    (home / "rig.yaml").write_text(rig)
    (mine / "rig.yaml").write_text(rig)
    monkeypatch.chdir(mine.parents[1])
    with scheduler_in(tmp_path / "workers") as address:
        for name, source in (
            ("named", {"path": "bvh", "mapping": "rig.yaml"}),
            ("own", {"path": "bvh"}),
        ):
            wanted = recipe(motion={"sources": [source], "gate": {"min_duration": 0}}, images={"count": 0})
            make(tmp_path / name, home, wanted, threads=False, workers=None, scheduler=address)
            make(tmp_path / f"{name}-here", home, wanted)
            assert digests(tmp_path / name) == digests(tmp_path / f"{name}-here")


def test_a_second_recipe_adds_its_parts(reference: Path, home: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    make(corpus, home, recipe(name="zebra", images={"count": 0}))
    make(corpus, home, recipe(name="ant", images={"count": 0}, seed=2))
    assert Corpus(corpus).part_names() == ["zebra-pairs", "ant-pairs"]
    (corpus / "corpus.json").unlink()  # the order is not lost with it
    make(corpus, home, recipe(name="ant", images={"count": 0}, seed=2))
    assert Corpus(corpus).part_names() == ["zebra-pairs", "ant-pairs"]
    same = contents(corpus, "zebra-pairs")["sample"]
    np.testing.assert_array_equal(same, np.arange(22))


def test_two_at_once_in_one_folder(reference: Path, home: Path) -> None:
    with (
        FileLock(reference / ".lock"),
        pytest.raises(InputError, match="another `posemill generate` is running here; wait for it to end"),
    ):
        make(reference, home)


@pytest.mark.parametrize("there", ["holiday.jpg", "corpus.json", "motion", "parts"])
def test_a_folder_of_other_things_is_refused(home: Path, tmp_path: Path, there: str) -> None:
    if "." in there:
        (tmp_path / there).write_text('{"texts": []}')
    else:
        (tmp_path / there).mkdir()
    with pytest.raises(InputError, match=f"holds other things.*{there}.*give a new or empty folder"):
        make(tmp_path, home)
    assert [path.name for path in tmp_path.iterdir()] == [there]


def test_a_file_or_a_folder_that_cannot_be_made_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file"):
        make(tmp_path / "file", home)
    with pytest.raises(InputError, match="cannot be made"):
        make(tmp_path / "file" / "below", home)


def test_a_start_that_was_cut_short_is_no_obstacle(home: Path, tmp_path: Path) -> None:
    for name in ("motion/0123456789abcdef.partial", "parts"):
        (tmp_path / name).mkdir(parents=True)
    for name in (".lock", "corpus.json.0123.partial"):
        (tmp_path / name).write_text("")
    make(tmp_path, home, recipe(images={"count": 0}))
    assert faults(tmp_path) == []
    assert not list(tmp_path.glob("*.partial"))


def test_a_corpus_of_a_newer_version_is_left_alone(
    reference: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(reference)
    monkeypatch.setattr("pipelines.corpus.corpus.VERSION", 0)
    with pytest.raises(InputError, match=r"schema version 1.*use the posemill that wrote it"):
        make(reference, home)
    assert snapshot(reference) == before


def test_a_track_longer_than_every_clip_is_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no clip is as long as a track of 243 frames; the longest has 122"):
        make(tmp_path, home, tracks(243))
    assert not (tmp_path / "parts").exists()


def test_licences_travel(reference: Path) -> None:
    for part in Corpus(reference).parts():
        terms = {row["what"]: row["terms"] for row in part.facts["licences"]}
        assert "free for research and commercial use" in terms["motion: CMU"]
        assert any(what.startswith("body: ") for what in terms)
        assert all(terms.values())


def test_provenance_stated_later_is_carried_into_the_corpus(tmp_path: Path, home: Path) -> None:
    def stated(**keys: str) -> Recipe:
        return recipe(
            motion={"sources": [{"path": "mocap", **keys}]}, images={"count": 0}, pairs={"count": 6}
        )

    folder = tmp_path / "corpus"
    make(folder, home, stated())
    before = {name: digest for name, digest in digests(folder).items() if "/c/" in name}
    banks = list((folder / "motion").iterdir())
    make(folder, home, stated(dataset="Our lab", licence="CC-BY-4.0, Our lab"))
    (part,) = Corpus(folder).parts()
    assert {(clip["dataset"], clip["licence"]) for clip in part.facts["clips"]} == {
        ("Our lab", "CC-BY-4.0, Our lab")
    }
    assert faults(folder) == []
    assert {name: digest for name, digest in digests(folder).items() if "/c/" in name} == before
    assert list((folder / "motion").iterdir()) == banks  # the motion is not read again
    export("card", folder, tmp_path / "card")
    card = (tmp_path / "card" / "README.md").read_text(encoding="utf-8")
    assert "| motion: Our lab | CC-BY-4.0, Our lab |" in card
    assert "| Our lab | 1 | 2 |" in card
