"""Photos: people found by the detector, upright and with the focal length as their EXIF says."""

from __future__ import annotations

from pathlib import Path

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from lifter.predict.detector import detect, detector_python
from lifter.predict.readers.format import Format, ReadOptions, Source
from lifter.predict.recording import Recording
from synth.core.errors import InputError

PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_DIAGONAL_35MM = 43.267  # mm: CIPA DCG-001 relates the 35 mm equivalent to the picture's diagonal
_MOST_PIXELS = 200_000_000


def read_photos(source: Source, options: ReadOptions) -> Recording:
    """People in photos. Raises InputError for what is not a picture, and where there is no detector."""
    python = detector_python(options.detector_python)
    upright, focals = [], []
    for number, path in enumerate(source.files):
        picture, focal = open_photo(path)
        upright.append(source.scratch / f"{number:06d}.png")
        picture.save(upright[-1], compress_level=1)
        focals.append(focal)
    where = str(source.files[0])
    recording = detect(python, ["photos", *map(str, upright)], options.most_people, where, source.progress)
    for frame, path, copy in zip(recording.frames, source.files, upright, strict=True):
        frame.label, frame.picture = path.name, copy
    recording.what = "a photo" if len(upright) == 1 else f"{len(upright)} photos"
    recording.focal = focals[0] if len(set(focals)) == 1 else None
    recording.moving = False
    return recording


def open_photo(path: Path) -> tuple[Image.Image, float | None]:
    """A photo upright in RGB, and its focal length in pixels where EXIF has it. Raises InputError for none."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("it has too many pixels")
            focal = _exif_focal(picture)
            return ImageOps.exif_transpose(picture).convert("RGB"), focal
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        reason = "" if isinstance(error, UnidentifiedImageError) else f" ({error})"
        raise InputError(
            f"is not a picture that can be read{reason}", where=str(path), remedy="give a JPEG or PNG"
        ) from error


def _exif_focal(picture: Image.Image) -> float | None:
    """px, from the 35 mm equivalent, or from focal length and the sensor's pixels per unit of length."""
    try:
        tags = picture.getexif().get_ifd(ExifTags.IFD.Exif)
        equivalent = float(tags.get(ExifTags.Base.FocalLengthIn35mmFilm) or 0)
        if 1 < equivalent < 2000:
            return equivalent * float(picture.width**2 + picture.height**2) ** 0.5 / _DIAGONAL_35MM
        unit = {2: 25.4, 3: 10.0, 4: 1.0}.get(int(tags.get(ExifTags.Base.FocalPlaneResolutionUnit) or 2))
        per_unit = float(tags.get(ExifTags.Base.FocalPlaneXResolution) or 0)
        millimetres = float(tags.get(ExifTags.Base.FocalLength) or 0)
        focal = millimetres * per_unit / unit if unit else 0.0
    except (ValueError, TypeError, ZeroDivisionError, KeyError, SyntaxError, OSError):
        return None
    longest = max(picture.size)
    return focal if 0.2 * longest < focal < 50 * longest else None


FORMAT = Format("photos", PHOTOS, lambda source: True, read_photos, folders=True)
