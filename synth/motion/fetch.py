"""Downloading CMU's motion capture from the database's own site, over the network.

A file counts once it is whole and its checksum is right: it is written beside its place as .part, continued
there after an interruption, and renamed. Checksums of the files that the project knows come with it; those of
others are noted in SHA256SUMS at the first download, and hold from then on.

The database asks not to be crawled: this takes the subjects asked for, one file at a time. Whoever wants all of
it finds one archive on its page of questions.
"""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import resources
from pathlib import Path

from synth.core.errors import InputError
from synth.motion.clip import sha256

CMU_URL = "http://mocap.cs.cmu.edu"
SUMS = "SHA256SUMS"
_ANY_MOTION = "motion=%25%25%25&maincat=%25&subcat=%25&subtext=yes"
ATTEMPTS = 4
TIMEOUT = 30.0  # seconds without a byte
MOST_BYTES = 512 << 20  # of one file; CMU's largest is under 100 MB
_CHUNK = 1 << 16
_TROUBLE = (urllib.error.URLError, http.client.HTTPException, OSError)

# called while a download runs: file name, bytes so far, bytes in all or None where the site does not say
Progress = Callable[[str, int, int | None], None]


class _Incomplete(Exception):
    """The connection ended before the file did."""


def fetch_cmu(
    subjects: Iterable[str | int],
    folder: Path,
    *,
    base_url: str = CMU_URL,
    progress: Progress | None = None,
    pause: float = 1.0,
) -> list[Path]:
    """Download the skeleton and all trials of CMU subjects to `folder`/<subject>/; returns their paths.

    What is there already is checked, not fetched again. `pause`: seconds before the second attempt, doubled
    for each further one. Raises InputError where the site cannot be reached, has no such subject, or sends
    something other than what is known.
    """
    paths: list[Path] = []
    for subject in [_subject(given) for given in subjects]:
        listing = f"{base_url}/search.php?subjectnumber={int(subject)}&{_ANY_MOTION}"
        names = _trials(_text(listing, pause), subject, listing)
        for name in (f"{subject}.asf", *names):
            url = f"{base_url}/subjects/{subject}/{name}"
            paths.append(fetch_file(url, folder / subject / name, progress=progress, pause=pause))
    return paths


def _subject(given: str | int) -> str:
    """A subject's number as the site writes it: two digits at least."""
    text = str(given).strip()
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) == 0:
        raise InputError(
            f"'{text[:20]}' is not a subject of CMU's", where="subjects", remedy="give numbers, such as 62"
        )
    return f"{int(text):02d}"


def _trials(page: str, subject: str, url: str) -> list[str]:
    """The motion files that a subject's page links to: names that are a trial's, whatever else is there."""
    links = re.findall(r"href\s*=\s*[\"']?([^\"'\s>]+)", page, flags=re.IGNORECASE)
    own = re.compile(rf"(?:.*/)?({subject}_[0-9]{{2,3}}\.amc)", flags=re.IGNORECASE)
    names = sorted({match.group(1) for link in links if (match := own.fullmatch(link))})
    if not names:
        raise InputError(
            f"lists no trial of subject {subject}", where=url, remedy="check the subject's number"
        )
    return names


def fetch_file(
    url: str,
    target: Path,
    *,
    progress: Progress | None = None,
    pause: float = 1.0,
    expected: str | None = None,
) -> Path:
    """Download one file to `target`, unless it is there whole already.

    expected: its SHA-256; else that of the file's own name among those known, else that noted at the first
    download. Raises InputError where it cannot be had, or is another than it was.
    """
    wanted = expected or known_sums().get(target.name) or _noted(target)
    if target.is_file() and wanted is not None and sha256(target) == wanted:
        return target
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _complete(url, part, progress, pause)
        found = sha256(part)
        if wanted is not None and found != wanted:
            part.unlink()
            raise InputError(
                f"has checksum {found[:12]}…, not {wanted[:12]}… as known",
                where=url,
                remedy=f"try again; if it stays so the site's file has changed: see {target.parent / SUMS}",
            )
        part.replace(target)
        _note(target, found)
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})",
            where=str(target),
            remedy="check the folder and free space",
        ) from error
    return target


def _complete(url: str, part: Path, progress: Progress | None, pause: float) -> None:
    """Bring the .part file to its full length, going on where it ended, with a few attempts."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _continue(url, part, progress)
            return
        except urllib.error.HTTPError as error:
            if error.code == 416:  # asked for more than there is: what lies there is of another file
                part.unlink(missing_ok=True)
            elif error.code < 500:
                raise _refused(url, error) from error
            trouble: Exception = error
        except (*_TROUBLE, _Incomplete) as error:
            trouble = error
        if attempt < ATTEMPTS:
            time.sleep(pause * 2 ** (attempt - 1))
    raise _unreachable(url, trouble) from trouble


def _continue(url: str, part: Path, progress: Progress | None) -> None:
    have = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        if have and answer.status != 206:  # the site sends it from the start
            have = 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length and length.isdigit() else None
        with part.open("ab" if have else "wb") as stream:
            while chunk := answer.read(_CHUNK):
                stream.write(chunk)
                have += len(chunk)
                if have > MOST_BYTES:
                    raise InputError("is too large for a motion file", where=url, remedy="check the address")
                if progress is not None:
                    progress(part.name.removesuffix(".part"), have, total)
    if total is not None and have < total:
        raise _Incomplete(f"{have} of {total} bytes came")


def _text(url: str, pause: float) -> str:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
                return str(answer.read(MOST_BYTES).decode("utf-8", errors="replace"))
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise _refused(url, error) from error
            trouble: Exception = error
        except _TROUBLE as error:
            trouble = error
        if attempt < ATTEMPTS:
            time.sleep(pause * 2 ** (attempt - 1))
    raise _unreachable(url, trouble) from trouble


def _refused(url: str, error: urllib.error.HTTPError) -> InputError:
    return InputError(
        f"the site answers {error.code} {error.reason}", where=url, remedy="check the subject's number"
    )


def _unreachable(url: str, trouble: Exception) -> InputError:
    reason = getattr(trouble, "reason", None) or trouble
    return InputError(
        f"cannot be downloaded ({str(reason)[:120]})",
        where=url,
        remedy="check the connection and run the same command again: it goes on where it stopped",
    )


def known_sums() -> dict[str, str]:
    """The SHA-256 of CMU's files that come with the project, by file name."""
    text = (resources.files("synth") / "assets" / "cmu_sha256.json").read_text(encoding="utf-8")
    return {str(name): str(digest) for name, digest in json.loads(text).items()}


def _sums(folder: Path) -> dict[str, str]:
    with suppress(OSError, UnicodeDecodeError):
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        found = (re.fullmatch(r"([0-9a-f]{64})  (.+)", line) for line in lines)
        return {match.group(2): match.group(1) for match in found if match}
    return {}


def _noted(target: Path) -> str | None:
    return _sums(target.parent).get(target.name)


def _note(target: Path, digest: str) -> None:
    sums = _sums(target.parent) | {target.name: digest}
    part = target.with_name(SUMS + ".part")
    part.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), encoding="utf-8")
    part.replace(target.with_name(SUMS))
