"""VideoPose3D's files are read safely, and whatever does not fit is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.exchange.export import export
from pipelines.exchange.formats import IMPORTERS
from pipelines.exchange.importer import Origin
from pipelines.exchange.recordings import H36M_17
from pipelines.exchange.videopose_files import open_recordings, read_object
from synth.core.errors import InputError
from tests.pipelines.exchange.test_importer import FRAMES, PLACES, files  # noqa: F401
from tests.pipelines.fakes import fake_part


def test_recordings_are_in_metres_and_h36m17(files: Origin) -> None:  # noqa: F811
    found = open_recordings(files.files)
    assert found.actions(["S11"]) == [("S11", action) for action in FRAMES]
    views = list(found.views("S9", "Walking"))
    assert [view.camera_id for view in views] == ["50", "51"]
    assert views[0].world.shape == (FRAMES["Walking"], len(H36M_17), 3)
    assert views[0].points.shape == (FRAMES["Walking"], 17, 3)
    assert views[0].names == H36M_17
    for view, place in zip(views, PLACES, strict=True):
        assert np.allclose(view.camera.position, np.array(place) / 1000)
        uv, depth = view.camera.project(view.world)
        assert (depth > 0).all()
        assert np.allclose(uv, view.points[..., :2], atol=1e-2)


def test_an_importer_is_found_by_its_name() -> None:
    assert IMPORTERS.get("videopose") is open_recordings
    with pytest.raises(InputError, match="there is no recording format 'c3d'; choose one of videopose"):
        IMPORTERS.get("c3d")


def test_three_files_are_needed(files: Origin) -> None:  # noqa: F811
    with pytest.raises(InputError, match="videopose: needs 3 files, not 2"):
        open_recordings(files.files[:2])


def test_an_object_is_read_by_its_key(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a={"b": np.arange(3)}, plain=np.arange(3))  # type: ignore[arg-type]
    assert read_object(tmp_path / "x.npz", "a")["b"].tolist() == [0, 1, 2]
    with pytest.raises(InputError, match="has no 'c'"):
        read_object(tmp_path / "x.npz", "c")
    with pytest.raises(InputError, match="holds int64, not objects"):
        read_object(tmp_path / "x.npz", "plain")


def changed(path: Path, key: str, change: Callable[[Any], Any]) -> Path:
    """A copy of a file with one of its dictionaries changed."""
    with np.load(path, allow_pickle=True) as held:
        content = {name: held[name].item() for name in held.files}
    content[key] = change(content[key])
    out = path.with_name(f"other_{path.name}")
    np.savez(out, **content)
    return out


def test_cameras_in_another_order_are_refused(files: Origin) -> None:  # noqa: F811
    data_3d, data_2d, cameras = files.files
    content = json.loads(cameras.read_text())
    content["cameras"]["S9"].reverse()
    (cameras.parent / "other.json").write_text(json.dumps(content))
    found = open_recordings([data_3d, data_2d, cameras.parent / "other.json"])
    with pytest.raises(
        InputError, match=r"other.json: view 0 of S9/Walking lies .* camera 51 sees, and 0 from"
    ) as refused:
        list(found.views("S9", "Walking"))
    assert "list the cameras in the order of the 2D file's views" in str(refused.value)
    assert len(list(found.views("S11", "Walking"))) == 2  # in order

    def noisy(tree: Any) -> Any:
        rng = np.random.default_rng(0)
        return {
            subject: {
                action: [view + rng.normal(0, 15, view.shape) for view in views]
                for action, views in own.items()
            }
            for subject, own in tree.items()
        }

    noise = changed(data_2d, "positions_2d", noisy)
    assert len(list(open_recordings([data_3d, noise, cameras]).views("S9", "Walking"))) == 2


def test_numbers_name_subjects_and_cameras(files: Origin) -> None:  # noqa: F811
    def numbered(tree: Any) -> Any:
        return {int(subject[1:]): actions for subject, actions in tree.items()}

    joints, points, cameras = files.files
    listed = json.loads(cameras.read_text())
    listed["cameras"] = {
        s[1:]: [c | {"id": 54138969, "res_w": 1000.0, "res_h": "1002"} for c in own]
        for s, own in listed["cameras"].items()
        if s != "S2"
    }
    cameras.write_text(json.dumps(listed))
    three = (changed(joints, "positions_3d", numbered), changed(points, "positions_2d", numbered), cameras)
    (view, _) = open_recordings(three).views("9", "Walking")
    assert (view.camera_id, view.camera.width, view.camera.height) == ("54138969", 1000, 1002)


def test_stacked_views_are_views(files: Origin) -> None:  # noqa: F811
    def stacked(tree: Any) -> Any:
        return {s: {a: np.stack(views) for a, views in actions.items()} for s, actions in tree.items()}

    joints, points, cameras = files.files
    ours = open_recordings((joints, changed(points, "positions_2d", stacked), cameras)).views("S9", "Walking")
    theirs = open_recordings(files.files).views("S9", "Walking")
    for one, other in zip(ours, theirs, strict=True):
        assert np.array_equal(one.points, other.points)


@pytest.mark.parametrize("scale", [100, 1000])
def test_joints_in_other_units_are_refused(files: Origin, scale: float) -> None:  # noqa: F811
    def scaled(tree: Any) -> Any:
        return {s: {a: joints * scale for a, joints in actions.items()} for s, actions in tree.items()}

    joints, points, cameras = files.files
    found = open_recordings((changed(joints, "positions_3d", scaled), points, cameras))
    with pytest.raises(
        InputError, match=r"the body of S9/Walking measures [\d,]+ m: millimetres or centimetres"
    ):
        list(found.views("S9", "Walking"))


def test_a_confidence_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "t", 5, 5, track=5, detector=True)
    joints, _, detector, cameras = export("videopose", tmp_path / "c", tmp_path / "out").files

    def cut(tree: Any) -> Any:
        return {video: {"custom": [np.ones((4, 17))]} for video in tree}

    with pytest.raises(InputError, match="'confidence' does not fit 'positions_2d'"):
        open_recordings((joints, changed(detector, "confidence", cut), cameras))
