"""Where the boxes, arrows and lines of a flow chart stand.

Lengths are inches, counted downwards from the top. Texts are measured and wrapped first and the page is made
as high as they need, so nothing overlaps or is cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cohort.outputs.words import SYNTHETIC_SENTENCE, Symbols, hidden_meaning, one_line, states_in, step_label
from cohort.results.model import SafeAttrition, SafeAttritionStep, SafeCell, State

WIDTH = 8.2
"""Width of the chart: a portrait page of A4."""
_MARGIN = 0.35
_MAIN_WIDTH = 3.6
_SIDE_WIDTH = 3.35
_SIDE_LEFT = WIDTH - _MARGIN - _SIDE_WIDTH
_PADDING = 0.13
_GAP = 0.46
_SIDE_GAP = 0.14
_LINE = 1.36
"""Height of a line as a multiple of the size of its letters."""

INK = "#1b2733"
_MUTED = "#46535f"


@dataclass(frozen=True)
class Style:
    """How a line of text looks; ``size`` in points."""

    size: float
    weight: str = "normal"
    colour: str = INK

    @property
    def line(self) -> float:
        """Height of a line, in inches."""
        return self.size * _LINE / 72


@dataclass(frozen=True)
class Line:
    """One line of text, with free room above it."""

    text: str
    style: Style
    room: float = 0.0

    @property
    def height(self) -> float:
        """Height with the room above."""
        return self.room + self.style.line


@dataclass(frozen=True)
class Box:
    """A frame with lines of text in it; ``edge`` is the frame's thickness in points."""

    left: float
    top: float
    width: float
    lines: tuple[Line, ...]
    fill: str = "#ffffff"
    edge: float = 0.9

    @property
    def height(self) -> float:
        """Height with padding."""
        return _box_height(self.lines)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height

    @property
    def placed(self) -> tuple[PlacedLine, ...]:
        """The lines of the box, each in its place."""
        return _stacked(self.lines, self.left + _PADDING, self.top + _PADDING)


@dataclass(frozen=True)
class PlacedLine:
    """A line of text with its left end and its baseline."""

    left: float
    baseline: float
    line: Line


@dataclass(frozen=True)
class Arrow:
    """A straight line with a head at its second end."""

    from_left: float
    from_top: float
    to_left: float
    to_top: float


@dataclass
class Layout:
    """All parts of a chart; filled from the top downwards."""

    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    free: list[PlacedLine] = field(default_factory=list)
    height: float = 0.0

    def write(self, lines: tuple[Line, ...], top: float) -> float:
        """Place lines at the left margin; return where they end."""
        self.free += _stacked(lines, _MARGIN, top)
        return top + sum(line.height for line in lines)


Measure = Callable[[str, Style], float]
"""Width of one line of text, in inches."""

_TITLE = Style(13, "bold")
_MARK = Style(9.5, "bold")
_WORDS = Style(9.5)
_NUMBER = Style(9.5, "bold")
_SIDE_NUMBER = Style(9, "bold")
_SIDE_WORDS = Style(8.5)
_SMALL = Style(8.5, colour=_MUTED)


def lay_out(
    attrition: SafeAttrition, *, symbols: Symbols, policy: str, synthetic: bool, measure: Measure
) -> Layout:
    """Return the layout of a flow: mark, title, boxes of all steps, meaning of the symbols."""
    layout = Layout()
    whole = WIDTH - 2 * _MARGIN
    top = _MARGIN
    if synthetic:
        mark = _wrap(SYNTHETIC_SENTENCE, _MARK, whole - 2 * _PADDING, measure)
        layout.boxes.append(Box(_MARGIN, top, whole, mark, fill="#fff3cd", edge=1.4))
        top = layout.boxes[-1].bottom + 0.22
    top = layout.write(_wrap(one_line(attrition.title), _TITLE, whole, measure), top)
    counted = f"n = number of {one_line(attrition.counted)}"
    top = layout.write(_wrap(counted, _SMALL, whole, measure, room=0.03), top) + 0.2
    bottom = _place_steps(layout, attrition.steps, top, symbols, measure)
    if State.HIDDEN in states_in(attrition):
        note = f"{symbols.hidden} = {hidden_meaning(policy)}"
        bottom = layout.write(_wrap(note, _SMALL, whole, measure, room=0.2), bottom)
    layout.height = bottom + _MARGIN
    return layout


