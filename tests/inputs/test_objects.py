import datetime
import re

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_columns

pytestmark = [
    pytest.mark.filterwarnings("ignore:Sparse (CSR|invariant):UserWarning"),
    pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning"),
]

# What to do about it, by the sentence itself: code after these words, and what it gives.
DATES = pd.Series(pd.to_datetime(["2000-01-01 12:00", "2000-01-03 00:00", "2000-01-02 00:00"]))
DAYS = [0.5, 2, 1]
ADVICE = [
    (DATES, "in days say: (.*)", DAYS),
    (DATES.tolist(), "in days say: (.*)", DAYS),
    (DATES.to_numpy("datetime64[s]"), "in days say: (.*)", DAYS),
    (pd.period_range("2000-01-01", periods=3), "in days say: (.*)", [0, 1, 2]),
    ([datetime.date(2000, 1, 1), datetime.date(2000, 1, 2)], "in days say: (.*)", [0, 1]),
    (DATES - DATES[0], "such as (.*)", [0, 129600, 43200]),
    ([datetime.timedelta(seconds=2), datetime.timedelta(0)], "such as (.*)", [2, 0]),
    (np.array([np.timedelta64(2, "s")], dtype=object), "such as (.*)", [2]),
    (np.array([(1, 2.5), (3, 4.5)], dtype="i8,f8"), "side by side, (.*)", [[1, 2.5], [3, 4.5]]),
    (pd.DataFrame({"a": [1], "b": [2.5]}).to_records(index=False), "side, (.*)", [[1, 2.5]]),
    (np.uint64([2**64 - 1, 1]), "pass (.*) if they are measurements", [2.0**64, 1]),
    ([2**70, 1], "pass (.*) if they are measurements", [2.0**70, 1]),
    (torch.tensor([2**64 - 1, 1], dtype=torch.uint64), "and (.*) if they are labels", [1, 0]),
    ([2**70, 1, 2**70], "and (.*) if they are labels", [1, 0, 1]),
    (pd.Series([[1.0, 2.0], [3.0, 4.0]]), "length, (.*)", [[1, 2], [3, 4]]),
    (pd.Series([torch.ones(2), torch.zeros(2)]), "length, (.*)", [[1, 1], [0, 0]]),
    ([pd.Interval(0, 1), pd.Interval(1, 2), pd.Interval(0, 1)], "meant, (.*)", [0, 1, 0]),
    ([["a", "b"], ["a", "c"], ["a", "b"]], r"join its \d, (.*)", [0, 1, 0]),
    (pd.DataFrame({"p": ["b", "a"], "q": ["b", "a"]}), r"join its \d, (.*)", [1, 0]),
    (scipy.sparse.csr_array([[0, 2.0]]), "pass (.*)", [[0, 2]]),
    (scipy.sparse.csc_matrix([[0, 2.0]]), "pass (.*)", [[0, 2]]),
    (lambda: torch.tensor([[0, 2.0]]).to_sparse_csr(), "pass (.*)", [[0, 2]]),
    (torch.tensor([[0, 2.0]]).to_mkldnn(), "pass (.*)", [[0, 2]]),
    (
        lambda: torch.quantize_per_tensor(torch.tensor([0.0, 2]), 1.0, 0, torch.qint8),
        "pass (.*)",
        [0, 2],
    ),
]


@pytest.mark.parametrize(("x", "code", "expected"), ADVICE)
def test_advice_works(x, code, expected):
    x = x() if callable(x) else x  # made here where PyTorch warns of it
    with pytest.raises(InputError) as refused:
        as_columns(x, "x")
    advised = eval(re.search(code, str(refused.value))[1], {"np": np, "x": x})
    np.testing.assert_array_equal(as_columns(advised, "x"), as_columns(expected, "x"))
