"""Checks drawn levels and writes them as an IMDF 1.0.0 archive, one feature a line."""

import json
import math
import uuid
from itertools import combinations
from pathlib import Path

from shapely import union_all
from shapely.geometry import mapping

from plan import label_point

# The place is invented; only the shore is real.
LATITUDE, LONGITUDE = 43.5200, 7.0300
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://baie.example/venue")
METRES_NORTH = 111_111.0
METRES_EAST = METRES_NORTH * math.cos(math.radians(LATITUDE))
DIGITS = 7  # about 1 cm, the grid of the drawing


def ident(kind, key):
    """The same key gives the same id for ever: posters and the festival file name them."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}/{key}"))


def lonlat(coords):
    if isinstance(coords[0], (int, float)):
        return [round(LONGITUDE + coords[0] / METRES_EAST, DIGITS), round(LATITUDE + coords[1] / METRES_NORTH, DIGITS)]
    return [lonlat(c) for c in coords]


def geometry(shape):
    if shape is None:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        shape = shape.normalize().reverse()  # outer rings run counter-clockwise, as RFC 7946 asks
    g = mapping(shape)
    return {"type": g["type"], "coordinates": lonlat(g["coordinates"])}


def feature(kind, key, shape, **properties):
    return {"type": "Feature", "id": ident(kind, key), "feature_type": kind,
            "geometry": geometry(shape), "properties": properties}


def check(levels):
    """A list of sentences about what is wrong with the drawing; empty when it is good."""
    wrong = []
    for level in levels:
        units, at = level.units, level.key
        for key, unit in units.items():
            shape = unit["shape"]
            if not shape.is_valid:
                wrong.append(f"{at}/{key} is not a valid polygon")
            if shape.difference(level.outline.buffer(0.03)).area > 0.01:
                wrong.append(f"{at}/{key} sticks out of its level")
        for (a, ua), (b, ub) in combinations(units.items(), 2):
            area = ua["shape"].intersection(ub["shape"]).area if ua["shape"].intersects(ub["shape"]) else 0
            if area > 0.1:
                wrong.append(f"{at}: {a} and {b} overlap by {area:.2f} square metres")
        gap = level.outline.difference(union_all([u["shape"].buffer(0.02) for u in units.values()])).area
        if gap > 0.1:
            wrong.append(f"{at}: {gap:.2f} square metres belong to no unit")
        reached = set()
        for opening in level.openings:
            middle = opening["line"].interpolate(0.5, normalized=True)
            sides = [k for k, u in units.items() if u["shape"].boundary.distance(middle) < 0.05]
            outside = level.outline.boundary.distance(middle) < 0.05
            if len(sides) != (1 if outside else 2):
                wrong.append(f"{at}: the door {opening['key']} joins {sides}{' and the outside' if outside else ''}")
            for end in opening["line"].boundary.geoms:
                for k in sides:
                    if units[k]["shape"].boundary.distance(end) > 0.05:
                        wrong.append(f"{at}: the door {opening['key']} runs past the wall of {k}")
            opening["sides"] = sides
            reached.update(sides)
        for key, unit in units.items():
            if key not in reached and unit["category"] != "opentobelow":
                wrong.append(f"{at}/{key} has no door")
        wrong += unreachable(level)
        for a in level.amenities:
            if not units[a["key"]]["shape"].contains(a["point"]):
                wrong.append(f"{at}: the amenity {a['category']} lies outside {a['key']}")
        walls = level.walls()
        for a in level.anchors:
            to_wall = walls.distance(a["point"])
            if not units[a["unit"]]["shape"].contains(a["point"]):
                wrong.append(f"{at}: the poster place {a['key']} lies outside its unit")
            elif not level.outdoor and not 1.0 <= to_wall <= 3.0:
                wrong.append(f"{at}: the poster place {a['key']} is {to_wall:.1f} m from a wall")
        for f in level.fixtures:
            if not level.outline.buffer(0.03).contains(f["shape"]):
                wrong.append(f"{at}: the fixture {f['key']} sticks out of its level")
    ordinals = sorted(lv.ordinal for lv in levels)
    if ordinals != [-1, 0, 0, 1, 2, 3, 4]:
        wrong.append(f"the ordinals are {ordinals}")
    return wrong


def unreachable(level):
    """Units from which no chain of doors leads to a staircase or to the open air."""
    ways = [o["sides"] for o in level.openings]
    seen = {s[0] for s in ways if len(s) == 1} | {k for k, u in level.units.items() if u["category"] == "stairs"}
    while True:
        more = {k for s in ways if seen & set(s) for k in s} - seen
        if not more:
            break
        seen |= more
    return [f"{level.key}/{k} cannot be reached" for k, u in level.units.items()
            if k not in seen and u["category"] != "opentobelow"]


def archive(levels, venue_name, building_name):
    """All feature collections, by file name."""
    address, building = ident("address", "palace"), ident("building", "palace")
    files = {k: [] for k in ("address", "venue", "building", "footprint", "level", "unit", "opening", "fixture",
                             "amenity", "anchor", "occupant")}
    middle = {"type": "Point", "coordinates": lonlat((0.0, 0.0))}
    indoor = [lv for lv in levels if not lv.outdoor]
    site = union_all([lv.outline.buffer(0.05, join_style="mitre") for lv in levels]).buffer(-0.05, join_style="mitre")
    files["address"].append(feature(
        "address", "palace", None, address="1 promenade du Large", unit=None, locality="La Baie", province="FR-06",
        country="FR", postal_code="06999", postal_code_ext=None, postal_code_vanity=None))
    files["venue"].append(feature(
        "venue", "palace", site.simplify(0.02), category="conventioncenter", restriction=None, name=venue_name,
        alt_name=None, hours=None, phone=None, website=None, display_point=middle, address_id=address))
    files["building"].append(feature(
        "building", "palace", None, category="unspecified", restriction=None, name=building_name, alt_name=None,
        display_point=middle, address_id=address))
    for category, wanted in (("subterranean", [-1]), ("ground", [0]), ("aerial", [1, 2, 3, 4])):
        shape = union_all([lv.shell for lv in indoor if lv.ordinal in wanted])
        files["footprint"].append(feature("footprint", category, shape, category=category, name=None,
                                          building_ids=[building]))
    for lv in levels:
        level_id = ident("level", lv.key)
        files["level"].append(feature(
            "level", lv.key, lv.outline, category="unspecified", restriction=None, outdoor=lv.outdoor,
            ordinal=lv.ordinal, name=lv.name, short_name=lv.short,
            display_point=geometry(label_point(lv.outline)), address_id=address,
            building_ids=None if lv.outdoor else [building]))
        for key, u in lv.units.items():
            files["unit"].append(feature(
                "unit", f"{lv.key}/{key}", u["shape"], category=u["category"],
                restriction="employeesonly" if u["private"] else None, accessibility=None, name=u["name"],
                alt_name=None, level_id=level_id, display_point=geometry(label_point(u["shape"]))))
        for o in lv.openings:
            files["opening"].append(feature(
                "opening", f"{lv.key}/{o['key']}", o["line"], category=o["category"], accessibility=None,
                access_control=None, door={"type": o["door"]} if o["door"] else None, name=None,
                alt_name=None, level_id=level_id, display_point=None))
        for f in lv.fixtures:
            files["fixture"].append(feature(
                "fixture", f"{lv.key}/{f['key']}", f["shape"], category=f["category"], name=f["name"],
                alt_name=None, anchor_id=None, level_id=level_id, display_point=None))
        for a in lv.amenities:
            # Stairs and lifts of all floors that share a shaft share a correlation_id.
            shaft = a["category"] in ("stairs", "elevator", "escalator")
            files["amenity"].append(feature(
                "amenity", f"{lv.key}/{a['key']}/{a['category']}", a["point"], category=a["category"],
                accessibility=["wheelchair"] if "wheelchair" in a["category"] or a["category"] == "elevator" else None,
                name=a["name"], alt_name=None, hours=None, phone=None, website=None,
                unit_ids=[ident("unit", f"{lv.key}/{a['key']}")], address_id=None,
                correlation_id=ident("shaft", a["key"]) if shaft else None))
        for a in lv.anchors:
            files["anchor"].append(feature("anchor", f"{lv.key}/{a['key']}", a["point"], address_id=None,
                                           unit_id=ident("unit", f"{lv.key}/{a['unit']}")))
        for key, category in lv.occupants:
            files["occupant"].append(feature(
                "occupant", f"{lv.key}/{key}", None, name=lv.units[key]["name"], category=category,
                anchor_id=ident("anchor", f"{lv.key}/{key}#1"), hours=None, phone=None, website=None,
                validity=None, correlation_id=None))
    return files


def check_references(files):
    """Ids are unique and every reference leads somewhere."""
    every = [f["id"] for fs in files.values() for f in fs]
    wrong = ["an id is used twice"] if len(set(every)) != len(every) else []
    known = {kind: {f["id"] for f in fs} for kind, fs in files.items()}
    for fs in files.values():
        for f in fs:
            for key, value in f["properties"].items():
                kind = key.removesuffix("_id").removesuffix("_ids")
                if kind == key or kind not in known or value is None:
                    continue
                if not set([value] if isinstance(value, str) else value) <= known[kind]:
                    wrong.append(f"{f['feature_type']} {f['id']}: {key} leads nowhere")
    return wrong


def write(folder, files, created):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    tight = dict(ensure_ascii=False, separators=(",", ":"))
    for kind, features in files.items():
        lines = ",\n".join(json.dumps(f, **tight) for f in features)
        (folder / f"{kind}.geojson").write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n')
    manifest = {"version": "1.0.0", "created": created, "generated_by": "server/demo/draw.py", "language": "fr"}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
