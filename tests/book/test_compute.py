"""Computing what an edition lacks: all chapters, in one process that may end as it likes."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from infoplane.book import compute as computing
from infoplane.book.editions import stores as stores_of
from infoplane.book.notebooks import chapters
from infoplane.errors import InputError


@pytest.fixture
def swept(monkeypatch):
    """What is swept, in order, with the options it was given; nothing is computed."""
    seen = []
    monkeypatch.setattr(computing, "sweep", lambda plan, **options: seen.append((plan, options)))
    return seen


@pytest.mark.parametrize("name", ["quick", "full"])
def test_every_plan_of_every_chapter_is_swept_with_the_stores_of_its_edition(swept, name):
    assert computing.main(name) == 0
    wanted = [
        plan.name
        for chapter in chapters()
        for plan in chapter.plans(computing.profile(name, chapter)).values()
    ]
    assert [plan.name for plan, _ in swept] == wanted
    assert {options["stores"] for _, options in swept} == {stores_of(name)}


@pytest.mark.parametrize("defect", [InputError("bad"), KeyError("bound")])
def test_a_chapter_with_a_defect_does_not_stop_the_others(swept, monkeypatch, defect):
    first, second = chapters()[:2]

    def plans(given):
        raise defect

    broken = SimpleNamespace(name=first.name, check=first.check, values=first.values, plans=plans)
    monkeypatch.setattr(computing, "chapters", lambda: [broken, second])
    assert computing.main("quick") == 0
    assert len(swept) == len(second.plans({}))


def test_what_takes_no_record_is_left_to_its_page(swept, monkeypatch):
    first = chapters()[0]
    monkeypatch.setattr(computing, "chapters", lambda: [first])
    monkeypatch.setattr(computing, "profile", lambda name, of: {"fresh": True})
    assert computing.main("quick") == 0
    assert swept == []


def test_an_interrupt_ends_it_without_a_word(monkeypatch, capsys):
    def interrupted(plan, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(computing, "sweep", interrupted)
    assert computing.main("quick") == 130
    assert capsys.readouterr() == ("", "")


def test_it_is_a_process_of_its_own_whose_end_is_not_the_builds(monkeypatch):
    called = []

    def run(command, check):
        called.append(command)
        return subprocess.CompletedProcess(command, -9)  # killed, for want of memory say

    monkeypatch.setattr(computing.subprocess, "run", run)
    assert computing.compute("quick", 3) == -9
    assert called == [[sys.executable, "-m", "infoplane.book.compute", "quick"]]


# Who starts it, and is killed; what it computes takes longer than anybody waits.
STARTED = """
import subprocess, sys
child = '''
import sys, time
from infoplane.book import compute
compute.sweep = lambda *plan, **options: (print("computing", flush=True), time.sleep(600))
sys.exit(compute.alone("quick"))
'''
subprocess.run([sys.executable, "-c", child])
"""


def test_it_ends_when_who_started_it_is_killed():
    """Or else a build that is started again would compute everything beside it a second time."""
    command = [sys.executable, "-c", STARTED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout.readline() == "computing\n"
        parent.kill()
        rest, _ = parent.communicate(timeout=60)  # at the end of all that write to it
    assert rest == ""
