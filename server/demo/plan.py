"""Drawing board for draw.py: shapes in metres, and a Level that collects rooms, doors and posters.

x runs east and y north, in metres from the middle of the palace. Every vertex lies on a grid of 1 cm,
and every overlay is snap-rounded to that grid, so that neighbours share their walls exactly.
"""

import math

from shapely import difference, intersection, set_precision, union_all
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from shapely.ops import linemerge, nearest_points, polylabel, substring

GRID = 0.01


def snap(shape):
    return set_precision(shape, GRID)


def cut(shape, *others):
    """What is left of `shape` without the others."""
    for other in others:
        shape = difference(shape, other, grid_size=GRID)
    return shape


def common(a, b):
    return intersection(a, b, grid_size=GRID)


def join(*shapes):
    return union_all([snap(s) for s in shapes], grid_size=GRID)


def rect(x0, y0, x1, y1):
    return box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def poly(*points):
    return snap(Polygon(points))


def arc_y(r, x, cy):
    """The southern half of a circle round (0, cy): y at x."""
    return cy - math.sqrt(r * r - x * x)


def arc(r, x0, x1, n, cx=0.0, cy=0.0):
    """n + 1 points along the southern half of a circle, from x0 to x1 (relative to its centre)."""
    a0, a1 = math.asin(x0 / r), math.asin(x1 / r)
    angles = [a0 + (a1 - a0) * i / n for i in range(n + 1)]
    return [(cx + r * math.sin(a), cy - r * math.cos(a)) for a in angles]


def disc(cx, cy, r, n):
    return snap(Polygon([(cx + r * math.cos(2 * math.pi * i / n), cy + r * math.sin(2 * math.pi * i / n))
                         for i in range(n)]))


def bowl(r, half, top, n, cy):
    """Everything between y = top and the southern arc of radius r, for |x| <= half."""
    return snap(Polygon([(-half, top)] + arc(r, -half, half, n, 0, cy) + [(half, top)]))


def pill(cx, cy, w, h, n=3):
    """A rectangle with round ends: bars and desks that stand free."""
    r, ends = h / 2, w / 2 - h / 2
    right = [(cx + ends + r * math.cos(t), cy + r * math.sin(t))
             for t in [math.pi / 2 - math.pi * i / n for i in range(n + 1)]]
    left = [(2 * cx - x, 2 * cy - y) for x, y in right]
    return snap(Polygon(right + left))


def grid(x, y, w, h, nx, ny, dx, dy):
    """nx times ny equal rectangles: cubicles, parking bays, sun beds."""
    return MultiPolygon([rect(x + i * dx, y + j * dy, x + i * dx + w, y + j * dy + h)
                         for i in range(nx) for j in range(ny)])


def band(r, depth, half_angle, n, cx, cy):
    """A thin piece of a ring, open to the north: one curved row of seats."""
    a = [math.radians(-half_angle + 2 * half_angle * i / n) for i in range(n + 1)]
    outer = [(cx + r * math.sin(t), cy - r * math.cos(t)) for t in a]
    inner = [(cx + (r - depth) * math.sin(t), cy - (r - depth) * math.cos(t)) for t in reversed(a)]
    return Polygon(outer + inner)


def polygons(shape, least=0.05):
    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    return [p for p in parts if p.geom_type == "Polygon" and p.area > least]


def one(shape, what):
    """The only polygon of an overlay, without the crumbs that snapping leaves."""
    parts = polygons(shape)
    if len(parts) != 1:
        raise SystemExit(f"{what}: {len(parts)} pieces, {[(round(p.area, 1), p.centroid.wkt) for p in parts]}")
    return tidy(parts[0])


def tidy(shape):
    """Drops vertices that bend the outline by less than 2 mm."""
    def ring(coords):
        pts = list(coords)[:-1]
        kept = [p for i, p in enumerate(pts)
                if LineString([pts[i - 1], pts[(i + 1) % len(pts)]]).distance(Point(p)) > 0.002]
        return kept
    return Polygon(ring(shape.exterior.coords), [ring(r.coords) for r in shape.interiors])


def rings(shape):
    return [shape.exterior, *shape.interiors]


def along_wall(shape, x, y, width):
    """The piece of a unit's wall, `width` metres long, centred at the point of the wall nearest to (x, y)."""
    at = Point(x, y)
    ring = min(rings(shape), key=lambda r: r.distance(at))
    pts = list(ring.coords)
    twice = LineString(pts + pts[1:])
    middle = ring.project(at)
    if middle < width / 2:
        middle += ring.length
    return substring(twice, middle - width / 2, middle + width / 2)


def names(fr, en=None):
    return None if fr is None else {"fr": fr, "en": en or fr}


