"""What is no array of numbers, and what is one in an odd dress, at every door of the package."""

import decimal

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from torch.masked import masked_tensor

from infoplane import dimension, estimators, plane, stopping
from infoplane.errors import InputError
from infoplane.estimators import ESTIMATORS, Estimator
from tests.inputs.doors import DOORS, EVERY, numbers_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:The PyTorch API of (nested|MaskedTensors):UserWarning"),
    pytest.mark.filterwarnings("ignore:Sparse (CSR|invariant):UserWarning"),
    pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning"),
]

door = pytest.mark.parametrize("name", DOORS)

# What is given to no estimator: options, results and classes that take no arrays.
NO_DOORS = {
    *("CorrelationIntegral", "Break", "CodeCurve", "ESTIMATORS", "GAUGES", "Estimator", "Samples"),
    *("by_bound", "get_estimator", "plot", "violations"),
}


def test_every_public_function_is_a_door():
    public = {
        name
        for module in (dimension, estimators, plane, stopping)
        for name in set(module.__all__) - NO_DOORS
        if not (isinstance(found := getattr(module, name), type) and issubclass(found, Estimator))
    }
    assert public <= {name.partition(".")[0] for name in DOORS}
    assert set(ESTIMATORS) < set(EVERY)


def masked(good):
    return np.ma.masked_array(good, mask=np.arange(good.size).reshape(good.shape) == 1)


def one_masked(good):
    rows = good.tolist()
    last = rows
    while isinstance(last[-1], list):
        last = last[-1]
    last[-1] = np.ma.masked
    return rows


def as_objects(good, value):
    a = np.empty(good.shape, dtype=object)
    a[...] = good
    a.flat[-1] = value
    return a


def dates(good):
    return np.datetime64("2020-01-01") + np.arange(good.size).reshape(good.shape)


def one_large(good, value):
    """Lists of integers that have no common type of integers in NumPy."""
    a = np.ones(good.shape, dtype=object)
    a.flat[0] = value
    return a.tolist()


def quantised(good):
    return torch.quantize_per_tensor(torch.tensor(good).float(), 1.0, 0, torch.qint8)


# What an array is turned into, and the sentence that is due.
ODD = {
    "masked": (masked, "masked array: fill it"),
    "masked rows": (lambda a: list(masked(a)), "masked array: fill it"),
    "a masked value": (one_masked, "masked array: fill it"),
    "a masked object": (lambda a: as_objects(a, np.ma.masked), "holds masked values: fill them"),
    "a masked tensor": (
        lambda a: masked_tensor(torch.tensor(a), torch.tensor(masked(a).mask)),
        "masked array: fill it",
    ),
    "sparse": (scipy.sparse.coo_array, r"is sparse \(coo_array\), .*: pass .*\.toarray\(\)"),
    "sparse tensor": (
        lambda a: torch.tensor(a).to_sparse(),
        r"layout torch.sparse_coo: pass .*\.to_dense\(\)",
    ),
    "list of sparse": (lambda a: [torch.tensor(a).to_sparse()], r"pass .*\[0\]\.to_dense\(\)"),
    "nested": (
        lambda a: torch.nested.nested_tensor([torch.ones(1), torch.ones(2)]),
        "nested tensor: give all rows the same length",
    ),
    "jagged": (
        lambda a: torch.nested.nested_tensor([torch.ones(1), torch.ones(2)], layout=torch.jagged),
        "nested tensor: give all rows the same length",
    ),
    "quantised": (
        quantised,
        r"quantised tensor .*: pass .*\.dequantize\(\)",
    ),
    "meta": (lambda a: torch.tensor(a, device="meta"), "device meta, .* no values"),
    "dates": (dates, r"holds dates \(datetime64.*; pass the time since one"),
    "times": (lambda a: dates(a) - dates(a).flat[0], "holds times .* in a unit"),
    "timestamps": (lambda a: dates(a).astype(object), r"holds dates \(date\)"),
    "structured": (
        lambda a: np.zeros(len(a), dtype=[("a", float), ("b", int)]),
        "structured array of the fields a, b: pass its columns",
    ),
    "complex": (lambda a: a + 1j, "complex128.* real and imaginary"),
    "complex tensor": (lambda a: torch.tensor(a + 1j), "complex128.* real and imaginary"),
    "complex object": (lambda a: as_objects(a, np.complex128(1j)), "complex.* real and imaginary"),
    "a date among numbers": (lambda a: as_objects(a, pd.Timestamp(0)), "holds dates .*Timestamp"),
    "objects": (lambda a: as_objects(a, object()), "neither numbers nor text"),
    "lists": (lambda a: pd.Series([[1.0]] * len(a)), r"no single values \(list\).* np.stack"),
    "a dict": (lambda a: {"a": a}, "is of type dict, which is no array"),
    "None": (lambda a: None, "is None: pass an array"),
    "large": (
        lambda a: np.array(one_large(a, 2**64 - 1), dtype=object).astype(np.uint64),
        "beyond 64 bits .*first 18446744073709551615",
    ),
    "large in lists": (
        lambda a: one_large(a, 2**70),
        "beyond 64 bits .* first 1180591620717411303424",
    ),
    "NumPy rounds": (lambda a: one_large(a, 2**63), "first 92233720368"),
    "text and numbers": (lambda a: [*a.ravel().tolist(), "a"], r"mixes text .*\(.*, str\)"),
    "text in columns": (
        lambda a: [["a", "b"]] * len(a),
        "pass numbers|(integers|numbers) are accepted|for this t|holds text",
    ),
}

