//! French.

use super::super::Refused;
use super::super::report::{Examples, Kind, Part, Thing, Why};
use super::languages::name;
use super::{list, shown};
use domain::venue::UnitClass;

pub(super) fn line(kind: &Kind) -> String {
    match kind {
        Kind::Summary { levels, units, openings, amenities, checkpoints, languages } => {
            let languages: Vec<_> = languages.iter().map(|tag| name(tag, true)).collect();
            let names = match list(&languages, "et") {
                none if none.is_empty() => "aucun nom".to_owned(),
                languages => format!("noms en {languages}"),
            };
            format!(
                "{}, {}, {}, {}, {}, {names}.",
                count(*levels, "aucun niveau", "niveau", "niveaux"),
                count(*units, "aucune salle", "salle, espace ou mur", "salles, espaces et murs"),
                count(*openings, "aucune porte", "porte", "portes"),
                count(*amenities, "aucun équipement", "équipement", "équipements"),
                count(*checkpoints, "aucune place d’affiche", "place d’affiche", "places d’affiche"),
            )
        }
        Kind::StrayCommas { file, count: 1 } => {
            format!("Le fichier {file} contenait une virgule de trop : corrigé.")
        }
        Kind::StrayCommas { file, count } => {
            format!("Le fichier {file} contenait {count} virgules de trop : corrigé.")
        }
        Kind::InvisibleMark { file } => {
            format!("Le fichier {file} commençait par un signe invisible : retiré.")
        }
        Kind::FileBroken { part, file, line } => format!(
            "Le fichier {file} est illisible, il y a une erreur vers la ligne {line} : laissé de côté, donc {}.",
            without(*part)
        ),
        Kind::FileMissing { part } => {
            format!("Il n’y a pas de fichier {}.geojson, donc {}.", part.stem(), without(*part))
        }
        Kind::NotDrawn { files } => {
            format!("Laissé de côté, car le plan ne le montre pas : {}.", list(files, "et"))
        }
        Kind::SharedNumbers { count: 1, pairs } => {
            let pair = pairs.first().map(pair).unwrap_or_default();
            format!("Deux choses portent le même numéro : {pair}. Les deux sont gardées.")
        }
        Kind::SharedNumbers { count, pairs } => {
            let pairs: Vec<_> = pairs.iter().map(pair).collect();
            format!("{count} numéros sont portés par deux choses chacun : {}. Toutes sont gardées.", pairs.join(" ; "))
        }
        Kind::NoNumbers { count: n, posters } => {
            let posters = match posters {
                true => {
                    " Des places d’affiche en font partie : si le plan change, il faudra peut-être réimprimer leurs affiches."
                }
                false => "",
            };
            let things = match n {
                1 => "1 chose n’a".to_owned(),
                n => format!("{n} choses n’ont"),
            };
            format!("{things} pas de numéro dans le plan : Sotto en a donné un à chacune.{posters}")
        }
        Kind::LeftOut { part, why, which } => format!(
            "Laissé de côté : {} {} ({}).{}",
            which.count,
            noun(*part, which.count),
            because(*why),
            examples(which)
        ),
        Kind::UnitsOutside { of, which } => {
            let verb = match which.count {
                1 => "est hors du contour de son niveau : gardé tel quel",
                _ => "sont hors du contour de leur niveau : gardés tels quels",
            };
            format!("Sur {of} salles et espaces, {} {verb}.{}", which.count, examples(which))
        }
        Kind::AmenitiesOutside { of, which } => {
            let verb = match which.count {
                1 => "est hors de la salle indiquée : gardé",
                _ => "sont hors de la salle indiquée : gardés",
            };
            format!(
                "Sur {of} équipements (ascenseurs, toilettes, accueils…), {} {verb}, au niveau de cette salle.{}",
                which.count,
                examples(which)
            )
        }
        Kind::PostersOutside { of, which } => {
            let verb = match which.count {
                1 => "est hors de la salle indiquée : gardée",
                _ => "sont hors de la salle indiquée : gardées",
            };
            format!(
                "Sur {of} places d’affiche, {} {verb}. À vérifier avant d’imprimer.{}",
                which.count,
                examples(which)
            )
        }
        Kind::Crossing { which } => {
            let what = match which.count {
                1 => "Le contour d’une salle se croise lui-même".to_owned(),
                n => format!("Les contours de {n} salles se croisent eux-mêmes"),
            };
            format!("{what} : gardé, mais le dessin peut surprendre.{}", examples(which))
        }
        Kind::NoOutline { which } => {
            let has = if which.count == 1 { "n’a" } else { "n’ont" };
            format!(
                "{} {} {has} pas de contour : dessiné par ses salles seulement.",
                which.count,
                noun(Part::Level, which.count)
            )
        }
        Kind::SameHeight { which } => {
            let (labels, _) = shown(which, label);
            format!("{} sont à la même hauteur : montrés comme un seul niveau.", list(&labels, "et"))
        }
        Kind::HomeMade { part, guessed, unknown } => {
            let n = guessed.len() + unknown.len();
            let first = match n {
                1 => format!("Une sorte {} porte un nom que la norme (IMDF) ne connaît pas.", thing_of(*part)),
                _ => format!("{n} sortes {} portent un nom que la norme (IMDF) ne connaît pas.", thing_of(*part)),
            };
            let guessed = match guessed.as_slice() {
                [] => String::new(),
                words => format!(" Comprises d’après le mot : {}.", list(words, "et")),
            };
            let unknown = match unknown.as_slice() {
                [] => String::new(),
                words => format!(" Montrées sans symbole : {}.", list(words, "et")),
            };
            format!("{first}{guessed}{unknown}")
        }
        Kind::ExtraEntries { entries } => {
            let entries: Vec<_> =
                entries.iter().map(|(part, entry)| format!("{entry} (dans {}.geojson)", part.stem())).collect();
            format!("Indications en plus dont le plan n’a pas besoin, laissées de côté : {}.", list(&entries, "et"))
        }
        Kind::LanguageForm { given, used } => format!(
            "Le plan indique la langue {given} et marque ses noms par {used} : pris pour la même, {}.",
            name(used, true)
        ),
    }
}

