"""What people write to make other people's browsers run it: one string of every kind.

The kinds are those of OWASP's XSS filter evasion cheat sheet, and those of this site: what the
vendored htmx and our own scripts would obey if text ever became markup. Most stand in
`hostile.txt`, a line each. `hit()` stands where something would run; what would be fetched has
`evil.example` or `/hit` in its address.
"""

from pathlib import Path

# What does not fit on a line, or is not seen on it.
_ODD = [
    "jav\tascript:hit()",
    '<a href="j\na\nv\na\ns\nc\nr\ni\np\nt\n:hit()">tap</a>',
    "<img\nsrc=/hit\nonerror\n=\nhit()\n>",
    "<img\x0csrc=/hit\x0conerror=hit()>",
    "<img\x0bsrc=/hit\x0bonerror=hit()>",
    '<a href="\x01\x08\x1fjavascript:hit()">tap</a>',
    "<script\x20type\x3d'text/javascript'\x3ehit()\n//<![CDATA[\n</script>",
    "<scr\x08ipt>hit()</scr\x7fipt>",
    "\ufeff<script>hit()</script>",
    "<s\u200bcript>hit()</s\u200bcript>",
    "<\u00a0script>hit()</script>",
    "<img src=/hit\u3000onerror=hit()>",
    "\u202e>tpircs/<)(tih>tpircs<\u202c hit()",
    "\u2066\u2067<b onclick=hit()>\u2069 still turned",
    "ad\u200da \u200b\u2060\u00ad hit()",
    "Z\u0335\u0321\u0322\u0354\u034d\u0348\u0320 hit()" + "\u0301" * 40,
    "<script>hit()\u2028</script>\u2029",
    "\ud7ff\ue000\ufffd\ufffe<script>hit()</script>\U0010fffe",
    "\U000e003cscript\U000e003ehit()",
    " \n <img src=/hit onerror=hit()> \n ",
    "\n\n<script>\nhit()\n</script>",
    "line\r\nend\rhit()\n<b onclick=hit()>",
    "<!--\n--><script>hit()</script><!--\n",
    "```\n<script>hit()</script>\n```",
    "<" * 60 + "script" + ">" * 60 + "hit()",
    "<b>" * 200 + "hit()",
    "<x " + "a" * 900 + "=1 onclick=hit()>",
    "&" + "amp;" * 200 + "lt;script&gt;hit()",
]

_LINES = Path(__file__).with_suffix(".txt").read_text("utf-8").split("\n")
_ALL = [line for line in _LINES if line and not line.startswith("### ")] + _ODD


def _numbered(text: str, number: int) -> str:
    """So that a string that runs says which one it is."""
    return text.replace("hit()", f"hit({number})")


HOSTILE = tuple(_numbered(text, number) for number, text in enumerate(_ALL, 1))
# No database stores these; they are refused.
REFUSED = tuple(
    _numbered(text, number)
    for number, text in enumerate(
        ["<scr\x00ipt>hit()</scr\x00ipt>", "java\x00script:hit()", "<b\x00onclick=hit()>"], 901
    )
)
