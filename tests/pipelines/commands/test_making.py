"""`generate` on the command line: names of recipes, growth, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pipelines.conftest import RECIPE, Posemill

ROOT = Path(__file__).resolve().parents[3]


def test_a_name_that_is_not_shipped_is_one_line(posemill: Posemill, tmp_path: Path) -> None:
    result = posemill("generate", "quikstart", tmp_path / "corpus")
    assert result.exit_code == 2
    assert "no shipped recipe of this name" in result.stderr
    assert not (tmp_path / "corpus").exists()


def test_a_shipped_recipe_is_found_by_its_name(posemill: Posemill, tmp_path: Path) -> None:
    amounts = ["--set", "pairs.count=3", "--set", "images.count=0", "--set", "props.count=[0, 0]"]
    result = posemill("generate", "quickstart", tmp_path / "corpus", *amounts, "--threads", "--workers", 1)
    assert result.exit_code == 0, result.stderr
    assert "quickstart-pairs: 1 shard made" in result.stdout


def test_a_corpus_grows(posemill: Posemill, recipe: Path, corpus: Path) -> None:
    arguments = ("generate", recipe, corpus, "--set", "pairs.count=50", "--threads", "--json")
    parts = json.loads(posemill(*arguments).stdout)["parts"]
    assert parts["small-pairs"] == {"made": 2, "kept": 2, "repaired": 0}
    smaller = posemill("generate", recipe, corpus, "--threads")
    assert smaller.exit_code == 2
    assert "has 50 samples, and the recipe asks for 40" in smaller.stderr


@pytest.mark.parametrize("how", [["--workers", "2"], ["--threads", "--workers", "1"]])
def test_ctrl_c_stops_within_seconds_and_says_how_to_go_on(tmp_path: Path, how: list[str]) -> None:
    (tmp_path / "long.yaml").write_text(
        RECIPE.replace("count: 40", "count: 10000000").replace("16,", "16384,")
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "pipelines.commands.main", "generate", "long.yaml", "corpus", *how],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert running.stderr is not None
    for line in running.stderr:
        if "small-pairs" in line:
            break
    time.sleep(0.5)  # shards of 16,384 pairs are being made
    start = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    try:
        said = [line for line in running.communicate(timeout=60)[1].splitlines() if "small-" not in line]
    finally:
        running.kill()
    assert running.returncode == 130
    assert time.monotonic() - start < 30  # two seconds, and what a busy machine adds
    assert len(said) == 1
    assert said[0].startswith("posemill: stopped; the same command ")
