"""The joined scripts: made at the start, each of its parts in its order."""

import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string

from chatsite import bundles
from chatsite.bundles import PARTS, JoinedFiles, join_parts
from tests import needs

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Puts parts into a static folder of the test's own; `joined/two.js` is made of a and b."""
    sources = tmp_path / "static"
    (sources / "js").mkdir(parents=True)
    (sources / "vendor").mkdir()
    settings.STATICFILES_DIRS = [sources]
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(bundles, "PARTS", {"two.js": ("js/a.js", "vendor/b.js")})

    def put(**scripts: str) -> None:
        for name, script in scripts.items():
            folder = "vendor" if name == "b" else "js"
            (sources / folder / f"{name}.js").write_text(script, encoding="utf-8")

    return put


def kept(settings: Any) -> Path:
    return Path(settings.DATA_DIR) / "joined" / "two.js"


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_there_once_and_htmx_is_last(name: str) -> None:
    joined = join_parts(name).decode()
    assert len(set(PARTS[name])) == len(PARTS[name])
    assert PARTS[name][-1].startswith("vendor/htmx")
    htmx = finders.find(PARTS[name][-1])
    assert joined.endswith(Path(str(htmx)).read_text(encoding="utf-8").rstrip() + "\n;")
    assert joined.count("catch (problem)") == len(PARTS[name]) - 1


def test_a_room_has_all_that_the_other_pages_have_but_what_only_they_need() -> None:
    assert set(PARTS["page.js"]) - set(PARTS["room.js"]) == {"js/offline.js", "js/unsent.js"}


@pytest.mark.parametrize("template", ["rooms/_scripts.html", "_own_scripts.html"])
def test_a_page_asks_for_one_script_with_its_version(template: str) -> None:
    scripts = re.findall(r"<script[^>]*>", render_to_string(template))
    assert len(scripts) == 1
    assert re.search(r'src="/static/joined/(room|page)\.js\?v=[0-9a-f]{12}"', scripts[0])


@needs.minify
def test_what_a_browser_does_not_need_stays_behind(write: Write) -> None:
    write(
        a='// Why.\n\n  function go(place) {\n    say(place, "// not a comment");\n  }\n', b="b()"
    )
    assert join_parts("two.js").decode() == (
        'try {\nfunction go(e){say(e,"// not a comment")}\n'
        "} catch (problem) { reportError(problem); }\n"
        "b()\n;"
    )


def test_what_others_wrote_is_left_as_it_is(write: Write) -> None:
    write(a="", b="// kept\n  b()")
    assert join_parts("two.js").decode().endswith("// kept\n  b()\n;")


def test_without_a_minifier_the_parts_go_out_as_they_are(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "_MINIFY", "import no_such_module")
    write(a="// Why.\n  go()  // told", b="(() => 1)()")
    assert join_parts("two.js").decode() == (
        "try {\n// Why.\n  go()  // told\n} catch (problem) { reportError(problem); }\n"
        "(() => 1)()\n;"
    )


JUNK = ["print('hello')", "print(5)", "print('null')", "print('{}')", "print('[]')", "print('[5]')"]


