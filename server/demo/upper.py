"""The floors from the Mistral foyer up to the roof."""

from shapely.geometry import MultiPolygon

from lower import GREAT_STAIRS, escalators
from palace import (E, FAN, ROOF_RING, SEA, SHELL, UPPER, W, facade, fan_ring, fan_x, row_of_rooms, rows, shafts,
                    stage_house, straight_rows, toilets, wedge, wing_rest)
from plan import Level, arc, bowl, common, cut, disc, grid, join, names, pill, poly, rect

CURVE = 103.5
SEA_BALCONY = cut(bowl(CURVE, 34, 0, 9, SEA), SHELL)


def pocket(side):
    """The cross corridor of a wing with a blind arm between four rooms."""
    cross, landing = wing_rest(side)
    return join(cross, rect(side * 48.25, 6, side * 45.75, 22)), landing


def dressing_rooms(level, first):
    rooms = [(f"lodge {n}", "nonpublic", f"Loge {n}", f"Dressing room {n}") for n in range(first, first + 4)]
    row_of_rooms(level, E, (-28, -14, 0, 14, 28), 37, 45, rooms, 37)


def screening_room(level, side, key, name):
    level.room(key, "theater", rect(side * 56, 22, side * 34, 36), name, name, [(side * 34, 24.5, 2), (side * 34, 33.5, 2)])
    level.closed(f"{key} booth", rect(side * 60, 22, side * 56, 36), f"Cabine {name.split()[-1]}",
                 f"{name.split()[-1]} booth", [(side * 58, 36, 1)])
    straight_rows(level, key, 10, min(side * 38.5, side * 39.3), side * 1.6, 23.5, 34.5)
    level.furnish(f"{key} screen", "stage", rect(side * 35.6, 26.5, side * 34.9, 31.5))


def foyers():
    level = Level("1", 1, names("1"), names("Niveau 1, foyers", "Level 1, foyers"), join(SHELL, SEA_BALCONY), SHELL)
    shafts(level)
    escalators(level, "W", -26, -21, "Escalator ouest", "West escalator")
    level.room("great stairs", "stairs", GREAT_STAIRS, "Grand Escalier", "Great staircase", [(0, -24, 8)])
    toilets(level, W, "foyer Mistral", "Mistral foyer")
    toilets(level, E, "foyer est", "east foyer", outer=("restroom.male", "hommes", "Men's"),
            inner=("restroom.female", "femmes", "Women's"))
    stage_house(level, "Cage de scène", "Stage tower", "Passerelles", "Fly galleries", "opentobelow")
    dressing_rooms(level, 4)
    for side, rooms in ((W, (("protocol", "office", "Protocole", "Protocol"), ("guests", "office", "Invités", "Guest office"),
                             ("drivers", "office", "Chauffeurs", "Drivers"))),
                        (E, (("wire", "office", "Agences de presse", "News agencies"),
                             ("photo", "office", "Photographes", "Photographers"),
                             ("store", "storage", "Réserve", "Store")))):
        level.closed(f"back corridor {side}", rect(side * 60, 36, side * 34, 38.5), "Couloir de service",
                     "Service corridor", [(side * 34, 37.2)])
        row_of_rooms(level, side, (34, 42.5, 51, 60), 38.5, 45, rooms, 38.5)
    screening_room(level, W, "corail", "Salle Corail")
    screening_room(level, E, "tramontane", "Salle Tramontane")
    foyer_rooms(level)
    upper_stalls(level)
    level.room("bar", "foodservice", pill(20, -29.5, 14, 5), "Bar Embrun", "Bar Embrun", [(20, -27, 9), (20, -32, 9)],
               amenity="eatingdrinking", occupant="bar")
    level.furnish("bar shelf", "furniture", rect(15.5, -29.9, 24.5, -29.1))
    level.room("sea balcony", "terrace", SEA_BALCONY, "Balcon de la Mer", "Sea balcony",
               [(x, facade(x), 3) for x in (-26, -13, 0, 13, 26)], outside=True)
    level.columns(*((s * x, y) for s in (W, E) for x, y in ((13, -23), (30, -25), (30, -34.5), (28, 1), (28, -8))))
    level.furnish("sofas", "furniture", join(*(pill(s * x, y, 3, 1.2, 2) for s in (W, E) for x, y in
                                               ((16, -36), (25, -36), (34.5, -31)))))
    level.furnish("benches", "furniture", join(*(rect(s * 30.6, y, s * 29.8, y + 4) for s in (W, E) for y in (16, 28))))
    corridor_w, landing_w = pocket(W)
    corridor_e, landing_e = wing_rest(E)
    level.rest(
        ("corridor W", "walkway", corridor_w, "Couloir ouest", "West corridor"),
        ("landing W", "walkway", landing_w, "Palier des ascenseurs A", "Lift A landing"),
        ("corridor E", "walkway", corridor_e, "Couloir est", "East corridor"),
        ("landing E", "walkway", landing_e, "Palier des ascenseurs B", "Lift B landing"),
        ("gallery W", "walkway", rect(-34, -10, -10, 38), "Galerie ouest", "West gallery"),
        ("gallery E", "walkway", rect(34, -10, 10, 38), "Galerie est", "East gallery"),
        ("foyer W", "lobby", rect(-41, -10, -11, -45), "Foyer Mistral, ouest", "Mistral foyer, west"),
        ("foyer E", "lobby", rect(41, -10, 11, -45), "Foyer Mistral, est", "Mistral foyer, east"),
        ("foyer", "lobby", None, "Foyer Mistral", "Mistral foyer"))
    level.door("corridor W", -60, 4.25, 2, "emergencyexit")
    level.door("corridor E", 60, 4.25, 2, "emergencyexit")
    for key, *at in (("wc outer W",), ("wc inner W",), ("wc wide W",), ("wc inner E",), ("foyer", -7, -20.5),
                     ("foyer W", -33, -18), ("foyer E", 33, -18), ("bar",), ("corail",), ("quiet",), ("gallery E", 33, 27),
                     ("upper stalls",)):
        level.anchor(key, *at)
    return level


