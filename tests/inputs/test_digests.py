"""Digests: of contents, of order, of names."""

import hashlib

import pytest

from infoplane.errors import InputError
from infoplane.inputs import digests


def test_a_file_has_the_digest_of_its_bytes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc" * 1000)
    assert digests.of_file(path) == hashlib.sha256(b"abc" * 1000).hexdigest()
    with pytest.raises(InputError, match="no_file cannot be read"):
        digests.of_file(tmp_path / "no_file")


def test_many_have_one_digest_that_order_names_and_number_change():
    found = {
        digests.of_all(["ab", "cd"]),
        digests.of_all(["cd", "ab"]),
        digests.of_all(["abcd"]),
        digests.of_all(["ab", "cd"], ["x", "y"]),
        digests.of_all(["ab", "cd"], ["y", "x"]),
    }
    assert len(found) == 5
