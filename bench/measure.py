"""One row: its contestants in turn, each round with a server and sockets that are new."""

import sys
import time
from dataclasses import replace
from pathlib import Path

from bench.contestants import CONTESTANTS
from bench.cpu import cpu_seconds
from bench.figures import Measured, Result, rounds_of
from bench.generator import generating
from bench.peers.peer import Peer
from bench.rows import Row
from bench.speech import Pattern

WARM_UP = 0.2  # of the measured messages: who compiles as it runs has then compiled


def run_row(row: Row, pairs: int, folder: Path) -> Result:
    """Takes minutes. `folder` is for the data of those who keep any."""
    peers = {name: CONTESTANTS[name](folder) for name in row.contestants}

    def measure(name: str) -> Measured:
        began = time.monotonic()
        measured = measure_once(peers[name], row.sockets, row.pattern_of(name))
        sys.stderr.write(
            f"{row.name}: {name}: {measured.figure('cpu'):.1f} µs CPU a delivery, "
            f"load {measured.busy:.0%} busy"
            f"{'' if measured.is_sound else ', UNSOUND'} ({time.monotonic() - began:.0f} s)\n"
        )
        return measured

    return Result(row.name, row.words, row.sockets, rounds_of(row.contestants, pairs, measure))


def measure_once(peer: Peer, sockets: int, pattern: Pattern) -> Measured:
    """Starts it, measures one stretch and stops it."""
    callers = peer.callers(sockets)
    try:
        peer.start()
        with generating() as load:
            load.connect(peer.speech, callers)
            load.post(_warm_up(pattern))
            before = cpu_seconds(peer.pids)
            told = load.post(pattern)
            return Measured(cpu=cpu_seconds(peer.pids) - before, **told)
    finally:
        peer.stop()


def _warm_up(pattern: Pattern) -> Pattern:
    bursts = max(1, round(pattern.messages * WARM_UP / pattern.burst))
    return replace(pattern, messages=bursts * pattern.burst)
