use super::{
    catalog::{citation, program},
    date,
    evaluation::{assumption, outcome},
};
use crate::{
    grpc::proto,
    model::{CrsBreakdown, CrsFactor, CrsFactorKind, ProgramEligibility, Requirement, Scoring},
};

/// The scoring of a profile; the digest is the caller's to add.
pub(in crate::grpc) fn scoring(scoring: Scoring) -> proto::ScoreProfileResponse {
    let Scoring { crs: score, programs, missing_fields, assumptions } = scoring;
    proto::ScoreProfileResponse {
        crs: Some(crs(score)),
        programs: programs.into_iter().map(eligibility).collect(),
        missing_fields: missing_fields.iter().map(ToString::to_string).collect(),
        assumptions: assumptions.iter().map(assumption).collect(),
        catalog_digest: String::new(),
    }
}

fn crs(score: CrsBreakdown) -> proto::CrsScore {
    let CrsBreakdown { range, core, spouse, skill_transferability, additional, factors, in_force_from } = score;
    proto::CrsScore {
        total: range.exact().map(Into::into),
        total_min: range.min.into(),
        total_max: range.max.into(),
        core: core.into(),
        spouse: spouse.into(),
        skill_transferability: skill_transferability.into(),
        additional: additional.into(),
        factors: factors.into_iter().map(factor).collect(),
        table_in_force_from: Some(date(in_force_from)),
    }
}

fn factor(factor: CrsFactor) -> proto::CrsFactor {
    let CrsFactor { kind, points, max_points, explanation, citation: source } = factor;
    proto::CrsFactor {
        kind: factor_kind(kind).into(),
        points: points.into(),
        max_points: max_points.into(),
        explanation,
        citation: Some(citation(&source)),
    }
}

fn factor_kind(kind: CrsFactorKind) -> proto::CrsFactorKind {
    match kind {
        CrsFactorKind::Age => proto::CrsFactorKind::Age,
        CrsFactorKind::Education => proto::CrsFactorKind::Education,
        CrsFactorKind::FirstOfficialLanguage => proto::CrsFactorKind::FirstOfficialLanguage,
        CrsFactorKind::SecondOfficialLanguage => proto::CrsFactorKind::SecondOfficialLanguage,
        CrsFactorKind::CanadianWork => proto::CrsFactorKind::CanadianWork,
        CrsFactorKind::SpouseEducation => proto::CrsFactorKind::SpouseEducation,
        CrsFactorKind::SpouseLanguage => proto::CrsFactorKind::SpouseLanguage,
        CrsFactorKind::SpouseCanadianWork => proto::CrsFactorKind::SpouseCanadianWork,
        CrsFactorKind::EducationAndLanguage => proto::CrsFactorKind::EducationAndLanguage,
        CrsFactorKind::EducationAndCanadianWork => proto::CrsFactorKind::EducationAndCanadianWork,
        CrsFactorKind::ForeignWorkAndLanguage => proto::CrsFactorKind::ForeignWorkAndLanguage,
        CrsFactorKind::ForeignAndCanadianWork => proto::CrsFactorKind::ForeignAndCanadianWork,
        CrsFactorKind::CertificateAndLanguage => proto::CrsFactorKind::CertificateAndLanguage,
        CrsFactorKind::ProvincialNomination => proto::CrsFactorKind::ProvincialNomination,
        CrsFactorKind::ArrangedEmployment => proto::CrsFactorKind::ArrangedEmployment,
        CrsFactorKind::CanadianCredential => proto::CrsFactorKind::CanadianCredential,
        CrsFactorKind::Sibling => proto::CrsFactorKind::Sibling,
        CrsFactorKind::French => proto::CrsFactorKind::French,
    }
}

fn eligibility(eligibility: ProgramEligibility) -> proto::ProgramEligibility {
    let ProgramEligibility { program: which, outcome: came_out, requirements, selection_points } = eligibility;
    proto::ProgramEligibility {
        program: program(which).into(),
        outcome: outcome(came_out).into(),
        requirements: requirements.into_iter().map(requirement).collect(),
        selection_points: selection_points.map(Into::into),
    }
}

fn requirement(requirement: Requirement) -> proto::Requirement {
    let Requirement { id, outcome: came_out, required, actual, citation: source } = requirement;
    proto::Requirement {
        id: id.as_str().to_owned(),
        outcome: outcome(came_out).into(),
        required,
        actual,
        citation: Some(citation(&source)),
    }
}
