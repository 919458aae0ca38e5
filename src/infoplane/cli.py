"""The command line: `infoplane chapters | run | estimate | claims | data`."""

import json
import math
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from infoplane import __version__
from infoplane.errors import ChapterError, InputError
from infoplane.listings import Listing, dataset_rows, estimator_rows

if TYPE_CHECKING:
    from infoplane.claims import Verdict

__all__ = ["main"]


class _InterruptedError(Exception):
    """Ctrl-C, under a name that click does not print an empty line for."""


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _InterruptedError from None


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="infoplane")
@click.pass_context
def cli(context: click.Context) -> None:
    """Mutual information in neural networks: chapters, estimators, and a ledger of claims.

    Bad input ends with status 2 and one sentence on standard error.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
def chapters(as_json: bool) -> None:
    """List the chapters with their parameters, types, defaults and help."""
    from infoplane.book.notebooks import chapters as all_chapters

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
    "--profile", "profile_name", default="quick", show_default=True,
    help="A set of parameters: quick, or a file NAME.yml in profiles/ of the checkout (full).",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="The executed notebook; default: _build/runs/CHAPTER.ipynb.",
)  # fmt: skip
def run(
    chapter: str, given: Sequence[tuple[str, str]], profile_name: str, output: Path | None
) -> None:
    """Execute CHAPTER (its name or number) with papermill and write the executed notebook.

    Records that exist are reused, so the same command after a kill computes only what is
    missing. Explicit -p parameters win over those of the profile; `infoplane chapters` lists
    the parameters. Exit status 1: a cell of the chapter failed; 2: bad input.
    """
    from infoplane import paths
    from infoplane.book.execute import execute
    from infoplane.book.notebooks import PAGE_PARAMETERS, profile
    from infoplane.book.notebooks import chapter as find_chapter
    from infoplane.inputs.values import read_value

    asked = find_chapter(chapter)
    if output is not None and output.suffix != ".ipynb":
        raise InputError(f"output={str(output)!r} is no notebook: give a name that ends in .ipynb")
    for name, value in given:
        if name == "profile":
            raise InputError(f"-p profile {value!r}: profile is set with --profile {value}")
    base = profile(profile_name, asked)
    wanted = asked.check({name: read_value(name, value) for name, value in given})
    values = base | wanted
    before = asked.values(base)
    changed = {
        name: value
        for name, value in wanted.items()
        if name not in PAGE_PARAMETERS and value != before[name]
    }
    if changed:  # its banner and its verdicts must not pass for those of the profile
        words = ", ".join(f"{name}={value}" for name, value in changed.items())
        values["profile"] = f"{profile_name}, changed: {words}"
    asked.refuse(values)  # out-of-range parameters stop here, before a kernel starts
    target = output or paths.build_dir() / "runs" / f"{asked.name}.ipynb"
    seconds = execute(asked, values, target)
    click.echo(f"{target}: {asked.name} executed in {seconds:.1f} s")


@cli.command(cls=Listing, heading="Estimators", rows=estimator_rows)
@click.argument("x", type=click.Path(path_type=Path))
@click.argument("z", type=click.Path(path_type=Path), required=False)
@click.option("--estimator", "name", required=True, help="One of those listed below.")
@click.option("--x", "x_columns", metavar="COLUMNS", help="Columns that are X, such as a,b or 0,1.")
@click.option("--z", "z_columns", metavar="COLUMNS", help="Columns that are Z.")
@click.option(
    "--groups", "group_column", metavar="COLUMN",
    help="The column that says which rows belong together, such as a patient's number.",
)  # fmt: skip
@click.option(
    "--set", "options", multiple=True, metavar="NAME=VALUE",
    help="An option of the estimator, such as k=5; the value is YAML, with digits decimal.",
)  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def estimate(
    x: Path, z: Path | None, x_columns: str | None, z_columns: str | None,
    group_column: str | None, name: str, options: Sequence[str], seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Estimate I(X; Z) from paired samples, one row a sample: two files, or columns of one.

    Columns go by name, or by number from 0, with commas between them; of one file the side that
    is not named is all other columns; --groups is in the first file. Whole numbers or words in one
    column are labels to the estimators that take labels.

    Files: .npy; .npz, whose arrays go by name like columns; .parquet and .feather (with pyarrow);
    .csv, .tsv or .txt, separated by commas, semicolons, tabs or spaces, with or without a line of
    names above numbers, with decimal points, or decimal commas where nothing else can be meant.
    What could be read in two ways is refused; so is a first column without a name, in which pandas
    and R number the rows, unless --x and --z choose others.
    """
    from infoplane.estimators import get_estimator
    from infoplane.inputs.files import load_pair
    from infoplane.inputs.values import read_value

    pairs = [option.partition("=") for option in options]
    for option, (_, equals, _) in zip(options, pairs, strict=True):
        if not equals:
            raise InputError(f"--set {option!r} is not NAME=VALUE: write, for example, --set k=5")
    chosen = get_estimator(name, **{key: read_value(key, value) for key, _, value in pairs})
    pair = load_pair(x, z, x_columns, z_columns, group_column)
    try:
        found = chosen.estimate(pair.x, pair.z, seed=seed, groups=pair.groups)
    except InputError as error:  # how the files were read may be why
        raise InputError("; ".join([str(error), *pair.doubts])) from error
    found = replace(found, warnings=(*pair.doubts, *found.warnings))
    if as_json:
        click.echo(json.dumps(found.to_dict(), allow_nan=False))
        return
    spread = f" ± {found.std:.4f}" if math.isfinite(found.std) else ""
    click.echo(f"I(X; Z) = {found.value:.4f}{spread} nats  ({name}, n = {found.n})")
    if math.isfinite(found.bias):
        low, high = found.interval()
        known = f"a bias of {found.bias:+.4f}, as on Gaussians that resemble the data, taken out"
        click.echo(f"95 % interval, {known}: {low:.4f} to {high:.4f}")
    for warning in found.warnings:
        click.secho(f"warning: {warning}", fg="yellow", err=True)


