"""Each paper's own claim, tried on a corpus: which reproduce, which do not.

    python -m lifter.studies.claims CORPUS OUT [--pairs 100000] [--seen 600000] [--seeds 1] [--json]

Methods are trained on the corpus' training people and compared on its test people, person by person, with 95%
intervals. A claim that one method has smaller errors than another reproduces where the interval of the difference
lies below zero, fails where it lies above, and is open otherwise. A claim without such a comparison gets figures with
their intervals and no verdict. What is in OUT is not trained again. OUT gets claims.md and claims.json.
"""

from __future__ import annotations

import argparse
import io
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.data.joints import BODY, rooted
from lifter.data.samples import read_samples
from lifter.models.lcr import Lcr
from lifter.models.lifter import Lifter
from lifter.models.people import People, apart, people_in
from lifter.models.registry import get_model
from lifter.score.cases import Cases
from lifter.score.evaluate import from_one_root
from lifter.score.intervals import Bootstrap, Figure
from lifter.score.metrics import mpjpe
from lifter.score.scoring import corpus_cases
from lifter.score.tables import readable
from lifter.studies.crowd import picture_of
from lifter.studies.script import Report, no_report, run, to_stderr
from lifter.train.recipe import TrainSpec, read_recipe
from lifter.train.run import train
from pipelines.corpus.corpus import Corpus
from synth.body.skeleton import COCO_17
from synth.core.disk import write_atomically
from synth.core.tables import Table

Array = NDArray[np.float64]
REPRODUCES, FAILS, OPEN = "reproduces", "does not reproduce", "open"
LABORATORY = ("0",)  # bands: a laboratory has nothing in the way


@dataclass(frozen=True)
class Sizes:
    """How much is trained and tried."""

    pairs: int = 100_000
    seen: int = 600_000  # samples that a training sees in all
    labelled: int = 5000  # with 3D, for the claim on samples without
    people: int = 5000
    pictures: int = 300
    seeds: int = 1


