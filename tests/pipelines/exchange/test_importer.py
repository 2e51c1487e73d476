from __future__ import annotations

import json
import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipelines.corpus.corpus import Corpus
from pipelines.exchange.export import export
from pipelines.exchange.importer import Origin, import_part, write_benchmark
from pipelines.exchange.recordings import H36M_17
from pipelines.exchange.videopose_files import _KEPT, read_object
from pipelines.inspect.info import gather, tables
from pipelines.inspect.verify import verify
from synth.body.skeleton import COCO_17, joint_index
from synth.core.errors import InputError
from tests.pipelines.fakes import fake_part

FRAMES = {"Walking 1": 30, "Walking": 20, "Sitting 2": 7}
SIDES = [[4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]]
RNG = np.random.default_rng(0)
# a camera 4 m from the origin on the world's y axis, which looks back along it, and one to its side
QUATERNIONS = [Rotation.from_matrix(m).as_quat()[[3, 0, 1, 2]] for m in (
    np.array([[-1.0, 0, 0], [0, 0, -1], [0, -1, 0]]).T, np.array([[0, 1.0, 0], [0, 0, -1], [-1, 0, 0]]).T)]  # fmt: skip
PLACES = [[0.0, 4000.0, 1000.0], [4000.0, 0.0, 1000.0]]


def cameras(distortion: tuple[float, ...] = (-0.2, 0.24, -0.003)) -> list[dict[str, Any]]:
    return [
        {"id": f"5{i}", "orientation": list(q), "translation": place, "center": [512.0, 515.0],
         "focal_length": [1145.0, 1144.0], "radial_distortion": distortion,
         "tangential_distortion": [-0.001, -0.0014], "res_w": 1000, "res_h": 1002, "azimuth": 70}
        for i, (q, place) in enumerate(zip(QUATERNIONS, PLACES, strict=True))
    ]  # fmt: skip


def project(world: np.ndarray, camera: dict[str, Any]) -> np.ndarray:
    """Written out anew: Brown's model, as Human3.6M's own code has it."""
    turn = Rotation.from_quat(np.array(camera["orientation"])[[1, 2, 3, 0]])
    x, y, z = np.moveaxis(
        turn.inv().apply((world - np.array(camera["translation"]) / 1000).reshape(-1, 3)), 1, 0
    )
    x, y = x / z, y / z
    r2 = x * x + y * y
    k1, k2, k3 = camera["radial_distortion"]
    p1, p2 = camera["tangential_distortion"]
    radial = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    bent = np.stack([x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
                     y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y], axis=1)  # fmt: skip
    return (bent * camera["focal_length"] + camera["center"]).reshape(*world.shape[:2], 2)


@pytest.fixture
def files(tmp_path: Path) -> Origin:
    """A fake Human3.6M of two subjects, 32 joints, two cameras; the 2D goes on longer than the 3D."""
    world = {
        s: {
            a: RNG.uniform([-0.5, -0.5, 0], [0.5, 0.5, 1.8], (n, 32, 3)).astype("f4")
            for a, n in FRAMES.items()
        }
        for s in ("S9", "S11")
    }
    points = {
        s: {a: [project(np.concatenate([w, w[-1:]])[:, _KEPT].astype(float), c).astype("f4") for c in cameras()]
            for a, w in actions.items()}
        for s, actions in world.items()
    }  # fmt: skip
    np.savez_compressed(tmp_path / "data_3d_h36m.npz", positions_3d=world)  # type: ignore[arg-type]
    metadata = {"num_joints": 17, "keypoints_symmetry": SIDES}
    np.savez_compressed(tmp_path / "data_2d_h36m_gt.npz", positions_2d=points, metadata=metadata)  # type: ignore[arg-type]
    listed = {"units": "millimetres", "cameras": {"S9": cameras(), "S11": cameras(), "S2": [{}, {}]}}
    (tmp_path / "cameras.json").write_text(json.dumps(listed))
    names = ("data_3d_h36m.npz", "data_2d_h36m_gt.npz", "cameras.json")
    return Origin(tuple(tmp_path / name for name in names))


