"""The market basement and the ground floor."""

from shapely.geometry import MultiPolygon

from palace import (BACKSTAGE, E, FAN, LODGES, PLATEAU, SEA, SHELL, TERRACE, W, facade, fan_ring, fan_x, row_of_rooms,
                    rows, shafts, stage_house, straight_rows, toilets, wedge, wing_rest)
from plan import Level, arc, bowl, common, cut, disc, grid, join, names, pill, poly, rect

GREAT_STAIRS = poly((5, -24), (-5, -24), (-9, -34.5), (-5, -35.6), (0, -36), (5, -35.6), (9, -34.5))


def escalators(level, name, x, end_y, fr, en):
    """A pair of moving stairs; `end_y` is where people step on and off on this floor."""
    level.room(f"escalator {name}", "escalator", rect(x, -33, x + 6, -21), fr, en, [(x + 3, end_y, 4)])


def market():
    level = Level("-1", -1, names("-1"), names("Niveau −1, marché", "Level −1, market"), rect(-60, -37, 60, 45))
    shafts(level)
    escalators(level, "E", 20, -21, "Escalator est", "East escalator")
    for side, fr, en in ((W, "marché ouest", "market west"), (E, "marché est", "market east")):
        toilets(level, side, fr, en, cells=False)
    service = join(rect(-34, 14.5, 34, 17), rect(-34, 17, -28, 38), rect(28, 17, 34, 38))
    level.closed("service", service, "Couloir de service", "Service corridor", [(-15, 14.5, 2.4), (15, 14.5, 2.4)])
    under_stage(level)
    parking(level)
    deliveries(level)
    level.room("room 1", "theater", rect(-60, -23.5, -41, -10), "Salle Marché 1", "Market screening room 1",
               [(-50, -10, 2)])
    level.room("room 2", "theater", rect(-60, -37, -41, -23.5), "Salle Marché 2", "Market screening room 2",
               [(-41, -31, 2)])
    level.room("room 3", "theater", rect(41, -21, 60, -10), "Salle Marché 3", "Market screening room 3",
               [(50, -10, 2)])
    level.room("cafe", "foodservice", rect(41, -37, 60, -21), "Café du Marché", "Market café", [(41, -29, 8)],
               amenity="eatingdrinking", occupant="cafe")
    level.furnish("cafe counter", "desk", rect(55, -36, 56.2, -23))
    level.furnish("cafe tables", "furniture", grid(43.5, -35, 1.2, 1.2, 4, 4, 2.8, 3.4))
    level.room("desk", "room", pill(0, -29, 14, 4), "Accueil du Marché", "Market reception", [(0, -31, 8), (0, -27, 8)],
               amenity="information")
    for hall, x, y0, y1 in (("room 1", -56, -22, -11.5), ("room 2", -56, -35.5, -25), ("room 3", 46, -20, -11)):
        straight_rows(level, hall, 6, x, 1.9, y0, y1)
    stands(level)
    level.columns(*((s * x, y) for s in (W, E) for x, y in ((30, -25), (30, -33), (12.5, -24), (12.5, -34))))
    level.furnish("meeting tables", "furniture", MultiPolygon([disc(x, y, 0.9, 4) for x in (-36, -24, -18)
                                                               for y in (-25, -29, -33)]))
    corridor_w, landing_w = wing_rest(W)
    corridor_e, landing_e = wing_rest(E)
    level.rest(
        ("corridor W", "walkway", corridor_w, "Couloir ouest", "West corridor"),
        ("landing W", "walkway", landing_w, "Palier des ascenseurs A", "Lift A landing"),
        ("corridor E", "walkway", corridor_e, "Couloir est", "East corridor"),
        ("landing E", "walkway", landing_e, "Palier des ascenseurs B", "Lift B landing"),
        ("hall", "lobby", rect(-41, -37, 41, -20), "Hall du Marché", "Market hall"),
        *((f"aisle {a}", "walkway", rect(x, -20, x + 10, 14.5) if a not in "AF" else
           rect(-34 if a == "A" else 20, -20, -20 if a == "A" else 34, 14.5), f"Marché, allée {a}", f"Market, aisle {a}")
          for a, x in zip("ABCDEF", (-30, -20, -10, 0, 10, 20))))
    for key, *at in (("hall", -40, -26), ("aisle A", -33, -16), ("aisle C", -6.8, -12), ("aisle F", 33, -12),
                     ("wc outer W",), ("wc outer E",), ("cafe",)):
        level.anchor(key, *at)
    return level


