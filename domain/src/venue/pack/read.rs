//! Taking the columns of a packed map apart, believing nothing in them.

use super::super::{
    Amenity, AmenityClass, Checkpoint, Code, FeatureId, Fixture, FixtureClass, Level, Names, Opening, Ordinal, Polygon,
    Unit, UnitClass, Venue, Wgs84, Xy,
};
use super::{Columns, ORIGIN, anchor_of};

/// Takes the columns apart again; `None` as soon as something does not fit.
pub(super) struct Reader<'a> {
    columns: &'a Columns,
    counts: std::slice::Iter<'a, u32>,
    points: std::iter::Zip<std::slice::Iter<'a, i32>, std::slice::Iter<'a, i32>>,
    ids: std::slice::ChunksExact<'a, u8>,
    texts: Vec<std::str::Split<'a, char>>,
    start: Xy,
    at: Xy,
}

impl<'a> Reader<'a> {
    pub(super) fn new(columns: &'a Columns) -> Self {
        Self {
            columns,
            counts: columns.counts.iter(),
            points: columns.xs.iter().zip(&columns.ys),
            ids: columns.ids.chunks_exact(16),
            texts: columns.texts.iter().map(|text| text.split('\n')).collect(),
            start: ORIGIN,
            at: ORIGIN,
        }
    }

    pub(super) fn venue(mut self) -> Option<Venue> {
        let c = self.columns;
        if c.texts.len() != c.languages.len() {
            return None;
        }
        let origin = Wgs84 { lat_e7: c.lat_e7, lon_e7: c.lon_e7 };
        let name = self.names()?;
        let mut levels = Vec::new();
        for (&ordinal, &outdoor) in pairs(&c.ordinals, &c.outdoor)? {
            let (id, ordinal) = (self.id()?, Ordinal(ordinal));
            let [name, short_name] = [self.names()?, self.names()?];
            levels.push(Level { id, ordinal, name, short_name, outdoor, outline: self.shape()? });
        }
        let level = |ix: &u16| (usize::from(*ix) < levels.len()).then_some(*ix);
        let mut units = Vec::new();
        for ((class, ix), &has_id) in pairs(&c.unit_class, &c.unit_level)?.zip(&c.unit_has_id) {
            let id = if has_id { Some(self.id()?) } else { None };
            let class = *UnitClass::ALL.get(usize::from(*class))?;
            let (name, polygons) = (self.names()?, self.shape()?);
            units.push(Unit { id, level: level(ix)?, class, name, polygons, display: ORIGIN });
        }
        if c.unit_has_id.len() != units.len() {
            return None;
        }
        let mut fixtures = Vec::new();
        for (class, ix) in pairs(&c.fixture_class, &c.fixture_level)? {
            let class = *FixtureClass::ALL.get(usize::from(*class))?;
            fixtures.push(Fixture { level: level(ix)?, class, polygons: self.shape()? });
        }
        let mut openings = Vec::new();
        for ix in &c.opening_level {
            openings.push(Opening { level: level(ix)?, line: self.ring()? });
        }
        for unit in &mut units {
            unit.display = self.label(anchor_of(unit))?;
        }
        let mut amenities = Vec::new();
        for ((class, ix), &unit) in pairs(&c.amenity_class, &c.amenity_level)?.zip(&c.amenity_unit) {
            let class = *AmenityClass::ALL.get(usize::from(*class))?;
            let point = self.label(units.get(usize::from(unit))?.display)?;
            amenities.push(Amenity { class, level: level(ix)?, unit, point, name: self.names()? });
        }
        let mut checkpoints = Vec::new();
        for ((&unit, &ordinal), &seed) in pairs(&c.checkpoint_unit, &c.checkpoint_ordinal)?.zip(&c.checkpoint_code) {
            let point = self.label(units.get(usize::from(unit))?.display)?;
            let (code, ordinal) = (Code::from_seed(seed.into()), Ordinal(ordinal));
            checkpoints.push(Checkpoint { code, anchor: self.id()?, unit, ordinal, point });
        }
        let whole = self.counts.len() == 0
            && self.points.len() == 0
            && c.xs.len() == c.ys.len()
            && self.ids.len() == 0
            && amenities.len() == c.amenity_class.len()
            && checkpoints.len() == c.checkpoint_unit.len();
        let languages = c.languages.clone();
        whole.then_some(Venue { name, languages, origin, levels, units, openings, amenities, fixtures, checkpoints })
    }

    fn id(&mut self) -> Option<FeatureId> {
        self.ids.next()?.try_into().ok().map(FeatureId)
    }

    fn names(&mut self) -> Option<Names> {
        let mut names = Names::new();
        for (tag, texts) in self.columns.languages.iter().zip(&mut self.texts) {
            names.insert(tag, texts.next()?);
        }
        Some(names)
    }

    fn shape(&mut self) -> Option<Vec<Polygon>> {
        (0..*self.counts.next()?)
            .map(|_| {
                let rings = *self.counts.next()?;
                let rings = (0..rings).map(|_| self.ring()).collect::<Option<_>>()?;
                Some(Polygon { rings })
            })
            .collect()
    }

    fn ring(&mut self) -> Option<Vec<Xy>> {
        let length = *self.counts.next()? as usize;
        if length > self.points.len() {
            return None;
        }
        self.at = self.start;
        let ring = (0..length).map(|_| self.point()).collect::<Option<Vec<_>>>()?;
        self.start = ring.first().copied().unwrap_or(self.start);
        Some(ring)
    }

    fn label(&mut self, from: Xy) -> Option<Xy> {
        self.at = from;
        self.point()
    }

    fn point(&mut self) -> Option<Xy> {
        let (&dx, &dy) = self.points.next()?;
        self.at = Xy { x: self.at.x.wrapping_add(dx), y: self.at.y.wrapping_add(dy) };
        self.at.on_a_plan().then_some(self.at)
    }
}

/// Two columns side by side, if they are equally long.
fn pairs<'a, A, B>(a: &'a [A], b: &'a [B]) -> Option<impl Iterator<Item = (&'a A, &'a B)>> {
    (a.len() == b.len()).then(|| a.iter().zip(b))
}
