"""`posemill assets`: what people wear, with its terms, and clothes added."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import DONE, AsJson, one_line, print_json


@one_line
def list_assets(
    sheet: Annotated[
        Path | None,
        typer.Argument(
            metavar="SHEET.png", help="Also render people of each trade to it.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List the skins, hair and clothes that ship, with their licences.

    Example: posemill assets list trades.png
    """
    from pipelines.inspect import wardrobe

    rows = wardrobe.listed()
    if as_json:
        print_json(rows)
    else:
        width = max(len(row["name"]) for row in rows)
        for row in rows:
            print(f"{row['name']:{width}}  {row['slot']:9} {row['licence']:10} {row['author']}")
        size = sum(row["bytes"] for row in rows) / 1e6
        print(f"\n{len(rows)} items, {size:.1f} MB")
    if sheet is not None:
        from synth.core.errors import InputError

        try:
            wardrobe.sheet().save(sheet)
        except (OSError, ValueError) as error:
            raise InputError(
                f"cannot be written ({error})", where=str(sheet), remedy="give a .png file"
            ) from error
    return DONE


@one_line
def add_asset(
    source: Annotated[
        Path, typer.Argument(metavar="FILE.mhclo", help="MakeHuman clothes.", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.npz", help="The item's file.", show_default=False)],
    slot: Annotated[str, typer.Option(metavar="SLOT", help="Where it is worn: top, trousers, hat, ...")],
    licence: Annotated[
        str | None, typer.Option(metavar="L", help="Its terms, where the file does not state them.")
    ] = None,
    author: Annotated[str | None, typer.Option(metavar="NAME", help="Who made it, likewise.")] = None,
) -> int:
    """Fit MakeHuman clothes (.mhclo with its .obj, .mhmat and texture) to the open body, as an item of a wardrobe.

    Example: posemill assets add jacket.mhclo jacket.npz --slot jacket --licence CC0-1.0
    """
    from pipelines.inspect.wardrobe import add

    print(add(source, slot, licence, author, out))
    return DONE
