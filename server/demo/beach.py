"""The beach: an outdoor level that shares ordinal 0 with the ground floor."""

import math

from shapely.geometry import MultiPolygon

from palace import E, SEA, SHELL, TERRACE, W
from plan import Level, arc, bowl, common, cut, disc, grid, join, names, poly, rect

# Where the water begins, from west to east; the rest of the outline is straight.
SHORE = [(-94, -90), (-84, -98), (-72, -103), (-58, -105.5), (-44, -107), (-30, -110.5), (-14, -114), (2, -115.5),
         (18, -115), (34, -113), (50, -109.5), (64, -104), (78, -98.5), (94, -93)]
SCREEN = (14.0, -124.0)  # the rows of deck chairs are rings round this point, behind the stage


def site():
    land = poly((-76, 45), (-76, -46), (-94, -60), *SHORE, (94, -61), (76, -46), (76, 45))
    pier = join(rect(-46, -100, -42, -128), rect(-52, -128, -36, -133))
    return cut(join(land, pier), join(SHELL, TERRACE)), pier


def beach():
    outline, pier = site()
    level = Level("beach", 0, names("Plage", "Beach"), names("Plage", "Beach"), outline, outdoor=True)
    stage(level)
    beach_bar(level)
    services(level)
    level.room("pier", "footbridge", cut(pier, poly((-94, -90), *SHORE, (94, -40))), "Ponton", "Pier")
    walk = bowl(122, 100, 45, 20, SEA)
    level.rest(
        ("esplanade W", "walkway", rect(-76, -36, -60, 45), "Esplanade du Couchant", "Sunset esplanade"),
        ("esplanade E", "walkway", rect(76, -36, 60, 45), "Esplanade du Levant", "Sunrise esplanade"),
        ("promenade W", "walkway", common(walk, rect(-100, -90, -22, 45)), "Promenade, ouest", "Promenade, west"),
        ("promenade E", "walkway", common(walk, rect(100, -90, 22, 45)), "Promenade, est", "Promenade, east"),
        ("promenade", "walkway", walk, "Promenade", "Promenade"),
        ("sand W", "unenclosedarea", rect(-94, -116, -22, -40), "Sable, ouest", "Sand, west"),
        ("sand E", "unenclosedarea", rect(94, -116, 48, -40), "Sable, est", "Sand, east"),
        ("sand", "unenclosedarea", None, "Sable, devant la scène", "Sand, in front of the stage"))
    level.seam("pier", "sand W")
    for key, *at in (("bar",), ("toilets",), ("sand W", -47, -103), ("sand", 8, -80), ("sand E", 60, -70),
                     ("promenade W", -58, -44), ("promenade E", 58, -44), ("pier", -44, -130)):
        level.anchor(key, *at)
    level.amenity("esplanade E", "taxi", "Station de taxis", "Taxi rank", (72, 40))
    level.amenity("esplanade W", "parking.bicycle", "Vélos", "Bicycles", (-72, 40))
    level.amenity("promenade", "meetingpoint", "Point de rencontre", "Meeting point", (0, -63))
    return level


def stage(level):
    """The stage stands with its back to the sea; the crew's yard is fenced beside it."""
    x, _ = SCREEN
    level.room("stage", "platform", poly((x - 13, -112.5), (x - 13, -103), (x - 8, -101), (x + 8, -101), (x + 13, -103),
                                         (x + 13, -112.5)), "Scène de la Plage", "Beach stage", [(x - 9, -101.4, 2)],
               private=True)
    level.furnish("screen", "stage", rect(x - 10, -111.4, x + 10, -110.8), "Écran", "Screen")
    yard = poly((x + 13, -112.5), (x + 13, -98), (x + 32, -98), (x + 32, -108))
    level.closed("backstage", yard, "Coulisses de la plage", "Beach backstage", [(x + 13, -106, 3), (x + 22, -98, 3)])
    level.furnish("cabins", "furniture", grid(x + 15, -101.5, 5, 2.4, 2, 1, 6.5, 0), "Loges de plage", "Beach cabins")
    level.closed("foh", rect(x - 4, -82, x + 4, -77), "Régie façade", "Front of house", [(x, -77, 1.6)])
    aisles = join(poly((x - 1, -96), (x + 1, -96), (x + 1, -60), (x - 1, -60)))
    for i, letter in enumerate("ABCDEFGHIJ"):
        r = 28.5 + 2.6 * i
        a = [math.radians(t) for t in range(-32, 33, 8)]
        ring = poly(*((x + r * math.sin(t), SCREEN[1] + r * math.cos(t)) for t in a),
                    *((x + (r + 1) * math.sin(t), SCREEN[1] + (r + 1) * math.cos(t)) for t in reversed(a)))
        row = cut(ring, aisles, rect(x - 6, -84, x + 6, -75), yard.buffer(1.6, join_style="mitre"))
        level.furnish(f"deckchairs {letter}", "furniture", row, f"Transats, rang {letter}", f"Deckchairs, row {letter}")


