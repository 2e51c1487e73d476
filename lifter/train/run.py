"""Training a lifter from a recipe over a corpus or a selection of it.

    from lifter.train.recipe import read_recipe
    from lifter.train.run import train

    train(Path("corpus"), Path("out"), read_recipe("posemill"))

writes out/model.pt, the epoch that is best on the validation split; log.jsonl, tensorboard/ and curves.png, its losses
and scores; and state.pt, from which the same call resumes after it was killed. What a step does
depends on the recipe, the corpus and the number of the step alone, so a resumed training ends, on the same machine,
with the same weights to the bit as one that was not stopped. Under torchrun, each process takes its share of every
batch.
"""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lifter.data.augment import Pool, to_batch
from lifter.data.batch import TensorBatch
from lifter.data.samples import Samples
from lifter.data.windows import Windows, alone, with_gaps
from lifter.models import checkpoint
from lifter.models.lifter import Lifter, fill, load_lifter, save_lifter
from lifter.models.model import Model
from lifter.train.curves import Curves, Row
from lifter.train.ranks import Ranks
from lifter.train.recipe import TrainSpec
from lifter.train.schedule import key, scheduler
from lifter.train.source import difference, facts_of, read_split, read_unlabelled, windows_in
from lifter.train.validate import Validation, validate
from synth.core.disk import write_atomically
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress, show_progress

STATE = "posemill-training-1"
_POINTS = 200  # on a training's curve of losses
_MAY_DIFFER = ("keep_every",)  # fields of the recipe that a resumed training may have otherwise


@dataclass
class TrainingState:
    """How far a training is, besides its weights: `step` steps are done in `seconds`; `sums` of the losses over the
    `summed` steps since the last point of the curve; `rows` of the log; `best` score, mm, and its epoch."""

    step: int = 0
    seconds: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    summed: int = 0
    rows: list[Row] = field(default_factory=list)
    best: float | None = None
    best_epoch: int = 0


def train(
    corpus: Path, out: Path, spec: TrainSpec, *, device: str | None = None, progress: Progress | None = None
) -> Lifter:
    """The trained lifter, also in out/model.pt. Resumes where `out` holds a training that was stopped, and loads what
    is there where it was finished.

    Raises InputError where the corpus has no detections or too few samples, or `out` holds a training by another
    recipe or on another corpus.
    """
    with Ranks() as ranks:
        facts = facts_of(corpus, spec)
        stored = _resumable(out, spec, facts)
        if stored is not None and stored["finished"]:
            return load_lifter(out / "model.pt")
        with progress or show_progress() if ranks.first else nullcontext() as shown:
            training = _Training(corpus, out, spec, facts, ranks, ranks.device(device), shown)
            training.run(stored)
        return load_lifter(out / "model.pt")


def _resumable(out: Path, spec: TrainSpec, facts: dict[str, Any]) -> dict[str, Any] | None:
    """The stored state of a training that was stopped, None where there is none."""
    for path in out.glob("*.partial"):
        path.unlink(missing_ok=True)
    path = out / "state.pt"
    if not path.exists():
        if (out / "model.pt").exists():
            raise InputError(
                "holds a model but no training to resume", where=str(out), remedy="choose another folder"
            )
        return None
    stored = checkpoint.read(path, STATE, "choose another folder, or remove this one to start again")
    before, now = stored["recipe"], spec.model_dump(mode="json")
    other = [name for name in now if name not in _MAY_DIFFER and before.get(name) != now[name]]
    if other:
        raise InputError(
            f"holds a training by another recipe ({other[0]} was {json.dumps(before.get(other[0]))[:60]}, "
            f"now {json.dumps(now[other[0]])[:60]})",
            where=str(out),
            remedy="give that recipe to resume it, or choose another folder",
        )
    changed = difference(stored["corpus"], facts)
    if changed is not None:
        raise InputError(
            f"holds a training on another corpus, or on this one before it changed ({changed})",
            where=str(out),
            remedy="choose another folder",
        )
    return stored


