"""The files that a figure of a page offers: its numbers as CSV, itself as SVG."""

from nbformat import NotebookNode

__all__ = ["offered"]

END = "</figcaption></figure>"


def offered(page: NotebookNode, name: str, folder: str) -> dict[str, str]:
    """Put links under the figures of a page, and return the files that they lead to.

    name: of the chapter; folder: of the files, as the page has it in its links. A figure's numbers
    are beside it in the notebook's output; its SVG is on the page, from where book.js saves it.
    """
    files: dict[str, str] = {}
    for cell in page.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if not str(html := data.get("text/html", "")).endswith(END):
                continue
            own = f"{name}-figure-{len(files) + 1}"
            links = f'<button type="button" data-svg="{own}">Save as SVG</button>'
            if numbers := data.pop("text/csv", ""):
                links = f'<a download href="{folder}/{own}.csv">Numbers as CSV</a> {links}'
            files[f"{own}.csv"] = numbers
            data["text/html"] = f'{html[: -len(END)]} <span class="files">{links}</span>{END}'
    return {file: numbers for file, numbers in files.items() if numbers}