def test_part_knows_what_the_recording_knows(files: Origin, tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "ours", 8, 8)
    part = import_part(files, tmp_path / "c", "h36m")
    assert Corpus(tmp_path / "c").part_names() == ["ours", "h36m"]
    assert part.kind == "imported"
    assert part.samples == 2 * 2 * sum(FRAMES.values())
    assert not part.check_metadata()
    assert not part.check_shard(0)
    names = {label.name for label in part.labels}
    assert {"joints_camera", "detection", "intrinsics"} <= names
    assert not {"visibility", "pose", "betas", "image"} & names
    data = {label.name: part.read(label.name, 0, part.samples) for label in part.labels}
    wrist, hand = joint_index("left_wrist"), joint_index("left_hand")
    assert np.isnan(data["joints_world"][:, hand]).all()
    turned = np.einsum("nij,nj->ni", data["rotation"], data["joints_world"][:, wrist]) + data["translation"]
    assert np.allclose(turned, data["joints_camera"][:, wrist], atol=1e-5)
    # the file's 2D is the projection of its 3D
    own = COCO_17.index("left_wrist")
    assert np.allclose(data["joints_image"][:, wrist], data["detection"][:, own, :2], atol=0.01)
    assert (data["detection"][:, COCO_17.index("left_eye")] == 0).all()
    assert part.facts["clips"][data["clip"][-1]]["name"] == "S11/Sitting 2"
    assert data["scene"][-1] == 11
    assert (np.diff(data["step"])[np.diff(data["scene"]) == 0] == 1).all()


def test_importing_again_changes_nothing(files: Origin, tmp_path: Path) -> None:
    part = import_part(files, tmp_path / "c", "h36m")
    path = part.files_of(0)["joints_camera"]
    before = path.stat().st_mtime_ns
    import_part(files, tmp_path / "c", "h36m")
    assert path.stat().st_mtime_ns == before
    with pytest.raises(InputError, match="made"):
        import_part(replace(files, every=2), tmp_path / "c", "h36m")


def test_loader_reads_an_imported_part(files: Origin, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from lifter.data.loader import CorpusDataset

    import_part(files, tmp_path / "c", "h36m")
    data = CorpusDataset(tmp_path / "c", ["detection", "joints_camera"], joint_set="h36m17", batch=64)
    assert sum(len(batch["detection"]) for batch in data) == 228
    batch = next(iter(data))
    assert batch["joints_camera"].shape[1:] == (17, 3)
    assert not batch["joints_camera"].isnan().any()
    with pytest.raises(InputError, match="has no 'visibility'"):
        CorpusDataset(tmp_path / "c", batch=4)


def test_info_and_verify_take_an_imported_part(files: Origin, tmp_path: Path) -> None:
    import_part(files, tmp_path / "c", "h36m")
    facts = gather(tmp_path / "c")
    assert facts["parts"][0]["samples"] == 228
    assert facts["parts"][0]["labels"] is None
    assert tables(facts)
    verdict = verify(tmp_path / "c", workers=1)
    assert not verdict.faults
    assert verdict.samples == 228


def test_benchmark_has_the_layout_of_the_others(files: Origin, tmp_path: Path, shared: Path) -> None:
    out = tmp_path / "bench.npz"
    n = write_benchmark(replace(files, subjects=("S9",), every=5), out)
    assert n == 2 * (6 + 4 + 2)
    made = np.load(out, allow_pickle=False)
    other = np.load(shared / "benchmarks" / "pose2sim.npz", allow_pickle=False)
    assert set(made.files) == set(other.files)
    for key in other.files:
        assert made[key].dtype.kind == other[key].dtype.kind
        assert made[key].shape[1:] == other[key].shape[1:]
    assert sorted(set(made["group"])) == ["Sitting", "Walking"]
    # without the lens, pixels are K times the camera's x / z, y / z
    ours = np.einsum("nij,nkj->nki", made["intrinsics"], made["joints_3d"])
    known = [i for i, name in enumerate(COCO_17) if name in H36M_17]
    error = ours[..., :2] / ours[..., 2:] - made["keypoints_2d"][..., :2]
    assert np.abs(error[:, known]).max() < 0.05
    assert np.isnan(made["joints_3d"][:, COCO_17.index("left_ear")]).all()
    assert (made["keypoints_2d"][:, known, 2] == 1).all()
    with pytest.raises(InputError, match="is there already"):
        write_benchmark(files, out)


def test_our_own_export_comes_back(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "t", 20, 10, track=5)
    done = export("videopose", tmp_path / "c", tmp_path / "out")
    origin = Origin(tuple(done.files[:3]), source="ours", licence="ours")
    back = import_part(origin, tmp_path / "d", "back")
    there = Corpus(tmp_path / "c").part("t")
    wrist = joint_index("left_wrist")
    order = np.argsort([int(clip["recording"].split()[-1]) for clip in back.facts["clips"]])
    assert len(order) == 4
    ours = there.read("joints_camera", 0, 20)[:, wrist].reshape(4, 5, 3)
    theirs = back.read("joints_camera", 0, 20)[:, wrist].reshape(4, 5, 3)[order]
    assert np.allclose(ours, theirs)
    points = there.read("joints_image", 0, 20)[:, wrist].reshape(4, 5, 2)
    assert np.allclose(points, back.read("joints_image", 0, 20)[:, wrist].reshape(4, 5, 2)[order], atol=1e-4)


def test_pickles_that_ask_for_more_are_refused(tmp_path: Path) -> None:
    class Bad:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "made"),)

    np.savez(tmp_path / "bad.npz", positions_3d=np.array({"S1": {"a": Bad()}}, object))
    with pytest.raises(InputError, match=r"asks to import posix.mkdir, which a recording does not need"):
        read_object(tmp_path / "bad.npz", "positions_3d")
    assert not (tmp_path / "made").exists()
    with pytest.raises(InputError, match="has no 'metadata'"):
        read_object(tmp_path / "bad.npz", "metadata")
    np.savez(tmp_path / "plain.npz", positions_3d=np.zeros(3))
    with pytest.raises(InputError, match="holds float64, not objects"):
        read_object(tmp_path / "plain.npz", "positions_3d")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "bad.npz").read_bytes()[:60])
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps({}))
    for name in ("cut.npz", "pickle.npz", "none.npz"):
        with pytest.raises(InputError, match=r"damaged|npz|found|exist|cannot be read"):
            read_object(tmp_path / name, "positions_3d")