@cli.command()
@click.option(
    "--profile",
    "profile_name",
    default="quick",
    help="Whose records: quick, or a file in profiles/.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
def claims(profile_name: str, as_json: bool) -> None:
    """The scoreboard: every claim of the five documents, with its verdict so far.

    Exit status 1: a chapter's own code raised, and its claims are not run.
    """
    from infoplane.book.scoreboard import scoreboard

    board = scoreboard(profile_name)
    _show(board.verdicts, profile_name, as_json)
    if board.broken:
        raise ChapterError("; ".join(f"{name}: {why}" for name, why in board.broken.items()))


def _show(verdicts: "Sequence[Verdict]", profile_name: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([verdict.to_dict() for verdict in verdicts], indent=1))
        return
    for verdict in verdicts:
        color = {"reproduced": "green", "differs": "red", "undecided": "yellow"}.get(verdict.word)
        word = click.style(f"{verdict.word:<15}", fg=color)
        changed = verdict.claim.changed
        first = f" (as first asked: {verdict.claim.first_verdict})" if changed else ""
        click.echo(f"{word} {verdict.claim.id}: {verdict.reason}{first}")
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


@data.command("fetch", cls=Listing, heading="Names", rows=dataset_rows)
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
    except (_InterruptedError, KeyboardInterrupt, click.Abort):
        click.echo("infoplane: interrupted; what was finished is kept", err=True)
        status = 130
    except ChapterError as error:
        click.echo(f"infoplane: {error}", err=True)
        status = 1
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        command = context.command_path if context else "infoplane"
        status = _refuse(f"{error.format_message().rstrip('.')} (see {command} --help)")
    except OSError as error:
        if error.filename is not None:  # a file that is not guarded where it is opened: our defect
            raise
        with suppress(OSError, ValueError):  # or Python tries once more on its way out
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = _refuse(
            f"standard output cannot be written ({error.strerror}): "
            "send it to a place with room that you may write to"
        )
    sys.exit(status if isinstance(status, int) else 0)


def _refuse(sentence: str) -> int:
    click.echo("infoplane: " + " ".join(sentence.split()), err=True)
    return 2
