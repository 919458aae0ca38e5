"""The bar of what runs in another process: the sum of its sweeps, to their last lines."""

import io
import json
import os
import sys
import threading

from infoplane.book.progress import _draw, progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_adds_up_sweeps_of_one_name_to_their_last_lines(tmp_path, monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    lines = [
        {"sweep": sweep, "name": "codes.codes", "done": done, "total": total}
        for sweep, done, total in (("a", 0, 4), ("a", 4, 4), ("b", 0, 3), ("b", 3, 3))
    ]
    reports = tmp_path / "progress.jsonl"
    reports.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"sweep": "c", ')
    ended = threading.Event()
    ended.set()
    _draw("07", reports, ended)
    assert "07: codes.codes" in screen.getvalue()
    assert "7/7" in screen.getvalue()


def test_what_is_to_come_is_in_the_total(tmp_path, monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress("records", 9):
        line = {"sweep": "a", "name": "codes.codes", "done": 2, "total": 4}
        with open(os.environ["INFOPLANE_PROGRESS"], "a") as reports:
            reports.write(json.dumps(line) + "\n")
    assert "2/9" in screen.getvalue()
    assert "INFOPLANE_PROGRESS" not in os.environ


def test_where_there_is_no_terminal_nothing_is_drawn(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress("records", 9):
        assert "INFOPLANE_PROGRESS" not in os.environ
