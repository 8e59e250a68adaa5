use super::parts::{optional_day, unknown_number};
use crate::{
    catalog::Catalog,
    grpc::{
        proto,
        refusal::{Path, Violations},
    },
    model::{Abilities, LanguageTest, LanguageTestKind},
};

/// Parses one result of a language test; its scores must lie on the scale of the test.
pub(in crate::grpc) fn language_test(
    message: proto::LanguageTest,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<LanguageTest> {
    let proto::LanguageTest { kind, taken_on, listening, reading, writing, speaking } = message;
    let taken_on = optional_day(taken_on, path.field("taken_on"), wrong);
    let kind = test_kind(kind, path.field("kind"), wrong)?;
    let scores = Abilities { listening, reading, writing, speaking };
    let scales = catalog.languages().table(kind).map(|table| (table.name.as_str(), table.scales));
    let fit = match scales {
        Some((name, scales)) => scores.zip(scales).each().map(|(ability, (score, scale))| {
            let fits = (scale.min..=scale.max).contains(score);
            (ability, *score, (!fits).then(|| format!("{name} goes from {} to {}", scale.min, scale.max)))
        }),
        None => scores.each().map(|(ability, level)| {
            let fits = (0.0..=12.0).contains(level) && level.fract() == 0.0;
            (ability, *level, (!fits).then(|| "levels are whole numbers from 0 to 12".to_owned()))
        }),
    };
    let mut all_fit = true;
    for (ability, score, unfit) in fit {
        if let Some(scale) = unfit {
            wrong.add(
                path.field(ability.name()),
                format!("score {score} is out of range; {scale} in {}", ability.name()),
            );
            all_fit = false;
        }
    }
    all_fit.then_some(LanguageTest { kind, taken_on, scores })
}

fn test_kind(number: i32, path: Path<'_>, wrong: &mut Violations) -> Option<LanguageTestKind> {
    match proto::LanguageTestKind::try_from(number) {
        Ok(proto::LanguageTestKind::Unspecified) => {
            wrong.add(path, "is required");
            None
        }
        Ok(proto::LanguageTestKind::CelpipGeneral) => Some(LanguageTestKind::CelpipGeneral),
        Ok(proto::LanguageTestKind::IeltsGeneral) => Some(LanguageTestKind::IeltsGeneral),
        Ok(proto::LanguageTestKind::PteCore) => Some(LanguageTestKind::PteCore),
        Ok(proto::LanguageTestKind::TefCanada) => Some(LanguageTestKind::TefCanada),
        Ok(proto::LanguageTestKind::TcfCanada) => Some(LanguageTestKind::TcfCanada),
        Ok(proto::LanguageTestKind::ClbEnglish) => Some(LanguageTestKind::ClbEnglish),
        Ok(proto::LanguageTestKind::NclcFrench) => Some(LanguageTestKind::NclcFrench),
        Err(_) => {
            wrong.add(path, unknown_number(number, "LanguageTestKind", "1 to 7"));
            None
        }
    }
}
