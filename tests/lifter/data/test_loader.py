from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import write_selection
from synth.body.skeleton import JOINTS, joint_index
from synth.core.errors import InputError
from tests.pipelines.fakes import SIZE, fake_part, write_fake_shard

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader  # noqa: E402

from lifter.data.loader import CorpusDataset, Loader  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create")
A, B = 203, 50  # samples of the two parts; neither divides by anything used here


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    fake_part(folder, "a", A, 16)
    fake_part(folder, "b", B, 20)
    return folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    fake_part(folder, "p", 40, 16, images=True)
    return folder


def data(folder: Path, **options: Any) -> CorpusDataset:
    return CorpusDataset(folder, ["origin"], **{"batch": 8, "buffer": 64, "seed": 4, **options})


def origins(batches: Any) -> list[tuple[int, int]]:
    return [tuple(origin) for batch in batches for origin in batch["origin"].tolist()]


def everything() -> Counter[tuple[int, int]]:
    return Counter([(0, row) for row in range(A)] + [(1, row) for row in range(B)])


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_every_sample_once_over_workers_and_ranks(corpus: Path, workers: int) -> None:
    found: Counter[tuple[int, int]] = Counter()
    lengths = set()
    for rank in range(2):
        loader = Loader(data(corpus, rank=(rank, 2)), workers)
        own = list(loader)
        assert len(own) == len(loader)
        lengths.add(len(own))
        found.update(origins(own))
    assert found == everything()
    assert len(lengths) == 1


def test_every_sample_once_through_a_plain_dataloader(corpus: Path) -> None:
    single = CorpusDataset(corpus, ["origin"], buffer=64)
    for workers in (0, 3):
        found = Counter(origins(DataLoader(single, batch_size=5, num_workers=workers)))
        assert found == everything()
    batched = data(corpus)
    assert Counter(origins(DataLoader(batched, batch_size=None, num_workers=3))) == everything()


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 0), (3, 3), (3, 0), (0, 3), (3, 1)])
def test_resumes_with_the_very_next_batch(corpus: Path, before: int, after: int) -> None:
    whole = [origins([b]) for b in Loader(data(corpus, rank=(1, 2)), before)]
    for stop in (1, 7, len(whole) - 1):
        loader = Loader(data(corpus, rank=(1, 2)), before)
        running = iter(loader)
        for _ in range(stop):
            next(running)
        state = json.loads(json.dumps(loader.state_dict()))
        del running
        other = Loader(data(corpus, rank=(1, 2)), after)
        other.load_state_dict(state)
        assert [origins([b]) for b in other] == whole[stop:]


def test_resumed_epoch_is_followed_by_the_same_one(corpus: Path) -> None:
    loader = Loader(data(corpus))
    first, second = [origins(loader) for _ in range(2)]
    assert first != second
    assert Counter(second) == everything()
    state = loader.state_dict()
    third = origins(loader)
    other = Loader(data(corpus))
    other.load_state_dict(state)
    assert origins(other) == third
    again = data(corpus)
    again.set_epoch(1)
    assert origins(Loader(again)) == second


def test_single_samples_resume_too(corpus: Path) -> None:
    single = CorpusDataset(corpus, ["origin"], buffer=64)
    running = iter(single)
    head = [tuple(next(running)["origin"].tolist()) for _ in range(30)]
    other = CorpusDataset(corpus, ["origin"], buffer=64)
    other.load_state_dict(single.state_dict())
    tail = [tuple(sample["origin"].tolist()) for sample in other]
    assert Counter(head + tail) == everything()


def test_order_is_of_seed_and_epoch(corpus: Path) -> None:
    one = origins(Loader(data(corpus)))
    assert one == origins(Loader(data(corpus)))
    assert one != origins(Loader(data(corpus, seed=5)))
    assert origins(Loader(data(corpus, shuffle=False))) == sorted(everything())


