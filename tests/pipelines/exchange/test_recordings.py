"""Any object with the recordings' methods can be imported, whatever format its files are of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipelines.exchange.formats import IMPORTERS
from pipelines.exchange.importer import Origin, import_part
from pipelines.exchange.recordings import H36M_17, CameraRecording
from synth.body.skeleton import joint_index
from synth.scene.camera import Camera, look_at


class Toy:
    """One recording of two frames by one camera."""

    source, licence, rate = "toys", "free", 10.0

    def actions(self, subjects: list[str] | None = None) -> list[tuple[str, str]]:
        return [("anna", "waves")]

    def views(self, subject: str, action: str) -> Iterator[CameraRecording]:
        world = np.random.default_rng(0).uniform(-0.5, 0.5, (2, len(H36M_17), 3))
        camera = Camera(
            np.array([[100.0, 0, 50], [0, 100, 50], [0, 0, 1]]), *look_at((4, 0, 0), (0, 0, 0)), 100, 100
        )
        points = np.concatenate([camera.project(world)[0], np.ones((2, len(H36M_17), 1))], axis=2)
        yield CameraRecording(subject, action, "one", camera, world, points, H36M_17)


def test_another_packages_recordings_become_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IMPORTERS, "get", lambda name: lambda files: Toy())
    (tmp_path / "toy.bin").write_bytes(b"toy")
    part = import_part(Origin((tmp_path / "toy.bin",), format="toy"), tmp_path / "c", "toys")
    assert (part.samples, part.facts["rate"]) == (2, 10.0)
    assert part.facts["licences"] == [{"what": "recordings: toys", "terms": "free"}]
    knee = part.read("joints_world", 0, 2)[:, joint_index("left_knee")]
    assert np.allclose(knee, next(Toy().views("", "")).world[:, H36M_17.index("left_knee")])
