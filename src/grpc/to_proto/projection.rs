use super::{catalog::program, date, evaluation::outcome};
use crate::{
    grpc::proto,
    model::{ChangeKind, FactBasis, ProjectedChange, ProjectedState, Projection, ScoreRange},
};

/// The projection of a profile; the digest is the caller's to add.
pub(in crate::grpc) fn projection(projection: Projection) -> proto::ProjectProfileResponse {
    let Projection { states, crs_known_to } = projection;
    proto::ProjectProfileResponse {
        states: states.into_iter().map(state).collect(),
        crs_known_to: crs_known_to.map(date),
        catalog_digest: String::new(),
    }
}

fn state(state: ProjectedState) -> proto::ProjectedState {
    let ProjectedState { day, score, in_pool, programs, categories, changes } = state;
    let basis = match score {
        None => proto::FactBasis::Unspecified,
        Some((_, FactBasis::Stated)) => proto::FactBasis::Stated,
        Some((_, FactBasis::Computed)) => proto::FactBasis::Computed,
    };
    let range = score.map(|(range, _)| range);
    proto::ProjectedState {
        day: Some(date(day)),
        crs_score: range.and_then(ScoreRange::exact).map(Into::into),
        crs_score_min: range.map(|range| range.min.into()),
        crs_score_max: range.map(|range| range.max.into()),
        crs_basis: basis.into(),
        in_pool: outcome(in_pool).into(),
        programs: programs
            .into_iter()
            .map(|(which, came_out)| proto::ProjectedProgram {
                program: program(which).into(),
                outcome: outcome(came_out).into(),
            })
            .collect(),
        categories: categories
            .into_iter()
            .map(|(id, came_out)| proto::ProjectedCategory {
                category_id: id.to_string(),
                outcome: outcome(came_out).into(),
            })
            .collect(),
        changes: changes.into_iter().map(change).collect(),
    }
}

fn change(change: ProjectedChange) -> proto::ProjectedChange {
    let ProjectedChange { kind, field, explanation } = change;
    proto::ProjectedChange {
        kind: change_kind(kind).into(),
        field: field.map(|field| field.to_string()).unwrap_or_default(),
        explanation,
    }
}

fn change_kind(kind: ChangeKind) -> proto::ProjectedChangeKind {
    match kind {
        ChangeKind::Birthday => proto::ProjectedChangeKind::Birthday,
        ChangeKind::TestCounts => proto::ProjectedChangeKind::TestCounts,
        ChangeKind::TestExpired => proto::ProjectedChangeKind::TestExpired,
        ChangeKind::AssessmentCounts => proto::ProjectedChangeKind::AssessmentCounts,
        ChangeKind::AssessmentExpired => proto::ProjectedChangeKind::AssessmentExpired,
        ChangeKind::WorkCompleted => proto::ProjectedChangeKind::WorkCompleted,
        ChangeKind::WorkLeftWindow => proto::ProjectedChangeKind::WorkLeftWindow,
        ChangeKind::ProfileSubmitted => proto::ProjectedChangeKind::ProfileSubmitted,
        ChangeKind::ProfileExpired => proto::ProjectedChangeKind::ProfileExpired,
        ChangeKind::RulesChanged => proto::ProjectedChangeKind::RulesChanged,
        ChangeKind::ScoreTableUnknown => proto::ProjectedChangeKind::ScoreTableUnknown,
    }
}
