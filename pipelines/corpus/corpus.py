"""A corpus on disk: parts, each a Zarr v3 group whose shards count once their receipt is there.

corpus.json                     the parts, in order, and the schema's version
parts/<name>/part.json          what the part is made of: recipe, clips, props, sources and licences; no path in it
                                leads out of the sources' folders, and no time or place of making is recorded
parts/<name>/<array>/...        a Zarr array each; one Zarr shard is one task
parts/<name>/receipts/...       a file a shard, written last: size and SHA-256 of every file of the shard
motion/<key>/                   the frames that samples were drawn from (see motion_bank.py)
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus.made_of import (
    Facts,
    differences,
    identity_of,
    in_older_form,
    with_amount,
    with_provenance,
    without_amount,
)
from pipelines.corpus.part import AGAIN, METADATA, Fault, Part
from pipelines.corpus.schema import VERSION
from synth.core.disk import canonical, read_json, read_sealed, sealed, sha256_file, write_atomically
from synth.core.errors import InputError

__all__ = ["Corpus", "Fault", "Part"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")
_ANOTHER = (
    "parts do not change once made: choose another `name`, with another `seed` for other samples, or another "
    "corpus folder"
)


@dataclass(frozen=True)
class Corpus:
    """A folder of parts."""

    folder: Path

    @property
    def index(self) -> Path:
        return self.folder / "corpus.json"

    def part_names(self) -> list[str]:
        """The parts in order. Raises InputError where `corpus.json` is missing or broken, or of another version."""
        content = read_sealed(self.index, "give the folder of a corpus, or run `posemill generate` again")
        if content.get("format") != "posemill":
            raise InputError(
                "is not a corpus index", where=str(self.index), remedy="give the folder of a corpus"
            )
        if content.get("schema") != VERSION:
            raise InputError(
                f"has schema version {content.get('schema')!r}, and this posemill reads {VERSION}",
                where=str(self.index),
                remedy="use the posemill that wrote it",
            )
        return [str(name) for name in content["parts"]]

    def part(self, name: str) -> Part:
        """A part by name. Raises InputError where there is none or its description is broken."""
        path = self._folder_of(name) / "part.json"
        facts = read_json(path, AGAIN)
        needed = {
            "name": str,
            "kind": str,
            "identity": str,
            "samples": int,
            "samples_per_shard": int,
            "arrays": list,
            "sizes": dict,
        }
        if (
            not isinstance(facts, dict)
            or any(not isinstance(facts.get(k), t) for k, t in needed.items())
            or facts["name"] != name
        ):
            raise InputError("does not describe a part", where=str(path), remedy=AGAIN)
        if facts["samples"] < 1 or facts["samples_per_shard"] < 1:
            raise InputError("describes a part of no samples", where=str(path), remedy=AGAIN)
        return Part(path.parent, facts)

    def parts(self) -> list[Part]:
        return [self.part(name) for name in self.part_names()]

    def is_one(self) -> bool:
        """Whether the folder holds a corpus, be it one with a broken index."""
        try:
            read_sealed(self.index, AGAIN)
        except InputError:
            return bool(self._found())
        return True

    def repair_index(self) -> list[str]:
        """Write the index if it is missing or broken; returns the parts in order.

        Raises InputError where the corpus is of another version.
        """
        try:
            read_sealed(self.index, AGAIN)
        except InputError:
            self._write_index(self._found())
        for path in self.folder.glob("corpus.json.*.partial"):
            path.unlink(missing_ok=True)
        return self.part_names()

    def create_part(self, facts: Facts) -> Part:
        """Lay a part out and list it; open it if it is there, and enlarge it if it has fewer samples.

        The description of a part that is whole is left as it is, whatever its sources are called by now, but for the
        datasets and licences that a recipe states; one that is broken, and broken metadata of Zarr, are written anew.
        A part grows in an order that may be cut short at any point: the last shard, if it is not full, stops counting;
        then the description and Zarr's shapes change; shards are made by whoever called this. Raises InputError where
        a part of that name was made differently, or has more samples.
        """
        facts = self._as_stored(facts)
        part = Part(self._folder_of(facts["name"]), facts)
        names = self.repair_index()
        place = names.index(part.name) if part.name in names else len(names)
        if part.check_metadata() or (part.folder / "part.json").read_bytes() != canonical(facts):
            part.forget_partial_shard()
            part.lay_out(place)
        if place == len(names):
            self._write_index([*names, part.name])
        return part

    def _as_stored(self, facts: Facts) -> Facts:
        """A part's description to be written, or left: what is stored of it goes before what is given."""
        self.refuse_other(facts["name"], facts)
        stored, whole = self._stored(facts["name"])
        if whole:
            return with_provenance(with_amount(stored, facts), facts)
        if stored:
            return {**facts, "made_of": stored["made_of"], "identity": stored["identity"]}
        older = in_older_form(facts)
        return older if self._metadata_receipt(facts["name"]).get("identity") == older["identity"] else facts

    def holds(self, facts: Facts) -> bool:
        """Whether a part of the name is there and made of the same; it may have fewer samples or more."""
        stored, _ = self._stored(facts["name"])
        if stored:
            return without_amount(stored["made_of"]) == _plain(without_amount(facts["made_of"]))
        receipt = self._metadata_receipt(facts["name"]).get("identity")
        return receipt in (facts["identity"], in_older_form(facts)["identity"])

    def refuse_other(self, name: str, facts: Facts) -> None:
        """Raise InputError where a part of that name was made of something else, or has more samples.

        `facts` are its description, or no more of it than `made_of`, which is then compared as far as it goes.
        """
        stored, whole = self._stored(name)
        known = without_amount(stored.get("made_of", {}))
        differing = differences(known, without_amount(facts["made_of"]))
        there = stored or self._metadata_receipt(name)
        if differing or ("identity" in facts and there and not self.holds(facts)):
            what = "; ".join(differing[:3]) or "its motion, body or version differs"
            raise InputError(
                f"part '{name}' was made differently ({what})",
                where=str(self._folder_of(name)),
                remedy=_ANOTHER,
            )
        if "samples" in facts and there:
            has = stored["samples"] if whole else Part(self._folder_of(name), facts).samples_with_receipts()
            if has > facts["samples"]:
                raise InputError(
                    f"part '{name}' has {has:,} samples, and the recipe asks for {facts['samples']:,}",
                    where=str(self._folder_of(name)),
                    remedy="parts grow but do not shrink: ask for as many or more, choose another `name`, or choose "
                    "among the samples with `posemill curate`",
                )

    def made_of(self, name: str) -> Facts:
        """What a part is made of as its description says; nothing where there is none or it is broken."""
        made_of: Facts = self._stored(name)[0].get("made_of", {})
        return made_of

    def arrays_of(self, name: str) -> list[str] | None:
        """The arrays of a part that is there: as its description says or, where that is broken, by its folders."""
        listed = self.made_of(name).get("arrays")
        if isinstance(listed, list):
            return listed
        found = sorted(path.parent.name for path in self._folder_of(name).glob("*/zarr.json"))
        return found or None

    def _stored(self, name: str) -> tuple[Facts, bool]:
        """A part's description, empty where what it says of `made_of` is broken, and whether all of it is whole."""
        path = self._folder_of(name) / "part.json"
        try:
            facts = read_json(path, AGAIN)
            if identity_of(facts["made_of"]) != facts["identity"] or facts["name"] != name:
                return {}, False
            receipt = self._metadata_receipt(name)
            written = receipt.get("files", {}).get("part.json")
            return facts, receipt.get("identity") == facts["identity"] and list(sha256_file(path)) == written
        except (InputError, KeyError, TypeError, OSError):
            return {}, False  # broken: the receipt knows

    def _metadata_receipt(self, name: str) -> Facts:
        try:
            return read_sealed(self._folder_of(name) / "receipts" / f"{METADATA}.json", AGAIN)
        except InputError:
            return {}  # a part has none before it is laid out; a broken one is written anew

    def _folder_of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError(
                f"there is no part '{name}'", where=str(self.folder), remedy="see `posemill info`"
            )
        return self.folder / "parts" / name

    def _found(self) -> list[str]:
        """The parts that lie in the folder, in the order in which they were made as far as can be told."""
        names = {path.parent.name for path in (self.folder / "parts").glob("*/part.json")} | {
            path.parent.parent.name for path in (self.folder / "parts").glob(f"*/receipts/{METADATA}.json")
        }
        return sorted(
            (name for name in names if _NAME.fullmatch(name)),
            key=lambda name: (self._metadata_receipt(name).get("place", len(names)), name),
        )

    def _write_index(self, names: list[str]) -> None:
        write_atomically(self.index, sealed({"format": "posemill", "schema": VERSION, "parts": names}))


def _plain(content: Facts) -> Facts:
    """As it comes back from JSON: tuples as lists."""
    plain: Facts = json.loads(canonical(content))
    return plain


def open_corpus(folder: Path) -> Corpus:
    """The corpus in a folder, be it broken. Raises InputError where there is none."""
    corpus = Corpus(folder)
    if not corpus.is_one():
        what = "is not a corpus" if folder.is_dir() else "does not exist"
        raise InputError(what, where=str(folder), remedy="give a folder that `posemill generate` made")
    return corpus