def test_shuffles_across_shards(corpus: Path) -> None:
    rows = [row for part, row in origins(Loader(data(corpus, parts=["a"])))]
    first = rows[:64]
    assert len({row // 16 for row in first}) >= 4
    assert np.abs(np.diff(first)).mean() > 16


def test_weights_mix_parts(corpus: Path) -> None:
    found = Counter(origins(Loader(data(corpus, weights={"b": 3}), 3)))
    assert all(times == (1 if part == 0 else 3) for (part, _), times in found.items())
    assert sum(found.values()) == A + 3 * B


def test_growing_corpus(tmp_path: Path) -> None:
    part = fake_part(tmp_path, "a", 40, 8, shards=range(0))
    with pytest.raises(InputError, match="no finished samples yet"):
        data(tmp_path)
    write_fake_shard(part, 0)
    write_fake_shard(part, 3)
    loader = Loader(data(tmp_path, batch=4))
    running = iter(loader)
    next(running)
    state = loader.state_dict()
    write_fake_shard(part, 1)
    fake_part(tmp_path, "new", 5, 8)
    assert len(origins(running)) == 12  # the epoch that had begun stays what it was
    other = Loader(data(tmp_path, batch=4))
    other.load_state_dict(state)
    assert len(origins(other)) == 12
    assert Counter(origins(loader)) == Counter(
        [(0, row) for row in (*range(16), *range(24, 32))] + [(1, row) for row in range(5)]
    )


def test_selection_with_splits_and_weights(corpus: Path) -> None:
    part = np.repeat([0, 1], [60, 20])
    row = np.concatenate([np.arange(0, 180, 3), np.arange(20)])
    dropped: dict[str, Any] = {f"dropped_{k}": [] for k in ("part", "row", "reason", "twin_part", "twin_row")}
    arrays = {"part": part, "row": row, "weight": np.where(part == 0, 1, 2), "split": row % 2, **dropped}
    write_selection(Corpus(corpus), "half", {"reasons": []}, arrays)
    for split, kept in (("train", row % 2 == 0), ("val", row % 2 == 1)):
        found = Counter(origins(Loader(data(corpus, selection="half", split=split), 3)))
        assert found == Counter(
            {(p, r): p + 1 for p, r in zip(part[kept].tolist(), row[kept].tolist(), strict=True)}
        )
    with pytest.raises(InputError, match="no such split"):
        data(corpus, selection="half", split="dev")
    with pytest.raises(InputError, match="no splits of its own"):
        data(corpus, split="train")


def test_joint_sets_by_name(corpus: Path) -> None:
    def batch(joint_set: str | None) -> dict[str, Any]:
        fields = ["joints_camera", "visibility", "origin"]
        return next(
            iter(CorpusDataset(corpus, fields, joint_set=joint_set, batch=8, shuffle=False, parts=["a"]))
        )

    coco, h36m, every = batch("coco17"), batch("h36m17"), batch(None)
    assert every["joints_camera"].shape == (8, len(JOINTS), 3)
    wrist = joint_index("coco_left_wrist")
    assert coco["joints_camera"][3, 9].tolist() == [3 + wrist, 3, 5]
    assert torch.equal(coco["visibility"][:, 9], every["visibility"][:, wrist])
    hips = [joint_index("left_hip"), joint_index("right_hip")]
    assert torch.equal(h36m["joints_camera"][:, 0], every["joints_camera"][:, hips].mean(1))
    assert torch.equal(h36m["visibility"][:, 0], every["visibility"][:, hips].amax(1))


def test_pictures(pictures: Path) -> None:
    fields = ["image", "instance", "depth", "origin"]
    found = []
    for batch in Loader(CorpusDataset(pictures, fields, batch=7), 1):
        assert batch["image"].shape == (len(batch["origin"]), SIZE, SIZE, 3)
        assert batch["image"].dtype == torch.uint8
        assert batch["depth"].dtype == torch.int32
        brightness = batch["image"].float().mean((1, 2, 3))
        assert torch.allclose(brightness, batch["origin"][:, 1].float(), atol=2)
        found += origins([batch])
    assert Counter(found) == Counter((0, row) for row in range(40))


def test_wrong_use_is_named(corpus: Path, pictures: Path) -> None:
    with pytest.raises(InputError, match="has no 'image'"):
        CorpusDataset(corpus, ["image"])
    with pytest.raises(ValueError, match="'joint' is not a label"):
        CorpusDataset(corpus, ["joint"])
    with pytest.raises(InputError, match="has no part 'c'"):
        data(corpus, parts=["c"])
    with pytest.raises(InputError, match="no part 'c' to weigh"):
        data(corpus, weights={"c": 2})
    with pytest.raises(ValueError, match="give it `batch`"):
        Loader(CorpusDataset(corpus, ["origin"]))
    state = data(corpus).state_dict()
    with pytest.raises(ValueError, match="batch=8, not 4"):
        data(corpus, batch=4).load_state_dict(state)


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    part = fake_part(tmp_path, "a", 16, 8)
    path = part.files_of(1)["joints_camera"]
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match=r"parts/a: 'joints_camera' of samples .* `posemill verify`"):
        list(CorpusDataset(tmp_path, ["joints_camera"], batch=4))


def _rank(rank: int, folder: str, port: int, found: Any) -> None:
    torch.distributed.init_process_group(
        "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2
    )
    loader = Loader(data(Path(folder)), 1)
    found.put((rank, len(loader), origins(loader)))
    torch.distributed.destroy_process_group()


def test_ranks_of_torch_distributed(corpus: Path) -> None:
    import socket

    from torch import multiprocessing

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = multiprocessing.get_context("fork")
    found = context.Queue()
    ranks = [context.Process(target=_rank, args=(rank, str(corpus), port, found)) for rank in range(2)]
    for process in ranks:
        process.start()
    answers = [found.get(timeout=60) for _ in ranks]
    for process in ranks:
        process.join(timeout=60)
    assert Counter(answers[0][2] + answers[1][2]) == everything()
    assert answers[0][1] == answers[1][1]
