//! TEMPORARY
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ordinal(pub i16);
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FeatureId(pub [u8; 16]);
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wgs84 {
    pub lat_e7: i32,
    pub lon_e7: i32,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Code(pub [u8; 6]);
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Xy {
    pub x: i32,
    pub y: i32,
}
#[derive(Debug)]
pub struct Venue;
impl Venue {
    pub fn to_local(&self, _: Wgs84) -> Xy {
        Xy { x: 0, y: 0 }
    }
    pub fn distance_dm(&self, _: Xy, _: Xy) -> u32 {
        0
    }
}
impl Venue {
    pub fn level_name(&self, _: Ordinal, _: &str) -> String {
        String::new()
    }
    pub fn level_short(&self, _: Ordinal, _: &str) -> String {
        String::new()
    }
    pub fn unit_by_id(&self, _: &FeatureId) -> Option<u16> {
        None
    }
    pub fn unit_label(&self, _: u16, _: &str) -> Option<String> {
        None
    }
}
impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Ok(())
    }
}
