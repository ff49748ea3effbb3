"""The site with failpoints planted around its own code, which holds none: for `manage.py`'s place.

    python -m tests.faults.sabotage serve --port 8001

What fails is said in JSON: by the environment's FAILPOINTS or, from when it is there, by the file
that FAILPOINTS_FILE names. That file is read again whenever it was replaced, and holds alone, so
that a test can switch faults on and off in a running server. Its names are those of `Faults` in
failpoints.py:

    {"seed": 7, "kill_after_commit": 0.01, "notices": {"drop": 0.3, "double": 0.1}}

Whenever a failpoint strikes, its name goes as a line into the file beside it whose name ends in
`.struck`. House (house.py) writes the one and reads the other.
"""

import os
import sys
from pathlib import Path

import django
from django.core.management import execute_from_command_line

from tests.faults.failpoints import Failpoints


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    file = os.environ.get("FAILPOINTS_FILE", "")
    failpoints = Failpoints(os.environ.get("FAILPOINTS", "{}"), Path(file) if file else None)
    django.setup()

    # They import models, which Django allows only now.
    from tests.faults import spoil_commits, spoil_notices  # noqa: PLC0415

    spoil_commits.plant(failpoints)
    spoil_notices.plant(failpoints)
    execute_from_command_line(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    main()
