"""Modules import downwards only."""

import ast
from pathlib import Path


def test_the_documented_pipeline_imports_downwards_only():
    """Estimators know neither files nor experiments; experiments know no plots and no verdicts."""
    layers = [
        {"errors", "estimate", "paths", "samples", "stats", "plan", "provenance", "codehash"},
        {"estimators", "datasets", "models", "pair_counts", "dimension", "breaks"},
        {"activations", "checkpoints", "layer_estimates", "plane"}
        | {"stopping", "stopping_base", "stopping_rule"},
        {"experiments"},
        {
            "results",
            "sweep",
            "chapters",
            "claims",
            "plots",
            "plane_plots",
            "code_plots",
            "notebook",
        },
        {"execute", "cli", "book", "published", "tidy"},
    ]
    level = {name: i for i, layer in enumerate(layers) for name in layer}
    source = Path(__file__).parents[1] / "src" / "infoplane"
    for path in source.rglob("*.py"):
        own = path.relative_to(source).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("infoplane"):
                parts = node.module.split(".")
                named = [parts[1]] if len(parts) > 1 else [a.name for a in node.names]
                for name in named:
                    assert level.get(name, -1) <= level[own], f"{path} imports {name}"
