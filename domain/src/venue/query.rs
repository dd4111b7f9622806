//! Questions about a venue. Each one that concerns a point names the level.

use super::{Checkpoint, Code, FeatureId, Level, Names, Ordinal, Unit, Venue, Wgs84, Xy, point};

impl Venue {
    /// Where a position on Earth lies on the plan, however far away.
    pub fn to_local(&self, place: Wgs84) -> Xy {
        point::to_local(self.origin, place)
    }

    /// Where a point of the plan lies on Earth.
    pub fn to_wgs84(&self, at: Xy) -> Wgs84 {
        point::to_wgs84(self.origin, at)
    }

    /// The heights that have a level, lowest first, each once.
    pub fn ordinals(&self) -> Vec<Ordinal> {
        let mut all: Vec<_> = self.levels.iter().map(|level| level.ordinal).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The levels at a height, those with a roof first.
    pub fn levels_at(&self, ordinal: Ordinal) -> impl Iterator<Item = &Level> {
        let of = move |outdoor| self.levels.iter().filter(move |l| l.ordinal == ordinal && l.outdoor == outdoor);
        of(false).chain(of(true))
    }

    /// The units at a height with their indices, walls among them.
    pub fn units_on(&self, ordinal: Ordinal) -> impl Iterator<Item = (u16, &Unit)> {
        let units = self.units.iter().enumerate().map(|(ix, unit)| (ix as u16, unit));
        units.filter(move |(_, unit)| self.ordinal_of(unit) == Some(ordinal))
    }

    /// The height of a unit's level.
    pub fn ordinal_of(&self, unit: &Unit) -> Option<Ordinal> {
        self.levels.get(usize::from(unit.level)).map(|level| level.ordinal)
    }

    /// The unit that a point is in; an edge belongs to it. Of several the smallest, but a wall
    /// or a void only where there is nothing to stand on.
    pub fn unit_at(&self, ordinal: Ordinal, point: Xy) -> Option<u16> {
        self.units_on(ordinal)
            .filter(|(_, unit)| unit.contains(point))
            .min_by_key(|(_, unit)| (!unit.class.is_walkable(), unit.twice_area()))
            .map(|(ix, _)| ix)
    }

    /// The nearest unit that a person can be in, with its distance in decimetres (0 inside).
    pub fn nearest_unit(&self, ordinal: Ordinal, point: Xy) -> Option<(u16, u32)> {
        self.units_on(ordinal)
            .filter(|(_, unit)| unit.class.is_walkable())
            .filter_map(|(ix, unit)| Some((ix, unit.distance_dm(point)?, unit.twice_area())))
            .min_by_key(|&(_, distance, area)| (distance, area))
            .map(|(ix, distance, _)| (ix, distance))
    }

    /// Index of the unit with this identity.
    pub fn unit_by_id(&self, id: FeatureId) -> Option<u16> {
        self.units.iter().position(|unit| unit.id == Some(id)).map(|ix| ix as u16)
    }

    /// The poster with this code.
    pub fn checkpoint(&self, code: &Code) -> Option<&Checkpoint> {
        self.checkpoints.iter().find(|checkpoint| checkpoint.code == *code)
    }

    /// What people call the level at a height, *Level 1*; its short name if it has no other.
    pub fn level_name(&self, ordinal: Ordinal, lang: &str) -> Option<&str> {
        first(self.levels_at(ordinal).flat_map(|level| [&level.name, &level.short_name]), lang)
    }

    /// What a level picker shows, *L1*; its long name if it has no other.
    pub fn level_short(&self, ordinal: Ordinal, lang: &str) -> Option<&str> {
        first(self.levels_at(ordinal).flat_map(|level| [&level.short_name, &level.name]), lang)
    }

    /// A unit's name. `None` leaves it to the caller to say its class.
    pub fn unit_label(&self, ix: u16, lang: &str) -> Option<&str> {
        first(self.units.get(usize::from(ix)).map(|unit| &unit.name), lang)
    }
}

impl Unit {
    /// Whether the point lies inside or on an edge.
    pub fn contains(&self, point: Xy) -> bool {
        self.polygons.iter().any(|polygon| polygon.contains(point))
    }

    /// Twice its area in square decimetres.
    pub fn twice_area(&self) -> u64 {
        self.polygons.iter().map(|polygon| polygon.twice_area()).fold(0, u64::saturating_add)
    }

