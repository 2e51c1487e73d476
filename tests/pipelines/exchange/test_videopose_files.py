"""VideoPose3D's files are read safely, and whatever does not fit is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.exchange.formats import IMPORTERS
from pipelines.exchange.importer import Origin
from pipelines.exchange.recordings import H36M_17
from pipelines.exchange.videopose_files import open_recordings, read_object
from synth.core.errors import InputError
from tests.pipelines.exchange.test_importer import FRAMES, PLACES, files  # noqa: F401


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
