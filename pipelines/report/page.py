"""A corpus as one HTML page that needs no network, no server and no other file.

`survey` measures, `charts` plots, `gallery` shows samples, `sections` puts them into words; the page's template, style
and script are in `template/`.
"""

from __future__ import annotations

from pathlib import Path

import jinja2

from pipelines.cluster.tasks import connect
from pipelines.corpus.corpus import Corpus, open_corpus
from pipelines.corpus.part import finished_shards
from pipelines.corpus.selection import Selection, read_selection
from pipelines.inspect.info import gather
from pipelines.report import charts, gallery, sections
from pipelines.report.charts import percent
from pipelines.report.survey import VARIETY, survey
from synth.core.disk import write_atomically
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress, size
from synth.core.words import count

_PAGE = Path(__file__).with_name("template")
_MOST_DETAILS = 60


def write_report(
    folder: Path,
    out: Path,
    *,
    against: Path | None = None,
    selection: str | None = None,
    samples: int = 48,
    workers: int | None = None,
    threads: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write the page of a corpus; returns its size in bytes.

    against: another corpus to plot beside it. selection: a selection of the corpus to plot beside the whole, and
    what it dropped. Raises InputError where there is nothing to show or nowhere to write.
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError("is not a name for an HTML page", where=str(out), remedy="end it with .html")
    shown_progress = progress or NoProgress()
    corpus = _finished(folder)
    chosen = None if selection is None else read_selection(corpus, selection)
    shown: list[sections.Subject] = []
    with connect(workers, None, threads) as client:
        facts = gather(folder)
        name = folder.resolve().name
        shown.append(sections.Subject(name, corpus, facts, survey(client, corpus, shown_progress)))
        if chosen is not None:
            found = survey(client, corpus, shown_progress, chosen)
            shown.append(sections.Subject(f"{name}, {chosen.name}", corpus, facts, found))
        if against is not None:
            other = _finished(against)
            called = against.resolve().name
            called = called if called != name else str(against)
            shown.append(
                sections.Subject(called, other, gather(against), survey(client, other, shown_progress))
            )
    pictures = gallery.samples(corpus, samples, chosen)
    content = _render(shown, pictures, chosen, against is not None).encode()
    try:
        write_atomically(out, content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be written ({reason})", where=str(out), remedy="check the path") from error
    return len(content)


def _finished(folder: Path) -> Corpus:
    corpus = open_corpus(folder)
    if not any(finished_shards(part) for part in corpus.parts()):
        raise InputError(
            "has no finished shard yet", where=str(folder), remedy="let `posemill generate` finish"
        )
    return corpus


def _render(
    shown: list[sections.Subject], pictures: list[gallery.Sample], selection: Selection | None, compared: bool
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "percent": percent,
        "count": lambda n: f"{round(n):,}",
        "size": size,
        "of": lambda n, noun: count(round(n), noun),
    }
    main = shown[0]
    return environment.get_template("report.html").render(
        name=main.name,
        colours=charts.SERIES_COLOURS,
        legend=[subject.name for subject in shown],
        numbers=sections.numbers(shown),
        summary=sections.summary(main),
        samples=pictures,
        filters=sections.filters(pictures),
        limbs=gallery.limbs(),
        angles=sections.angles(shown),
        coverage=sections.coverage(shown),
        trunk=[sections.trunk(subject) for subject in shown],
        risk=sections.risk(shown),
        spheres=[(s.name, charts.sphere(s.survey.counts["view"], f"views of {s.name}")) for s in shown],
        views=sections.views(shown),
        occlusion=sections.occlusion(shown),
        people=sections.people(shown),
        detector=sections.detector(shown),
        gates=[(s.name, motion) for s in shown if s is main or s.facts is not main.facts
               for motion in s.facts["motion"]],
        selection=None if selection is None else sections.curation(selection),
        most_details=_MOST_DETAILS,
        parts=[(s.name, s.facts) for s in shown if s is main or s.facts is not main.facts],
        compared=compared,
        variety_mm=VARIETY,
    )  # fmt: skip
