"""Where records come from, and whether the code has changed since."""

from infoplane.records.provenance import earlier, origin
from tests.records.test_store import record
from tests.toy import batched, plan


def test_records_of_earlier_code_are_counted_over_plans():
    old = [record(x, code="old") for x in range(3)]
    assert earlier([(plan(1), [record(1)])]) == {}
    assert earlier([]) == {}
    told = earlier([(plan(1), [record(1), *old]), (batched(2), old[:1])])
    assert told == {"From earlier code": "4 of 5 records; make audit recomputes a sample"}


def test_a_record_counts_as_of_the_plan_that_asks_for_it():
    """The same name, another function: its records are of other code."""
    assert earlier([(batched(1), [record(1)])])


def test_large_counts_have_their_thousands_apart():
    told = earlier([(plan(1), [record(1, code="old")] * 1240)])["From earlier code"]
    assert told.replace("\N{NARROW NO-BREAK SPACE}", " ").startswith("1 240 of 1 240 records;")


def test_the_origin_says_where_when_and_from_what():
    told = origin([record(1), record(2)])
    assert told["Records"] == "2 by m on 2026-01-01; 0 s of computing"
    assert told["Computed from commit"] == "c"
