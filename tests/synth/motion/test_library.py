import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion import ASSETS, Clip, embedded, find, is_builtin, prepare, read
from synth.motion.library import format_of
from tests.synth.motion.helpers import amass_arrays, bvh_text, channel_order


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ds" / "62").mkdir(parents=True)
    np.savez(tmp_path / "ds" / "62" / "62_01_poses.npz", **amass_arrays(120))
    np.savez(tmp_path / "ds" / "62" / "shape.npz", betas=np.zeros(10))
    (tmp_path / "ds" / "LICENSE").write_text("not beside the file")
    (tmp_path / "notes.txt").write_text("no motion")
    values = np.zeros((90, 3 + 3 * len(channel_order())))
    values[:, 3:] = 4 * np.sin(np.arange(90)[:, None] / 20 + np.arange(values.shape[1] - 3))
    (tmp_path / "walk.BVH").write_text(bvh_text(values))
    return tmp_path


def test_find_is_sorted_and_leaves_the_rest(folder):
    assert [path.relative_to(folder).as_posix() for path in find(folder)] == [
        "ds/62/62_01_poses.npz",
        "walk.BVH",
    ]
    assert find(folder / "walk.BVH") == [folder / "walk.BVH"]


def test_find_does_not_follow_links_out_of_the_folder(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.bvh"
    outside.write_text("x")
    (folder / "link.bvh").symlink_to(outside)
    assert "link.bvh" not in [path.name for path in find(folder)]


def test_an_empty_or_missing_folder(tmp_path):
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError):
            find(place)


def test_names_and_sources_are_relative(folder):
    clip = read(folder / "ds" / "62" / "62_01_poses.npz", root=folder)
    assert clip.name == "ds/62/62_01_poses.npz"
    assert (clip.source.dataset, clip.source.subject, clip.source.recording) == ("ds", "62", "62_01_poses")
    assert str(folder) not in repr(clip.source)
    assert len(clip.source.sha256) == 64


def test_the_licence_beside_a_file_travels(folder):
    (folder / "LICENSE").write_text("\nMIT License\n\nCopyright")
    assert read(folder / "walk.BVH").source.licence == "MIT License"


def test_prepare_names_stretches_by_their_frames(folder):
    path = folder / "ds" / "62" / "62_01_poses.npz"
    clips, report = prepare(path, 30.0, root=folder)
    assert [clip.name for clip in clips] == ["ds/62/62_01_poses.npz"]
    arrays = amass_arrays(120)
    arrays["poses"][50, 20] = np.nan
    np.savez(path, **arrays)
    clips, report = prepare(path, 30.0, root=folder)
    assert [clip.name for clip in clips] == ["ds/62/62_01_poses.npz[0:50]", "ds/62/62_01_poses.npz[51:120]"]
    assert all(clip.rate == 30.0 and np.isfinite(clip.poses).all() for clip in clips)
    assert not report.keep[50]


def test_a_stored_clip_reads_back_the_same(folder, tmp_path):
    clip = read(folder / "walk.BVH")
    clip.to_npz(tmp_path / "one.npz")
    clip.to_npz(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    again = read(tmp_path / "one.npz")
    assert (again.name, again.source, again.rate, again.still) == (
        clip.name,
        clip.source,
        clip.rate,
        clip.still,
    )
    assert np.array_equal(again.poses, clip.poses)
    assert again.clearance == pytest.approx(clip.clearance, abs=1e-5)
    assert again.trans == pytest.approx(clip.trans, abs=1e-5)


def test_what_comes_with_the_project_is_fit_for_use():
    paths = embedded()
    assert sum(path.suffix == ".npz" for path in paths) >= 100
    assert sum(path.suffix == ".yaml" for path in paths) >= 9
    assert sum(path.stat().st_size for path in paths) < 15_000_000
    for path in paths:
        clips, report = prepare(path, 30.0, root=ASSETS)
        assert report.keep.all(), (path.name, report.drops)
        assert clips[0].source.licence
        assert clips[0].duration > 0.9


def test_the_sets_of_what_comes_with_the_project():
    assert embedded() == [*embedded("builtin/recordings"), *embedded("builtin/postures")]
    small = [path.relative_to(ASSETS).as_posix() for path in embedded("builtin/small")]
    assert [name.split("/")[0] for name in small] == ["motion"] * 6 + ["postures"] * 9
    assert small == sorted(small)
    assert is_builtin("builtin/small")
    assert not is_builtin("builtins")
    assert not is_builtin("./builtin/small")
    with pytest.raises(InputError, match="choose one of builtin, builtin/recordings"):
        embedded("builtin/large")


def test_clip_checks_its_shapes(folder):
    clip = read(folder / "walk.BVH")
    with pytest.raises(ValueError, match="shapes"):
        Clip("x", clip.poses[1:], clip.trans, clip.clearance, 30.0, clip.source)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.FBX", "export it as BVH"),
        ("a.glb", "Blender"),
        ("a.c3d", "fit a skeleton"),
        ("a.xyz", "give .amc, .bvh"),
    ],
)
def test_a_format_that_is_not_read_is_refused_with_the_way_on(tmp_path, name, said):
    with pytest.raises(InputError, match="is not a motion format") as refused:
        format_of(tmp_path / name)
    assert said in str(refused.value)