    /// Distance of a point in decimetres, 0 inside; `None` if it has no points.
    pub fn distance_dm(&self, point: Xy) -> Option<u32> {
        self.polygons.iter().filter_map(|polygon| polygon.distance_dm(point)).min()
    }
}

/// The first name that there is, in a reader's language.
fn first<'a>(names: impl IntoIterator<Item = &'a Names>, lang: &str) -> Option<&'a str> {
    names.into_iter().find(|names| !names.is_empty()).map(|names| names.pick(lang))
}

#[cfg(test)]
mod tests {
    use super::super::{Polygon, UnitClass, model::Level};
    use super::*;

    fn square(class: UnitClass, level: u16, name: &str, [x, y, w, h]: [i32; 4]) -> Unit {
        let corner = |dx, dy| Xy { x: x + dx, y: y + dy };
        let ring = vec![corner(0, 0), corner(w, 0), corner(w, h), corner(0, h)];
        Unit {
            id: class.is_walkable().then_some(FeatureId([name.len() as u8; 16])),
            level,
            class,
            name: Names::from_iter([("en", name)]),
            polygons: vec![Polygon { rings: vec![ring] }],
            display: corner(w / 2, h / 2),
        }
    }

    fn level(ordinal: i16, name: &str, outdoor: bool) -> Level {
        Level {
            id: FeatureId([ordinal as u8; 16]),
            ordinal: Ordinal(ordinal),
            name: Names::from_iter([("en", name)]),
            short_name: Names::new(),
            outdoor,
            outline: vec![],
        }
    }

    fn venue() -> Venue {
        Venue {
            name: Names::new(),
            languages: vec!["en".into()],
            origin: Wgs84 { lat_e7: 0, lon_e7: 0 },
            levels: vec![level(1, "Terrace", true), level(1, "First floor", false), level(0, "Ground", false)],
            units: vec![
                square(UnitClass::Walkway, 1, "Hall", [0, 0, 100, 100]),
                square(UnitClass::Room, 1, "Kiosk", [10, 10, 10, 10]),
                square(UnitClass::Wall, 1, "", [12, 12, 2, 2]),
                square(UnitClass::Wall, 1, "", [100, 0, 5, 100]),
                square(UnitClass::Outdoor, 0, "Deck", [200, 0, 50, 50]),
                square(UnitClass::Room, 2, "Cellar", [0, 0, 100, 100]),
            ],
            openings: vec![],
            amenities: vec![],
            fixtures: vec![],
            checkpoints: vec![],
        }
    }

    #[test]
    fn the_smallest_room_wins_and_a_wall_never_hides_one() {
        let venue = venue();
        let at = |ordinal, x, y| venue.unit_at(Ordinal(ordinal), Xy { x, y });
        assert_eq!(at(1, 50, 50), Some(0));
        assert_eq!(at(1, 15, 15), Some(1), "a room within a hall");
        assert_eq!(at(1, 13, 13), Some(1), "a pillar within a room");
        assert_eq!(at(1, 100, 50), Some(0), "an edge between a hall and a wall");
        assert_eq!(at(1, 103, 50), Some(3), "inside a wall");
        assert_eq!(at(1, 150, 50), None);
        assert_eq!(at(0, 15, 15), Some(5), "another level");
        assert_eq!(at(2, 15, 15), None, "no such level");
    }

    #[test]
    fn the_nearest_unit_is_one_to_stand_in() {
        let venue = venue();
        let near = |x, y| venue.nearest_unit(Ordinal(1), Xy { x, y });
        assert_eq!(near(103, 50), Some((0, 3)));
        assert_eq!(near(13, 13), Some((1, 0)));
        assert_eq!(near(190, 50), Some((4, 10)), "levels of one height are one");
        assert_eq!(venue.nearest_unit(Ordinal(7), Xy { x: 0, y: 0 }), None);
    }

    #[test]
    fn levels_of_one_height_are_one_row_named_by_the_one_with_a_roof() {
        let venue = venue();
        assert_eq!(venue.ordinals(), [Ordinal(0), Ordinal(1)]);
        assert_eq!(venue.level_name(Ordinal(1), "en"), Some("First floor"));
        assert_eq!(venue.level_short(Ordinal(1), "en"), Some("First floor"));
        assert_eq!(venue.level_name(Ordinal(9), "en"), None);
    }

    #[test]
    fn a_nameless_unit_leaves_its_label_to_the_caller() {
        let venue = venue();
        assert_eq!(venue.unit_label(0, "fr"), Some("Hall"));
        assert_eq!(venue.unit_label(2, "fr"), None);
        assert_eq!(venue.unit_label(999, "fr"), None);
    }
}
