"""A posted text has its number where the load generator looks for it."""

import pytest

from bench.rows import ROWS, Row
from bench.speech import DIGITS, MARK, text_of


def test_a_text_is_200_bytes_and_has_its_number() -> None:
    text = text_of(123).encode()
    assert len(text) == 200
    at = text.index(MARK) + len(MARK)
    assert int(text[at : at + DIGITS]) == 123
    assert text.count(MARK) == 1


@pytest.mark.parametrize("row", [*ROWS, *(row.small() for row in ROWS)], ids=lambda row: row.name)
def test_a_row_has_whole_bursts_and_bars_of_those_who_take_part(row: Row) -> None:
    for name in row.contestants:
        pattern = row.pattern_of(name)
        assert pattern.messages > 0
        assert pattern.messages % pattern.burst == 0
    for bar in row.bars:
        assert {bar.ours, bar.peer} <= set(row.contestants)
