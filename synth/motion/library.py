"""Finding recordings and reading one, whatever its format."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from synth.core.errors import InputError
from synth.core.text import read_text
from synth.core.yamlfile import MOST_BYTES
from synth.motion.clip import Clip
from synth.motion.floor import put_on_floor
from synth.motion.formats import FORMATS, MotionFormat, ReadOptions
from synth.motion.formats.format import Units, Up
from synth.motion.mapping import Mapping, read_mapping
from synth.posture.task import is_task

# Formats that other programs turn into BVH
_BLENDER = "import it in Blender and export it as BVH (docs/formats.md), then give that"
_MARKERS = (
    "fit a skeleton to the markers first, as Mokka, OpenSim or your capture system does, and export BVH"
)
_ROUTES = {
    **dict.fromkeys((".fbx", ".glb", ".gltf", ".dae", ".usd", ".usdz", ".vrm"), _BLENDER),
    **dict.fromkeys((".c3d", ".trc"), _MARKERS),
    ".mvnx": "export BVH in Xsens MVN, then give that",
    **dict.fromkeys(
        (".pt", ".pth", ".npy", ".h5", ".mat", ".json"),
        "save its SMPL parameters as .npz (docs/formats.md), then give that",
    ),
}

ASSETS = Path(str(resources.files("synth"))) / "assets"
BUILTIN = "builtin"
LIBRARY = "postures"  # the task pages
EXPLORE = "explore"  # what `synth.motion.explore` makes; no files
_ANGLE_PAGES = tuple(
    f"postures/{page}.posture.yaml"
    for page in (
        "bench_reach", "crouched_inspection", "kneeling_floor_work", "ladder_reach", "overhead_drilling",
        "seated_assembly", "squat_lift", "stooped_lift", "twisted_carry",
    )
)  # fmt: skip
# What ships, by the names that recipes use; 'builtin/small' was 'builtin' before there were compact recordings, and
# stays as it is for corpora of that time
SETS: dict[str, tuple[str, ...]] = {
    BUILTIN: ("recordings", *_ANGLE_PAGES),
    f"{BUILTIN}/recordings": ("recordings",),
    f"{BUILTIN}/postures": _ANGLE_PAGES,
    f"{BUILTIN}/small": ("motion", *_ANGLE_PAGES),
    LIBRARY: ("postures",),
}


def find(place: Path | str) -> list[Path]:
    """The motion files of a folder and the folders in it, sorted; or the one file given.

    InputError where there is nothing. Links that lead out of the folder are left aside.
    """
    root = Path(place)
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise InputError("is neither a file nor a folder", where=str(root), remedy="check the path")
    inside, formats = root.resolve(), FORMATS.all().values()
    found = sorted(
        path
        for path in root.rglob("*")
        if any(each.matches(path.name) for each in formats)
        and path.is_file()
        and path.resolve().is_relative_to(inside)
    )
    if not found:
        raise InputError(
            f"holds no recording ({', '.join(suffixes())})",
            where=str(root),
            remedy="give a folder with motion files",
        )
    return found


def suffixes() -> tuple[str, ...]:
    """How the names of recordings end, of all formats."""
    return tuple(sorted({suffix for each in FORMATS.all().values() for suffix in each.suffixes}))


def format_of(path: Path) -> MotionFormat:
    """The format of a file by the end of its name, the longest that fits. Raises InputError where none does."""
    fitting = [
        (len(suffix), each)
        for each in FORMATS.all().values()
        for suffix in each.suffixes
        if path.name.lower().endswith(suffix)
    ]
    if not fitting:
        raise InputError(
            f"'{path.suffix}' is not a motion format",
            where=str(path),
            remedy=_ROUTES.get(path.suffix.lower(), f"give {', '.join(suffixes())}"),
        )
    return max(fitting, key=lambda found: found[0])[1]


def is_builtin(name: str) -> bool:
    """Whether a source's name means motion that comes with the project."""
    return name.split("/")[0] == BUILTIN or name in (LIBRARY, EXPLORE)


def embedded(name: str = BUILTIN) -> list[Path]:
    """The files of what comes with the project, or of one of its `SETS`; clips are named relative to `ASSETS`.

    Raises InputError for a set that does not exist.
    """
    if name not in SETS:
        raise InputError(
            "is not a set of the motion that comes with Posemill",
            where=name,
            remedy=f"choose one of {', '.join(SETS)}",
        )
    found = [path for place in SETS[name] for path in find(ASSETS / place)]
    return [path for path in found if is_task_page(path)] if name == LIBRARY else found


def is_task_page(path: Path) -> bool:
    """Whether a motion file is a page of a task, of which there are several realisations."""
    return path.name.endswith(".posture.yaml") and is_task(read_text(path, MOST_BYTES))


def read(
    path: Path | str,
    mapping: Mapping | tuple[Mapping, ...] | Path | str | None = None,
    *,
    root: Path | None = None,
    rate: float | None = None,
    units: Units | None = None,
    up: Up | None = None,
    realisation: int | None = None,
) -> Clip:
    """One recording as SMPL motion at its own frame rate, on the floor.

    mapping: what describes the source's skeleton, or the file that does, or several of which the one that fits is
    taken; looked for in `manifests/skeletons` unless given. root: the folder that the clip is named relative to; the
    file's own unless given. rate: true frames a second, whatever the file states. units, up: of the
    file's lengths and world, and realisation: which of a task page's, see `ReadOptions`. Raises InputError for what
    cannot be read and for an option that the format does not take.
    """
    return put_on_floor(
        read_raw(path, mapping, root=root, rate=rate, units=units, up=up, realisation=realisation)
    )[0]


def read_raw(
    path: Path | str,
    mapping: Mapping | tuple[Mapping, ...] | Path | str | None = None,
    *,
    root: Path | None = None,
    rate: float | None = None,
    units: Units | None = None,
    up: Up | None = None,
    realisation: int | None = None,
) -> Clip:
    """`read` without the floor: heights are the recording's own, clearance is 0 throughout."""
    path = Path(path)
    if isinstance(mapping, (str, Path)):
        mapping = read_mapping(Path(mapping))
    options, found = ReadOptions(mapping, rate, units, up, realisation), format_of(path)
    found.require_options(options, path)
    return found.read(path, root or path.parent, options)
