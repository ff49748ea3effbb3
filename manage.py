#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    if sys.version_info < (3, 12):
        sys.exit("Chatsite needs Python 3.12 or newer; this is " + sys.version.split()[0] + ".")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run: pip install -r requirements.txt")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        # What the settings refuse is its owner's to read, not a programmer's.
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
