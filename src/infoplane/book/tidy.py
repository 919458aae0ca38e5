"""Clean the committed notebooks: `python -m infoplane.book.tidy`.

No outputs, no counts, no metadata but tags; only cells tagged `nbval-check-output` keep theirs,
taken from the copies that the last `make test` executed.
"""

import nbformat

from infoplane import paths
from infoplane.book.notebooks import chapters

__all__ = ["CHECKED", "tidy"]

CHECKED = "nbval-check-output"


def tidy(notebook: nbformat.NotebookNode, executed: nbformat.NotebookNode | None = None) -> None:
    """Clean `notebook` in place; check cells take their text from `executed`, by cell id."""
    outputs = {cell.id: cell.get("outputs", []) for cell in executed.cells} if executed else {}
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    count = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            count += 1
            # nbval compares outputs only where a count says that the cell has run
            cell.execution_count = count if CHECKED in tags else None
            kept = outputs.get(cell.id, cell.outputs) if CHECKED in tags else []
            cell.outputs = [
                nbformat.v4.new_output("stream", name=output.name, text=output.text)
                for output in kept
                if output.output_type == "stream"
            ]


def main() -> None:
    """Clean every chapter."""
    for chapter in chapters():
        path = paths.notebooks_dir() / f"{chapter.name}.ipynb"
        copy = paths.build_dir() / "quick" / "notebooks" / path.name
        notebook = nbformat.read(path, as_version=4)
        tidy(notebook, nbformat.read(copy, as_version=4) if copy.exists() else None)
        paths.write_atomically(path, nbformat.writes(notebook) + "\n")


if __name__ == "__main__":
    main()