class Level:
    """One floor: `outline` is its whole extent, `shell` the part that the rest-of-floor units fill."""

    def __init__(self, key, ordinal, short, name, outline, shell=None, outdoor=False):
        self.key, self.ordinal, self.short, self.name, self.outdoor = key, ordinal, short, name, outdoor
        self.outline, self.shell = snap(outline), snap(shell or outline)
        self.units, self.openings, self.fixtures = {}, [], []
        self.amenities, self.anchors, self.occupants = [], [], []

    def room(self, key, category, shape, fr=None, en=None, doors=(), private=False, amenity=None, occupant=None,
             outside=False):
        """Adds a unit, clipped to the shell unless it lies outside; `doors` are (x, y[, width[, category]])
        near its wall."""
        shape = one(common(snap(shape), self.outline if outside else self.shell), f"{self.key}/{key}")
        self.units[key] = dict(category=category, shape=shape, name=names(fr, en), private=private)
        for door in doors:
            self.door(key, *door)
        if amenity or category.startswith("restroom") or category in ("elevator", "stairs", "escalator", "firstaid"):
            self.amenity(key, amenity or category)
        if occupant:
            self.occupants.append((key, occupant))
        return shape

    def closed(self, key, shape, fr, en, doors=(), category="nonpublic"):
        """A room that visitors never enter."""
        return self.room(key, category, shape, fr, en, doors, private=True)

    def rest(self, *zones):
        """Fills what is left of the shell. Zones are (key, category, mask or None, fr, en); where two
        of them meet there is no wall, so the whole seam becomes an opening."""
        left = cut(self.shell, *(u["shape"] for u in self.units.values()))
        keys = []
        for key, category, mask, fr, en in zones:
            piece = left if mask is None else common(left, snap(mask))
            left = None if mask is None else cut(left, mask)
            self.units[key] = dict(category=category, shape=one(piece, f"{self.key}/{key}"), name=names(fr, en),
                                   private=category == "nonpublic")
            keys.append(key)
        if left is not None and polygons(left):
            raise SystemExit(f"{self.key}: not filled: {[p.centroid.wkt for p in polygons(left)]}")
        for i, a in enumerate(keys):
            for b in keys[i + 1:]:
                self.seam(a, b)

    def seam(self, a, b):
        """Two units that meet without a wall between them."""
        shared = common(self.units[a]["shape"].boundary, self.units[b]["shape"].boundary)
        lines = [g for g in getattr(shared, "geoms", [shared]) if g.geom_type == "LineString" and not g.is_empty]
        merged = linemerge(lines) if len(lines) > 1 else (lines[0] if lines else None)
        for i, line in enumerate(getattr(merged, "geoms", [merged]) if merged else []):
            if line.length > 0.5:
                self.openings.append(dict(key=f"{a}|{b}|{i}", line=line, category="pedestrian", door="open"))

    def door(self, key, x, y, width=1.6, category="pedestrian"):
        line = along_wall(self.units[key]["shape"], x, y, width)
        self.openings.append(dict(key=f"{key}@{x:.5g},{y:.5g}", line=line, category=category, door=None))

    def furnish(self, key, category, shape, fr=None, en=None):
        parts = polygons(snap(shape), 0.01)
        shape = parts[0] if len(parts) == 1 else MultiPolygon(parts)
        self.fixtures.append(dict(key=key, category=category, shape=shape, name=names(fr, en)))

    def columns(self, *points, size=0.9):
        h = size / 2
        self.furnish("columns", "obstruction", MultiPolygon([rect(x - h, y - h, x + h, y + h) for x, y in points]))

    def amenity(self, key, category, fr=None, en=None, at=None):
        unit = self.units[key]
        point = Point(at) if at else label_point(unit["shape"])
        self.amenities.append(dict(key=key, category=category, point=point,
                                   name=names(fr, en) or unit["name"]))

    def anchor(self, key, x=None, y=None):
        """A poster place, at least 1.2 m inside: near (x, y), or else near the unit's first door."""
        shape = self.units[key]["shape"]
        if x is None:
            door = next(o for o in self.openings if o["key"].startswith(f"{key}@"))
            x, y = door["line"].interpolate(0.5 if door["line"].length < 3 else 0, normalized=True).coords[0]
        inside = shape.buffer(-1.2, join_style="mitre")
        if inside.is_empty:
            raise SystemExit(f"{self.key}/{key} is too narrow for a poster place")
        number = sum(a["unit"] == key for a in self.anchors) + 1
        point = nearest_points(inside, Point(x, y))[0]
        self.anchors.append(dict(key=f"{key}#{number}", unit=key, point=Point(round(point.x, 2), round(point.y, 2))))

    def walls(self):
        """All walls, without their openings."""
        lines = union_all([u["shape"].boundary for u in self.units.values()])
        return lines.difference(union_all([o["line"] for o in self.openings]).buffer(0.03))


def label_point(shape):
    """Where a name reads best: the middle when it has room there, else the roomiest place."""
    best, middle = polylabel(shape, 0.25), shape.centroid
    wall = shape.boundary
    if shape.contains(middle) and wall.distance(middle) > 0.8 * wall.distance(best):
        best = middle
    return Point(round(best.x, 1), round(best.y, 1))
