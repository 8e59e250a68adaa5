use chrono::NaiveDate;

use super::{date, timestamp};
use crate::{
    catalog::Catalog,
    grpc::proto,
    model::{
        Category, CategoryRule, Citation, Confidence, Draw, DrawType, Occupation, OccupationRule, Program, TieBreak,
    },
};

pub(in crate::grpc) fn draw(draw: &Draw) -> proto::Draw {
    let Draw {
        number,
        name,
        held_on,
        held_at,
        kind,
        programs,
        category,
        invitations,
        crs_cut_off,
        tie_break,
        confidence,
        notes,
    } = draw;
    let (tie_break, tie_break_at) = match tie_break {
        TieBreak::Published(at) => (proto::TieBreak::Published, Some(timestamp(*at))),
        TieBreak::NotApplied => (proto::TieBreak::NotApplied, None),
        TieBreak::Unknown => (proto::TieBreak::Unknown, None),
    };
    proto::Draw {
        number: number.clone(),
        name: name.clone(),
        held_on: Some(date(*held_on)),
        held_at: Some(timestamp(*held_at)),
        r#type: match kind {
            DrawType::General => proto::DrawType::General,
            DrawType::ProgramSpecific => proto::DrawType::ProgramSpecific,
            DrawType::CategoryBased => proto::DrawType::CategoryBased,
        }
        .into(),
        programs: programs.iter().map(|program| self::program(program).into()).collect(),
        category_id: category.as_ref().map(ToString::to_string).unwrap_or_default(),
        invitations: i32::try_from(*invitations).unwrap_or(i32::MAX),
        crs_cut_off: crs_cut_off.points(),
        tie_break_at,
        tie_break: tie_break.into(),
        confidence: match confidence {
            None => proto::Confidence::Unspecified,
            Some(Confidence::High) => proto::Confidence::High,
            Some(Confidence::Medium) => proto::Confidence::Medium,
            Some(Confidence::Low) => proto::Confidence::Low,
        }
        .into(),
        notes: notes.clone(),
    }
}

pub(super) fn program(program: Program) -> proto::Program {
    match program {
        Program::FederalSkilledWorker => proto::Program::FederalSkilledWorker,
        Program::CanadianExperienceClass => proto::Program::CanadianExperienceClass,
        Program::FederalSkilledTrades => proto::Program::FederalSkilledTrades,
        Program::ProvincialNominee => proto::Program::ProvincialNominee,
    }
}

/// The occupation with the categories that list it on `day`.
pub(in crate::grpc) fn occupation(occupation: &Occupation, catalog: &Catalog, day: NaiveDate) -> proto::Occupation {
    let Occupation { code, title, title_fr, skilled_trade } = occupation;
    let listing = catalog.categories_on(day).filter(|version| version.noc_codes().binary_search(code).is_ok());
    proto::Occupation {
        noc_code: code.to_string(),
        teer: code.teer().digit().into(),
        title: title.clone(),
        title_fr: title_fr.clone(),
        broad_category: code.broad_category().into(),
        skilled_trade: *skilled_trade,
        category_ids: listing.map(|version| version.id.to_string()).collect(),
    }
}

pub(in crate::grpc) fn category(version: &Category) -> proto::Category {
    let Category { id, name, in_force, labels: _, rule, citation } = version;
    let small = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let blank = proto::Category {
        id: id.to_string(),
        name: name.clone(),
        in_force_from: Some(date(in_force.from)),
        in_force_to: in_force.to.map(date),
        noc_codes: version.noc_codes().iter().map(ToString::to_string).collect(),
        citation: Some(self::citation(citation)),
        ..proto::Category::default()
    };
    match rule {
        CategoryRule::Occupations(rule) => {
            let OccupationRule { experience_months, window_years, continuous, canadian_experience, noc_codes: _ } =
                rule;
            proto::Category {
                experience_months: small(*experience_months),
                experience_window_years: small(*window_years),
                continuous: *continuous,
                canadian_experience: *canadian_experience,
                ..blank
            }
        }
        CategoryRule::French { min_nclc } => proto::Category { min_nclc: (*min_nclc).into(), ..blank },
        CategoryRule::Attested { experience_months, continuous, noc_codes: _ } => {
            proto::Category { experience_months: small(*experience_months), continuous: *continuous, ..blank }
        }
    }
}

pub(super) fn citation(citation: &Citation) -> proto::Citation {
    let Citation { instrument, section, uri, in_force } = citation;
    proto::Citation {
        instrument: instrument.clone(),
        section: section.clone(),
        uri: uri.clone(),
        in_force_from: Some(date(in_force.from)),
        in_force_to: in_force.to.map(date),
    }
}
