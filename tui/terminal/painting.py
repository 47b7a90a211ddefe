"""Paints runs of cells with few bytes: short moves, short changes of style, and one style after the other.

It sends only what every terminal knows: text, backspace, cursor moves and changes of style. Erased or repeated characters
would be shorter, but some terminals that call themselves xterm erase with their own background or cannot repeat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Look(NamedTuple):
    """A style as the parameters of ``ESC [ parameters m``; each is "" for the default."""

    attributes: str = ""
    foreground: str = ""
    background: str = ""

    @property
    def seen_on_blanks(self) -> bool:
        return not _SEEN_ON_BLANKS.isdisjoint(self.attributes.split(";"))


Cell = tuple[str, Look]
"""A character and its style."""


class Run(NamedTuple):
    """Text of one style in a row. Of blanks, the style has only what is seen on them."""

    y: int
    x: int
    text: str
    look: Look


_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
"""Underline, reverse, strike, double underline and overline."""
_ENDS = {"1": "22", "2": "22", "3": "23", "4": "24", "21": "24", "7": "27"}
"""The parameters that end an attribute."""
_DEFAULT = Look("", "39", "49")
_BAND = 8
"""The number of rows that are painted together."""
_TOO_MANY_TO_REPEAT = 6
"""No move in a row is longer than so many bytes."""


def runs(y: int, changed: Iterable[int], shown: Mapping[int, Cell]) -> Iterator[Run]:
    """Yield the cells in these columns of a row as runs, with the cells between them where a move costs more."""
    start, text, look = 0, "", Look()
    for x in changed:
        character, cell_look = shown[x]
        if text:
            between = _between(shown, start + len(text), x, look)
            joint = None if between is None else _joint_look(f"{text}{between}", look, character, cell_look)
            if joint is not None:
                text, look = f"{text}{between}{character}", joint
                continue
            yield Run(y, start, text, look)
        start, text, look = x, character, cell_look
    if text:
        yield Run(y, start, text, look)


def _between(shown: Mapping[int, Cell], start: int, end: int, look: Look) -> str | None:
    """Return the text from `start` to `end` if it is cheaper to send it again than to move over it."""
    if end - start > _TOO_MANY_TO_REPEAT:
        return None
    text = ""
    for x in range(start, end):
        if x not in shown or (_joint_look("x", look, *shown[x]) != look):
            return None
        text += shown[x][0]
    return text if len(text.encode()) <= len(_right(end - start)) else None


def _joint_look(text: str, look: Look, character: str, character_look: Look) -> Look | None:
    """Return the style in which both the text and the character after it look right; None if there is none."""
    if look == character_look:
        return look
    if look.background != character_look.background or look.seen_on_blanks or character_look.seen_on_blanks:
        return None
    if character == " ":
        return look
    return character_look if text.isspace() else None


class Pen:
    """Writes runs, and knows the style of the terminal and the place of its cursor since it was made.

    Some terminals draw characters that are not ASCII two cells wide: after such text each move says the row and column.
    In the last column terminals do not agree on where the cursor is.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._look = Look()
        self._place: tuple[int, int] | None = None
        self._is_exact = False

    def write(self, run: Run) -> str:
        y, x, text, look = run
        if text.isspace() and not (look.seen_on_blanks or self._look.seen_on_blanks):
            look = self._look._replace(background=look.background)
        sent = f"{self._move_to(y, x)}{_change_of_look(self._look, look)}{text}"
        end = x + len(text)
        self._place = (y, end) if end < self._width else None
        self._is_exact &= text.isascii()
        self._look = look
        return sent

    def _move_to(self, y: int, x: int) -> str:
        if self._place == (y, x):
            return ""
        absolute = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
        if self._place is None or not self._is_exact or y < self._place[0]:
            self._is_exact = True
            return absolute
        down = y - self._place[0]
        relative = f"{_sequence(down, 'B') if down else ''}{_right(x - self._place[1])}"
        return min(relative, absolute, key=len)

    def put_down(self) -> str:
        return "\x1b[m" if self._look != Look() else ""


def paint(painted: Sequence[Run], width: int) -> str:
    """Return the sequences for these runs of different cells, row by row or one style after the other.

    Styles are collected in bands of rows only, so that also on a slow line a screen fills from its top: what says that a
    command is done stands at the bottom, and comes after what shows it.
    """
    by_look = sorted(painted, key=lambda run: (run.y // _BAND, run.look.background, run.look, run.y, run.x))
    return min((_paint_in_order(each, width) for each in (painted, by_look)), key=len)


def _paint_in_order(painted: Iterable[Run], width: int) -> str:
    pen = Pen(width)
    return "".join([*(pen.write(run) for run in painted), pen.put_down()])


def _right(columns: int) -> str:
    """Return the move by so many columns; to the left if it is less than 0."""
    if columns > 0:
        return _sequence(columns, "C")
    return min("\b" * -columns, _sequence(-columns, "D"), key=len)


def _sequence(number: int, final: str) -> str:
    return f"\x1b[{number}{final}" if number != 1 else f"\x1b[{final}"


def _change_of_look(before: Look, after: Look) -> str:
    if before == after:
        return ""
    reset = ["0", *(each for each in after if each)] if after != Look() else [""]
    changes = _change_of_attributes(before.attributes, after.attributes)
    if changes is None:
        return f"\x1b[{';'.join(reset)}m"
    changes += [
        new or default
        for old, new, default in zip(before[1:], after[1:], _DEFAULT[1:], strict=True)
        if old != new
    ]
    return min(f"\x1b[{';'.join(changes)}m", f"\x1b[{';'.join(reset)}m", key=len)


def _change_of_attributes(before: str, after: str) -> list[str] | None:
    """Return the parameters that end and begin attributes; None if one of them can only be reset."""
    old, new = (set(each.split(";")) - {""} for each in (before, after))
    if not old - new <= _ENDS.keys():
        return None
    ended = {_ENDS[each] for each in old - new}
    begun = {each for each in new if each not in old or _ENDS.get(each) in ended}
    return sorted(ended) + sorted(begun)
