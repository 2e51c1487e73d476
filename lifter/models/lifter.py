"""A trained lifter: from detections to 3D joints with their uncertainty, and the file that holds it.

lifter = load_lifter("out/model.pt")  # or model.safetensors
poses = lifter.lift(keypoints, intrinsics)
poses.joints[0] + poses.root[0]  # metres in the camera's frame
poses = lifter.lift(keypoints, intrinsics, sequence=person, frame=frame)  # frames in order, where it reads several
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ValidationError
from torch import Tensor

from lifter.data.joints import HIPS, JOINTS3D, MIRROR17, MIRROR20
from lifter.data.samples import LEAST
from lifter.data.views import Floats, Views, guessed_intrinsics
from lifter.data.windows import Windows, alone, views_in, windows_of
from lifter.models import calibration, checkpoint, default
from lifter.models.model import Model, Output
from lifter.models.place import placed
from lifter.models.registry import MODELS, get_model
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

FORMAT = "posemill-lifter-1"
_BATCH = 4096


@dataclass(frozen=True)
class Poses:
    """n people in the camera's frame, metres.

    joints (n, 20, 3) those of JOINTS3D from the middle of the hips; sigma (n, 20) the standard deviation of each
    along one axis, so that the distance from the truth is about sqrt(3) times that; root (n, 3) the middle of the
    hips, so that joints + root[:, None] is where they are; predicted (n,) bool, False for people with fewer than four
    detected joints, of whom everything else is NaN. In a sequence, a frame with fewer is predicted where a frame in
    its window has four.
    """

    joints: Floats
    sigma: Floats
    root: Floats
    predicted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.joints)


@dataclass
class Lifter:
    """A trained method with its calibration from the validation split, and the facts of its training.

    `factors` (20, 4) as in `lifter.models.calibration`; `facts` has the recipe, the corpus and the figures.
    """

    model: Model
    factors: NDArray[np.float64]
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.model.eval()

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def parameters(self) -> int:
        """How many parameters were learnt."""
        return sum(parameter.numel() for parameter in self.model.parameters())

    def lift(
        self,
        keypoints: NDArray[Any],
        intrinsics: NDArray[Any] | None = None,
        image_size: NDArray[Any] | None = None,
        mirror: bool = False,
        sequence: NDArray[Any] | None = None,
        frame: NDArray[Any] | None = None,
    ) -> Poses:
        """Poses of (n, 17, 3) pixels without lens distortion and confidence, 0 where not detected; what is not
        finite counts as not detected.

        intrinsics (n, 3, 3) or one (3, 3) K in pixels; where it is not known, it is guessed from image_size (n, 2) or
        (2,), width and height (see `guessed_intrinsics`). With `mirror`, the mean of two answers, the second to
        the mirrored person. Raises ValueError for other shapes, and where neither camera nor size is given.

        sequence (n,), numbers or names, says which rows are frames of one person's sequence, and frame (n,) their
        numbers in it; without `frame`, they are in order. A method that reads several frames reads the window around
        each; without `sequence`, and by a method of single frames, every row is lifted by itself.
        """
        seen = _checked(keypoints)
        windows = _windows(len(seen), self.model.frames, sequence, frame)
        around = windows.keypoints(seen)
        views = views_in(around, windows.each(_camera(len(seen), intrinsics, image_size)), self.model.frames)
        detected = (seen[..., 2] > 0).sum(1)
        predicted = ((around[..., 2] > 0).sum(1) >= LEAST).reshape(windows.rows.shape).any(1)
        found = [
            self._some(views, np.arange(start, min(start + _BATCH, len(seen))), mirror)
            for start in range(0, len(seen), _BATCH)
        ]
        joints, sigma, root = (
            np.concatenate([piece[k] for piece in found] or [np.zeros((0, *shape), np.float32)])
            for k, shape in enumerate(((len(JOINTS3D), 3), (len(JOINTS3D),), (3,)))
        )
        sigma = calibration.apply(self.factors, sigma, detected)
        for values in (joints, sigma, root):
            values[~predicted] = np.nan
        return Poses(joints, sigma.astype(np.float32), root, predicted)

    @torch.inference_mode()
    def _some(self, views: Views, rows: NDArray[np.int64], mirror: bool) -> tuple[Floats, Floats, Floats]:
        """Joints and root in the camera's frame, and the method's own sigma (1 where it has none)."""
        device = next(iter(self.model.state_dict().values())).device
        points, confidence, size, turn = (
            torch.from_numpy(each[rows]).to(device)
            for each in (views.points, views.confidence, views.size, views.turn)
        )
        output = answer(self.model, points, confidence, size, mirror)
        if self.model.frames > 1:
            points, confidence = points[:, self.model.frames // 2], confidence[:, self.model.frames // 2]
        # the squares of confidence: a doubtful joint says little about the person's place
        root = placed(
            output.joints, points * size[:, None, None], confidence.clamp(0, 1) ** 2, output.distance
        )
        sigma = torch.ones_like(output.joints[..., 0]) if output.log_sigma is None else output.log_sigma.exp()
        turned = [output.joints @ turn, (root[:, None] @ turn)[:, 0]]
        return turned[0].cpu().numpy(), sigma.cpu().numpy(), turned[1].cpu().numpy()


def answer(model: Model, points: Tensor, confidence: Tensor, size: Tensor, mirror: bool = False) -> Output:
    """What a method predicts for views, moved so that the middle of the hips is the origin."""
    output = model(points, confidence, size)
    if mirror:
        flip = torch.tensor([-1.0, 1.0, 1.0], device=points.device)
        other = model(points[..., MIRROR17, :] * flip[:2], confidence[..., MIRROR17], size)
        output = _mean(
            output,
            Output(
                other.joints[:, MIRROR20] * flip,
                None if other.log_sigma is None else other.log_sigma[:, MIRROR20],
                other.distance,
            ),
        )
    middle = output.joints[:, HIPS].mean(1, keepdim=True)
    return Output((output.joints - middle).float(), output.log_sigma, output.distance)


def _mean(a: Output, b: Output) -> Output:
    return Output(
        (a.joints + b.joints) / 2,
        None if a.log_sigma is None or b.log_sigma is None else (a.log_sigma + b.log_sigma) / 2,
        None if a.distance is None or b.distance is None else (a.distance * b.distance).sqrt(),
    )


def save_lifter(path: Path, lifter: Lifter, half: bool = False) -> None:
    """Write a lifter whole or not at all: safetensors for a path that ends in .safetensors, else PyTorch's format.

    With `half`, float32 tensors are stored as float16, in half the space, but for those with values that float16
    cannot hold; they are float32 again once loaded. Raises InputError where safetensors is not installed.
    """
    state = {name: tensor.cpu() for name, tensor in lifter.model.state_dict().items()}
    checkpoint.write(
        path,
        {
            "format": FORMAT,
            "model": lifter.name,
            "config": lifter.model.config.model_dump(mode="json"),
            "joints_in": list(COCO_17),
            "joints_out": list(JOINTS3D),
            "factors": torch.from_numpy(lifter.factors),
            "facts": lifter.facts,
            "state": {name: _halved(tensor) for name, tensor in state.items()} if half else state,
        },
    )


def _halved(tensor: Tensor) -> Tensor:
    half = tensor.half() if tensor.dtype == torch.float32 else tensor
    return half if bool(half.isfinite().eq(tensor.isfinite()).all()) else tensor


def file_of(path: Path) -> Path:
    """The checkpoint of a path: the path itself, or in a folder model.pt, or model.safetensors where only that is."""
    if not path.is_dir():
        return path
    other = path / f"model{checkpoint.SAFETENSORS}"
    return other if other.is_file() and not (path / "model.pt").is_file() else path / "model.pt"


def load_lifter(path: str | Path, device: str | torch.device = "cpu") -> Lifter:
    """A lifter from its file, a training's folder, or 'default', which is shipped.

    Raises InputError for a file that is not a lifter's, or is of other joints or of a method that is not installed.
    """
    path = default.resolved(path)
    content = checkpoint.read(file_of(path), FORMAT)
    where, again = str(path), "train it again with this posemill"
    for key, names in (("joints_in", COCO_17), ("joints_out", JOINTS3D)):
        if content.get(key) != list(names):
            raise InputError(
                f"reads or gives other joints than {', '.join(names[:3])}, …", where=where, remedy=again
            )
    name = str(content.get("model"))
    if name not in MODELS:
        raise InputError(
            f"is of the method '{name:.40}', which is not installed",
            where=where,
            remedy=f"there are: {', '.join(MODELS.names())}",
        )
    method = get_model(name)
    try:
        model = method(method.Config.model_validate(content["config"]))
        fill(model, content["state"])
        factors = torch.as_tensor(content["factors"], dtype=torch.float64).numpy().copy()
        if factors.shape != (len(JOINTS3D), len(calibration.DETECTED) + 1):
            raise ValueError("factors")
        facts = dict(content["facts"])
    except (ValidationError, KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise InputError(
            f"does not hold a whole '{method.name}' as this posemill knows it", where=where, remedy=again
        ) from error
    return Lifter(model.to(device), factors, facts)


def fill(model: Model, state: dict[str, Tensor]) -> None:
    """Load a state whose buffers may be of other lengths than the new model's: `prepare` fills them.

    Floats of another precision become the model's own. Raises RuntimeError where names or the shapes of parameters
    do not fit.
    """
    kinds = {name: value.dtype for name, value in model.state_dict().items()}
    state = {
        name: value.to(kinds[name]) if name in kinds and value.is_floating_point() else value
        for name, value in state.items()
    }
    for name, buffer in dict(model.named_buffers()).items():
        stored = state.get(name)
        if stored is not None and stored.shape != buffer.shape:
            owner, _, attribute = name.rpartition(".")
            setattr(model.get_submodule(owner), attribute, torch.empty_like(stored, device=buffer.device))
    model.load_state_dict(state)


def _checked(keypoints: NDArray[Any]) -> Floats:
    seen = np.array(keypoints, np.float32)
    if seen.ndim != 3 or seen.shape[1:] != (len(COCO_17), 3):
        raise ValueError(f"keypoints are (n, 17, 3), not {seen.shape}")
    seen[~np.isfinite(seen).all(-1) | (seen[..., 2] <= 0)] = 0.0
    return seen


def _windows(count: int, frames: int, sequence: NDArray[Any] | None, frame: NDArray[Any] | None) -> Windows:
    """The window that is read for each row."""
    if sequence is None or frames == 1:
        return alone(torch.arange(count), frames)
    track = np.asarray(sequence)
    number = np.arange(count) if frame is None else np.asarray(frame)
    if track.shape != (count,) or number.shape != (count,):
        raise ValueError(f"sequence and frame are ({count},), not {track.shape} and {number.shape}")
    if frame is None:  # rows of other sequences between do not count
        code = np.unique(track, return_inverse=True)[1].reshape(count)
        order = np.argsort(code, kind="stable")
        number[order] = np.arange(count)
    return windows_of(track, number, frames)


def _camera(count: int, intrinsics: NDArray[Any] | None, image_size: NDArray[Any] | None) -> NDArray[Any]:
    if intrinsics is not None:
        return np.broadcast_to(np.asarray(intrinsics, np.float64), (count, 3, 3))
    if image_size is None:
        raise ValueError("give intrinsics, or the image_size to guess them from")
    return guessed_intrinsics(np.broadcast_to(np.asarray(image_size, np.float64), (count, 2)))