def foyer_rooms(level):
    level.room("meeting 1", "conferenceroom", rect(-60, 14, -48.25, 22), "Réunion 1", "Meeting 1", [(-48.25, 18, 1.1)])
    level.room("vigie", "conferenceroom", rect(-60, 6, -48.25, 14), "Salon Vigie", "Salon Vigie", [(-48.25, 10)])
    level.room("meeting 2", "conferenceroom", rect(-45.75, 14, -34, 22), "Réunion 2", "Meeting 2", [(-45.75, 18, 1.1)])
    level.room("meeting 3", "conferenceroom", rect(-45.75, 6, -34, 14), "Réunion 3", "Meeting 3", [(-34, 10, 1.1)])
    tables = [pill(x, y, 6, 1.8, 2) for x, y in ((-54, 18), (-54, 10), (-40, 18), (-40, 10))]
    level.furnish("meeting tables", "furniture", MultiPolygon(tables))
    level.room("press", "room", rect(34, 6, 49, 22), "Salle de presse", "Press room", [(34, 14, 2.4), (42, 6)],
               amenity="businesscenter")
    level.furnish("press desks", "desk", grid(37, 8, 1, 4.6, 5, 2, 2.3, 7))
    level.closed("studio", rect(49, 6, 60, 22), "Studio TV", "TV studio", [(54, 6), (49, 14, 1.1)])
    level.room("ecume", "lounge", wedge(W), "Salon Écume", "Salon Écume", [(-28, 11)])
    level.closed("radio", wedge(E), "Studio radio", "Radio studio", [(28, 11, 1.1)])
    level.room("quiet", "room", rect(-60, -18, -41, -10), "Salle calme", "Quiet room", [(-50, -10, 1.1)],
               amenity="meditation")
    level.room("large", "lounge", rect(-60, -45, -41, -18), "Salon du Large", "Salon du Large", [(-41, -27, 2.4)])
    level.closed("interpreters", rect(41, -18, 60, -10), "Interprètes", "Interpreters", [(50, -10, 1.1)], "office")
    level.room("partners", "lounge", rect(41, -45, 60, -18), "Salon des Partenaires", "Partners' lounge",
               [(41, -27, 2.4)])
    level.furnish("salon tables", "furniture", MultiPolygon(
        [disc(s * x, y, 1.1, 4) for s in (W, E) for x, y in ((56, -21.5), (50, -21.5), (53.5, -25), (47, -25), (47, -30))]))


