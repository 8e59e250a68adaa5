//! What time alone does to a profile.

use chrono::NaiveDate;

use super::{
    answer::Api,
    from_proto,
    limits::MAX_PROJECTED_YEARS,
    proto,
    refusal::{Path, Refusal, Violations},
    to_proto,
};
use crate::{
    engine::{Unsaid, project_while},
    model::plus_years,
};

impl Api {
    /// Projects one profile from day to day. `today` is the first day when none is asked for.
    ///
    /// # Errors
    /// Every wrong field of the request.
    pub fn project_profile(
        &self,
        request: proto::ProjectProfileRequest,
        today: NaiveDate,
    ) -> Result<proto::ProjectProfileResponse, Refusal> {
        self.project_profile_while(request, today, || true)
    }

    /// The same, given up when no one wants it any more.
    pub(super) fn project_profile_while(
        &self,
        request: proto::ProjectProfileRequest,
        today: NaiveDate,
        wanted: impl Fn() -> bool,
    ) -> Result<proto::ProjectProfileResponse, Refusal> {
        let proto::ProjectProfileRequest { profile, from, to, strict } = request;
        let mut wrong = Violations::default();
        let profile = from_proto::profile(profile, self.catalog(), &mut wrong);
        let first = match from {
            None => Some(today),
            said => from_proto::complete_day(said, Path::Root.field("from"), &mut wrong),
        };
        let last = from_proto::complete_day(to, Path::Root.field("to"), &mut wrong);
        if let Some((first, last)) = first.zip(last) {
            span(first, last, &mut wrong);
        }
        let (profile, (from, to)) = wrong.or(profile.zip(first.zip(last)))?;
        let unsaid = if strict { Unsaid::Unknown } else { Unsaid::Assumed };
        let projection = project_while(&profile, self.catalog(), (from, to), unsaid, wanted);
        Ok(proto::ProjectProfileResponse { catalog_digest: self.digest(), ..to_proto::projection(projection) })
    }
}

fn span(from: NaiveDate, to: NaiveDate, wrong: &mut Violations) {
    let path = Path::Root.field("to");
    let most = plus_years(from, MAX_PROJECTED_YEARS);
    if to < from {
        wrong.add(path, format!("{to} lies before the first day, {from}"));
    } else if to > most {
        wrong.add(
            path,
            format!("{to} is more than {MAX_PROJECTED_YEARS} years after the first day, {from}; at most {most}"),
        );
    }
}