class _Training:
    def __init__(
        self,
        corpus: Path,
        out: Path,
        spec: TrainSpec,
        facts: dict[str, Any],
        ranks: Ranks,
        device: torch.device,
        progress: Progress | None,
    ) -> None:
        self.out, self.spec, self.facts, self.ranks = out, spec, facts, ranks
        self.device, self.progress = device, progress or NoProgress()
        self._began = time.monotonic()
        samples = read_split(corpus, spec, "train", self.progress)
        self.val = read_split(corpus, spec, "val", self.progress)
        self.unlabelled = read_unlabelled(spec, self.progress)
        unlabelled = round(spec.batch * spec.unlabelled.share) if spec.unlabelled else 0
        self.batch = spec.batch - unlabelled  # labelled samples of each batch
        if len(samples) < self.batch:
            raise InputError(
                f"has {len(samples)} usable training samples, fewer than a batch of {self.batch}",
                where=str(corpus),
                remedy="make more samples, or lower `batch`",
            )
        self.samples, self.pool = samples, Pool.from_samples(samples).to(device)
        self.windows = windows_in(samples, corpus, spec.frames).to(device) if spec.frames > 1 else None
        self.unlabelled = None if self.unlabelled is None else self.unlabelled.to(device)
        torch.manual_seed(key(spec.seed, "model"))
        self.model = spec.new_model()
        self.steps_per_epoch = len(samples) // self.batch if self.model.trained else 0
        self.steps = self.steps_per_epoch * spec.epochs
        self.state = TrainingState()

    def run(self, stored: dict[str, Any] | None) -> None:
        if stored is None:
            prepare(self.model, self.samples, self.spec)
        else:
            fill(self.model, stored["model"])
            self.state = TrainingState(**stored["progress"])
        del self.samples  # everything needed is in the pool
        self.model.to(self.device)
        self._before = self.state.seconds
        self.optimizer = torch.optim.AdamW(
            self.model.parameters() if self.model.trained else [torch.zeros(1)],
            lr=self.spec.rate,
            weight_decay=self.spec.decay,
        )
        if stored is not None:
            self.optimizer.load_state_dict(stored["optimizer"])
        self.scheduler = scheduler(
            self.optimizer, self.state.step, self.steps, self.spec.rate, self.spec.warm_up
        )
        self.curves = Curves(self.out, self.state.rows) if self.ranks.first else None
        self.losses = self.ranks.shared(_Losses(self.model))
        for epoch in range(
            self.state.step // self.steps_per_epoch if self.steps_per_epoch else 0, self.spec.epochs
        ):
            self._epoch(epoch)
            if not self.model.trained:
                break
        self._finish()

    def _epoch(self, epoch: int) -> None:
        """The remaining steps of an epoch, and its validation."""
        done = self.state.step - epoch * self.steps_per_epoch
        if self.steps_per_epoch:
            self.progress.begin(
                f"Epoch {epoch + 1} of {self.spec.epochs}", self.steps_per_epoch * self.spec.batch, "samples"
            )
            if done:
                self.progress.advance(done * self.spec.batch)
        order = torch.from_numpy(
            np.random.default_rng(key(self.spec.seed, "epoch", epoch)).permutation(len(self.pool))
        ).to(self.device)
        self.model.train()  # a Lifter, such as the last epoch's to be kept, puts its model in evaluation mode
        kept = time.monotonic()
        for number in range(done, self.steps_per_epoch):
            self._step(order[number * self.batch : (number + 1) * self.batch])
            self.progress.advance(self.spec.batch)
            if time.monotonic() - kept > self.spec.keep_every and number + 1 < self.steps_per_epoch:
                self._keep()
                kept = time.monotonic()
        if self.ranks.first:
            self._validate(epoch)
        self._keep()

    def _step(self, rows: Tensor) -> None:
        spec, state = self.spec, self.state
        torch.manual_seed(key(spec.seed, "step", state.step, self.ranks.number))
        batch = to_batch(self._with_unlabelled(self.ranks.share(rows)), spec.augment, spec.frames)
        mixed = spec.precision == "bfloat16" or (spec.precision == "auto" and self.device.type == "cuda")
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=mixed):
            losses: dict[str, Tensor] = self.losses(batch)
        self.optimizer.zero_grad()
        losses["loss"].backward()
        self.optimizer.step()
        self.scheduler.step()
        state.step += 1
        self._log(losses)

    def _with_unlabelled(self, rows: Tensor) -> Pool:
        """Rows of the labelled samples and random unlabelled ones in their share; of windows, all frames."""
        if self.windows is None:
            labelled = self.pool[rows]
        else:
            chosen = self.windows[rows]
            labelled = self.pool.within(Windows(chosen.rows, with_gaps(chosen.there)))
        if self.unlabelled is None:
            return labelled
        count = round(len(rows) * (self.spec.batch - self.batch) / self.batch)
        others = torch.randint(len(self.unlabelled), (count,)).to(self.device)
        alike = self.unlabelled
        alike = alike[others] if self.windows is None else alike.within(alone(others, self.spec.frames))
        return Pool.joined([labelled, alike])

    def _log(self, losses: dict[str, Tensor]) -> None:
        state = self.state
        state.summed += 1
        for name, value in losses.items():
            # where a GPU works, the sum stays there: to ask for it at every step would be to wait for it
            state.sums[name] = state.sums.get(name, 0.0) + value.detach().double()  # type: ignore[assignment]
        if state.step % max(1, self.steps // _POINTS) == 0 or state.step == self.steps:
            means = {name: float(total) / state.summed for name, total in state.sums.items()}
            if not np.isfinite(means["loss"]):
                raise InputError(
                    f"the loss is not a number after {state.step} steps",
                    where="recipe",
                    remedy="lower `rate`",
                )
            self._add({"seen": state.step * self.spec.batch, "losses": means})
            state.sums, state.summed = {}, 0

    def _add(self, row: Row) -> None:
        self.state.rows.append(row)
        if self.curves is not None:
            self.curves.add(row)

    def _validate(self, epoch: int) -> None:
        """Score the epoch, and keep its model if it is the best so far."""
        found = validate(self.model, self.val, self.device)
        state = self.state
        state.seconds = self._before + time.monotonic() - self._began
        self._add(
            {
                "seen": state.step * self.spec.batch,
                "epoch": epoch + 1,
                "val": found.figures,
                "seconds": round(state.seconds, 1),
            }
        )
        if state.best is None or not found.score >= state.best:
            state.best, state.best_epoch = found.score, epoch + 1
            save_lifter(self.out / "model.pt", self._lifter(found))
        assert self.curves is not None
        self.curves.plot(state.rows)
        lines = [json.dumps(row) for row in state.rows]
        write_atomically(self.out / "log.jsonl", ("\n".join(lines) + "\n").encode())

    def _lifter(self, found: Validation) -> Lifter:
        facts = {
            "recipe": self.spec.model_dump(mode="json"),
            "corpus": self.facts,
            "val": found.figures,
            "val_samples": len(self.val),
            "train_samples": len(self.pool),
            "epoch": self.state.best_epoch,
            "seconds": round(self.state.seconds, 1),
            "torch": str(torch.__version__),
        }
        return Lifter(self.model, found.factors, facts)

    def _keep(self, finished: bool = False) -> None:
        """Write state.pt: of a finished training, only that it is."""
        self.ranks.wait()
        if not self.ranks.first:
            return
        state = asdict(self.state)
        state["sums"] = {name: float(total) for name, total in state["sums"].items()}
        state["seconds"] = self._before + time.monotonic() - self._began
        content: dict[str, Any] = {
            "format": STATE,
            "finished": finished,
            "recipe": self.spec.model_dump(mode="json"),
            "corpus": self.facts,
            "progress": state,
        }
        if not finished:
            content |= {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        checkpoint.write(self.out / "state.pt", content)

    def _finish(self) -> None:
        if self.ranks.first:
            lifter = load_lifter(self.out / "model.pt")
            lifter.facts["seconds"] = round(self._before + time.monotonic() - self._began, 1)
            save_lifter(self.out / "model.pt", lifter)
            assert self.curves is not None
            self.curves.close()
        self._keep(finished=True)
        self.ranks.wait()


def prepare(model: Model, samples: Samples, spec: TrainSpec) -> None:
    """Call a method's `prepare` with as many samples as it asks for, drawn by the seed."""
    count = model.config.prepare_samples
    if count:
        rng = np.random.default_rng(key(spec.seed, "prepare"))
        rows = rng.permutation(len(samples))[:count]
        model.prepare(samples[np.sort(rows)], spec.seed)


class _Losses(nn.Module):
    """A model whose forward pass gives its losses, as DistributedDataParallel needs it."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: TensorBatch) -> dict[str, Tensor]:
        return self.model.losses(batch)
