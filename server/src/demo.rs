//! The demo festival: its venue is part of the binary, its people sign in by printed links.

use crate::desk::{Desk, Rejected};
use crate::festival::Festival;
use crate::secrets::{Pepper, Token};
use domain::desk::{Actor, Command};
use domain::person::{INVITE_VALID_MS, Profile, Role};
use domain::venue::{Code, FeatureId};
use qrcode::{EcLevel, QrCode, Version};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};

macro_rules! demo_files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_bytes!(concat!("../demo/venue/", $name)) as &[u8]),)*] };
}

/// The demo venue, an IMDF archive of our own drawing.
const VENUE: &[(&str, &[u8])] = demo_files![
    "manifest.json",
    "address.geojson",
    "amenity.geojson",
    "anchor.geojson",
    "building.geojson",
    "fixture.geojson",
    "footprint.geojson",
    "level.geojson",
    "occupant.geojson",
    "opening.geojson",
    "unit.geojson",
    "venue.geojson",
];

/// The demo venue as a zip.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn venue_archive() -> zip::result::ZipResult<Vec<u8>> {
    archive(VENUE.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())))
}

/// A zip of some files. The same files give the same bytes.
///
/// # Errors
/// When a name or size does not fit the format.
pub fn archive(files: impl Iterator<Item = (String, Vec<u8>)>) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name, zip::write::SimpleFileOptions::default())?;
        writer.write_all(&bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A link that signs somebody in, once.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Link {
    /// Whose.
    pub name: String,
    /// In which role.
    pub role: Role,
    /// The address.
    pub url: String,
}

/// Makes a sign-in link for everyone of the demo: the same people again after a restart.
///
/// # Errors
/// When the links cannot be saved.
pub async fn links(desk: &Desk, pepper: &Pepper, festival: &Festival, base: &str) -> Result<Vec<Link>, Rejected> {
    let mut links = Vec::new();
    for entry in &festival.staff {
        let token = Token::fresh();
        let invite = pepper.invite(&token);
        let known = desk.published.read(|state| {
            let same = |profile: &Profile| profile.name == entry.name && profile.role == entry.role;
            state.people.values().find(|person| !person.removed && same(&person.profile)).map(|person| person.id)
        });
        let command = match known {
            Some(person) => Command::InviteAgain { invite, person, valid_ms: INVITE_VALID_MS },
            None => {
                let appearance = crate::festival::pick(&entry.appearance, festival.language).to_owned();
                let (name, languages) = (entry.name.clone(), entry.languages.clone());
                let appearance_in = entry.appearance.clone();
                let profile = Profile { name, role: entry.role, languages, appearance, appearance_in };
                Command::Invite { invite, profile, valid_ms: INVITE_VALID_MS }
            }
        };
        desk.tell(Actor::Terminal, command).await?;
        links.push(Link { name: entry.name.clone(), role: entry.role, url: format!("{base}/join/{}", token.reveal()) });
    }
    Ok(links)
}

/// A first-run link for an organiser, if there is none yet: printed on the terminal, 15 minutes.
///
/// # Errors
/// When it cannot be saved.
pub async fn first_organiser(desk: &Desk, pepper: &Pepper, base: &str) -> Result<Option<String>, Rejected> {
    let there = desk
        .published
        .read(|state| state.people.values().any(|person| !person.removed && person.profile.role == Role::Organiser));
    if there { Ok(None) } else { new_organiser(desk, pepper, base).await.map(Some) }
}

/// A link that makes an organiser, good for a quarter of an hour: whoever holds the machine holds the festival.
///
/// # Errors
/// When it cannot be saved.
pub async fn new_organiser(desk: &Desk, pepper: &Pepper, base: &str) -> Result<String, Rejected> {
    let token = Token::fresh();
    let profile = Profile {
        name: String::new(),
        role: Role::Organiser,
        languages: Vec::new(),
        appearance: String::new(),
        appearance_in: BTreeMap::new(),
    };
    let valid_ms = 15 * 60_000;
    desk.tell(Actor::Terminal, Command::Invite { invite: pepper.invite(&token), profile, valid_ms }).await?;
    Ok(format!("{base}/join/{}", token.reveal()))
}

/// The code of the demo poster.
pub fn poster_code(desk: &Desk, festival: &Festival) -> Option<Code> {
    let place = desk.published.venue()?;
    let anchor: Option<FeatureId> = festival.demo_poster.as_ref().and_then(|id| id.parse().ok());
    let checkpoints = &place.venue.checkpoints;
    checkpoints
        .iter()
        .find(|checkpoint| Some(checkpoint.anchor) == anchor)
        .or(checkpoints.first())
        .map(|checkpoint| checkpoint.code)
}

/// A poster's QR code: upper case, so that it is alphanumeric; version 2-Q where the address fits
/// (29 characters), else the smallest that holds it.
pub fn poster_qr(base: &str, code: Code) -> Option<QrCode> {
    let address = format!("{base}/{}", code.url_form()).to_uppercase();
    let small = QrCode::with_version(address.as_bytes(), Version::Normal(2), EcLevel::Q);
    small.or_else(|_| QrCode::with_error_correction_level(address.as_bytes(), EcLevel::Q)).ok()
}

/// A QR code for a terminal: two modules a character, dark on light whatever the terminal's colours.
pub fn terminal_qr(qr: &QrCode) -> String {
    qr.render::<qrcode::render::unicode::Dense1x2>()
        .dark_color(qrcode::render::unicode::Dense1x2::Light)
        .light_color(qrcode::render::unicode::Dense1x2::Dark)
        .build()
}