def upper_stalls(level):
    """The upper stalls look down on the lower ones, which lie a floor below."""
    booth = common(FAN, rect(-5, -21, 5, -16))
    pit = fan_ring(48)
    level.closed("sound desk", booth, "Régie", "Control booth", [(0, -20, 1.2)])
    level.room("pit", "opentobelow", pit, "Vide sur l'orchestre", "Open to the stalls below")
    upper = cut(FAN, pit, booth)
    level.room("upper stalls", "auditorium", upper, "Auditorium Alizé, orchestre haut", "Auditorium Alizé, upper stalls",
               [(s * fan_x(-3.5), -3.5, 2.2) for s in (W, E)] + [(s * 13.5, -18.6, 2.4) for s in (W, E)])
    rows(level, "KLMNOPQRST", 50.2, 1.45, upper, keep_out=booth.buffer(0.9))


def balcony():
    void = cut(common(rect(-18, -46, 18, -25), SHELL), bowl(86, 30, 45, 10, SEA))
    level = Level("2", 2, names("2"), names("Niveau 2, balcon", "Level 2, balcony"), SHELL)
    shafts(level)
    toilets(level, W, "balcon ouest", "west balcony", cells=False)
    toilets(level, E, "balcon est", "east balcony", cells=False, inner=("restroom.unisex", "mixtes", "All-gender"))
    stage_house(level, "Cage de scène", "Stage tower", "Passerelles hautes", "Upper fly galleries", "opentobelow")
    dressing_rooms(level, 8)
    level.room("void", "opentobelow", void, "Vide sur le foyer", "Open to the foyer below")
    for side, rooms, big in (
            (W, (("head", "office", "Direction", "Director"), ("programme", "office", "Programmation", "Programming"),
                 ("secretariat", "office", "Secrétariat", "Secretariat")),
             (("deliberation", "nonpublic", "Délibérations", "Deliberation room"),
              ("jury", "nonpublic", "Salle du jury", "Jury room"))),
            (E, (("legal", "office", "Juridique", "Legal"), ("travel", "office", "Voyages", "Travel"),
                 ("accounts", "office", "Comptabilité", "Accounts")),
             (("subtitles", "nonpublic", "Sous-titrage", "Subtitling"), ("editing", "nonpublic", "Montage", "Editing")))):
        level.closed(f"back corridor {side}", rect(side * 60, 36, side * 34, 38.5), "Couloir de service",
                     "Service corridor", [(side * 34, 37.2)])
        row_of_rooms(level, side, (34, 42.5, 51, 60), 38.5, 45, rooms, 38.5)
        row_of_rooms(level, side, (34, 47, 60), 22, 36, big, 36)
    balcony_rooms(level)
    gallery_seats(level)
    level.room("bar", "foodservice", pill(29, -29, 9, 4.4), "Bar du Balcon", "Balcony bar", [(29, -26.8, 4), (29, -31.2, 4)],
               amenity="eatingdrinking", occupant="bar")
    level.columns(*((s * x, y) for s in (W, E) for x, y in ((13, -23), (22, -25), (28, 1), (28, -8))))
    level.furnish("sofas", "furniture", join(*(pill(x, y, 3, 1.2, 2) for x, y in (
        (-24, -30), (-30, -30), (-24, -34), (-30, -34), (36, -33), (0, -27), (-8, -26.5), (8, -26.5)))))
    corridor_w, landing_w = pocket(W)
    corridor_e, landing_e = pocket(E)
    level.rest(
        ("corridor W", "walkway", corridor_w, "Couloir ouest", "West corridor"),
        ("landing W", "walkway", landing_w, "Palier des ascenseurs A", "Lift A landing"),
        ("corridor E", "walkway", corridor_e, "Couloir est", "East corridor"),
        ("landing E", "walkway", landing_e, "Palier des ascenseurs B", "Lift B landing"),
        ("gallery W", "walkway", rect(-34, -10, -10, 38), "Galerie ouest", "West gallery"),
        ("gallery E", "walkway", rect(34, -10, 10, 38), "Galerie est", "East gallery"),
        ("foyer W", "lobby", rect(-41, -10, -11, -45), "Foyer du Balcon, ouest", "Balcony foyer, west"),
        ("foyer E", "lobby", rect(41, -10, 11, -45), "Foyer du Balcon, est", "Balcony foyer, east"),
        ("foyer", "lobby", None, "Foyer du Balcon", "Balcony foyer"))
    level.door("corridor W", -60, 4.25, 2, "emergencyexit")
    level.door("corridor E", 60, 4.25, 2, "emergencyexit")
    for key, *at in (("bar",), ("foyer W", -33, -18), ("foyer E", 33, -18), ("wc outer W",), ("wc inner E",),
                     ("balcony",)):
        level.anchor(key, *at)
    return level


