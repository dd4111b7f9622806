"""What every floor of the palace shares: its outlines, the shafts, the toilets, the great auditorium."""

from itertools import pairwise

from plan import arc, arc_y, band, bowl, common, cut, disc, grid, join, poly, rect

W, E = -1, 1  # the wings: a mirrored x is written `side * x`
SEA = 55.0  # the facade, the terrace and the promenade are rings round (0, SEA)
STAGE = 45.0  # the rows of seats are rings round (0, STAGE)


def facade(x, r=100.0):
    """y of the curved front at x."""
    return arc_y(r, x, SEA)


SHELL = bowl(100, 60, 45, 16, SEA)
TERRACE = cut(bowl(113, 60, 0, 16, SEA), SHELL)
UPPER = bowl(93, 46, 45, 12, SEA)  # levels 3 and 4 stand back behind a roof terrace
ROOF_RING = cut(bowl(100, 46, 0, 12, SEA), UPPER)

# The great auditorium: a fan from the proscenium (36 m) to its curved back wall (50 m).
FAN = poly((18, 17), (-18, 17), *arc(65, -25, 25, 12, 0, STAGE))
PLATEAU = rect(-20, 17, 20, 31)
BACKSTAGE = cut(rect(-28, 17, 28, 34.5), PLATEAU)
LODGES = rect(-28, 34.5, 28, 37)


def fan_x(y):
    """Half the width of the fan at y."""
    return 18 + 7 * (17 - y) / 32


def fan_ring(r):
    """The part of the fan nearer to the stage than r."""
    return common(FAN, disc(0, STAGE, r, 72))


def wedge(side):
    """The room between the stage house and the fan."""
    return poly((side * 28, 17), (side * 18, 17), (side * fan_x(6), 6), (side * 28, 6))


def rows(level, letters, first, step, hall, cy=STAGE, aisle=(6.5, 17, 9.7, -20), keep_out=None):
    """One curved fixture a row, in three blocks with two aisles, 1.3 m off the walls."""
    free = hall.buffer(-1.3, join_style="mitre")
    x0, y0, x1, y1 = aisle
    aisles = [poly((s * x0, y0), (s * (x0 + 1.4), y0), (s * (x1 + 1.4), y1), (s * x1, y1)) for s in (W, E)]
    for i, letter in enumerate(letters):
        row = common(band(first + i * step, 0.7, 33, 12, 0, cy), free)
        row = cut(row, *aisles, *([keep_out] if keep_out is not None else []))
        level.furnish(f"row {letter}", "furniture", row, f"Rang {letter}", f"Row {letter}")


def straight_rows(level, hall, count, x, step, y0, y1):
    """Straight rows across a small room, with an aisle in the middle."""
    middle = (y0 + y1) / 2
    blocks = [rect(x + i * step, a, x + i * step + 0.8, b) for i in range(count)
              for a, b in ((y0, middle - 0.7), (middle + 0.7, y1))]
    level.furnish(f"{hall} rows", "furniture", join(*blocks))


def shafts(level):
    """Stairs A to D and lifts A and B: at the same place on every floor."""
    for side, stairs, lifts in ((W, "B", "A"), (E, "C", "B")):
        level.room(f"stairs {stairs}", "stairs", rect(side * 41, -22, side * 34, -13.5),
                   f"Escalier {stairs}", f"Stairs {stairs}", [(side * 34, -17.7, 2.4)])
        level.room(f"lifts {lifts}", "elevator", rect(side * 41, -13.5, side * 34, -10),
                   f"Ascenseurs {lifts}", f"Lifts {lifts}", [(side * 39.2, -10, 1.4), (side * 35.8, -10, 1.4)])
        name = "A" if side == W else "D"
        level.room(f"stairs {name}", "stairs", rect(side * 34, 38, side * 28, 45),
                   f"Escalier {name}", f"Stairs {name}", [(side * 31, 38, 2)])


def toilets(level, side, fr, en, cells=True, outer=("restroom.female", "femmes", "Women's"),
            inner=("restroom.male", "hommes", "Men's")):
    """The block of toilets of one wing: the pipes run straight up, so it never moves."""
    for place, x0, x1, (category, who_fr, who_en) in (("outer", 60, 48.5, outer), ("inner", 48.5, 38.5, inner)):
        level.room(f"wc {place} {'W' if side == W else 'E'}", category, rect(side * x0, -6, side * x1, 2.5),
                   f"Toilettes {who_fr}, {fr}", f"{who_en} toilets, {en}", [(side * (x1 + 3), 2.5, 1.3)])
        if cells:
            row = grid(min(side * (x0 - 0.3), side * (x0 - 9.3)), -5.8, 1.4, 1.7, 5, 1, 1.9, 0)
            level.furnish(f"wc cells {place} {side}", "furniture", row)
    wing = "W" if side == W else "E"
    level.room(f"wc wide {wing}", "restroom.unisex.wheelchair", rect(side * 38.5, -1.5, side * 34, 2.5),
               f"Toilettes accessibles, {fr}", f"Accessible toilets, {en}", [(side * 36.2, 2.5, 1.1)])
    level.room(f"baby {wing}", "mothersroom", rect(side * 38.5, -6, side * 34, -1.5),
               "Espace bébé", "Baby care", [(side * 36.2, -6, 1.1)], amenity="babychanging")


def wing_rest(side):
    """The cross corridor and the lift landing of one wing, as masks for Level.rest."""
    return rect(side * 60, 2.5, side * 34, 6), rect(side * 60, -10, side * 34, -6)


def stage_house(level, plateau_fr, plateau_en, wings_fr, wings_en, category="nonpublic",
                corridor=("Couloir des loges", "Dressing-room corridor")):
    """The stage tower with its wings, the corridor behind it and the doors between them."""
    doors = [(-20, 24, 3), (20, 24, 3)] if category == "nonpublic" else []
    level.closed("stage", PLATEAU, plateau_fr, plateau_en, doors, category)
    level.closed("wings", BACKSTAGE, wings_fr, wings_en, [(-28, 27, 2), (28, 27, 2), (0, 34.5, 3)])
    level.closed("lodge corridor", LODGES, *corridor,
                 [(-28, 35.7, 1.6), (28, 35.7, 1.6)])


def row_of_rooms(level, side, edges, y0, y1, rooms, door_y):
    """Neighbouring staff rooms in one strip, each with its door on the corridor at door_y."""
    for (x0, x1), (key, category, fr, en) in zip(pairwise(edges), rooms):
        level.closed(key, rect(side * x0, y0, side * x1, y1), fr, en, [(side * (x0 + x1) / 2, door_y, 1.1)], category)