def _place_steps(
    layout: Layout, steps: tuple[SafeAttritionStep, ...], top: float, symbols: Symbols, measure: Measure
) -> float:
    """Place the boxes of all steps from ``top`` on; return where the lowest ends."""
    middle = _MARGIN + _MAIN_WIDTH / 2
    bottom, side_free_from = top, top
    for position, step in enumerate(steps):
        if position > 0:
            branch = bottom + _GAP / 2
            if step.excluded.state is not State.IMPOSSIBLE:
                side = _side_lines(step, symbols, measure)
                half = _box_height(side) / 2
                # Two neighbours at the side may be higher than the boxes between them.
                branch = max(branch, side_free_from + half)
                layout.boxes.append(Box(_SIDE_LEFT, branch - half, _SIDE_WIDTH, side, fill="#f4f6f8"))
                layout.arrows.append(Arrow(middle, branch, _SIDE_LEFT, branch))
                side_free_from = branch + half + _SIDE_GAP
            top = branch + _GAP / 2
            layout.arrows.append(Arrow(middle, bottom, middle, top))
        box = Box(_MARGIN, top, _MAIN_WIDTH, _main_lines(step, symbols, measure))
        if position == len(steps) - 1:
            box = replace(box, fill="#e6eef5", edge=1.8)
        layout.boxes.append(box)
        bottom = box.bottom
    return max(bottom, side_free_from - _SIDE_GAP)


def _main_lines(step: SafeAttritionStep, symbols: Symbols, measure: Measure) -> tuple[Line, ...]:
    room = _MAIN_WIDTH - 2 * _PADDING
    number = f"n = {symbols.text(step.remaining, thousands=True)}"
    return (
        *_wrap(step_label(step), _WORDS, room, measure),
        *_wrap(number, _NUMBER, room, measure, room=0.03),
        *(() if step.units is None else _wrap(_people(step.units, symbols), _SMALL, room, measure)),
    )


def _people(units: SafeCell, symbols: Symbols) -> str:
    return f"different people: {symbols.text(units, thousands=True)}"


def _side_lines(step: SafeAttritionStep, symbols: Symbols, measure: Measure) -> tuple[Line, ...]:
    room = _SIDE_WIDTH - 2 * _PADDING
    number = f"Excluded: n = {symbols.text(step.excluded, thousands=True)}"
    lines = [
        *_wrap(number, _SIDE_NUMBER, room, measure),
        *_wrap(f"Not met: {one_line(step.words)}", _SIDE_WORDS, room, measure, room=0.02),
    ]
    if why := one_line(step.why):
        lines += _wrap(f"Why: {why}", _SMALL, room, measure, room=0.04)
    return tuple(lines)


def _wrap(text: str, style: Style, width: float, measure: Measure, room: float = 0.0) -> tuple[Line, ...]:
    """Break a text into lines no wider than ``width``; a single word that is wider is broken anywhere."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if measure(longer, style) <= width:
            current = longer
            continue
        if current:
            lines.append(current)
        while measure(word, style) > width and len(word) > 1:
            fits = _longest_start(word, style, width, measure)
            lines.append(word[:fits])
            word = word[fits:]
        current = word
    lines.append(current)
    return tuple(Line(line, style, room if position == 0 else 0.0) for position, line in enumerate(lines))


def _longest_start(word: str, style: Style, width: float, measure: Measure) -> int:
    """Return how many characters of a word fit into the width, at least 1."""
    least, most = 1, len(word)
    while least < most:
        tried = (least + most + 1) // 2
        if measure(word[:tried], style) <= width:
            least = tried
        else:
            most = tried - 1
    return least


def _box_height(lines: tuple[Line, ...]) -> float:
    return 2 * _PADDING + sum(line.height for line in lines)


def _stacked(lines: tuple[Line, ...], left: float, top: float) -> tuple[PlacedLine, ...]:
    placed: list[PlacedLine] = []
    for line in lines:
        top += line.height
        # Letters reach below the baseline by about a fifth of their size; the rest of the line is above.
        placed.append(PlacedLine(left, top - 0.32 * line.style.size / 72, line))
    return tuple(placed)
