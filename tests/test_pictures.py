"""The pictures of the README. `make check` draws them all and reports those that are out of date."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from rich.segment import Segment
from rich.style import Style

from screenshots.animation import Frame, animated
from screenshots.film import FILM
from screenshots.scenes import PICTURES
from screenshots.svg import HEIGHT, MARGIN, WIDTH, svg

ROOT = Path(__file__).parents[1]
THERE = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "screenshots").glob("*.svg")}
PLAIN = Style(color="#ffffff", bgcolor="#000000")
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_the_readme_shows_pictures_that_are_there_and_says_what_is_on_them() -> None:
    shown = re.findall(r"!\[(.*?)\]\((.*?)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(shown) > 3
    assert [path for _, path in shown if not (ROOT / path).is_file()] == []
    assert [path for words, path in shown if len(words) < 40] == []


def test_each_picture_is_drawn_by_a_scene_and_each_scene_has_its_picture() -> None:
    assert THERE.keys() == {*PICTURES, FILM}


def test_no_picture_asks_a_host_for_anything() -> None:
    for name, picture in THERE.items():
        assert "//" not in picture.replace("http://www.w3.org/2000/svg", ""), name
        assert "url(" not in picture, name


def test_the_film_moves_by_itself_and_is_small() -> None:
    film = THERE[FILM]
    assert len(film.encode()) < 1_000_000
    assert "@keyframes" in film
    assert "<script" not in film


def test_a_frame_of_a_film_paints_only_the_rows_that_differ_from_the_one_before() -> None:
    def frame(*rows: str) -> Frame:
        return Frame([[Segment(row, PLAIN)] for row in rows], 1)

    root = ElementTree.fromstring(animated([frame("ab", "x"), frame("ab", "y"), frame("cd", "y")]))
    groups = [[text.text for text in group.iter(f"{NAMESPACE}text")] for group in root.iter(f"{NAMESPACE}g")]
    assert groups[1:] == [["ab", "x"], ["y"], ["cd"]]
    assert "@keyframes f1{0%{visibility:hidden}33.333%{visibility:visible}}" in "".join(root.itertext())


def texts(*segments: Segment) -> list[tuple[str, str, str | None]]:
    root = ElementTree.fromstring(svg([segments]))
    return [(t.text or "", t.attrib["x"], t.get("textLength")) for t in root.iter(f"{NAMESPACE}text")]


def test_a_word_is_held_to_its_cells_and_what_another_font_may_lend_stands_in_the_middle_of_its_own() -> None:
    assert texts(Segment("ab  c●日e\u0301x", PLAIN)) == [
        ("ab", "0", str(2 * WIDTH)),
        ("c", str(4 * WIDTH), str(WIDTH)),
        ("●", f"{5.5 * WIDTH:g}", None),
        ("日", str(7 * WIDTH), None),
        ("e\u0301", f"{8.5 * WIDTH:g}", None),
        ("x", str(9 * WIDTH), str(WIDTH)),
    ]


def test_lines_are_shapes_that_reach_the_edges_of_their_cells() -> None:
    root = ElementTree.fromstring(svg([[Segment("│█", PLAIN)]]))
    (path,) = root.iter(f"{NAMESPACE}path")
    heights = {float(number) for number in re.findall(r"V([\d.]+)", path.attrib["d"])}
    assert max(heights) >= HEIGHT
    assert f"M{WIDTH} 0H{2 * WIDTH}V{HEIGHT}H{WIDTH}z" in path.attrib["d"]
    assert root.attrib["viewBox"] == f"0 0 {2 * WIDTH + 2 * MARGIN} {HEIGHT + 2 * MARGIN}"


def test_markup_in_a_name_is_only_text() -> None:
    assert texts(Segment("<script>&amp;", PLAIN))[0][0] == "<script>&amp;"
