"""Which fault tests run with all others, and which only in `make faults`."""

from pathlib import Path

import pytest

from tests.faults.load import SEED

# The checker and the proxy themselves, and a row of each kind; together they take two minutes.
WITH_ALL_OTHERS = frozenset(
    {
        "test_checker.py",
        "test_checker_and_hub.py",
        "test_disk.py",
        "test_failpoints.py",
        "test_folder.py",
        "test_healing.py",
        "test_hearing.py",
        "test_json_frames.py",
        "test_kill.py",
        "test_notices.py",
        "test_proxy.py",
        "test_resends.py",
        "test_table.py",
        "test_turned_away.py",
        "test_waits.py",
    }
)


@pytest.fixture(autouse=True)
def seed_is_told() -> None:
    """What repeats it stands in the report of each test that fails."""
    print(f"FAULT_SEED={SEED}")  # noqa: T201


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        in_faults = item.path.parent == Path(__file__).parent
        if in_faults and item.path.name not in WITH_ALL_OTHERS:
            item.add_marker(pytest.mark.slow)
