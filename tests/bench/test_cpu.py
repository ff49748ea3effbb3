"""The CPU of a server is that of all its processes, also of those that have ended."""

import subprocess
import sys

import pytest

from bench.cpu import Stat, cpu_seconds, read_stat, ticks_of_trees

STATS = {1: Stat(0, 100), 20: Stat(1, 7), 21: Stat(20, 5), 22: Stat(21, 3), 30: Stat(1, 11)}


def test_children_and_their_children_count() -> None:
    assert ticks_of_trees(STATS, [20]) == 15


def test_two_trees_are_added_and_what_is_in_both_counts_once() -> None:
    assert ticks_of_trees(STATS, [20, 30]) == 26
    assert ticks_of_trees(STATS, [20, 21]) == 15


def test_a_name_may_hold_what_parts_the_fields() -> None:
    fields = "S 20 21 21 0 -1 4194560 900 0 0 0 4 3 2 1 20 0 5 0 1000"
    assert read_stat(f"21 (a) (b c) {fields}") == Stat(20, 10)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_an_ended_child_has_computed_is_not_forgotten() -> None:
    program = """
import os, subprocess, sys
subprocess.run([sys.executable, "-c", "for _ in range(3_000_000): pass"])
print(os.times().children_user + os.times().children_system, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = float(parent.stdout.readline())
        assert cpu_seconds([parent.pid]) >= child
