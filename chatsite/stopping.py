"""How long a stop may take."""

import faulthandler
import logging
import os
import threading

logger = logging.getLogger(__name__)

# What connections get to finish, in seconds, and what the whole stop may take (docs/protocol.md,
# promise 11: a restart ends within 10 s).
GRACE = 6
AT_THE_LATEST = 8
LEAVING = 1


def exit_at_the_latest() -> None:
    """Ends this process after AT_THE_LATEST seconds even if a thread never returns."""
    timer = threading.Timer(AT_THE_LATEST, _exit)
    timer.daemon = True
    timer.start()


def leave_no_thread() -> None:
    """Ends this process in order within LEAVING seconds, once its loop has nothing more to do.

    A thread in which asgiref waits for a view waits for a loop that will not run again, and Python
    would wait for that thread.
    """
    timer = threading.Timer(LEAVING, os._exit, [0])
    timer.daemon = True
    timer.start()


def _exit() -> None:
    logger.error("The stop took more than %d s and was cut short. Its threads:", AT_THE_LATEST)
    faulthandler.dump_traceback(all_threads=True)
    os._exit(1)