def balcony_rooms(level):
    for side, rooms in ((W, (("press office", "Relations presse", "Press office"), ("accueil", "Accueil du jury", "Jury desk"),
                             ("juries", "Jury jeunes", "Youth jury"), ("archive", "Archives", "Archive"))),
                        (E, (("production", "Production", "Production"), ("partners", "Partenariats", "Partnerships"),
                             ("digital", "Numérique", "Digital team"), ("print", "Reprographie", "Print room")))):
        places = [(x0, x1, y, x) for x0, x1, x in ((60, 48.25, 48.25), (45.75, 34, 45.75)) for y in (6, 14)]
        for (key, fr, en), (x0, x1, y, x) in zip(rooms, places):
            level.closed(key, rect(side * x0, y, side * x1, y + 8), fr, en, [(side * x, y + 4, 1.1)], "office")
    level.closed("light box", wedge(W), "Cabine lumière", "Lighting room", [(-28, 11, 1.1)])
    level.closed("sound box", wedge(E), "Cabine son", "Sound room", [(28, 11, 1.1)])
    level.closed("jury lounge", rect(-60, -18, -41, -10), "Salon du jury", "Jury lounge", [(-50, -10, 1.1)], "privatelounge")
    level.room("garbin", "lounge", rect(-60, -45, -41, -18), "Salon Garbin", "Salon Garbin", [(-41, -27, 2.4)])
    level.closed("pantry", rect(41, -18, 60, -10), "Office du bar", "Bar pantry", [(50, -10, 1.1)], "kitchen")
    level.room("libeccio", "lounge", rect(41, -45, 60, -18), "Salon Libeccio", "Salon Libeccio", [(41, -27, 2.4)])
    level.furnish("salon tables", "furniture", MultiPolygon(
        [disc(s * x, y, 1.1, 4) for s in (W, E) for x, y in ((56, -21.5), (50, -21.5), (53.5, -25), (47, -25), (47, -30))]))


def gallery_seats(level):
    booth = common(FAN, rect(-7, -21, 7, -16))
    drop = fan_ring(54)
    level.closed("projection", booth, "Cabine de projection", "Projection booth", [(0, -20, 1.2)])
    level.room("drop", "opentobelow", drop, "Vide sur la salle", "Open to the auditorium below")
    seats = cut(FAN, drop, booth)
    level.room("balcony", "auditorium", seats, "Auditorium Alizé, balcon", "Auditorium Alizé, balcony",
               [(s * fan_x(-7.5), -7.5, 2) for s in (W, E)] + [(s * 15, -18.2, 2.4) for s in (W, E)])
    rows(level, "UVWXYZ", 56.2, 1.45, seats, keep_out=booth.buffer(0.9))


