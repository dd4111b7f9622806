//! Chance that can be repeated: SplitMix64 (Steele, Lea, Flood 2014). The same seed throws the same
//! numbers on every machine and for ever, which no library promises over its versions.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number from 0 to `below - 1`; 0 where `below` is 0.
    pub fn below(&mut self, below: u64) -> u64 {
        ((u128::from(self.number()) * u128::from(below)) >> 64) as u64
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// One of some, each as likely.
    pub fn of<T: Copy>(&mut self, some: &[T]) -> Option<T> {
        some.get(self.below(some.len() as u64) as usize).copied()
    }

    /// One of some, by weight.
    pub fn weighed<T: Copy>(&mut self, some: &[(u64, T)]) -> Option<T> {
        let mut at = self.below(some.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in some {
            if at < *weight {
                return Some(*one);
            }
            at -= weight;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut dice = Dice::new(1_234_567);
        let known = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([dice.number(), dice.number(), dice.number()], known);
    }

    #[test]
    fn every_face_comes_and_none_beside() {
        let mut dice = Dice::new(5);
        let thrown: std::collections::BTreeSet<_> = (0..500).map(|_| dice.between(1, 6)).collect();
        assert_eq!(thrown, (1..=6).collect());
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.weighed(&[(0, 'a'), (3, 'b')]), Some('b'));
        assert_eq!(dice.of::<u8>(&[]), None);
    }
}