@pytest.mark.parametrize("child", ["", *JUNK, "import os; os.write(1, b'[\\xff]')", "exit(3)"])
def test_from_a_minifier_that_answers_nonsense_they_go_out_as_they_are(
    write: Write, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    monkeypatch.setattr(bundles, "_MINIFY", child)
    write(a="go()  // told", b="b()")
    assert "go()  // told" in join_parts("two.js").decode()


@pytest.mark.parametrize("interpreter", ["/nowhere/python", ""])
def test_where_no_interpreter_is_found_they_go_out_as_they_are(
    write: Write, monkeypatch: pytest.MonkeyPatch, interpreter: str
) -> None:
    monkeypatch.setattr(sys, "executable", interpreter)
    write(a="go()  // told", b="b()")
    assert "go()  // told" in join_parts("two.js").decode()


@pytest.mark.parametrize("way", ["folder", "path"])
def test_a_minifier_that_lies_about_is_not_used(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    (tmp_path / "minify.py").write_text("def string(*_):\n    return 'planted()'\n")
    if way == "folder":
        monkeypatch.chdir(tmp_path)
    else:
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    write(a="go()", b="b()")
    assert "planted" not in join_parts("two.js").decode()


def test_the_minifier_hears_no_secret(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    child = "import json, os; print(json.dumps([f'// heard {dict(os.environ)}']))"
    monkeypatch.setattr(bundles, "_MINIFY", child)
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "canary")
    write(a="", b="b()")
    told = join_parts("two.js").decode()
    assert "heard" in told
    assert "canary" not in told


def test_a_missing_part_is_named(write: Write) -> None:
    write(a="")
    with pytest.raises(
        ImproperlyConfigured, match=r"static/vendor/b\.js is missing.*joined/two\.js"
    ):
        JoinedFiles().find("joined/two.js")


def test_the_finder_finds_and_lists_its_own_alone(write: Write, settings: LazySettings) -> None:
    write(a="a()", b="b()")
    finder = JoinedFiles()
    [(name, storage)] = finder.list(None)
    assert (storage.prefix, name, storage.path(name)) == ("joined", "two.js", str(kept(settings)))
    assert kept(settings).read_bytes() == join_parts("two.js")
    assert list(finder.list(["*.js"])) == []
    assert finder.find("joined/two.js") == str(kept(settings))
    assert finder.find("joined/two.js", find_all=True) == [str(kept(settings))]
    for name in ["two.js", "joined/", "joined/three.js", "joined/../two.js", "js/a.js"]:
        assert finder.find(name) is None
        assert finder.find(name, find_all=True) == []
    assert [each.name for each in kept(settings).parent.iterdir()] == ["two.js"]


def test_it_is_made_anew_at_a_start_after_a_change_and_only_then(
    write: Write, settings: LazySettings
) -> None:
    write(a="a()", b="b()")
    JoinedFiles().find("joined/two.js")
    first = kept(settings).stat()
    JoinedFiles().find("joined/two.js")
    assert kept(settings).stat().st_ino == first.st_ino

    running = JoinedFiles()
    running.find("joined/two.js")
    write(a="changed()")
    running.find("joined/two.js")
    assert b"changed" not in kept(settings).read_bytes()
    JoinedFiles().find("joined/two.js")
    assert b"changed" in kept(settings).read_bytes()


def test_under_debug_a_change_is_seen_at_once(write: Write, settings: LazySettings) -> None:
    settings.DEBUG = True
    write(a="a()", b="b()")
    finder = JoinedFiles()
    finder.find("joined/two.js")
    write(a="changed()")
    finder.find("joined/two.js")
    assert b"changed" in kept(settings).read_bytes()


def test_many_that_start_together_make_one_whole_file(write: Write, settings: LazySettings) -> None:
    write(a="a()", b="b()" * 500_000)
    together = Barrier(8)

    def start(finder: JoinedFiles) -> bytes:
        together.wait(10)
        return Path(finder.find("joined/two.js")).read_bytes()

    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(start, [JoinedFiles() for _ in range(8)]))
    assert set(read) == {join_parts("two.js")}
    assert [each.name for each in kept(settings).parent.iterdir()] == ["two.js"]


def test_a_folder_that_cannot_be_written_stops_the_start(
    write: Write, settings: LazySettings
) -> None:
    write(a="a()", b="b()")
    # A file where the folder should be: rights would not stop root.
    Path(settings.DATA_DIR).mkdir()
    kept(settings).parent.write_bytes(b"")
    with pytest.raises(ImproperlyConfigured, match=r"two\.js cannot be written .*DATA_DIR"):
        JoinedFiles().find("joined/two.js")


def test_what_was_not_finished_is_not_left_behind(
    write: Write, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(a="a()", b="b()")

    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ImproperlyConfigured, match="No space left"):
        JoinedFiles().find("joined/two.js")
    assert list(kept(settings).parent.iterdir()) == []
