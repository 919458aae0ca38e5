#!/usr/bin/env bash
# numba 0.68.1, cache=True: a class that has moved breaks functions whose source has changed, too.
#
# Guess: what Numba keeps of a compiled function is stamped with its source file's time and size. Of
# a file that was edited the old entries are passed over, and the function is compiled anew; an
# upgrade of a package so needs no hand.
# Seen: the stamp lies in one pickle with the signatures of all entries, and a named tuple among the
# arguments is part of a signature, by reference to its class. Where the class was moved or renamed
# since, reading the stamp already ends in ModuleNotFoundError or AttributeError, at every call,
# before anything is compared; deleting the .nbi file helps.
# The way out, and ours: kernels that are kept get arrays and numbers, never a named tuple.
#
# Output seen:
#   before: 3.0   after the class moved and the function's file was edited: ModuleNotFoundError
#   without the cache's index: 3.0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    numba==0.68.1 numpy==2.4.6
cd "$folder"
cat >sums.py <<'PYTHON'
import numba
from shapes import Pair


@numba.njit(cache=True)
def total(pair):
    return pair.a + pair.b


if __name__ == "__main__":
    import sums

    try:
        print(sums.total(Pair(1.0, 2.0)))
    except Exception as error:
        print(type(error).__name__)
PYTHON
cat >shapes.py <<'PYTHON'
from typing import NamedTuple


class Pair(NamedTuple):
    a: float
    b: float
PYTHON
run() { PYTHONDONTWRITEBYTECODE=1 "$folder/venv/bin/python" sums.py; }
before=$(run)
mv shapes.py pairs.py
sed -i 's/from shapes/from pairs/; s/return pair.a/return 1.0 * pair.a/' sums.py
after=$(run)
find . -path ./venv -prune -o -name '*.nbi' -exec rm {} +
again=$(run)
echo "before: $before   after the class moved and the function's file was edited: $after"
echo "without the cache's index: $again"
[ "$before" = 3.0 ] && [ "$after" = ModuleNotFoundError ] && [ "$again" = 3.0 ]
