"""Windows over time: the frames that a method reads to predict the pose in the middle one of them.

A window of T frames (T is odd) is a person's frame with (T - 1) / 2 before it and as many after it. Frames that do
not exist, because the recording begins or ends or the person was not detected, repeat the nearest one and count as
missing: they have no detections. All frames of a window are seen through one virtual camera (see views.py), that of
the middle frame, so that the input shows the person's movement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lifter.data.samples import LEAST
from lifter.data.views import Views, flattened, looked_at, plane_of, views_of

_GAPS = 0.4  # share of the training windows that lack some of their frames


@dataclass(frozen=True)
class Windows:
    """n windows of T frames: rows (n, T) of the samples, and there (n, T) which of them are not repeated."""

    rows: Tensor
    there: Tensor

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: Any) -> Windows:
        return Windows(self.rows[which], self.there[which])

    def to(self, device: torch.device) -> Windows:
        return Windows(self.rows.to(device), self.there.to(device))

    @property
    def middle(self) -> Tensor:
        """(n,) the samples that the windows are around."""
        return self.rows[:, self.rows.shape[1] // 2]

    def without_middle(self) -> Windows:
        """The windows that have other frames than the middle one, with the middle one missing."""
        there = self.there.clone()
        there[:, there.shape[1] // 2] = False
        return Windows(self.rows, there)[there.any(1)]

    def each(self, values: NDArray[Any]) -> NDArray[Any]:
        """(n * T, ...) what samples (m, ...) have, frame by frame."""
        found: NDArray[Any] = values[self.rows.flatten().numpy()]
        return found

    def keypoints(self, keypoints: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n * T, 17, 3) keypoints of samples (m, 17, 3), frame by frame, 0 where a frame is missing."""
        found: NDArray[np.float32] = self.each(keypoints) * self.there.flatten().numpy()[:, None, None]
        return found


def windows_of(track: NDArray[Any], frame: NDArray[Any], size: int) -> Windows:
    """The window around each of n samples: `size` frames of its own track (n,), any names; frame (n,) numbers.

    Where a track has a frame twice, its neighbours read one of the two.
    """
    code = np.unique(track, return_inverse=True)[1].reshape(len(track)).astype(np.int64)
    number = np.asarray(frame, np.int64)
    apart = (
        int(np.ptp(number)) + size if len(number) else size
    )  # so that no window reaches into the next track
    place = code * apart + number
    order = np.argsort(place, kind="stable")
    line = place[order]
    first, last = (np.searchsorted(code[order], code, side) for side in ("left", "right"))
    wanted = place[:, None] + np.arange(size) - size // 2
    after = np.searchsorted(line, wanted).clip(first[:, None], last[:, None] - 1)
    before = (after - 1).clip(first[:, None])
    nearest = np.where(np.abs(line[before] - wanted) < np.abs(line[after] - wanted), before, after)
    rows = order[nearest]
    rows[:, size // 2] = np.arange(len(rows))
    return Windows(torch.from_numpy(rows), torch.from_numpy(line[nearest] == wanted))


def alone(rows: Tensor, size: int) -> Windows:
    """Windows around samples without neighbours: rows (n,)."""
    middle = torch.arange(size, device=rows.device) == size // 2
    return Windows(rows[:, None].expand(-1, size), middle.expand(len(rows), -1))


def with_gaps(there: Tensor) -> Tensor:
    """(n, T) which frames are there once some are removed, sometimes all but one, sometimes the middle one.

    In a share of the windows each frame is removed with a probability drawn for the window; the middle one stays where
    none would.
    """
    n, size = there.shape
    chance = torch.rand((n, 1), device=there.device) * (torch.rand((n, 1), device=there.device) < _GAPS)
    kept = there & (torch.rand((n, size), device=there.device) >= chance)
    middle = torch.arange(size, device=there.device) == size // 2
    return kept | (~kept.any(1, keepdim=True) & there & middle)


def watched(plane: Tensor, there: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Points (n, T, 17, 2), size (n,) and turn (n, 3, 3) as of `Views`, from image-plane coordinates (n, T, 17, 2)
    and which are there (n, T, 17) bool.

    Where the middle frame has too few joints, the camera looks at the nearest frame that has enough, or at that
    which has most.
    """
    n, size = there.shape[:2]
    count = there.sum(2)
    enough = count >= count.amax(1, keepdim=True).clamp(max=LEAST)
    off = torch.arange(size, device=plane.device) - size // 2
    at = (2 * off.abs() + (off > 0) + 2 * size * ~enough).argmin(1)  # of two as near the earlier
    every = torch.arange(n, device=plane.device)
    _, extent, turn = looked_at(plane[every, at], there[every, at])
    flat = flattened(plane.flatten(1, 2), there.flatten(1, 2), turn)
    return (flat / extent[:, None, None]).view_as(plane), extent, turn


def views_in(keypoints: NDArray[Any], intrinsics: NDArray[Any], frames: int) -> Views:
    """Views of windows: (n * frames, 17, 3) pixels and confidence by K (n * frames, 3, 3), frame by frame.

    points (n, frames, 17, 2) and confidence (n, frames, 17) are of all frames, size and turn of the one camera; with
    `frames` 1 as in `views_of`.
    """
    if frames == 1:
        return views_of(keypoints, intrinsics)
    plane = torch.from_numpy(plane_of(keypoints[..., :2], intrinsics).astype(np.float32))
    confidence = torch.from_numpy(np.ascontiguousarray(keypoints[..., 2], np.float32)).view(-1, frames, 17)
    points, size, turn = watched(plane.view(-1, frames, 17, 2), confidence > 0)
    return Views(points.numpy(), confidence.numpy(), size.numpy(), turn.numpy())
