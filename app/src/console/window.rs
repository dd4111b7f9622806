//! The part of the queue that is in the page. Law: however many rows there are, a bounded number of
//! them is drawn; the others are counted above and below, and J, K and scrolling reach them all.

use super::order::{Layout, Part, Stop};
use domain::flood::Line;
use std::collections::BTreeMap;

/// So many rows are drawn.
pub(crate) const DRAWN: usize = 60;
/// By so many the window moves at its end.
pub(crate) const STEP: usize = 30;
/// A chosen row has at least so many drawn on either side, if there are any.
const MARGIN: usize = 8;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Drawn {
    /// Cases above.
    pub(crate) above: usize,
    /// Cases below.
    pub(crate) below: usize,
    /// Number of the first stop that is drawn.
    pub(crate) first: usize,
    /// Rows, top to bottom, and the part that each is in.
    pub(crate) stops: Vec<(Part, Stop)>,
}

impl Drawn {
    /// The window on `layout` that begins at stop `first`, or as far down as it can.
    pub(crate) fn of(layout: &Layout, opened: Option<&Stop>, first: usize) -> Self {
        let stops = layout.stops(opened);
        let first = first.min(stops.len().saturating_sub(DRAWN));
        let last = (first + DRAWN).min(stops.len());
        // A closed line stands for its cases; beneath an open one each stands for itself.
        let folded: BTreeMap<(Part, &domain::flood::Spot), usize> = Part::ALL
            .into_iter()
            .flat_map(|part| layout.part(part).iter().map(move |line| (part, line)))
            .filter_map(|(part, line)| match line {
                Line::Glance(glance) => Some(((part, &glance.spot), glance.rows.len())),
                Line::Case(_) => None,
            })
            .collect();
        let weight = |(_, stop): &(Part, Stop)| match stop {
            Stop::Case(_) => 1,
            Stop::Glance(..) if opened == Some(stop) => 0,
            Stop::Glance(part, spot) => folded.get(&(*part, spot)).copied().unwrap_or_default(),
        };
        Drawn {
            above: stops[..first].iter().map(weight).sum(),
            below: stops[last..].iter().map(weight).sum(),
            first,
            stops: stops[first..last].to_vec(),
        }
    }

    /// The rows of a part.
    pub(crate) fn part(&self, part: Part) -> Vec<Stop> {
        self.stops.iter().filter(|(of, _)| *of == part).map(|(_, stop)| stop.clone()).collect()
    }
}

/// Where the window begins so that stop `at` of `len` is drawn; unchanged while it is well inside.
pub(crate) fn holding(first: usize, at: usize, len: usize) -> usize {
    let last = len.saturating_sub(DRAWN);
    let first = first.min(last);
    if at < first + MARGIN {
        at.saturating_sub(DRAWN - 1 - MARGIN).min(last)
    } else if at + MARGIN >= first + DRAWN {
        at.saturating_sub(MARGIN).min(last)
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flood::{Glance, Spot};
    use domain::ids::IncidentId;
    use proptest::prelude::*;

    fn id(n: usize) -> IncidentId {
        IncidentId((n as u64).to_be_bytes())
    }

    fn layout(cases: usize, folded: usize) -> Layout {
        let glance = Line::Glance(Glance { spot: Spot::Unknown, rows: (0..folded).map(id).collect() });
        let cases = (folded..folded + cases).map(|n| Line::Case(id(n)));
        Layout { nobody: (folded > 0).then_some(glance).into_iter().chain(cases).collect(), ..Layout::default() }
    }

    proptest! {
        #[test]
        fn what_is_not_drawn_is_counted(cases in 0..400_usize, folded in 0..300_usize, first in 0..500_usize, open in any::<bool>()) {
            let (layout, line) = (layout(cases, folded), Stop::Glance(Part::Nobody, Spot::Unknown));
            let opened = Some(&line).filter(|_| open);
            let drawn = Drawn::of(&layout, opened, first);
            prop_assert!(drawn.stops.len() <= DRAWN);
            let inside: usize = drawn.stops.iter().map(|(_, stop)| match stop {
                Stop::Case(_) => 1,
                Stop::Glance(..) => if open { 0 } else { folded },
            }).sum();
            prop_assert_eq!(drawn.above + inside + drawn.below, cases + folded);
        }

        #[test]
        fn j_from_the_top_draws_every_row_on_its_way(len in 1..300_usize) {
            let mut first = 0;
            for at in 0..len {
                first = holding(first, at, len);
                prop_assert!((first..first + DRAWN).contains(&at));
            }
            for at in (0..len).rev() {
                first = holding(first, at, len);
                prop_assert!((first..first + DRAWN).contains(&at));
            }
            prop_assert_eq!(first, 0);
        }
    }

    #[test]
    fn the_window_stands_while_the_chosen_row_is_well_inside() {
        assert_eq!(holding(30, 60, 500), 30);
        assert_eq!(holding(30, 89, 500), 81);
    }
}
