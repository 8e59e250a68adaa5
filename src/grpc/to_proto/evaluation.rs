use super::{catalog::citation, date};
use crate::{
    engine::Explanation,
    grpc::proto,
    model::{
        Assumption, Criterion, CriterionKind, Evaluation, FactBasis, Notice, Outcome, PoolStanding,
        QualifyingOccupation, Verdict,
    },
};

/// The evaluation of the profile `profile_id`, without its reasons; number and digest are the caller's to add.
pub(in crate::grpc) fn evaluation(profile_id: String, evaluation: Evaluation) -> proto::Evaluation {
    let Evaluation { verdict, crs, crs_margin, missing_fields } = evaluation;
    let basis = crs.map_or(proto::FactBasis::Unspecified, |(_, basis)| fact_basis(basis));
    proto::Evaluation {
        profile_id,
        verdict: self::verdict(verdict).into(),
        crs_score: crs.map(|(score, _)| score.points()),
        crs_basis: basis.into(),
        crs_margin,
        missing_fields: missing_fields.iter().map(ToString::to_string).collect(),
        ..proto::Evaluation::default()
    }
}

/// The same with its reasons.
pub(in crate::grpc) fn explained(
    profile_id: String,
    (evaluation, explanation): (Evaluation, Explanation<'_>),
) -> proto::Evaluation {
    proto::Evaluation {
        criteria: explanation.criteria().into_iter().map(criterion).collect(),
        qualifying_occupations: explanation.qualifying_occupations().iter().map(qualifying).collect(),
        assumptions: explanation.assumptions().iter().map(assumption).collect(),
        notices: explanation.notices().into_iter().map(notice).collect(),
        pool_standing: explanation.pool_standing().map(standing),
        ..self::evaluation(profile_id, evaluation)
    }
}

fn criterion(criterion: Criterion<'_>) -> proto::Criterion {
    let Criterion { kind, outcome, required, actual, explanation, citation: source } = criterion;
    proto::Criterion {
        kind: criterion_kind(kind).into(),
        outcome: self::outcome(outcome).into(),
        required,
        actual,
        explanation,
        citation: Some(citation(source)),
    }
}

pub(in crate::grpc) fn fact_basis(basis: FactBasis) -> proto::FactBasis {
    match basis {
        FactBasis::Stated => proto::FactBasis::Stated,
        FactBasis::Computed => proto::FactBasis::Computed,
    }
}

pub(in crate::grpc) fn verdict(verdict: Verdict) -> proto::Verdict {
    match verdict {
        Verdict::Invited => proto::Verdict::Invited,
        Verdict::NotInvited => proto::Verdict::NotInvited,
        Verdict::Indeterminate => proto::Verdict::Indeterminate,
    }
}

pub(in crate::grpc) fn criterion_kind(kind: CriterionKind) -> proto::CriterionKind {
    match kind {
        CriterionKind::InPool => proto::CriterionKind::InPool,
        CriterionKind::Program => proto::CriterionKind::Program,
        CriterionKind::Category => proto::CriterionKind::Category,
        CriterionKind::CrsScore => proto::CriterionKind::CrsScore,
        CriterionKind::TieBreak => proto::CriterionKind::TieBreak,
    }
}

pub(in crate::grpc) fn outcome(outcome: Outcome) -> proto::Outcome {
    match outcome {
        Outcome::Met => proto::Outcome::Met,
        Outcome::NotMet => proto::Outcome::NotMet,
        Outcome::Unknown => proto::Outcome::Unknown,
    }
}

fn qualifying(occupation: &QualifyingOccupation<'_>) -> proto::QualifyingOccupation {
    let QualifyingOccupation { code, title, credited, first_day, last_day } = *occupation;
    proto::QualifyingOccupation {
        noc_code: code.to_string(),
        title: title.to_owned(),
        credited_months: credited.to_f64(),
        first_day: Some(date(first_day)),
        last_day: Some(date(last_day)),
    }
}

pub(super) fn assumption(assumption: &Assumption) -> proto::Assumption {
    let Assumption { field, statement } = *assumption;
    proto::Assumption { field: field.to_string(), statement: statement.to_owned() }
}

fn notice(notice: Notice) -> proto::Notice {
    let Notice { reason, text } = notice;
    proto::Notice { reason: reason.to_owned(), text }
}

fn standing(standing: PoolStanding) -> proto::PoolStanding {
    let PoolStanding { as_of, total, above_min, above_max } = standing;
    // Counts of candidates come nowhere near the end of 32 bits.
    let count = |candidates| i32::try_from(candidates).unwrap_or(i32::MAX);
    let percentile = |above| 100.0 * f64::from(total.saturating_sub(above)) / f64::from(total);
    proto::PoolStanding {
        as_of: Some(date(as_of)),
        total: count(total),
        above_min: count(above_min),
        above_max: count(above_max),
        percentile_min: percentile(above_max),
        percentile_max: percentile(above_min),
    }
}