@dataclass(frozen=True)
class Row:
    """A figure of a claim, with its 95% interval, NaN where there is none."""

    what: str
    figure: Figure
    unit: str = "mm"

    @property
    def text(self) -> str:
        return f"{self.figure.mean:.1f} {self.unit}{_interval(self.figure, '.1f')}"

    def facts(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {"what": self.what, "unit": self.unit, **self.figure.facts()}


@dataclass
class Claim:
    """What a paper says, what was found in a sentence, and the figures. `verdict` is None for a claim that names no
    comparison and no number of its own by which it could be judged."""

    paper: str
    says: str
    verdict: str | None = None
    found: str = ""
    rows: list[Row] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """As JSON takes it."""
        own = {name: getattr(self, name) for name in ("paper", "says", "verdict", "found")}
        return {**own, "rows": [row.facts() for row in self.rows]}


class Study:
    """The trainings and figures that claims are judged by."""

    def __init__(
        self, corpus: Path, out: Path, sizes: Sizes, base: dict[str, Any], report: Report = no_report
    ) -> None:
        self.corpus, self.out, self.sizes, self.base, self.report = corpus, out, sizes, base, report
        self._samples = sum(part.samples for part in Corpus(corpus).parts())
        self._cases: Cases | None = None

    def lifter(self, name: str, model: str, seed: int = 0, **changes: Any) -> Lifter:
        """A method's shipped recipe trained with some changes, in a folder of its own; once."""
        self.report(f"{name}-{seed}: training, unless that is done")
        shipped = read_recipe(model)
        pairs = changes.get("pairs", self.sizes.pairs)
        epochs = math.ceil(self.sizes.seen / min(pairs, self._samples)) if get_model(model).trained else 1
        config = {**shipped.config, **self.base.get("config", {}).get(model, {}), **changes.pop("config", {})}
        given = {**shipped.model_dump(), **{k: v for k, v in self.base.items() if k != "config"}}
        given |= {"seed": seed, "pairs": pairs, "epochs": epochs, "config": config, **changes}
        return train(self.corpus, self.out / "models" / f"{name}-{seed}", TrainSpec.model_validate(given))

    def cases(self, lifter: Lifter) -> Cases:
        if self._cases is None:
            self._cases = corpus_cases([lifter], self.corpus, people=self.sizes.people)
        return self._cases

    def errors(self, lifters: Sequence[Lifter]) -> Array:
        """(n,) MPJPE of each person, mm, the mean over lifters that differ in their seed."""
        cases, found = self.cases(lifters[0]), []
        for each in lifters:
            poses = each.lift(cases.keypoints, cases.intrinsics, cases.image_size)
            joints, truth, _ = from_one_root(poses.joints, cases.truth)
            found.append(mpjpe(joints[:, BODY], truth[:, BODY]))
        return np.asarray(np.mean(found, axis=0))

    def figure(self, values: Array) -> Figure:
        assert self._cases is not None
        return Bootstrap(self._cases.group, self._cases.mean_of).figure(values)

    def judged(self, better: Array, worse: Array) -> tuple[str, str]:
        """The verdict on `better` having the smaller errors, and the difference in words."""
        found = self.figure(better - worse)
        verdict = REPRODUCES if found.high < 0 else FAILS if found.low > 0 else OPEN
        return verdict, f"{found.mean:+.1f} mm{_interval(found, '+.1f')}"

    def row(self, name: str, errors: Array) -> Row:
        return Row(name, self.figure(errors))

    def unlabelled(self) -> Path:
        """A file of the training people's detections, for methods that learn from 2D alone."""
        path = self.out / "seen.npz"
        if not path.is_file():
            spec = TrainSpec.model_validate({"model": "adversarial", **_splits(self.base)})
            samples = read_samples(
                self.corpus, selection=spec.selection, split="train", splits=spec.splits, parts=spec.parts,
                limit=self.sizes.pairs, seed=1, usable=True,
            )  # fmt: skip
            buffer = io.BytesIO()
            np.savez(
                buffer, keypoints_2d=samples.keypoints, joints_3d=samples.truth[:, : len(COCO_17)],
                intrinsics=samples.intrinsics, image_size=samples.image_size, joint_names=np.array(COCO_17),
                group=np.full(len(samples), "train"), frame=np.arange(len(samples)),
            )  # fmt: skip
            write_atomically(path, buffer.getvalue())
        return path.resolve()


def _interval(figure: Figure, form: str) -> str:
    if not np.isfinite([figure.low, figure.high]).all():
        return " (too few recordings for an interval)"
    return f" ({figure.low:{form}} to {figure.high:{form}})"


def _splits(base: dict[str, Any]) -> dict[str, Any]:
    return {name: base[name] for name in ("selection", "splits", "parts") if name in base}


def baseline_beats_matching(study: Study) -> Claim:
    seeds = range(study.sizes.seeds)
    nearest = study.lifter("matching", "matching")
    several = study.lifter("matching-15", "matching", config={"neighbours": 15})
    errors = study.errors([study.lifter("baseline", "baseline", seed) for seed in seeds])
    one, fifteen = study.errors([nearest]), study.errors([several])
    verdict, difference = study.judged(errors, one)
    return Claim(
        "Martinez et al., ICCV 2017", "a plain network on 2D joints beats matching (Chen and Ramanan, 2017)", verdict,
        f"baseline is {difference} from matching",
        [study.row("baseline", errors), study.row("matching", one),
         study.row("matching, mean of 15 neighbours", fifteen)],
    )  # fmt: skip


def more_exemplars_match_better(study: Study) -> Claim:
    counts = [max(100, study.sizes.pairs // 100), max(200, study.sizes.pairs // 10), study.sizes.pairs]
    found = [
        study.errors([study.lifter(f"matching-{n}", "matching", config={"prepare_samples": n})])
        for n in counts
    ]
    verdict, difference = study.judged(found[-1], found[0])
    return Claim(
        "Chen and Ramanan, CVPR 2017", "matching improves with the number of exemplars", verdict,
        f"{counts[-1]:,} exemplars are {difference} from {counts[0]:,}",
        [study.row(f"{n:,} exemplars", errors) for n, errors in zip(counts, found, strict=True)],
    )  # fmt: skip


def unlabelled_2d_helps(study: Study) -> Claim:
    """3D of a laboratory, where no prop hides anything, 2D of everywhere; as many steps on the same 3D for both."""
    path, seeds = str(study.unlabelled()), range(study.sizes.seeds)
    few: dict[str, Any] = {"pairs": study.sizes.labelled, "bands": list(LABORATORY), "val_pairs": 500}
    batch = min(256, max(2, study.sizes.labelled // 4))
    own = [study.lifter("laboratory-baseline", "baseline", s, batch=batch, **few) for s in seeds]

    def with_2d(name: str, **config: float) -> Array:
        unlabelled = {"path": path, "share": 0.5}
        return study.errors(
            [
                study.lifter(
                    name, "adversarial", s, batch=2 * batch, unlabelled=unlabelled, config=config, **few
                )
                for s in seeds
            ]
        )

    errors, without = with_2d("laboratory-adversarial"), study.errors(own)
    no_judge = with_2d("laboratory-no-discriminator", adversarial=0.0)
    verdict, difference = study.judged(errors, without)
    _, apart_from_judge = study.judged(errors, no_judge)
    return Claim(
        "Yang et al., CVPR 2018", "the adversarial lifter improves on its own baseline when 2D-only samples are added",
        verdict,
        f"adversarial is {difference} from its baseline, and {apart_from_judge} from itself without the "
        f"discriminator, which leaves the fit to the 2D",
        [study.row(f"baseline, {study.sizes.labelled:,} pairs of a laboratory", without),
         study.row("adversarial, with 2D of everywhere", errors),
         study.row("the same without the discriminator", no_judge)],
    )  # fmt: skip


def proposals_are_better_integrated(study: Study) -> Claim:
    lifters = [study.lifter("lcr", "lcr", seed) for seed in range(study.sizes.seeds)]
    best = [Lifter(_only_best(each.model), each.factors) for each in lifters]
    errors, alone = study.errors(lifters), study.errors(best)
    verdict, difference = study.judged(errors, alone)
    return Claim(
        "Rogez et al., TPAMI 2019", "integrating pose proposals beats the proposal that scores best", verdict,
        f"integrated proposals are {difference} from the best one",
        [study.row("lcr, proposals integrated", errors), study.row("lcr, the best proposal", alone)],
    )  # fmt: skip


def several_people(study: Study) -> Claim:
    """Two or three people side by side, each detected three times over.

    The paper names no number for detections like these, so figures are reported without a verdict. Intervals resample
    the recordings: of a picture, that of the person in whose picture the others stand.
    """
    lifter = study.lifter("lcr", "lcr")
    cases, rng = study.cases(lifter), np.random.default_rng(0)
    known = np.isfinite(cases.truth[:, BODY]).all((1, 2)) & ((cases.keypoints[..., 2] > 0).sum(1) >= 8)
    rows = np.flatnonzero(known)
    claim = Claim(
        "Rogez et al., TPAMI 2019", "each of several people in a picture is found once, with their pose"
    )
    if len(rows) < 3:
        claim.found = "the test people are too few to make pictures of"
        return claim
    drawn = [rng.choice(rows, 2 + number % 2, replace=False) for number in range(study.sizes.pictures)]
    right: list[float] = []
    found: list[Array] = []
    errors: list[Array] = []
    for chosen in drawn:
        picture = picture_of(cases, chosen, 3, rng)
        people = people_in(lifter.model, picture.keypoints, picture.intrinsics)
        right.append(100.0 * (len(people.joints) == len(picture.truth)))
        truth, alone = rooted(picture.truth)[:, BODY], lifter.lift(picture.alone, picture.intrinsics).joints
        nearest, there = _found(people, picture.alone)
        found.append(100.0 * there.astype(np.float64))
        pair = [mpjpe(joints[:, BODY], truth) for joints in (people.joints[nearest], alone)]
        errors.append(np.asarray(np.where(there, np.stack(pair), np.nan), np.float64))
    pictures = Bootstrap(cases.group[[chosen[0] for chosen in drawn]])
    persons = Bootstrap(cases.group[np.concatenate(drawn)])
    together, alone = np.concatenate(errors, axis=1)
    claim.rows = [
        Row("pictures with the right number of people", pictures.figure(np.array(right)), "%"),
        Row("people found", persons.figure(np.concatenate(found)), "%"),
        Row("error in the picture", persons.figure(together)),
        Row("error of each alone", persons.figure(alone)),
        Row("error in the picture less error alone", persons.figure(together - alone)),
    ]
    claim.found = (
        f"of pictures of two or three people, each detected three times, {claim.rows[0].text} come out with the right "
        f"number of people, and the error in the picture less that of each person detected once is {claim.rows[4].text}"
    )
    return claim


CLAIMS: tuple[Callable[[Study], Claim], ...] = (
    baseline_beats_matching,
    more_exemplars_match_better,
    unlabelled_2d_helps,
    proposals_are_better_integrated,
    several_people,
)


def _only_best(model: Any) -> Lcr:
    """An lcr that answers with its best proposal."""
    assert isinstance(model, Lcr)
    other = Lcr(model.config.model_copy(update={"agree": 1e-9}))
    other.load_state_dict(model.state_dict())
    return other.eval()


def _found(people: People, keypoints: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(p,) which of the people found lies over each true one, and whether one does."""
    far = np.stack([apart(each, people.keypoints) for each in keypoints])
    return far.argmin(1), far.min(1) <= 0.1


def write(out: Path, claims: Sequence[Claim], sizes: Sizes) -> str:
    """claims.json, claims.md; the latter's text."""
    table = Table("Claims", ["Paper", "Claim", "Here", "Found"])
    table.rows = [[each.paper, each.says, each.verdict or "–", each.found] for each in claims]
    table.note = (
        f"{sizes.pairs:,} training pairs at most, {sizes.seen:,} samples seen, {sizes.seeds} seeds; MPJPE of the "
        f"corpus' test people, differences person by person with 95% intervals; no verdict (–) where a paper names no "
        f"comparison."
    )
    figures = [
        Table(each.says, ["", "Figure"], [[row.what, row.text] for row in each.rows]) for each in claims
    ]
    text = "\n".join(each.markdown() for each in (table, *figures))
    write_atomically(out / "claims.md", text.encode())
    facts = {"format": "posemill-claims", "sizes": asdict(sizes), "claims": [each.facts() for each in claims]}
    write_atomically(out / "claims.json", readable(facts))
    return text


def try_claims(
    corpus: Path, out: Path, sizes: Sizes, base: dict[str, Any] | None = None, report: Report = no_report
) -> list[Claim]:
    """Every claim, tried; `base` holds fields of all recipes, and by method changes to its `config`.

    Raises InputError as `train` does.
    """
    study = Study(corpus, out, sizes, base or {}, report)
    claims = []
    for claim in CLAIMS:
        claims.append(claim(study))
        report(f"{claims[-1].says}: {claims[-1].verdict or claims[-1].found}")
        write(out, claims, sizes)
    return claims


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lifter.studies.claims", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    usual = Sizes()
    for name, what in (
        ("pairs", "training pairs, at most"), ("seen", "samples that a training sees in all"),
        ("labelled", "pairs with 3D beside samples without"), ("people", "of the corpus' test people, at most"),
        ("pictures", "of several people"), ("seeds", "of each training"),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name), help=what)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    sizes = Sizes(**{name: getattr(given, name) for name in vars(usual)})
    claims = try_claims(given.corpus, given.out, sizes, report=to_stderr)
    print(json.dumps([each.facts() for each in claims]) if given.json else write(given.out, claims, sizes))
    return 0


if __name__ == "__main__":
    run(main)
