#!/usr/bin/env bash
# matplotlib 3.11.2 with pandas 3.1.1, errorbar: a column of a frame comes back as objects.
#
# Guess: what errorbar draws through is a line as plot draws it, and its data, given as a column of
# numbers, are an array of numbers again.
# Seen: given an array, yes; given a column (or a list) the line keeps an array of Python objects,
# one float each, while plot of the same column keeps float64. Pictures are the same. What reads
# numbers back from a figure, to export or to test them, fails with a TypeError on the first
# isnan, and only in figures with bars. get_ydata(orig=False) has the numbers in both cases.
#
# Output seen:
#   plot of a column: float64; errorbar of an array: float64
#   errorbar of a column: object, orig=False: float64; isnan: TypeError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    matplotlib==3.11.2 pandas==3.1.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

column = pd.Series([1.0, 2.0, 3.0])
axes = Figure().add_subplot()
(plain,) = axes.plot(column.index, column)
of_array = axes.errorbar(column.index.to_numpy(), column.to_numpy(), 0.1).lines[0]
of_column = axes.errorbar(column.index, column, 0.1).lines[0]
print(f"plot of a column: {plain.get_ydata().dtype}; "
      f"errorbar of an array: {of_array.get_ydata().dtype}")
try:
    np.isnan(of_column.get_ydata())
    said = "numbers"
except TypeError:
    said = "TypeError"
print(f"errorbar of a column: {of_column.get_ydata().dtype}, "
      f"orig=False: {of_column.get_ydata(orig=False).dtype}; isnan: {said}")
assert plain.get_ydata().dtype == of_array.get_ydata().dtype == np.float64
assert of_column.get_ydata().dtype == object and said == "TypeError"
assert of_column.get_ydata(orig=False).dtype == np.float64
PYTHON
