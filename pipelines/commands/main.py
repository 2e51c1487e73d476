"""The command `posemill`: its commands by name. Everything heavy is imported by the command that needs it, so that
help is quick."""

from __future__ import annotations

import typer

from pipelines.commands import (
    assets,
    benchmarking,
    curating,
    exchange,
    lifting,
    looking,
    making,
    motion,
    posturing,
    risk,
    shipped,
)
from pipelines.commands.shared import JsonErrors

app = typer.Typer(
    name="posemill",
    cls=JsonErrors,
    help="Labelled training corpora for single-image 3D human pose at work, made from motion capture.",
    epilog="Exit codes: 0 done, 1 found faulty, 2 could not be done as asked, 130 stopped with Ctrl-C.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(
    epilog="A recipe is YAML; `posemill recipes` lists some to use or copy. Its fields: name, seed, "
    "motion (sources, rate, gate), cameras, props, body, picture, tracks, detector, pairs, images, storage."
)(making.generate)

recipes = typer.Typer(no_args_is_help=False, help="Recipes and curation rules that come with Posemill.")
recipes.command("list")(shipped.list_shipped)
recipes.command("copy")(shipped.copy)


@recipes.callback(invoke_without_command=True)
def _list_recipes(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        shipped.list_shipped()


app.add_typer(recipes, name="recipes")

app.command()(looking.info)
app.command()(looking.verify)
app.command()(looking.preview)
app.command()(looking.report)
app.command()(looking.detections)
app.command()(risk.risk)
app.command()(curating.curate)
app.command()(curating.leaks)
app.command(cls=exchange.ExportCommand)(exchange.export)

importing = typer.Typer(cls=JsonErrors, no_args_is_help=True, help="Bring recordings of others in.")
importing.command("videopose")(exchange.import_videopose)
for _name, _command in exchange.other_importers().items():
    importing.command(_name)(_command)
app.add_typer(importing, name="import")

app.command()(lifting.train)
app.command()(lifting.evaluate)
app.command()(lifting.compare)
app.command()(lifting.predict)
app.command()(benchmarking.bench)

mocap = typer.Typer(cls=JsonErrors, no_args_is_help=True, help="Get and examine motion capture recordings.")
mocap.command("fetch")(motion.fetch)
mocap.command("check")(motion.check)
mocap.command("map")(motion.draft_mapping)
mocap.command("formats")(motion.formats)
app.add_typer(mocap, name="mocap")

postures = typer.Typer(
    cls=JsonErrors, no_args_is_help=True, help="Work postures that are written down as pages."
)
postures.command("list")(posturing.list_postures)
postures.command("show")(posturing.show_posture)
postures.command("check")(posturing.check_posture)
postures.command("new")(posturing.new_posture)
postures.command("things")(posturing.list_things)
postures.command("schema")(posturing.print_schema)
app.add_typer(postures, name="postures")

wardrobe = typer.Typer(
    cls=JsonErrors, no_args_is_help=True, help="Skins, hair and clothes that people wear in images."
)
wardrobe.command("list")(assets.list_assets)
wardrobe.command("add")(assets.add_asset)
app.add_typer(wardrobe, name="assets")

body = typer.Typer(cls=JsonErrors, no_args_is_help=True, help="Body model files.")
body.command("convert")(motion.convert)
body.command("export")(motion.export_body)
app.add_typer(body, name="body")


def main() -> None:
    """Run the command line; `posemill = pipelines.commands.main:main`."""
    app()


if __name__ == "__main__":
    main()
