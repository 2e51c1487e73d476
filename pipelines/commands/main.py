"""The command `posemill`: its commands by name. Everything heavy is imported by the command that needs it, so that
help is quick."""

from __future__ import annotations

import typer

from pipelines.commands import curating, exchange, lifting, looking, making, motion

app = typer.Typer(
    name="posemill",
    help="Labelled training corpora for single-image 3D human pose at work, made from motion capture.",
    epilog="Exit codes: 0 done, 1 found faulty, 2 could not be done as asked, 130 stopped with Ctrl-C.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(
    epilog="A recipe is YAML; manifests/ has some to copy. Its fields: name, seed, motion (sources, rate, gate), "
    "cameras, props, body, picture, tracks, detector, pairs, images, storage."
)(making.generate)
app.command()(looking.info)
app.command()(looking.verify)
app.command()(looking.preview)
app.command()(looking.report)
app.command()(looking.detections)
app.command()(curating.curate)
app.command()(curating.leaks)
app.command()(exchange.export)

importing = typer.Typer(no_args_is_help=True, help="Bring recordings of others in.")
importing.command("videopose")(exchange.import_videopose)
app.add_typer(importing, name="import")

app.command()(lifting.train)
app.command()(lifting.evaluate)
app.command()(lifting.compare)
app.command()(lifting.predict)
app.command()(making.bench)

mocap = typer.Typer(no_args_is_help=True, help="Get and examine motion capture recordings.")
mocap.command("fetch")(motion.fetch)
mocap.command("check")(motion.check)
mocap.command("formats")(motion.formats)
app.add_typer(mocap, name="mocap")

postures = typer.Typer(no_args_is_help=True, help="Work postures that are written down as pages.")
postures.command("list")(motion.list_postures)
postures.command("show")(motion.show_posture)
app.add_typer(postures, name="postures")

body = typer.Typer(no_args_is_help=True, help="Body model files.")
body.command("convert")(motion.convert)
body.command("export")(motion.export_body)
app.add_typer(body, name="body")


def main() -> None:
    """Run the command line; `posemill = pipelines.commands.main:main`."""
    app()


if __name__ == "__main__":
    main()
