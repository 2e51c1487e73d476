"""A label of another package, one row and one function: stored, and known to everything that goes by the schema."""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import zarr

import pipelines
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.schema import LABELS, ROWS, Label, every_label, functions_of
from pipelines.exchange.export import export
from pipelines.inspect.info import gather
from pipelines.inspect.verify import verify, wrong_labels
from synth.body.skeleton import joint_index
from synth.core.errors import InputError
from synth.label import Batch, Labels
from tests.pipelines.tiny import make, motion_in, recipe

REACH = Label(
    "reach", (), "float32", "metres", "", "Pelvis to the farther wrist.", by="toys:reach", limits=(0.0, 2.0)
)
LEAD = Label(
    "lead", (), "uint8", "", "", "Which hand reaches farther.", by="toys:reach", codes={0: "left", 1: "right"}
)


def reach(batch: Batch) -> Labels:
    joints = batch.labels["joints_world"]
    wrists = joints[:, [joint_index("left_wrist"), joint_index("right_wrist")]]
    far = np.linalg.norm(wrists - joints[:, :1], axis=2)
    return {"reach": far.max(axis=1), "lead": far.argmax(axis=1)}


def register(monkeypatch: pytest.MonkeyPatch, **rows: object) -> None:
    """As if a package 'toys' were installed that registers these."""
    module = ModuleType("toys")
    vars(module).update(rows, reach=reach)
    monkeypatch.setitem(sys.modules, "toys", module)
    points = {name: EntryPoint(name, f"toys:{name}", ROWS.group) for name in rows}
    monkeypatch.setitem(ROWS.__dict__, "_others", points)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A corpus made while the package was installed; it stays so for the module's tests."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        register(monkeypatch, toy=(REACH, LEAD))
        home = motion_in(tmp_path_factory.mktemp("home"))
        make(home / "corpus", home, recipe(images={"count": 0}))
        yield home / "corpus"


def test_it_is_stored_beside_ours(corpus: Path) -> None:
    samples = pipelines.open(corpus)
    assert [row.name for row in every_label()][-2:] == ["reach", "lead"]
    joints = samples.joints(frame="world")
    by_hand = max(
        float(np.linalg.norm(joints[3, joint_index(f"{side}_wrist")] - joints[3, 0]))
        for side in ("left", "right")
    )
    assert samples["reach"][3] == pytest.approx(by_hand, abs=1e-5)
    assert samples["reach"][:].dtype == np.float32
    assert samples.words("lead") == {0: "left", 1: "right"}


def test_info_verify_card_and_exports_know_it(corpus: Path, tmp_path: Path) -> None:
    (found,) = [part["summaries"] for part in gather(corpus)["parts"]]
    assert sum(found["lead"]["codes"].values()) == pytest.approx(1)
    assert 0 < found["reach"]["least"] < found["reach"]["greatest"] < 2
    card = export("card", corpus, tmp_path / "card").files[0].read_text()
    assert "| `reach` | 1 | float32 | metres |  | Pelvis to the farther wrist. | all |" in card
    assert "Which hand reaches farther. Codes: 0 left, 1 right." in card
    tars = export("webdataset", corpus, tmp_path / "tars").files
    with tarfile.open(tars[0]) as tar:
        assert "tiny-pairs-000000000.reach.npy" in tar.getnames()
    assert json.loads(tars[-1].read_text())["arrays"]["lead"]["codes"] == {"0": "left", "1": "right"}
    assert verify(corpus).faults == []


def test_verify_judges_it_by_its_row(corpus: Path) -> None:
    part = Corpus(corpus).part("tiny-pairs")
    arrays = {name: part.read(name, 0, 5) for name in ("reach", "lead")}
    arrays["reach"][2], arrays["lead"][4] = 3.0, 9
    assert wrong_labels(arrays) == [
        ("reach", "reach is not from 0 to 2 in 1 samples, first in 2"),
        ("lead", "lead has an unknown code in 1 samples, first in 4"),
    ]


def test_without_the_package_it_is_read_and_not_made(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROWS.__dict__, "_others", {})
    part = Corpus(corpus).part("tiny-pairs")
    (row, _) = (row for row in part.labels if row.name in ("reach", "lead"))
    assert (row.name, row.dtype, row.by) == ("lead", "uint8", "")
    assert zarr.open_array(str(part.folder / "reach"), mode="r").attrs["unit"] == "metres"
    assert pipelines.open(corpus)["reach"][:].shape == (22,)
    with pytest.raises(InputError, match="label 'lead' cannot be computed"):
        functions_of(part.labels, "all")


def test_what_cannot_be_a_row_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, again=LABELS[0])
    with pytest.raises(InputError, match="'again' gives the label 'sample' again"):
        every_label()
    register(monkeypatch, other="a text")
    with pytest.raises(InputError, match="'other' gives no Label"):
        every_label()
