//! Names of languages in English and French.

const NAMES: &[(&str, &str, &str)] = &[
    ("ar", "Arabic", "arabe"),
    ("cs", "Czech", "tchèque"),
    ("da", "Danish", "danois"),
    ("de", "German", "allemand"),
    ("el", "Greek", "grec"),
    ("en", "English", "anglais"),
    ("es", "Spanish", "espagnol"),
    ("fi", "Finnish", "finnois"),
    ("fr", "French", "français"),
    ("he", "Hebrew", "hébreu"),
    ("hu", "Hungarian", "hongrois"),
    ("it", "Italian", "italien"),
    ("ja", "Japanese", "japonais"),
    ("ko", "Korean", "coréen"),
    ("nb", "Norwegian", "norvégien"),
    ("nl", "Dutch", "néerlandais"),
    ("pl", "Polish", "polonais"),
    ("pt", "Portuguese", "portugais"),
    ("ro", "Romanian", "roumain"),
    ("ru", "Russian", "russe"),
    ("sv", "Swedish", "suédois"),
    ("tr", "Turkish", "turc"),
    ("uk", "Ukrainian", "ukrainien"),
    ("zh", "Chinese", "chinois"),
];

/// A language by its tag, the tag itself if it is a rarer one; the French names if `french`.
pub(super) fn name(tag: &str, french: bool) -> String {
    let primary = tag.split('-').next().unwrap_or(tag);
    match NAMES.iter().find(|(known, ..)| *known == primary) {
        Some((_, english, _)) if !french => (*english).to_owned(),
        Some((.., name)) => (*name).to_owned(),
        None => tag.to_owned(),
    }
}
