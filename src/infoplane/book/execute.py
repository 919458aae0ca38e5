"""Execute a chapter's notebook with papermill: checked before, whole afterwards."""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from infoplane import paths
from infoplane.book.notebooks import Chapter
from infoplane.book.progress import progress
from infoplane.errors import ChapterError, InputError

__all__ = ["execute"]


def execute(chapter: Chapter, parameters: Mapping[str, Any], output: Path) -> float:
    """Run the chapter and write the executed notebook to `output`, whole; returns seconds.

    Bad input inside the notebook comes back as InputError, without an output. Any other error
    raises ChapterError, after writing what was executed beside `output`, as `*.failed.ipynb`.
    """
    source = paths.notebooks_dir() / f"{chapter.name}.ipynb"
    created = [folder for folder in output.parents if not folder.exists()]
    temporary = _beside(output)
    started = time.perf_counter()
    try:
        with _logs_in_a_file(), progress(chapter.name):
            papermill.execute_notebook(
                source,
                temporary,
                dict(parameters),
                cwd=source.parent,
                progress_bar=False,
                kernel_name="python3",
                log_output=False,
                kernel_manager_class=_QuietKernelManager,
            )
        os.replace(temporary, output)
    except PapermillExecutionError as error:
        if error.ename == "InputError":
            raise InputError(error.evalue) from None
        failed = output.with_suffix(".failed.ipynb")
        os.replace(temporary, failed)
        raise ChapterError(
            f"failed at cell {error.cell_index}: {error.ename}: {error.evalue} (see {failed})"
        ) from None
    except KeyboardInterrupt:
        # the process is about to end; what dies with the kernel has nothing to tell the user
        logging.disable(logging.CRITICAL)
        raise
    except DeadKernelError:
        raise ChapterError(
            f"failed: its kernel died, most often for want of memory "
            f"(its last words are in {kernel_log()})"
        ) from None
    finally:
        temporary.unlink(missing_ok=True)
        for folder in created:  # the deepest first; one that holds something stays
            with suppress(OSError):
                folder.rmdir()
    output.with_suffix(".failed.ipynb").unlink(missing_ok=True)
    return time.perf_counter() - started


class _QuietKernelManager(AsyncKernelManager):
    """Kernels whose own log goes to a file: on a terminal it would tear the progress bar."""

    async def _async_start_kernel(self, **options: Any) -> None:
        with kernel_log().open("a", encoding="utf-8") as log:
            await super()._async_start_kernel(**{**options, "stderr": log})

    start_kernel = _async_start_kernel


@contextmanager
def _logs_in_a_file() -> Iterator[None]:
    """What libraries log goes where the kernel's own words are, and not to standard error.

    On Ctrl-C nbclient ends the kernel, and its task that waits for an answer logs that the kernel
    died: true, and not news.
    """
    kernel_log().parent.mkdir(parents=True, exist_ok=True)
    kernel_log().write_text("")
    log = logging.FileHandler(kernel_log(), encoding="utf-8")
    logging.getLogger().addHandler(log)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(log)
        log.close()


def kernel_log() -> Path:
    """What the last kernel said outside its notebook."""
    return paths.build_dir() / "kernel.log"


def _beside(output: Path) -> Path:
    """A temporary notebook in the folder of `output`, proof that one can write there.

    Its name carries the number of this process, so that what a killed one left can be told from
    what a running one needs, and is removed.
    """
    temporary = output.with_name(f".{output.stem}.{os.getpid()}.tmp.ipynb")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.is_dir():
            raise IsADirectoryError(21, "is a folder")
        temporary.touch()
        for other in output.parent.glob(f".{output.stem}.*.tmp.ipynb"):
            if not _alive(int(other.name.split(".")[-3])):
                other.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"output={str(output)!r} cannot be written ({error.strerror}): "
            "give a file in a folder that you may write to"
        ) from error
    return temporary


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, and is somebody else's
        return True
    return True
