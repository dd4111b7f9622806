//! Texts whose keys are the domain's own names: phrases, questions, what people wear.

use super::{TextKey, Texts};
use domain::phrase::Phrase;
use domain::question::{Colour, Garment, Question, Whom, WorksHere};

macro_rules! table {
    ($($name:ident $table:literal,)*) => {
        $(impl TextKey for $name {
            const TABLE: &'static str = $table;
            const ALL: &'static [Self] = $name::ALL;

            fn name(self) -> &'static str {
                self.name()
            }

            fn index(self) -> usize {
                self as usize
            }

            fn counted(self) -> bool {
                false
            }
        })*
    };
}

table! {
    Phrase "phrase",
    Question "question",
    Garment "garment",
    Colour "colour",
    Whom "whom",
    WorksHere "works_here",
}

/// Everything that a conversation is shown with, in one language.
#[derive(Debug, Clone)]
pub struct Book {
    /// Sentences.
    pub phrase: Texts<Phrase>,
    /// Questions, as the person is asked.
    pub question: Texts<Question>,
    /// Garments.
    pub garment: Texts<Garment>,
    /// Colours.
    pub colour: Texts<Colour>,
    /// For whom.
    pub whom: Texts<Whom>,
    /// Who works here.
    pub works_here: Texts<WorksHere>,
}

impl Book {
    /// For a page: one line a key, table after table.
    pub fn to_page(&self) -> String {
        [
            self.phrase.to_page(),
            self.question.to_page(),
            self.garment.to_page(),
            self.colour.to_page(),
            self.whom.to_page(),
            self.works_here.to_page(),
        ]
        .join("\n")
    }

    /// What [`Book::to_page`] wrote; `None` for another build's.
    pub fn from_page(lang: &str, table: &str) -> Option<Self> {
        let mut lines = table.lines();
        let book = Book {
            phrase: take(lang, &mut lines)?,
            question: take(lang, &mut lines)?,
            garment: take(lang, &mut lines)?,
            colour: take(lang, &mut lines)?,
            whom: take(lang, &mut lines)?,
            works_here: take(lang, &mut lines)?,
        };
        lines.next().is_none().then_some(book)
    }
}

fn take<K: TextKey>(lang: &str, lines: &mut core::str::Lines) -> Option<Texts<K>> {
    let own: Vec<&str> = lines.by_ref().take(K::ALL.len()).collect();
    Texts::from_page(lang, &own.join("\n"))
}

/// The book of a language, as [`super::texts`].
#[cfg(feature = "ssr")]
pub fn book(lang: &str) -> Book {
    use super::texts;
    Book {
        phrase: texts(lang),
        question: texts(lang),
        garment: texts(lang),
        colour: texts(lang),
        whom: texts(lang),
        works_here: texts(lang),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_the_whole_book_and_no_other() {
        let french = book("fr");
        let table = french.to_page();
        let read = Book::from_page("fr", &table).unwrap();
        assert_eq!(read.to_page(), table);
        assert_eq!(read.works_here.get(WorksHere::Guest), french.works_here.get(WorksHere::Guest));
        assert!(Book::from_page("fr", &format!("{table}\nmore")).is_none());
        assert!(Book::from_page("fr", table.rsplit_once('\n').unwrap().0).is_none());
    }
}