def sky():
    level = Level("3", 3, names("3"), names("Niveau 3, ciel", "Level 3, sky"), join(UPPER, ROOF_RING), UPPER)
    shafts(level)
    stage_house(level, "Cage de scène", "Stage tower", "Gril, côté scène", "Stage grid walkways", "opentobelow",
                ("Couloir technique", "Plant corridor"))
    row_of_rooms(level, E, (-28, -9, 9, 28), 37, 45, (
        ("air 1", "nonpublic", "Ventilation ouest", "Ventilation west"), ("hoist", "nonpublic", "Treuils", "Winch room"),
        ("air 2", "nonpublic", "Ventilation est", "Ventilation east")), 37)
    for side, rooms in ((W, (("presidence", "Salon de la Présidence", "Presidency", True), ("cassiopee", "Salon Cassiopée", None, False),
                             ("orion", "Salon Orion", None, False))),
                        (E, (("guild", "Bureau de la Guilde", "Guild office", True), ("vega", "Salon Véga", None, False),
                             ("antares", "Salon Antarès", None, False)))):
        for (key, fr, en, private), y0, y1, door in zip(rooms, (36, 22, 6), (45, 36, 22), (37.1, 29, 14)):
            level.room(key, "office" if private else "conferenceroom", rect(side * 46, y0, side * 34, y1), fr, en,
                       [(side * 34, door, 1.4)], private=private)
        level.closed(f"pantry {side}", rect(side * 46, -30, side * 41, -10), "Office", "Pantry", [(side * 43.5, -10, 1.1)],
                     "kitchen")
    for key, category, x0, x1, fr, en in (
            ("wc women", "restroom.female", -46, -40, "Toilettes femmes, ciel", "Women's toilets, sky level"),
            ("wc men", "restroom.male", -40, -34, "Toilettes hommes, ciel", "Men's toilets, sky level"),
            ("wc all", "restroom.unisex", 34, 40, "Toilettes mixtes, ciel", "All-gender toilets, sky level"),
            ("wc wide", "restroom.unisex.wheelchair", 40, 46, "Toilettes accessibles, ciel", "Accessible toilets, sky level")):
        level.room(key, category, rect(x0, -6, x1, 2.5), fr, en, [((x0 + x1) / 2, 2.5, 1.2)])
    small_auditorium(level)
    level.room("bar", "foodservice", pill(0, -26, 19, 5), "Bar du Toit", "Roof bar", [(0, -23.5, 13), (0, -28.5, 13)],
               amenity="eatingdrinking", occupant="cocktailbar")
    level.furnish("bar shelf", "furniture", rect(-6, -26.4, 6, -25.6))
    level.room("terrace", "terrace", ROOF_RING, "Terrasse du Toit", "Roof bar terrace",
               [(x, facade(x, 93), 4) for x in (-36, -18, 0, 18, 36)], outside=True)
    tables = [disc(x, y, 1, 4) for x, y in arc(97.4, -42, 42, 16, 0, SEA)]
    level.furnish("terrace tables", "furniture", MultiPolygon(tables))
    level.columns(*((s * x, y) for s in (W, E) for x, y in ((24, -16), (24, -26), (32, -22))))
    level.furnish("sofas", "furniture", join(*(pill(s * x, y, 3, 1.2, 2) for s in (W, E) for x, y in (
        (18, -32), (28, -30), (16, -17.5), (29, -14), (37, -26)))))
    level.rest(
        ("corridor W", "walkway", rect(-46, 2.5, -34, 6), "Couloir ouest", "West corridor"),
        ("landing W", "walkway", rect(-46, -10, -34, -6), "Palier des ascenseurs A", "Lift A landing"),
        ("corridor E", "walkway", rect(46, 2.5, 34, 6), "Couloir est", "East corridor"),
        ("landing E", "walkway", rect(46, -10, 34, -6), "Palier des ascenseurs B", "Lift B landing"),
        ("gallery W", "walkway", rect(-34, -10, -28, 38), "Galerie ouest", "West gallery"),
        ("gallery E", "walkway", rect(34, -10, 28, 38), "Galerie est", "East gallery"),
        ("upper walk", "walkway", rect(-28, 13, 28, 17), "Coursive du Petit Auditorium", "Small auditorium walk"),
        ("foyer W", "lobby", rect(-41, -10, -11, -45), "Foyer du Ciel, ouest", "Sky foyer, west"),
        ("foyer E", "lobby", rect(41, -10, 11, -45), "Foyer du Ciel, est", "Sky foyer, east"),
        ("foyer", "lobby", None, "Foyer du Ciel", "Sky foyer"))
    for key, *at in (("bar",), ("foyer W", -33, -18), ("wc women",), ("small",), ("terrace", 30, -36)):
        level.anchor(key, *at)
    return level


