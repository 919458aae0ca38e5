"""The command line: `infoplane chapters | run | estimate | claims | data`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
import numpy as np
import pandas as pd
import yaml

from infoplane import __version__
from infoplane.errors import ChapterError, InputError

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="infoplane")
def cli() -> None:
    """Mutual information in neural networks: chapters, estimators, and a ledger of claims.

    Bad input ends with status 2 and one sentence on standard error.
    """


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
def chapters(as_json: bool) -> None:
    """List the chapters with their parameters, types, defaults and help."""
    from infoplane.chapters import chapters as all_chapters

    if as_json:
        click.echo(json.dumps([chapter.to_dict() for chapter in all_chapters()], indent=1))
        return
    for chapter in all_chapters():
        click.secho(f"{chapter.name}  {chapter.title}", bold=True)
        for p in chapter.parameters:
            click.echo(f"    {p.name}: {p.type} = {json.dumps(p.default)}   {p.help}")


@cli.command()
@click.argument("chapter")
@click.option(
    "-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE",
    help="Set a parameter; the value is YAML: 5, 0.5, text, [0, 1, 2].",
)  # fmt: skip
@click.option(
    "--profile", "profile_name", default="quick", help="A set of parameters: quick, full."
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="The executed notebook; default: _build/runs/CHAPTER.ipynb.",
)  # fmt: skip
def run(
    chapter: str, given: Sequence[tuple[str, str]], profile_name: str, output: Path | None
) -> None:
    """Execute CHAPTER (its name or number) with papermill and write the executed notebook.

    Records that exist are reused, so the same command after a kill computes only what is
    missing. Explicit -p parameters win over those of the profile.
    """
    from infoplane import paths
    from infoplane.chapters import chapter as find_chapter
    from infoplane.chapters import profile
    from infoplane.execute import execute

    asked = find_chapter(chapter)
    values = profile(profile_name, asked) | asked.check(
        {name: _yaml(name, value) for name, value in given}
    )
    asked.plans(values)  # out-of-range parameters stop here, before a kernel starts
    target = output or paths.build_dir() / "runs" / f"{asked.name}.ipynb"
    seconds = execute(asked, values, target)
    click.echo(f"{target}: {asked.name} executed in {seconds:.1f} s")


@cli.command()
@click.argument("x", type=click.Path(path_type=Path))
@click.argument("z", type=click.Path(path_type=Path))
@click.option("--estimator", "name", required=True, help="binning, ksg, ross, cca, mine, …")
@click.option(
    "--set", "options", multiple=True, metavar="NAME=VALUE",
    help="An option of the estimator, such as k=5; the value is YAML.",
)  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def estimate(x: Path, z: Path, name: str, options: Sequence[str], seed: int, as_json: bool) -> None:
    """Estimate I(X; Z) from two files of paired samples, one row a sample.

    X and Z are .npy, or .csv with or without a line of names; whole numbers in one column are
    labels to the estimators that take labels.
    """
    from infoplane.estimators import get_estimator

    pairs = [option.partition("=") for option in options]
    for option, (_, equals, _) in zip(options, pairs, strict=True):
        if not equals:
            raise InputError(f"--set {option!r} is not NAME=VALUE: write, for example, --set k=5")
    chosen = get_estimator(name, **{key: _yaml(key, value) for key, _, value in pairs})
    found = chosen.estimate(_load(x, "X"), _load(z, "Z"), seed=seed)
    if as_json:
        click.echo(json.dumps(found.to_dict(), allow_nan=False))
        return
    click.echo(f"I(X; Z) = {found.value:.4f} ± {found.std:.4f} nats  ({name}, n = {found.n})")
    for warning in found.warnings:
        click.secho(f"warning: {warning}", fg="yellow", err=True)


@cli.command()
@click.option("--profile", "profile_name", default="quick", help="Whose records: quick, full.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
def claims(profile_name: str, as_json: bool) -> None:
    """The scoreboard: every claim of the five documents, with its verdict so far."""
    from infoplane.claims import scoreboard

    verdicts = scoreboard(profile_name)
    if as_json:
        click.echo(json.dumps([verdict.to_dict() for verdict in verdicts], indent=1))
        return
    for verdict in verdicts:
        color = {"reproduced": "green", "differs": "red", "undecided": "yellow"}.get(verdict.word)
        click.echo(
            f"{click.style(f'{verdict.word:<11}', fg=color)} {verdict.claim.id}: {verdict.reason}"
        )
    words = [verdict.word for verdict in verdicts]
    counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    click.echo(f"{len(words)} claims under profile {profile_name}: {counts}")


@cli.group(invoke_without_command=True)
@click.pass_context
def data(context: click.Context) -> None:
    """Data sets that can be fetched; INFOPLANE_DATA says where they lie."""
    if context.invoked_subcommand is None:
        context.invoke(data_list)


@data.command("list")
def data_list() -> None:
    """What can be fetched, its licence and size, and whether it is there."""
    from infoplane.datasets import registry

    for entry in registry.listing():
        size = sum(file.bytes for file in entry.files) / 1e6
        state = registry.status(entry.name)
        click.secho(f"{entry.name}  {entry.title}", bold=True)
        click.echo(f"    {size:.0f} MB, {entry.licence}; dataset={entry.parameter}")
        click.echo(f"    {state.state}: {state.reason or state.folder}")


@data.command("fetch")
@click.argument("name")
def data_fetch(name: str) -> None:
    """Fetch a data set and verify its checksums."""
    from infoplane.datasets import registry

    for path in registry.fetch(name).values():
        click.echo(path)


@data.command("check")
def data_check() -> None:
    """Verify the checksums of what is there; status 2 if a file is damaged."""
    from infoplane.datasets import registry

    damaged = []
    for entry in registry.listing():
        state = registry.status(entry.name)
        click.echo(f"{entry.name}: {state.state} {state.reason}".rstrip())
        if state.state == "corrupt":
            damaged.append(entry.name)
    if damaged:
        raise InputError(
            f"{', '.join(damaged)} is damaged, see above: infoplane data fetch replaces it"
        )


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit, never with a traceback.

    0; 1 where a chapter's own cell failed; 2 for bad input or usage; 130 for Ctrl-C.
    """
    try:
        status = cli.main(arguments, prog_name="infoplane", standalone_mode=False)
    except InputError as error:
        status = _refuse(str(error))
    except click.Abort:
        click.echo("infoplane: interrupted; what was finished is kept", err=True)
        status = 130
    except KeyboardInterrupt:
        click.echo("infoplane: interrupted; what was finished is kept", err=True)
        status = 130
    except ChapterError as error:
        click.echo(f"infoplane: {error}", err=True)
        status = 1
    except click.ClickException as error:
        status = _refuse(f"{error.format_message().rstrip('.')} (see infoplane --help)")
    sys.exit(status if isinstance(status, int) else 0)


def _refuse(sentence: str) -> int:
    click.echo("infoplane: " + " ".join(sentence.split()), err=True)
    return 2


def _yaml(name: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(
            f"{name}={text!r} cannot be read: write it as YAML, such as 5, 0.5, text or [0, 1]"
        ) from error


def _load(path: Path, name: str) -> Any:
    """The array in a .npy or .csv file; columns of whole numbers stay whole numbers."""
    try:
        if path.suffix == ".npy":
            return np.load(path, allow_pickle=False)
        if path.suffix == ".csv":
            first = pd.read_csv(path, header=None, nrows=1)
            named = not all(pd.api.types.is_numeric_dtype(kind) for kind in first.dtypes)
            table = pd.read_csv(path, header=0 if named else None)
            values = table.to_numpy()
            return values[:, 0] if values.shape[1] == 1 else values
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{name}={str(path)!r} cannot be read ({error}): give a .npy file of numbers, or a "
            ".csv file with one row a sample"
        ) from error
    raise InputError(f"{name}={str(path)!r} is neither .npy nor .csv: give one of these")
