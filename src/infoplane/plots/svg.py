"""Matplotlib's SVG in a quarter of its size, drawn alike: for pages that hold dozens of figures.

Matplotlib writes every style at every mark, absolute coordinates with many digits, and names that
nobody refers to. What the picture does not need is left out here; coordinates are rounded to a
tenth of a point, less than a pixel on any screen.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import count
from xml.etree import ElementTree

__all__ = ["compact"]

Element = ElementTree.Element
Marks = dict[str, Element]  # what uses refer to, by "#name"

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
# What a group hands on to its marks; opacity and clipping are of a group as a whole.
INHERITED = (
    "fill", "fill-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap",
    "stroke-linejoin", "stroke-opacity", "stroke-width", "font-size", "font-style", "font-weight",
    "text-anchor",
)  # fmt: skip
OF_LETTERS = ("font-size", "font-style", "font-weight", "text-anchor")  # no mark heeds them
UNSAID = (("stroke-dashoffset", "0"), ("text-anchor", "start"))  # are so unless told
NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
SIZES = re.compile(rf"(?:{NUMBER}(?:px)?\s*)+")
FONT = re.compile(rf"(?P<words>(?:\S+ )*?)(?P<size>{NUMBER}px) ")
DOTS = 3  # circles in a row from which they are one path


def compact(svg: str, name: str) -> str:
    """A figure as Matplotlib writes it, smaller; groups called frame-K have data-frame="K".

    name: what its own names begin with, as those inside an SVG are global to a page.
    """
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.tail = None
        if element.tag not in ("text", "tspan"):
            element.text = None
        _restyle(element)
    for parent in list(root.iter()):
        parent[:] = [child for child in parent if not _unseen(child)]
    root.set("stroke-linejoin", "round")
    marks = {f"#{mark.get('id')}": mark for mark in root.iterfind(".//defs/path")}
    _style_at_uses(root, marks)
    _merge(root)
    _rename(root, name)
    marks = {f"#{mark.get('id')}": mark for mark in root.iterfind(".//defs/path")}
    _simplify(root, marks)
    for path in root.iter("path"):
        path.set("d", _shorter(path.get("d", "")))
    root.attrib.pop("version", None)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _restyle(element: Element) -> None:
    """Styles as attributes, of which a group can take those that its marks share."""
    for part in element.attrib.pop("style", "").split(";"):
        key, _, value = (text.strip() for text in part.partition(":"))
        if key == "font" and (found := FONT.match(value)):
            element.set("font-size", found["size"])
            for word in found["words"].split():
                slanted = word in ("italic", "oblique")
                element.set("font-style" if slanted else "font-weight", word)
        elif key and key != "font-family" and (key, value) not in UNSAID:
            element.set(key, value)  # the page has one family for all figures
    for key in ("font-size", "stroke-width", "x", "y", "width", "height"):
        sizes = element.get(key, "")
        if element.tag != "svg" and SIZES.fullmatch(sizes):
            digits = 2 if key == "stroke-width" else 1
            numbers = (_number(float(size), digits) for size in re.findall(NUMBER, sizes))
            element.set(key, " ".join(numbers))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _unseen(element: Element) -> bool:
    nothing = element.tag == "path" and set(element.attrib) == {"d", "fill"}
    return element.tag in ("metadata", "style") or (nothing and element.get("fill") == "none")


def _style_at_uses(root: Element, marks: Marks) -> None:
    """Move the styles of marks, which have the last word, to where they are used."""
    for use in root.iter("use"):
        mark = marks[use.get(LINK, "")]
        use.attrib.update({key: value for key, value in mark.items() if key not in ("id", "d")})
    for mark in marks.values():
        for key in set(mark.attrib) - {"id", "d"}:
            del mark.attrib[key]


def _merge(root: Element) -> None:
    """Of marks and clips that are alike keep the first, to which all refer."""
    first: dict[str, str] = {}
    names: dict[str, str] = {}
    for defs in root.iter("defs"):
        for child in list(defs):
            own = child.attrib.pop("id", "")
            names[own] = first.setdefault(ElementTree.tostring(child, encoding="unicode"), own)
            child.set("id", own)
            if names[own] != own:
                defs.remove(child)
    for element in root.iter():
        if (link := element.get(LINK, "")[1:]) in names:
            element.set(LINK, f"#{names[link]}")
        if (clip := element.get("clip-path", "")[5:-1]) in names:
            element.set("clip-path", f"url(#{names[clip]})")


def _rename(root: Element, name: str) -> None:
    """Short names for what is referred to, and none for the rest."""
    used = {
        found
        for element in root.iter()
        for value in element.attrib.values()
        for found in re.findall(r"(?:url\(#|^#)([^)]+)", value)
    }
    numbers, short = count(), {}
    for element in root.iter():
        own = element.attrib.pop("id", "")
        if own in used:
            short[own] = f"{name}{next(numbers)}"
            element.set("id", short[own])
        elif own.startswith("frame-"):
            element.set("data-frame", own.removeprefix("frame-"))
    for element in root.iter():
        if link := element.attrib.pop(LINK, ""):
            element.set("href", f"#{short[link[1:]]}" if link[0] == "#" else link)
        if clip := element.get("clip-path", "")[5:-1]:
            element.set("clip-path", f"url(#{short[clip]})")


def _simplify(element: Element, marks: Marks) -> None:
    """From within outwards: circles in a row, then groups of one, then what marks share."""
    for child in element:
        _simplify(child, marks)
    if element.tag not in ("g", "svg"):
        return
    element[:] = [kept for child in _dotted(element, marks) for kept in _flat(child)]
    if element.tag == "g" and len(element) == 1:
        (only,) = element
        shared = set(element.keys()) & set(only.keys())
        moved = only.tag == "use" or "transform" in only.attrib  # and a clip would move with it
        if only.tag != "defs" and not shared and not (moved and "clip-path" in element.attrib):
            attributes = {**element.attrib, **only.attrib}
            element.tag, element.text, element[:] = only.tag, only.text, list(only)
            element.attrib.clear()
            element.attrib.update(attributes)
            return
    _share(element)
    element[:] = [kept for child in element for kept in _flat(child)]  # some say nothing now
    _share(element)


def _share(element: Element) -> None:
    """Give a group what all of its marks have, once."""
    for key in INHERITED:
        drawn = [child for child in element if child.tag != "defs"]
        if key in OF_LETTERS:
            drawn = [child for child in drawn if child.tag in ("g", "text")]
        values = {child.get(key, "") for child in drawn}
        if len(drawn) > 1 and len(values) == 1 and key not in element.attrib and values != {""}:
            element.set(key, values.pop())
            for child in drawn:
                del child.attrib[key]


def _flat(child: Element) -> Iterable[Element]:
    """What stands for a child: nothing for an empty group, of one that says nothing its marks."""
    if child.tag == "g" and not child.attrib:
        return list(child)
    return [] if child.tag in ("g", "defs") and not len(child) else [child]


def _dotted(children: Iterable[Element], marks: Marks) -> Iterator[Element]:
    """The same with circles of one look, three or more in a row, as one path of round dots."""
    row: list[Element] = []
    for child in children:
        if row and (child.tag != "use" or _look(child) != _look(row[0])):
            yield from _dots(row, marks)
            row = []
        if child.tag == "use":
            row.append(child)
        else:
            yield child
    if row:
        yield from _dots(row, marks)


def _look(use: Element) -> dict[str, str]:
    return {key: value for key, value in use.items() if key not in ("x", "y")}


def _dots(row: list[Element], marks: Marks) -> Iterable[Element]:
    style = _look(row[0])
    radius = _radius(marks.get(style.pop("href", "")))
    edge = style.pop("stroke", "none")
    if len(row) < DOTS or not radius or edge not in ("none", style.get("fill")):
        return row
    wide = 2 * radius + (float(style.pop("stroke-width", 1)) if edge != "none" else 0)
    style["stroke"] = style.pop("fill", "currentColor")
    if opacity := style.pop("fill-opacity", ""):
        style["stroke-opacity"] = opacity
    style |= {"fill": "none", "stroke-linecap": "round", "stroke-width": _number(wide, 2)}
    style["d"] = "".join(f"M{dot.get('x')} {dot.get('y')}h0" for dot in row)
    return [Element("path", style)]


def _radius(mark: Element | None) -> float:
    """Of Matplotlib's circle, eight curves from its lowest point on; 0 for any other mark."""
    d = "" if mark is None else mark.get("d", "")
    numbers = [float(number) for number in re.findall(NUMBER, d)]
    return numbers[1] if d.count("C") == 8 and numbers[0] == 0 else 0.0


def _shorter(d: str) -> str:
    """A path in relative steps of tenths, from rounded points, so that no error adds up."""
    text, at, last = "", (0, 0), ""
    for command, given in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        if command not in "MLCQ":  # Z, or a dot of ours
            text, last = text + command.lower() + given.strip(), ""
            continue
        tenths = [round(10 * float(number)) for number in re.findall(NUMBER, given)]
        points = list(zip(tenths[::2], tenths[1::2], strict=True))
        if command == "M":
            text, last = f"{text}M{_joined(tenths)}", "M"
        elif command != "L" or points[0] != at or last != "l":
            steps = _joined([value - at[i] for point in points for i, value in enumerate(point)])
            again = command.lower() == last
            text += (" " * (steps[0] != "-") if again else command.lower()) + steps
            last = command.lower()
        at = points[-1]
    return text


def _joined(tenths: list[int]) -> str:
    text = ""
    for value in tenths:
        number = _number(value / 10, 1)
        text += number if not text or number[0] == "-" else f" {number}"
    return text


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    text = re.sub(r"^(-?)0\.", r"\1.", text)
    return "0" if text in ("", "-", "-0") else text