def small_auditorium(level):
    def side_x(y):
        return 10 + 5 * (13 - y) / 23
    hall = poly((10, 13), (-10, 13), *arc(39, -15, 15, 8, 0, 26))
    booth = common(hall, rect(-4, -14, 4, -9.5))
    level.closed("small booth", booth, "Cabine de projection", "Projection booth", [(0, -13, 1)])
    seats = cut(hall, booth)
    level.room("small", "auditorium", seats, "Petit Auditorium", "Small auditorium",
               [(s * 9.5, -11.8, 2) for s in (W, E)] + [(s * 7.5, 13, 1.4) for s in (W, E)])
    level.furnish("small stage", "stage", rect(-7, 10.2, 7, 12.4))
    rows(level, "ABCDEFGHIJK", 20.5, 1.5, seats, 26, (3.2, 13, 5.2, -13), booth.buffer(0.9))
    for side, north, south in ((W, ("etoile", "lounge", "Salon Étoile", "Salon Étoile"),
                                ("lounge", "lounge", "Lounge des Étoiles", "Stars lounge")),
                               (E, ("zenith", "lounge", "Club Zénith", "Club Zénith"),
                                ("private", "theater", "Salle de projection privée", "Private screening room"))):
        corner = (side * side_x(1), 1)
        level.room(*north[:2], poly((side * 30, 13), (side * 10, 13), corner, (side * 30, 1)), *north[2:],
                   [(side * 30, 7)])
        level.room(*south[:2], poly((side * 30, 1), corner, (side * 15, -10), (side * 30, -10)), *south[2:],
                   [(side * 30, -5, 2), (side * 22, -10, 3)])
    level.furnish("lounge tables", "furniture", MultiPolygon(
        [disc(s * x, y, 1, 4) for s in (W, E) for x in (27, 23, 19) for y in (10, 5)]
        + [disc(-x, y, 1, 4) for x in (27, 23, 19) for y in (-2.5, -6.5)]))
    straight_rows(level, "private", 5, 17.5, 2, -8, -1)


def roof():
    level = Level("4", 4, names("4"), names("Niveau 4, toit", "Level 4, roof"), UPPER)
    shafts(level)
    level.closed("grid", rect(-28, 17, 28, 34.5), "Gril technique", "Stage grid", [(-28, 25, 2), (28, 25, 2)])
    for side, west in ((W, True), (E, False)):
        level.closed(f"plant {side}", rect(side * 28, 34.5, 0, 45), "Traitement d'air" if west else "Machinerie",
                     "Air handling" if west else "Lift machinery", [(side * 28, 36.2, 1.6)])
        level.closed(f"annex {side}", rect(side * 46, 22, side * 34, 45), "Groupe froid" if west else "Local solaire",
                     "Chillers" if west else "Solar plant", [(side * 34, 28, 2)])
        level.room(f"wc {side}", "restroom.unisex", rect(side * 46, -6, side * 40, 2.5),
                   f"Toilettes du toit, {'ouest' if west else 'est'}", f"Roof toilets, {'west' if west else 'east'}",
                   [(side * 40, -2, 1.2)])
        planters = join(rect(side * 44.5, 6, side * 43, 19), rect(side * 38, 8, side * 36.5, 19),
                        rect(side * 24, -8, side * 22.5, 8))
        level.furnish(f"planters {side}", "vegetation", planters)
        level.furnish(f"solar {side}", "equipment", grid(min(side * 15, side * 26), 36.5, 2.2, 7, 4, 1, 2.8, 0))
    level.room("kiosk", "foodservice", pill(0, -24, 9, 4.4), "Buvette des Étoiles", "Stars kiosk", [(0, -26.2, 4)],
               amenity="eatingdrinking", occupant="bar")
    level.room("skylight", "opentobelow", poly((9, 12), (-9, 12), *arc(36, -13, 13, 6, 0, 25)), "Verrière", "Skylight")
    level.furnish("hedge", "vegetation", MultiPolygon([
        poly(*arc(90.6, x, x + 9, 3, 0, SEA), *reversed(arc(91.8, x, x + 9, 3, 0, SEA))) for x in (-40, -24, 15, 31)]))
    level.furnish("deckchairs", "furniture", join(*(
        rect(s * x, y, s * (x + 2), y + 0.8) for s in (W, E) for x in (27, 31, 35) for y in (-29, -26, -23) if x < 34)))
    level.columns((-12, -17), (12, -17), (-12, -30), (12, -30), size=0.6)
    level.rest(
        ("west", "terrace", rect(-46, -30, -14, 38), "Terrasse du Couchant", "Sunset terrace"),
        ("east", "terrace", rect(46, -30, 14, 38), "Terrasse du Levant", "Sunrise terrace"),
        ("belvedere", "terrace", None, "Belvédère", "Belvedere"))
    for key, *at in (("kiosk",), ("west", -33, -18)):
        level.anchor(key, *at)
    return level