def stands(level):
    """Six aisles, A to F, between islands of stands; odd numbers west of an aisle, even ones east."""
    numbers = {letter: {W: 1, E: 2} for letter in "ABCDEF"}

    def stand(letter, side_of_aisle, shape, door):
        n = numbers[letter][side_of_aisle]
        numbers[letter][side_of_aisle] += 2
        level.room(f"stand {letter}{n}", "room", shape, f"Stand {letter}{n}", f"Stand {letter}{n}", [(*door, 2.2)])

    for side, letter in ((W, "A"), (E, "F")):
        for y0, y1 in ((-5, 2), (7, 14.5)):
            stand(letter, side, rect(side * 34, y0, side * 27, y1), (side * 27, (y0 + y1) / 2))
    for island, x in enumerate((-20, -10, 0, 10, 20)):
        for y, h in ((-19, 7), (-12, 7), (-1, 6), (5, 6)):
            stand("ABCDE"[island], E, rect(x - 3, y, x, y + h), (x - 3, y + h / 2))
            stand("BCDEF"[island], W, rect(x, y, x + 3, y + h), (x + 3, y + h / 2))


def under_stage(level):
    level.closed("under stage", PLATEAU, "Dessous de scène", "Under-stage", [(0, 17, 3), (0, 31, 2)])
    level.closed("workshop", BACKSTAGE, "Atelier décor", "Scenery workshop", [(-28, 27, 2.4), (28, 27, 2.4)])
    level.closed("lodge corridor", LODGES, "Couloir technique", "Plant corridor", [(-28, 35.7), (28, 35.7)])
    row_of_rooms(level, E, (-28, -14, -2, 8, 18, 28), 37, 45, (
        ("generator", "nonpublic", "Groupe électrogène", "Generator"),
        ("boiler", "nonpublic", "Chaufferie", "Boiler room"),
        ("water", "nonpublic", "Local eau", "Water plant"),
        ("costumes", "storage", "Magasin costumes", "Costume store"),
        ("waste", "storage", "Local déchets", "Waste room")), 37)


def parking(level):
    ramp = rect(-60, 17, -54, 45)
    level.room("ramp", "ramp", ramp, "Rampe d'accès", "Access ramp", [(-57, 45, 5, "automobile"), (-57, 17, 6)])
    level.room("parking", "parking", cut(rect(-60, 6, -34, 45), ramp), "Parking P1", "Car park P1",
               [(-34, 28.5, 2), (-43, 6, 2)], amenity="parking")
    bays = join(grid(-39.3, 8, 5, 2.4, 1, 7, 0, 2.6), grid(-39.3, 30.5, 5, 2.4, 1, 5, 0, 2.6),
                grid(-50, 15, 5, 2.4, 1, 10, 0, 2.6))
    level.furnish("bays", "equipment", bays)


def deliveries(level):
    level.closed("dock", rect(34, 30, 60, 45), "Quai de déchargement", "Loading dock",
                 [(52, 45, 5, "automobile"), (34, 34, 3), (40, 30, 2.4), (54, 30, 2.4)])
    level.furnish("dock bays", "equipment", grid(44, 36, 3, 8.5, 4, 1, 4, 0))
    level.closed("store 1", rect(34, 22, 47, 30), "Stock A", "Store A", [(34, 26, 2)], "storage")
    level.closed("store 2", rect(47, 22, 60, 30), "Stock B", "Store B", [(47, 26, 1.6)], "storage")
    level.closed("kitchen", rect(34, 6, 47, 22), "Cuisine du Marché", "Market kitchen", [(40, 6), (34, 19)], "kitchen")
    level.closed("cold", rect(47, 6, 60, 22), "Chambres froides", "Cold rooms", [(54, 6), (47, 14, 1.2)], "storage")