# Where there is something to take in place of an array.
OTHERWISE = {
    # no labels at all, and recorders and layers have none to be asked for
    "None": {"Recorder.y", "estimate_layers.y", "layer_information.labels"},
}


@door
def test_what_is_refused_is_refused_everywhere_in_the_same_words(name):
    argument, good, call = DOORS[name]
    for odd, (made, told) in ODD.items():
        if name in OTHERWISE.get(odd, ()):
            continue
        with pytest.raises(InputError, match=rf"^{argument}(\[\d+\])* .*(?:{told})"):
            call(made(good))


def view(good):
    """As the imaginary part of a conjugate, a tensor whose sign is in a bit of its own."""
    t = torch.conj(torch.complex(torch.zeros(good.shape, dtype=torch.double), -torch.tensor(good)))
    assert t.imag.is_neg()
    return t.imag


def read_only(good):
    a = good.copy()
    a.flags.writeable = False
    return a


def strided(good):
    """Backwards, and every other of twice as many."""
    twice = np.repeat(good[::-1], 2, axis=0)
    return twice[::2][::-1]


# The same numbers in another dress, of floats and of labels.
SAME = {
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "read-only": read_only,
    "strided": strided,
    "Fortran": np.asfortranarray,
    "lists": lambda a: a.tolist(),
    "list of arrays": list,
    "list of tensors": lambda a: list(torch.tensor(a)),
    "objects": lambda a: a.astype(object),
    "tensor": torch.tensor,
    "series": lambda a: a if a.ndim > 2 else pd.DataFrame(a) if a.ndim == 2 else pd.Series(a),
}
SAME_FLOATS = {
    "long double": lambda a: a.astype(np.longdouble),
    "decimal": lambda a: np.vectorize(decimal.Decimal, otypes=[object])(a),
    "half": lambda a: a.astype(np.float16),
    "single": lambda a: a.astype(np.float32),
    "gradient": lambda a: torch.tensor(a, requires_grad=True),
    "list with gradient": lambda a: [torch.tensor(row, requires_grad=True) for row in a],
    "negative bit": view,
}
SAME_INTEGERS = {
    "uint64": lambda a: a.astype(np.uint64),
    "int8": lambda a: a.astype(np.int8),
    "floats": lambda a: a.astype(float),
    "bfloat16": lambda a: torch.tensor(a, dtype=torch.bfloat16),
}
# Integers are asked for.
NO_FLOATS = {"entropy", "sampled_propagation.rows", "stop_at.start", "perceptrons.y"}


@door
def test_the_same_numbers_in_another_dress_give_the_same(name):
    _, good, call = DOORS[name]
    integers = good.dtype.kind == "i"
    dresses = SAME | (SAME_INTEGERS if integers else SAME_FLOATS)
    if name == "estimate_fresh":  # which asks for other rows every time
        return
    expected = numbers_of(call(good))
    assert expected
    for dress, made in dresses.items():
        if dress in ("floats", "bfloat16") and name in NO_FLOATS:
            continue
        # single precision may sum in another order where it does not become double
        np.testing.assert_allclose(
            numbers_of(call(made(good))), expected, rtol=1e-6, atol=1e-6, err_msg=dress
        )
