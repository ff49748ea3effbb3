"""What senders say: texts that no other is, with something to escape in every form of frame."""

from random import Random

EMOJI = ("👍", "❤️", "🎉")
_WORDS = ("tea", "<b>", "& so", '"so"', "it's", "日本", "שלום", "🙂", "line\nbreak", "of course")


def say(chance: Random, beginning: str) -> str:
    """Some words after that beginning, and a number that makes them its own."""
    words = chance.choices(_WORDS, k=chance.randint(2, 12))
    return f"{beginning}.{chance.getrandbits(20)}: {' '.join(words)}"
