use super::{count, date, evaluation};
use crate::{
    grpc::proto,
    model::{CrsScore, Gap, GapChangeKind, GapObstacle, GapOption, GapPart},
};

/// The gap of the profile `profile_id`; the number of the draw and the digest are the caller's to add.
pub(in crate::grpc) fn gap(profile_id: String, gap: Gap) -> proto::ExplainGapResponse {
    let Gap { evaluation: now, options, omitted, obstacles, complete } = gap;
    proto::ExplainGapResponse {
        evaluation: Some(evaluation(profile_id, now)),
        options: options.into_iter().map(option).collect(),
        omitted_options: count(omitted),
        obstacles: obstacles.into_iter().map(obstacle).collect(),
        complete,
        catalog_digest: String::new(),
    }
}

fn option(option: GapOption) -> proto::GapOption {
    let GapOption { parts, crs, crs_margin } = option;
    proto::GapOption { parts: parts.into_iter().map(part).collect(), crs_score: crs.map(CrsScore::points), crs_margin }
}

fn part(part: GapPart) -> proto::GapPart {
    let GapPart { kind: of, change: _, field, from, to, points_gained, reached_on, explanation } = part;
    proto::GapPart {
        kind: kind(of).into(),
        field,
        from,
        to,
        points_gained,
        reached_on: reached_on.map(date),
        explanation,
    }
}

fn obstacle(obstacle: GapObstacle) -> proto::GapObstacle {
    let GapObstacle { field, explanation } = obstacle;
    proto::GapObstacle { field: field.to_owned(), explanation }
}

fn kind(kind: GapChangeKind) -> proto::GapChangeKind {
    match kind {
        GapChangeKind::ListedWork => proto::GapChangeKind::ListedWork,
        GapChangeKind::Listening => proto::GapChangeKind::Listening,
        GapChangeKind::Reading => proto::GapChangeKind::Reading,
        GapChangeKind::Writing => proto::GapChangeKind::Writing,
        GapChangeKind::Speaking => proto::GapChangeKind::Speaking,
        GapChangeKind::AllAbilities => proto::GapChangeKind::AllAbilities,
        GapChangeKind::SecondLanguage => proto::GapChangeKind::SecondLanguage,
        GapChangeKind::French => proto::GapChangeKind::French,
        GapChangeKind::Education => proto::GapChangeKind::Education,
        GapChangeKind::CanadianWork => proto::GapChangeKind::CanadianWork,
        GapChangeKind::ForeignWork => proto::GapChangeKind::ForeignWork,
        GapChangeKind::Certificate => proto::GapChangeKind::Certificate,
        GapChangeKind::Nomination => proto::GapChangeKind::Nomination,
        GapChangeKind::Partner => proto::GapChangeKind::Partner,
        GapChangeKind::Program => proto::GapChangeKind::Program,
        GapChangeKind::Score => proto::GapChangeKind::Score,
    }
}