def beach_bar(level):
    level.room("bar", "foodservice", rect(-60, -70, -46, -65.5), "Bar de la Plage", "Beach bar", [(-53, -70, 11)],
               amenity="eatingdrinking", occupant="bar")
    deck = poly((-63, -70), (-43, -70), (-43, -80), (-48, -85), (-58, -85), (-63, -80))
    level.room("bar deck", "terrace", deck, "Terrasse du Bar de la Plage", "Beach bar deck", [(-53, -85, 9), (-43, -75, 6)])
    level.furnish("deck tables", "furniture", MultiPolygon(
        [disc(px, py, 1.1, 4) for px in (-60, -56, -50, -46) for py in (-74, -78)] + [disc(-53, -82, 1.1, 4)]))
    level.furnish("sun beds", "furniture", grid(-86, -92, 0.9, 2, 7, 3, 3, 4.5))
    level.furnish("life guard", "equipment", disc(-28, -104, 1.4, 8), "Poste de surveillance", "Lifeguard tower")


def services(level):
    level.room("toilets", "restroom.unisex", rect(-84, -63, -72, -57), "Toilettes de la plage", "Beach toilets",
               [(-76, -63, 1.6)])
    level.furnish("cabins wc", "furniture", grid(-83.7, -59, 1.4, 1.7, 6, 1, 1.9, 0))
    level.room("toilet wide", "restroom.unisex.wheelchair", rect(-72, -63, -68, -57), "Toilettes accessibles, plage",
               "Accessible toilet, beach", [(-70, -63, 1.2)])
    level.room("first aid", "firstaid", rect(66, -70, 75, -63), "Poste de secours, plage", "First aid, beach",
               [(66, -66.5, 2)])
    level.room("security", "room", rect(75, -70, 82, -63), "Point sécurité, plage", "Security point, beach",
               [(78, -70, 1.6)], private=True, amenity="security")
    for n, y in enumerate((28, 18, 8), 1):
        level.room(f"truck {n}", "foodservice", rect(70, y, 73, y + 6.5), f"Food truck {n}", f"Food truck {n}",
                   [(70, y + 3.2, 4)], amenity="eatingdrinking")
    level.furnish("palms", "vegetation", MultiPolygon(
        [disc(s * 68, y, 1.4, 5) for s in (W, E) for y in (-28, -16, -4)] + [disc(-66, y, 1.4, 5) for y in (20, 32)]
        + [disc(px, py, 1.4, 5) for px, py in arc(120.2, -54, 54, 8, 0, SEA)]))


def join_terrace(ground, shore):
    """The doors between palace and shore: each of the two levels has its own opening at the same line."""
    for key, unit, outside, x, y, width in (
            ("west doors", "corridor W", "esplanade W", -60, 4.25, 3),
            ("east doors", "corridor E", "esplanade E", 60, 4.25, 3)):
        shore.door(outside, x, y, width, "pedestrian.principal")
    for x in (-40, -20, 0, 20, 40):
        y = SEA - math.sqrt(113 ** 2 - x ** 2)
        ground.door("terrace", x, y, 7)
        shore.door("promenade" if abs(x) < 22 else f"promenade {'W' if x < 0 else 'E'}", x, y, 7)
