//! Finding occupations by code or by words of their titles, in English or French.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::model::Occupation;

/// What to look for: a code prefix when all digits, otherwise words that each begin a word of one of the titles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    CodePrefix(String),
    Words(Vec<String>),
}

/// The folded words of both titles of an occupation.
#[derive(Debug)]
pub(super) struct TitleWords(Vec<String>);

impl Query {
    /// The query that `text` spells; none when it has no letter and no digit to look for.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self(Kind::CodePrefix(text.to_owned())));
        }
        let words = words(text);
        (!words.is_empty()).then_some(Self(Kind::Words(words)))
    }

    pub(super) fn matches(&self, occupation: &Occupation, titles: &TitleWords) -> bool {
        match &self.0 {
            Kind::CodePrefix(prefix) => occupation.code.to_string().starts_with(prefix.as_str()),
            Kind::Words(words) => {
                words.iter().all(|word| titles.0.iter().any(|title_word| title_word.starts_with(word.as_str())))
            }
        }
    }
}

impl TitleWords {
    pub(super) fn of(occupation: &Occupation) -> Self {
        let mut all = words(&occupation.title);
        all.extend(words(&occupation.title_fr));
        Self(all)
    }
}

/// The words of a text without accents, in small letters; ligatures are spelled out.
fn words(text: &str) -> Vec<String> {
    let folded = text.replace(['œ', 'Œ'], "oe").replace(['æ', 'Æ'], "ae");
    let folded: String = folded.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_accents_case_and_ligatures() {
        assert_eq!(words("Infirmiers/infirmières autorisés"), ["infirmiers", "infirmieres", "autorises"]);
        assert_eq!(words("main-d'Œuvre"), ["main", "d", "oeuvre"]);
        assert_eq!(Query::new(" - "), None);
        assert_eq!(Query::new("313"), Some(Query(Kind::CodePrefix("313".into()))));
    }
}