pub(super) fn refused(why: &Refused) -> String {
    match why {
        Refused::NotThere { name } => {
            format!("{name} ne s’ouvre pas. Vérifiez le chemin, et le droit de lire.")
        }
        Refused::NotAZip => "Ce n’est pas un fichier zip. Choisissez l’archive exportée par votre outil de plan (IMDF, un fichier .zip).".into(),
        Refused::CutShort => "Ce fichier zip est tronqué ou abîmé. Envoyez-le de nouveau, ou refaites l’export.".into(),
        Refused::Locked { name } => {
            format!("Le fichier {name} de l’archive est protégé par un mot de passe. Refaites l’export sans mot de passe.")
        }
        Refused::UnknownPacking { name } => {
            format!("Le fichier {name} de l’archive est compressé d’une façon inhabituelle. Refaites le zip avec l’outil de votre ordinateur.")
        }
        Refused::FileDamaged { name } => {
            format!("Le fichier {name} est abîmé et ne se lit pas jusqu’au bout. Refaites l’export.")
        }
        Refused::TooManyEntries { limit } => {
            format!("L’archive contient plus de {limit} fichiers. Un plan en a une douzaine : choisissez l’archive d’un seul lieu.")
        }
        Refused::OutsidePath { name } => {
            format!("L’archive veut placer un fichier hors de son dossier ({name}). Rien n’a été lu : demandez à qui l’a faite.")
        }
        Refused::FileTooLarge { name, mib } => {
            format!("Le fichier {name} dépasse {mib} Mo une fois décompressé. Retirez des détails comme le mobilier et refaites l’export.")
        }
        Refused::TooLarge { mib } => {
            format!("Le plan dépasse {mib} Mo une fois décompressé. Retirez des détails comme le mobilier et refaites l’export.")
        }
        Refused::Bomb { name } => {
            format!("Le fichier {name} gonfle de nombreuses fois à la décompression, comme seules le font les archives nuisibles. Rien n’a été lu : demandez à qui l’a faite.")
        }
        Refused::SeveralPlans { first, second } => {
            let [first, second] = [first, second].map(|f| if f.is_empty() { "la racine" } else { f.as_str() });
            format!("L’archive contient deux plans, dans {first} et dans {second}. Envoyez-en un à la fois.")
        }
        Refused::NoFile { part } => {
            format!("Il n’y a pas de fichier {}.geojson, ce n’est donc pas le plan d’un lieu. Choisissez une archive IMDF : elle contient level.geojson et unit.geojson.", part.stem())
        }
        Refused::FileBroken { name, line } => {
            format!("Le fichier {name} est illisible : il y a une erreur vers la ligne {line}, souvent un crochet qui manque. Refaites l’export.")
        }
        Refused::Nothing { part } => {
            format!("Le fichier {}.geojson ne contient rien d’utilisable ({}), il n’y a donc rien à dessiner.", part.stem(), noun(*part, 2))
        }
        Refused::NotDegrees => "Les positions ne sont pas des longitudes et latitudes en degrés, mais peut-être des mètres sur un dessin. Refaites l’export en WGS 84.".into(),
        Refused::TooWide { km } => {
            format!("Le plan s’étend sur {km} km. Un lieu en fait au plus 20 : choisissez un seul lieu, ou corrigez le niveau qui est loin des autres.")
        }
        Refused::TooManyThings { limit } => {
            format!("Le plan contient plus de {limit} choses. Retirez des détails comme le mobilier et refaites l’export.")
        }
        Refused::TooManyPoints { limit } => {
            format!("Le plan est dessiné avec plus de {limit} points. Simplifiez ses contours, par exemple à 10 cm, et refaites l’export.")
        }
        Refused::UnitsOutside { outside, of } => {
            format!("Sur {of} salles et espaces, {outside} sont hors de leur niveau : niveaux et salles semblent venir de dessins différents.")
        }
    }
}

