"""Training, validation and test: which group of samples goes where.

A group is a subject, or a recording; all of its samples are in one split. Authored postures, and recordings whose
subject is unknown, have no subject: each of their recordings is a group of its own.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part
from pipelines.corpus.selection import SPLITS
from pipelines.curate.neighbours import RadiusIndex
from pipelines.curate.rules import SplitSpec
from synth.core.errors import InputError

NEGLIGIBLE = 0.1  # millimetres: poses of val and test that are this near each other count as one
NO_SUBJECT = ("", "authored", "unknown")  # values of a clip's subject that name no person


def group_of(clip: dict[str, Any], by: str) -> str:
    """The group of a clip, such as CMU/01 by subject and CMU/01/01_03 by recording."""
    subject = str(clip.get("subject", ""))
    if by == "recording" or subject in NO_SUBJECT:
        return "/".join(filter(None, (str(clip["dataset"]), subject, str(clip["recording"]))))
    return f"{clip['dataset']}/{subject}"


def groups_of(part: Part, by: str) -> list[str]:
    """The group of each row of a part's table of clips."""
    return [group_of(clip, by) for clip in part.facts["clips"]]


def assign(
    sizes: dict[str, int], spec: SplitSpec, seed: int, earlier: dict[str, str] | None = None
) -> dict[str, str]:
    """The split of every group, given how many samples each has; `earlier` are groups that have theirs.

    Groups are assigned from the largest to the smallest, ties by a hash of seed and name, each to the split that is
    furthest below its share. Raises InputError for held-out groups that do not exist, or where there are too few
    groups for every split to get one.
    """
    fixed = {group: split for group, split in (earlier or {}).items() if group in sizes}
    for split, groups in spec.hold_out.items():
        for group in groups:
            if group not in sizes:
                raise InputError(
                    f"no sample is of the {spec.by} '{group}'",
                    where="splits.hold_out",
                    remedy=f"there are {_abbreviated(sorted(sizes))}",
                )
            fixed[group] = split
    wanted = {split: share for split, share in spec.shares.items() if share > 0}
    total = sum(sizes.values())
    filled = dict.fromkeys(SPLITS, 0)
    for group, split in fixed.items():
        filled[split] += sizes[group]
    found = dict(fixed)
    free = sorted(set(sizes) - set(fixed), key=lambda group: (-sizes[group], _mixed(seed, group)))
    for group in free:
        split = max(wanted, key=lambda split: wanted[split] - filled[split] / max(total, 1))
        found[group], filled[split] = split, filled[split] + sizes[group]
    return _fill_empty_splits(found, wanted, fixed, sizes, spec)


def _fill_empty_splits(
    found: dict[str, str],
    wanted: dict[str, float],
    fixed: dict[str, str],
    sizes: dict[str, int],
    spec: SplitSpec,
) -> dict[str, str]:
    """Give a split that got nothing the smallest free group of a split that has several."""
    for split in wanted:
        if split in found.values():
            continue
        counts = {other: list(found.values()).count(other) for other in wanted}
        spare = [g for g in found if g not in fixed and counts.get(found[g], 0) > 1]
        if not spare:
            finer = "use by: recording, or " if spec.by == "subject" else ""
            raise InputError(
                f"{len(sizes)} {spec.by}s are too few for the splits {', '.join(wanted)}",
                where="splits.shares",
                remedy=f"{finer}set the share of '{split}' to 0",
            )
        found[min(spare, key=lambda g: (sizes[g], g))] = split
    return found


def _mixed(seed: int, name: str) -> bytes:
    return hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()


def _abbreviated(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


class HeldOut:
    """The poses of val and test, to find poses of other splits within a distance (mm) of them."""

    def __init__(self, distance: float, size: int) -> None:
        reach = distance + NEGLIGIBLE
        self._indices = {
            split: RadiusIndex(reach, size, spacing=min(NEGLIGIBLE, reach)) for split in range(1, len(SPLITS))
        }

    def add(self, splits: NDArray[np.uint8], poses: NDArray[np.float32], labels: NDArray[np.int64]) -> None:
        """Add those of the poses (n, 63) that are in val or test; `labels` (n,) identify them."""
        for split, index in self._indices.items():
            index.add(poses[splits == split], labels[splits == split])

    def near(
        self, splits: NDArray[np.uint8], poses: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """For poses (n, 63) in their splits the label of the nearest pose in a later split, or -1, and its
        distance: train is compared with val and test, val with test."""
        twins, apart = np.full(len(poses), -1, np.int64), np.full(len(poses), np.inf, np.float32)
        for split, index in self._indices.items():
            rows = np.flatnonzero(splits < split)
            found, far = index.find(poses[rows])
            nearer = far < apart[rows]
            twins[rows[nearer]], apart[rows[nearer]] = found[nearer], far[nearer]
        return twins, apart
