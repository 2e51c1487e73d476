"""The commands offer the formats that are registered, another package's too."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from pipelines.commands.exchange import other_importers
from pipelines.exchange import EXPORTERS, IMPORTERS
from tests.pipelines.conftest import Posemill
from tests.pipelines.exchange.test_recordings import Toy
from tests.pipelines.fakes import fake_part


def test_help_says_what_each_layout_is(posemill: Posemill) -> None:
    text = " ".join(posemill("export", "--help").stdout.split())
    assert "coco: Pictures and keypoints as JSON" in text
    assert "card: A data card in the style of Hugging Face" in text


def test_layouts_are_the_choices(posemill: Posemill, tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "pairs", 4, 4)
    refused = posemill("export", "parquet", tmp_path / "c", tmp_path / "out")
    assert refused.exit_code == 2
    assert all(name in refused.stderr for name in EXPORTERS.names())
    done = posemill("export", "card", tmp_path / "c", tmp_path / "out")
    assert done.exit_code == 0
    assert "4 samples" in done.stdout


def test_another_packages_importer_is_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("toys")
    vars(module)["open_toys"] = lambda files: Toy()
    monkeypatch.setitem(sys.modules, "toys", module)
    monkeypatch.setitem(
        IMPORTERS.__dict__, "_others", {"toy": EntryPoint("toy", "toys:open_toys", IMPORTERS.group)}
    )
    app = typer.Typer()
    for name, command in other_importers().items():
        app.command(name)(command)
    (tmp_path / "a.bin").write_bytes(b"a")
    done = CliRunner().invoke(app, [str(tmp_path / "a.bin"), "--corpus", str(tmp_path / "c")])
    assert done.exit_code == 0, done.output
    assert "2 samples" in done.output
    assert (tmp_path / "c" / "parts" / "toy" / "part.json").exists()


def test_somewhere_to_write_is_needed(posemill: Posemill, tmp_path: Path) -> None:
    refused = posemill("import", "videopose", tmp_path, tmp_path, "--cameras", tmp_path)
    assert refused.exit_code == 2
    assert "import videopose: has nowhere to write, or two places" in refused.stderr


def test_tars_of_a_corpus_of_pictures_and_pairs(posemill: Posemill, shared: Path, tmp_path: Path) -> None:
    """The first thing that webdataset's documentation shows, with ../shared/cases/webdataset_of_mixed_parts."""
    wds = pytest.importorskip("webdataset")
    recipe = shared / "cases" / "webdataset_of_mixed_parts" / "recipe.yaml"
    if not recipe.is_file():
        pytest.skip("needs the inputs of ../shared/cases, which are not here")
    made = posemill("generate", recipe, tmp_path / "corpus", "--threads", "--workers", 1)
    assert made.exit_code == 0, made.stderr
    done = posemill("export", "webdataset", tmp_path / "corpus", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "read its tars apart" in " ".join((done.stdout + done.stderr).split())
    for part, keys, samples in (
        ("images", ("jpg", "joints_camera.npy"), 5),
        ("pairs", ("joints_camera.npy",), 20),
    ):
        tars = sorted(map(str, (tmp_path / "out").glob(f"*-{part}-*.tar")))
        found = list(wds.WebDataset(tars, shardshuffle=False).decode("rgb8").to_tuple(*keys))
        assert len(found) == samples
        assert found[0][-1].shape[-1] == 3