def ground():
    level = Level("0", 0, names("0"), names("Rez-de-chaussée", "Ground floor"), join(SHELL, TERRACE), SHELL)
    shafts(level)
    escalators(level, "W", -26, -33, "Escalator ouest", "West escalator")
    escalators(level, "E", 20, -33, "Escalator est", "East escalator")
    level.room("great stairs", "stairs", GREAT_STAIRS, "Grand Escalier", "Great staircase", [(0, -36, 17)])
    toilets(level, W, "hall ouest", "west hall")
    toilets(level, E, "hall est", "east hall")
    stage_house(level, "Plateau", "Stage", "Coulisses", "Wings")
    level.door("stage", 0, 17, 30)
    row_of_rooms(level, E, (-28, -12, -2, 8, 18, 28), 37, 45, (
        ("scene dock", "storage", "Quai décor", "Scenery dock"), ("lodge 1", "nonpublic", "Loge 1", "Dressing room 1"),
        ("lodge 2", "nonpublic", "Loge 2", "Dressing room 2"), ("lodge 3", "nonpublic", "Loge 3", "Dressing room 3"),
        ("artists", "nonpublic", "Entrée des artistes", "Stage door")), 37)
    level.door("scene dock", -20, 45, 5, "automobile")
    level.door("artists", 23, 45, 2)
    stalls(level)
    ground_west(level)
    ground_east(level)
    sea_doors(level)
    level.room("info", "room", pill(14.5, -29.5, 5, 3.4), "Accueil", "Info desk", [(14.5, -31.2, 2.4)],
               amenity="information")
    level.columns(*((s * x, y) for s in (W, E) for x, y in ((13, -23), (30, -26), (30, -34.5), (28, 1), (28, -8))))
    level.furnish("benches", "furniture", join(*(rect(s * 30.6, y, s * 29.8, y + 4) for s in (W, E) for y in (20, 28))))
    corridor_w, landing_w = wing_rest(W)
    corridor_e, landing_e = wing_rest(E)
    level.rest(
        ("corridor W", "walkway", corridor_w, "Portes de l'Ouest", "West doors"),
        ("landing W", "walkway", landing_w, "Palier des ascenseurs A", "Lift A landing"),
        ("corridor E", "walkway", corridor_e, "Portes de l'Est", "East doors"),
        ("landing E", "walkway", landing_e, "Palier des ascenseurs B", "Lift B landing"),
        ("gallery W", "walkway", rect(-34, -10, -10, 38), "Galerie ouest", "West gallery"),
        ("gallery E", "walkway", rect(34, -10, 10, 38), "Galerie est", "East gallery"),
        ("hall W", "lobby", rect(-41, -10, -11, -45), "Hall de la Mer, ouest", "Sea hall, west"),
        ("hall E", "lobby", rect(41, -10, 11, -45), "Hall de la Mer, est", "Sea hall, east"),
        ("hall", "lobby", None, "Hall de la Mer", "Sea hall"))
    level.door("corridor W", -60, 4.25, 3, "pedestrian.principal")
    level.door("corridor E", 60, 4.25, 3, "pedestrian.principal")
    for key, *at in (("hall", -7, -20.5), ("hall W", -33, -18), ("hall E", 40, -24), ("cloakroom",), ("gallery W", -33, 18),
                     ("wc outer W",), ("wc inner W",), ("wc outer E",), ("tickets",), ("lane 2",), ("lane 3",),
                     ("terrace", -40, -36), ("brasserie",), ("shop",), ("stalls",)):
        level.anchor(key, *at)
    level.amenity("hall", "meetingpoint", "Point de rencontre", "Meeting point", (-7.5, -22.5))
    return level


def stalls(level):
    """The lower stalls of the great auditorium; under its upper half, what the hall needs."""
    lower = fan_ring(48)
    doors = [(s * fan_x(4.2), 4.2, 2) for s in (W, E)]
    level.room("stalls", "auditorium", lower, "Auditorium Alizé, orchestre", "Auditorium Alizé, stalls", doors)
    rows(level, "ABCDEFGHIJ", 33, 1.5, lower)
    for side, key, fr, en in ((W, "lock W", "Sas ouest", "West lobby"), (E, "lock E", "Sas est", "East lobby")):
        level.room(key, "walkway", wedge(side), fr, en, [(side * 28, 11, 2.4), (side * fan_x(11), 11, 2)])
    under = fan_ring(55)
    level.closed("crawl", cut(under, lower), "Réserve sous gradins", "Store under the stalls",
                 [(-23, -1, 1.2), (23, -1, 1.2)], "storage")
    back = cut(FAN, under)
    level.room("cloakroom", "room", common(back, rect(-9, -21, 9, 0)), "Vestiaire", "Cloakroom", [(0, -20, 12)],
               amenity="baggagestorage")
    level.furnish("rails", "furniture", grid(-7.4, -16.5, 0.7, 4.5, 7, 1, 2.35, 0))
    level.room("lost", "room", common(back, rect(-30, -21, -9, 0)), "Objets trouvés", "Lost property",
               [(-14, -18.5, 1.6)], amenity="lostandfound")
    level.room("lockers", "room", common(back, rect(30, -21, 9, 0)), "Consignes", "Lockers", [(14, -18.5, 2.4)],
               amenity="coinlocker")


