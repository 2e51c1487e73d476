"""The Rerun export as Rerun's own reader reads it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.exchange.export import export
from synth.core.errors import InputError
from tests.pipelines import fakes
from tests.pipelines.fakes import SIZE, fake_part, fake_rows


def read(path: Path) -> dict[str, dict[str, list[Any]]]:
    """Entity -> component -> its values by row, as Rerun's reader gives them."""
    chunk = pytest.importorskip("rerun.chunk", reason="needs rerun-sdk, the extra 'view'")
    found: dict[str, dict[str, list[Any]]] = {}
    for each in chunk.RrdReader(path).stream().to_chunks():
        columns = found.setdefault(each.entity_path, {})
        for name, values in each.to_record_batch().to_pydict().items():
            columns.setdefault(name, []).extend(values)
    return found


def test_rerun_reads_pictures_joints_and_cameras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rerun", reason="needs rerun-sdk, the extra 'view'")
    turned = np.array([[0.0, 1, 0], [0, 0, -1], [-1, 0, 0]])

    def with_camera(rows: Any, track: int = 1) -> Any:
        made = fake_rows(rows, track)
        made["rotation"] = np.tile(turned, (len(rows), 1, 1))
        made["translation"] = np.tile([1.0, 2.0, 3.0], (len(rows), 1))
        made["detection"][:, 3] = 0
        return made

    monkeypatch.setattr(fakes, "fake_rows", with_camera)
    fake_part(tmp_path / "c", "pictures", 3, 2, images=True)
    fake_part(tmp_path / "c", "pairs", 2, 2, detector=True)
    done = export("rerun", tmp_path / "c", tmp_path / "out")
    assert (done.samples, [path.name for path in done.files]) == (5, ["all.rrd"])
    found = read(done.files[0])
    made = with_camera(np.arange(3))
    world = found["/pictures/world/joints"]
    assert world["row"] == [0, 1, 2]
    assert np.allclose(world["Points3D:positions"], made["joints_world"])
    assert np.allclose(found["/pictures/world/camera/joints"]["Points2D:positions"], made["joints_image"])
    assert bytes(found["/pictures/world/camera/image"]["EncodedImage:blob"][1][0]) == made["image"][1]
    camera = found["/pictures/world/camera"]
    # the camera's place c, where turned c + translation = 0
    assert np.allclose(camera["Transform3D:translation"][0][0], [3, -1, 2])
    assert np.allclose(camera["Pinhole:resolution"], SIZE)
    # Rerun's matrices go down the columns
    assert np.allclose(np.reshape(camera["Pinhole:image_from_camera"][0], (3, 3)).T, made["intrinsics"][0])
    assert np.allclose(np.reshape(camera["Transform3D:mat3x3"][0], (3, 3)).T, turned.T)
    assert "/pairs/world/camera/image" not in found
    detected = found["/pairs/world/camera/detection"]
    assert detected["Points2D:keypoint_ids"][0] == [j for j in range(17) if j != 3]


def test_joints_that_are_not_known_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rerun", reason="needs rerun-sdk, the extra 'view'")

    def unknown(rows: Any, track: int = 1) -> Any:
        made = fake_rows(rows, track)
        made["joints_world"] = np.where(np.arange(48)[:, None] == 7, np.nan, made["joints_world"])
        return made

    monkeypatch.setattr(fakes, "fake_rows", unknown)
    fake_part(tmp_path / "c", "t", 1, 1)
    joints = read(export("rerun", tmp_path / "c", tmp_path / "out").files[0])["/t/world/joints"]
    assert joints["Points3D:keypoint_ids"] == [[j for j in range(48) if j != 7]]
    assert len(joints["Points3D:positions"][0]) == 47


def test_without_rerun_it_says_what_to_install(
    tracks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rerun", None)
    with pytest.raises(InputError, match=r"rerun-sdk is not installed; pip install 'posemill\[view\]'"):
        export("rerun", tracks, tmp_path / "out")
    assert not (tmp_path / "out").exists()
