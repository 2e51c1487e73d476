import json
import sys
from dataclasses import replace

import numpy as np

from benchmarks import rigs
from benchmarks.rigs import Choices, Rig, choose, judge, known_motion, run

SHIFTED = (("shoulder", "collar"), ("elbow", "shoulder"), ("wrist", "elbow"), ("hand", "wrist"))
PLAIN = Choices("t", "y", "cm", "none", "none", False, (), "", True)


def test_choices_are_the_seeds():
    assert choose(np.random.default_rng(4)) == choose(np.random.default_rng(4))
    kinds = {choose(np.random.default_rng(seed)).rest for seed in range(60)}
    assert kinds == set(rigs.RESTS)


def test_what_is_read_as_something_else_is_seen(tmp_path, monkeypatch):
    motion = known_motion(12)
    rig = Rig(np.random.default_rng(0), PLAIN)
    assert max(judge(rig, motion, tmp_path)["errors"][name] for name in ("limbs", "lines")) < 0.5
    text, mapping = rig.write(motion)
    # an arm whose shoulder is said to be its collar, so that its bones are others
    moved = {f"left_{one}": f"left_{other}" for one, other in SHIFTED}
    links = {name: replace(link, joint=moved.get(name, link.joint)) for name, link in mapping.links.items()}
    monkeypatch.setattr(rig, "write", lambda _: (text, replace(mapping, links=links)))
    found = judge(rig, motion, tmp_path)
    assert "refused" in found or found["errors"]["limbs"] > rigs.WANTED["limbs"]


def test_a_mapping_that_the_rig_contradicts_is_refused(tmp_path, monkeypatch):
    rig = Rig(np.random.default_rng(0), PLAIN)
    text, mapping = rig.write(known_motion(12))
    wrong = replace(mapping, forward=np.array([0.0, 0.0, -1.0]))
    monkeypatch.setattr(rig, "write", lambda _: (text, wrong))
    assert "left hip is at x" in judge(rig, known_motion(12), tmp_path)["refused"]


def test_figures_are_written(tmp_path, monkeypatch, capsys):
    out = tmp_path / "results" / "rigs.json"
    monkeypatch.setattr(sys, "argv", ["rigs", str(out), "--count", "2"])
    monkeypatch.setattr(rigs, "run", lambda count, seed: run(count, seed, frames=8))
    rigs.main()
    figures = json.loads(out.read_text())["values"]
    assert figures["rigs"] == 2 == figures["right"] + figures["refused"] + figures["wrong"]
    assert "right" in capsys.readouterr().out