fn count(n: usize, none: &str, one: &str, many: &str) -> String {
    match n {
        0 => none.to_owned(),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

fn noun(part: Part, n: usize) -> &'static str {
    match (part, n) {
        (Part::Manifest, _) => "page de titre",
        (Part::Venue, 1) => "lieu",
        (Part::Venue, _) => "lieux",
        (Part::Level, 1) => "niveau",
        (Part::Level, _) => "niveaux",
        (Part::Unit, 1) => "salle ou espace",
        (Part::Unit, _) => "salles ou espaces",
        (Part::Opening, 1) => "porte",
        (Part::Opening, _) => "portes",
        (Part::Amenity, 1) => "équipement",
        (Part::Amenity, _) => "équipements",
        (Part::Fixture, 1) => "meuble",
        (Part::Fixture, _) => "meubles",
        (Part::Anchor, 1) => "place d’affiche",
        (Part::Anchor, _) => "places d’affiche",
        (Part::Occupant, 1) => "occupant",
        (Part::Occupant, _) => "occupants",
    }
}

/// After *une sorte*.
fn thing_of(part: Part) -> &'static str {
    match part {
        Part::Amenity => "d’équipement",
        Part::Fixture => "de meuble",
        _ => "de salle",
    }
}

fn without(part: Part) -> &'static str {
    match part {
        Part::Anchor => "il n’y a pas encore de place d’affiche",
        Part::Opening => "le plan ne montre aucune porte",
        Part::Amenity => "le plan ne montre ni ascenseurs ni toilettes",
        Part::Fixture => "le plan ne montre aucun meuble",
        Part::Occupant => "les salles sans nom propre restent sans nom",
        Part::Venue => "le lieu n’a pas de nom",
        Part::Manifest => "la langue des noms est supposée",
        Part::Level | Part::Unit => "il n’y a pas de plan",
    }
}

fn because(why: Why) -> &'static str {
    match why {
        Why::NotAThing => "écriture contraire à la norme",
        Why::NoShape => "forme absente, ou de la mauvaise sorte",
        Why::NowhereOnEarth => "position qui n’existe pas sur Terre",
        Why::FarAway => "à plus de 20 km du reste",
        Why::TooSmall => "taille trop petite pour être vue",
        Why::UnknownLevel => "niveau absent du plan",
        Why::UnknownUnit => "salle absente du plan",
        Why::NoHeight => "hauteur non indiquée",
    }
}

fn article(thing: &Thing) -> &'static str {
    match (thing.part, thing.class) {
        (Part::Unit, Some(class)) => room(class),
        (Part::Manifest, _) => "une page de titre",
        (Part::Venue, _) => "le lieu",
        (Part::Level, _) => "un niveau",
        (Part::Unit, None) => "une salle",
        (Part::Opening, _) => "une porte",
        (Part::Amenity, _) => "un équipement",
        (Part::Fixture, _) => "un meuble",
        (Part::Anchor, _) => "une place d’affiche",
        (Part::Occupant, _) => "un occupant",
    }
}

fn room(class: UnitClass) -> &'static str {
    match class {
        UnitClass::Walkway => "un passage",
        UnitClass::NonPublic => "un espace fermé",
        UnitClass::Stairs => "un escalier",
        UnitClass::Elevator => "un ascenseur",
        UnitClass::Escalator => "un escalier roulant",
        UnitClass::Ramp => "une rampe",
        UnitClass::Restroom | UnitClass::RestroomFemale | UnitClass::RestroomMale | UnitClass::RestroomWheelchair => {
            "des toilettes"
        }
        UnitClass::Lobby => "un hall d’entrée",
        UnitClass::Outdoor => "un espace extérieur",
        UnitClass::Void => "une ouverture dans le sol",
        UnitClass::Wall => "un mur",
        UnitClass::Glass => "une paroi vitrée",
        _ => "une salle",
    }
}

/// A name, or what it is and the beginning of its number.
fn label(thing: &Thing) -> String {
    match thing.name.pick("fr") {
        "" => format!("{} sans nom (numéro {}…)", article(thing), thing.number),
        name => name.to_owned(),
    }
}

fn pair((a, b): &(Thing, Thing)) -> String {
    let described = |thing: &Thing| match thing.name.pick("fr") {
        "" => article(thing).to_owned(),
        name => format!("{} ({name})", article(thing)),
    };
    format!("{} et {}, numéro {}…", described(a), described(b), a.number)
}

fn examples(which: &Examples) -> String {
    let (labels, more) = shown(which, label);
    let lead = match (more, labels.len()) {
        (_, 0) => return String::new(),
        (true, _) => "Entre autres",
        (false, _) => "Détail",
    };
    format!(" {lead} : {}.", list(&labels, "et"))
}
