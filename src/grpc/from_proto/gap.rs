use super::parts::unknown_number;
use crate::{
    grpc::{
        limits::{MAX_GAP_OPTIONS as MAX_OPTIONS, MAX_SHORT_LIST},
        proto,
        refusal::{Path, Violations},
    },
    model::GapChangeKind,
};

/// Options told when no number is asked for.
const DEFAULT_OPTIONS: usize = 10;

/// The kinds of change that are never proposed, each once.
pub(in crate::grpc) fn fixed_kinds(numbers: &[i32], path: Path<'_>, wrong: &mut Violations) -> Vec<GapChangeKind> {
    if numbers.len() > MAX_SHORT_LIST {
        wrong.add(path, format!("{} entries are too many; at most {MAX_SHORT_LIST}", numbers.len()));
        return Vec::new();
    }
    let mut kinds = Vec::new();
    for (place, number) in numbers.iter().enumerate() {
        match kind(*number) {
            Some(kind) if kinds.contains(&kind) => {
                wrong.add(path.entry(place), format!("{number} is there already; each kind is there once at most"));
            }
            Some(kind) => kinds.push(kind),
            None => wrong.add(path.entry(place), unknown_number(*number, "GapChangeKind", "1 to 16")),
        }
    }
    kinds
}

/// The number of options asked for.
pub(in crate::grpc) fn max_options(number: i32, path: Path<'_>, wrong: &mut Violations) -> usize {
    match usize::try_from(number) {
        Ok(0) => DEFAULT_OPTIONS,
        Ok(number) => number.min(MAX_OPTIONS),
        Err(_) => {
            wrong.add(path, format!("{number} is below 0; it is 1 to {MAX_OPTIONS}, 0 means {DEFAULT_OPTIONS}"));
            DEFAULT_OPTIONS
        }
    }
}

fn kind(number: i32) -> Option<GapChangeKind> {
    Some(match proto::GapChangeKind::try_from(number).ok()? {
        proto::GapChangeKind::Unspecified => return None,
        proto::GapChangeKind::ListedWork => GapChangeKind::ListedWork,
        proto::GapChangeKind::Listening => GapChangeKind::Listening,
        proto::GapChangeKind::Reading => GapChangeKind::Reading,
        proto::GapChangeKind::Writing => GapChangeKind::Writing,
        proto::GapChangeKind::Speaking => GapChangeKind::Speaking,
        proto::GapChangeKind::AllAbilities => GapChangeKind::AllAbilities,
        proto::GapChangeKind::SecondLanguage => GapChangeKind::SecondLanguage,
        proto::GapChangeKind::French => GapChangeKind::French,
        proto::GapChangeKind::Education => GapChangeKind::Education,
        proto::GapChangeKind::CanadianWork => GapChangeKind::CanadianWork,
        proto::GapChangeKind::ForeignWork => GapChangeKind::ForeignWork,
        proto::GapChangeKind::Certificate => GapChangeKind::Certificate,
        proto::GapChangeKind::Nomination => GapChangeKind::Nomination,
        proto::GapChangeKind::Partner => GapChangeKind::Partner,
        proto::GapChangeKind::Program => GapChangeKind::Program,
        proto::GapChangeKind::Score => GapChangeKind::Score,
    })
}