def test_files_that_do_not_fit_are_named(files: Origin, tmp_path: Path) -> None:
    def with_cameras(change: Any) -> Origin:
        listed = json.loads(files.files[2].read_text())
        change(listed)
        (tmp_path / "other.json").write_text(json.dumps(listed))
        return replace(files, files=(*files.files[:2], tmp_path / "other.json"))

    out = tmp_path / "b.npz"
    with pytest.raises(InputError, match="0 cameras for the 2 views of S11/Walking 1"):
        write_benchmark(with_cameras(lambda c: c["cameras"].pop("S11")), out)
    with pytest.raises(InputError, match=r"camera S9\[1\]: center: Field required"):
        write_benchmark(with_cameras(lambda c: c["cameras"]["S9"][1].pop("center")), out)
    with pytest.raises(InputError, match="is not a list of cameras"):
        write_benchmark(with_cameras(lambda c: c.pop("units")), out)
    with pytest.raises(InputError, match="has no subject 'S5'; there are: S9, S11"):
        write_benchmark(replace(files, subjects=("S5",)), out)
    with pytest.raises(InputError, match="has no 'positions_3d'"):
        write_benchmark(replace(files, files=(files.files[1], *files.files[1:])), out)
    with pytest.raises(InputError, match=r"an .npz"):
        write_benchmark(files, tmp_path / "b.zip")
    assert not out.exists()


def test_coco_detections(files: Origin, tmp_path: Path) -> None:
    """Keypoints of a detector: COCO's joints, told by which are twins."""
    points = {s: {a: [RNG.uniform(0, 900, (n, 17, 2))] * 2 for a, n in FRAMES.items()} for s in ("S9", "S11")}
    twins = [[1, 3, 5, 7, 9, 11, 13, 15], [2, 4, 6, 8, 10, 12, 14, 16]]
    points["S9"]["Walking"][0][3, 5] = np.nan
    np.savez(tmp_path / "cpn.npz", positions_2d=points, metadata={"keypoints_symmetry": twins})  # type: ignore[arg-type]
    part = import_part(
        replace(files, files=(files.files[0], tmp_path / "cpn.npz", files.files[2])), tmp_path / "c", "h36m"
    )
    detection = part.read("detection", 0, part.samples)
    assert np.allclose(detection[:30, :, :2], points["S9"]["Walking 1"][0])
    assert (detection[60 + 3, 5] == 0).all()
    assert (detection[:30, :, 2] == 1).all()
