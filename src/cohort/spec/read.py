"""From nodes to the models of a spec: pydantic judges the shape, and its errors become our messages."""

from __future__ import annotations

from itertools import islice

from pydantic import ValidationError

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.spec import keys
from cohort.spec.model import Spec
from cohort.spec.sections import shape_spec
from cohort.spec.shape import Shaper
from cohort.spec.spots import MOST_PROBLEMS, UNKNOWN, Location, Spot


def read_spec(root: MapNode, diagnostics: Diagnostics) -> Spec | None:
    """Read a spec from the nodes of its file; None if there is a problem, which is then in ``diagnostics``.

    Names are not looked up and expressions are not parsed here.
    """
    before = len(diagnostics)
    if not _version_is_known(root, diagnostics):
        return None
    found = Diagnostics()
    shaper = Shaper(found)
    shaped = shape_spec(shaper, root)
    spec: Spec | None = None
    try:
        spec = Spec.model_validate(shaped)
    except ValidationError as problem:
        # The inputs are not asked for: the locations say all, and the nodes would be copied.
        errors = problem.errors(include_url=False, include_context=False, include_input=False)
        for error in errors[:MOST_PROBLEMS]:
            _report(error["type"], error["loc"], shaper)
    diagnostics.extend(found)
    return spec if len(diagnostics) == before else None


def _version_is_known(root: MapNode, diagnostics: Diagnostics) -> bool:
    """Look at the version first: a file of another version would bring messages that mislead."""
    version = root.get("cohort_spec")
    if not isinstance(version, ScalarNode) or version.text in ("", keys.VERSION):
        return True
    diagnostics.add(
        "SPC104",
        version.place,
        at="cohort_spec",
        found=version.text[: keys.LONGEST_NAME],
        version=keys.VERSION,
    )
    return False


def _report(kind: str, location: Location, shaper: Shaper) -> None:
    """Turn one error of pydantic into a diagnostic, unless its cause is reported already."""
    if any(location[:length] in shaper.silent for length in range(1, len(location) + 1)):
        return
    if kind == "extra_forbidden":
        _unknown(location, shaper)
    elif kind == "missing":
        _missing(location, shaper)
    else:
        spot = _nearest_spot(location, shaper)
        wanted = keys.WANTED.get(spot.kind, keys.TEXT) if kind != "is_instance_of" else keys.TEXT
        place = spot.node.place if isinstance(spot.node, ScalarNode) else spot.place
        shaper.add("SPC103", place, spot.at, key=spot.title, wanted=wanted, found=_found(spot.node))


def _unknown(location: Location, shaper: Shaper) -> None:
    parent = shaper.spots[location[:-1]]
    word = str(location[-1]).removeprefix(UNKNOWN)
    key = parent.node.key(word) if isinstance(parent.node, MapNode) else None
    if key is not None:
        path = f"{parent.at}.{word}" if parent.at else word
        shaper.unknown_key(key, parent.title, tuple(parent.fields), path)


def _missing(location: Location, shaper: Shaper) -> None:
    parent = shaper.spots[location[:-1]]
    name = next(key for key, field in parent.fields.items() if field == location[-1])
    inside = (key.text for key, _ in parent.node) if isinstance(parent.node, MapNode) else ()
    unknown = islice((word for word in inside if word not in parent.fields), MOST_PROBLEMS)
    # A misspelt key is reported as such; that its right form is missing is the same mistake.
    if name not in (nearest(word, parent.fields) for word in unknown):
        shaper.add("SPC102", parent.place, parent.at, section=parent.title, key=f"`{name}`")


def _nearest_spot(location: Location, shaper: Shaper) -> Spot:
    while location not in shaper.spots:
        location = location[:-1]
    return shaper.spots[location]


def _found(node: Node) -> str:
    match node:
        case ScalarNode():
            return "a text" if node.text.strip() else "nothing"
        case ListNode():
            return "a list"
        case MapNode():
            return "a group of keys"
