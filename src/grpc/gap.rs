//! What would have earned an invitation: asked and told.

use super::from_proto::View;
use super::{
    Api, Refusal,
    from_proto::{self, Named},
    proto,
    refusal::{Path, Violations},
    to_proto,
};
use crate::engine::{Terms, explain_gap};

impl Api {
    /// Finds the smallest changes of a profile that would have earned an invitation in a draw.
    ///
    /// # Errors
    /// Every wrong field of the request, or the draw or category that does not exist.
    pub fn explain_gap(&self, request: proto::ExplainGapRequest) -> Result<proto::ExplainGapResponse, Refusal> {
        let proto::ExplainGapRequest { profile, strict, fixed, max_options, draw } = request;
        let mut wrong = Violations::default();
        let profile = from_proto::profile(profile, self.catalog(), &mut wrong);
        let fixed = from_proto::fixed_kinds(&fixed, Path::Root.field("fixed"), &mut wrong);
        let max_options = from_proto::max_options(max_options, Path::Root.field("max_options"), &mut wrong);
        let named = draw.map(Named::from);
        // The request has no view of its own, and 0 is always one.
        let target = from_proto::target(named, 0, View::Verdict, strict, self.catalog(), &Path::Root, wrong)?;
        let terms = Terms::new(self.catalog(), &target.draw).ok_or(Refusal::Internal)?;
        let profile = profile.ok_or(Refusal::Internal)?;
        let gap = explain_gap(&profile, &terms, target.unsaid, &fixed, max_options);
        let mut response = to_proto::gap(profile.id, gap);
        if let Some(evaluation) = &mut response.evaluation {
            evaluation.draw_number.clone_from(&target.draw.number);
        }
        response.catalog_digest = self.digest();
        Ok(response)
    }
}