def ground_west(level):
    level.closed("kitchen", rect(-60, 24, -46, 45), "Cuisine", "Kitchen", [(-53, 24, 1.8)], "kitchen")
    level.closed("cold", rect(-46, 36, -34, 45), "Chambres froides", "Cold rooms", [(-46, 41, 1.2)], "storage")
    level.closed("scullery", rect(-46, 24, -34, 36), "Plonge", "Scullery", [(-46, 30), (-34, 33)], "kitchen")
    level.furnish("ranges", "equipment", grid(-57, 27, 1.2, 6, 3, 2, 3.4, 8))
    level.room("brasserie", "foodservice", rect(-60, 6, -42, 24), "Brasserie du Large", "Brasserie du Large",
               [(-48, 6, 3)], amenity="eatingdrinking", occupant="restaurant")
    level.furnish("brasserie tables", "furniture", grid(-57.5, 9, 1.5, 1.5, 4, 4, 4, 3.8))
    level.room("shop", "room", rect(-42, 6, -34, 24), "Boutique du festival", "Festival shop", [(-34, 14, 4)],
               occupant="custommerchandise")
    level.furnish("shelves", "furniture", grid(-40.4, 8, 0.8, 5, 3, 2, 1.8, 7.5))
    level.room("first aid", "firstaid", rect(-60, -19, -47, -10), "Premiers secours", "First aid", [(-53.5, -10, 2)])
    level.furnish("beds", "furniture", grid(-59, -18, 0.9, 2, 4, 1, 2.4, 0))
    level.closed("rest room", rect(-47, -19, -41, -10), "Salle de repos", "Rest room", [(-47, -15, 1.1), (-44, -10, 1.1)],
                 "room")
    level.room("security", "room", rect(-60, -45, -41, -19), "Poste de sécurité", "Security post",
               [(-41, -27, 1.8), (-50, facade(50), 1.6)], amenity="security", private=True)


def ground_east(level):
    level.closed("staff corridor", rect(34, 36, 60, 38.5), "Couloir du personnel", "Staff corridor", [(34, 37.2)])
    row_of_rooms(level, E, (34, 43, 52, 60), 38.5, 45, (
        ("staff 1", "nonpublic", "Vestiaire équipe 1", "Staff changing 1"),
        ("staff 2", "nonpublic", "Vestiaire équipe 2", "Staff changing 2"),
        ("servers", "serverroom", "Serveurs", "Server room")), 38.5)
    row_of_rooms(level, E, (34, 47, 60), 24, 36, (
        ("briefing", "nonpublic", "Salle de briefing", "Briefing room"),
        ("control", "nonpublic", "PC sûreté", "Control room")), 36)
    level.room("accreditation", "room", rect(34, 6, 48, 24), "Accréditations", "Accreditation", [(34, 15, 5)],
               amenity="checkin.desk")
    level.furnish("accreditation desks", "desk", grid(45.5, 8, 1, 3, 1, 4, 0, 4))
    level.room("ponant", "conferenceroom", rect(48, 6, 60, 24), "Salle Ponant", "Salle Ponant", [(54, 6, 2)])
    straight_rows(level, "ponant", 5, 50, 1.9, 9, 22)
    level.closed("back office", rect(41, -16, 60, -10), "Caisse", "Cash office", [(50, -10, 1.1), (57, -16, 1.1)], "office")
    level.room("tickets", "room", rect(41, -45, 60, -16), "Billetterie", "Ticket hall",
               [(41, -27, 5), (50, facade(50), 4, "pedestrian.principal")], amenity="ticketing")
    level.furnish("counters", "desk", rect(43, -18.4, 55, -17.5))


def sea_doors(level):
    """Four lanes of bag checks behind the curved front, and the terrace before it."""
    inner = bowl(95, 30, 45, 10, SEA)
    for n, x in enumerate((-18, -6, 6, 18), 1):
        lane = cut(common(rect(x - 6, -46, x + 6, -30), SHELL), inner)
        level.room(f"lane {n}", "lobby", lane, f"Portes de la Mer, voie {n}", f"Seaside doors, lane {n}",
                   [(x, facade(x), 6, "pedestrian.principal"), (x, facade(x, 95), 4.4)], amenity="security.checkpoint")
        y = facade(x, 98.2)
        level.furnish(f"lane {n} check", "securityequipment",
                      join(rect(x - 4.4, y, x - 3.4, y + 2), rect(x + 3.4, y, x + 4.4, y + 2)))
    level.room("terrace", "terrace", TERRACE, "Terrasse de la Mer", "Sea terrace", outside=True)
    tables = [disc(x, y, 1, 4) for r in (106.2, 109.8) for x, y in arc(r, -52, 52, 14, 0, SEA) if abs(x) > 16]
    level.furnish("terrace tables", "furniture", MultiPolygon(tables))
    planters = [poly(*arc(111.6, x, x + 7, 2, 0, SEA), *reversed(arc(112.4, x, x + 7, 2, 0, SEA)))
                for x in (-50, -32, 25, 43)]
    level.furnish("planters", "vegetation", MultiPolygon(planters))
