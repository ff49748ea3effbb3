"""Keeps tokens out of logs."""

import logging
import re

_SECRET = re.compile(r"((?:token|access|refresh|password)=)[^&\s\"']+", re.IGNORECASE)
_BEARER = re.compile(r"(bearer[\s,]+)[\w\-.~+/=]+", re.IGNORECASE)


def redacted(text: str) -> str:
    """`text` with the values of `token=`, `access=`, `refresh=` and bearer tokens struck out."""
    return _BEARER.sub(r"\1[redacted]", _SECRET.sub(r"\1[redacted]", text))


class Redact(logging.Filter):
    """A filter for handlers: strikes secrets out of the finished line and of tracebacks'
    messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        clean = redacted(line)
        if clean != line:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_text is None:
            record.exc_text = redacted(logging.Formatter().formatException(record.exc_info))
        return True


class InOneLine(logging.Filter):
    """A filter for loggers of what is the client's fault: a warning, without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = record.exc_text = None
        return True
