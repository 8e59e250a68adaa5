use std::borrow::Cow;

use super::{
    draw::{draw_to_hold, hypothetical_draw},
    parts::unknown_number,
};
use crate::{
    catalog::Catalog,
    engine::Unsaid,
    grpc::{
        limits::MAX_INVITATIONS,
        proto,
        refusal::{Path, Refusal, Violations},
    },
    model::{CategoryId, Draw},
};

/// How much an evaluation is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::grpc) enum View {
    /// Verdict, score, margin and missing fields.
    Verdict,
    /// Everything.
    Full,
}

/// The draw of a request, and the manner of the answer.
#[derive(Clone, Debug)]
pub(in crate::grpc) struct Target<'a> {
    pub draw: Cow<'a, Draw>,
    pub view: View,
    pub unsaid: Unsaid,
}

/// The draw that a simulation is to hold; its cut-off and tie-break mean nothing.
#[derive(Clone, Debug)]
pub(in crate::grpc) struct ToHold {
    pub draw: Draw,
    /// 1 or more.
    pub invitations: u32,
    pub unsaid: Unsaid,
}

/// How a request names its draw: the three cases that the generated unions share.
pub(in crate::grpc) enum Named {
    Number(String),
    LatestIn(String),
    Hypothetical(proto::Draw),
}

impl From<proto::evaluate_request::Draw> for Named {
    fn from(draw: proto::evaluate_request::Draw) -> Self {
        match draw {
            proto::evaluate_request::Draw::DrawNumber(number) => Self::Number(number),
            proto::evaluate_request::Draw::LatestInCategory(id) => Self::LatestIn(id),
            proto::evaluate_request::Draw::HypotheticalDraw(draw) => Self::Hypothetical(draw),
        }
    }
}

impl From<proto::evaluation_target::Draw> for Named {
    fn from(draw: proto::evaluation_target::Draw) -> Self {
        match draw {
            proto::evaluation_target::Draw::DrawNumber(number) => Self::Number(number),
            proto::evaluation_target::Draw::LatestInCategory(id) => Self::LatestIn(id),
            proto::evaluation_target::Draw::HypotheticalDraw(draw) => Self::Hypothetical(draw),
        }
    }
}

impl From<proto::simulation_terms::Draw> for Named {
    fn from(draw: proto::simulation_terms::Draw) -> Self {
        match draw {
            proto::simulation_terms::Draw::DrawNumber(number) => Self::Number(number),
            proto::simulation_terms::Draw::LatestInCategory(id) => Self::LatestIn(id),
            proto::simulation_terms::Draw::HypotheticalDraw(draw) => Self::Hypothetical(draw),
        }
    }
}

impl From<proto::explain_gap_request::Draw> for Named {
    fn from(draw: proto::explain_gap_request::Draw) -> Self {
        match draw {
            proto::explain_gap_request::Draw::DrawNumber(number) => Self::Number(number),
            proto::explain_gap_request::Draw::LatestInCategory(id) => Self::LatestIn(id),
            proto::explain_gap_request::Draw::HypotheticalDraw(draw) => Self::Hypothetical(draw),
        }
    }
}

/// Resolves the draw and the manner. `view_unset` is what no view means. A draw that does not exist is handed back as such
/// when no field is wrong, and told among the wrong fields when others are: `wrong` may hold those of the profile already.
///
/// # Errors
/// Every wrong field, or the draw or category that does not exist.
pub(in crate::grpc) fn target<'a>(
    named: Option<Named>,
    view: i32,
    view_unset: View,
    strict: bool,
    catalog: &'a Catalog,
    path: &Path<'_>,
    mut wrong: Violations,
) -> Result<Target<'a>, Refusal> {
    let view = self::view(view, view_unset, path.field("view"), &mut wrong);
    let draw = draw(named, catalog, path, &mut wrong, hypothetical_draw)?;
    wrong.or(draw.zip(view).map(|(draw, view)| Target { draw, view, unsaid: unsaid(strict) }))
}

/// Resolves the terms of a simulated draw.
///
/// # Errors
/// Every wrong field, or the draw or category that does not exist.
pub(in crate::grpc) fn to_hold(
    terms: proto::SimulationTerms,
    catalog: &Catalog,
    path: &Path<'_>,
    mut wrong: Violations,
) -> Result<ToHold, Refusal> {
    let proto::SimulationTerms { invitations: asked, strict, draw: named } = terms;
    let path_of_invitations = path.field("invitations");
    let stated = asked.and_then(|asked| {
        let stated = u32::try_from(asked).ok().filter(|stated| (1..=MAX_INVITATIONS).contains(stated));
        let range = || format!("{asked} is not 1 to {MAX_INVITATIONS}; unset, it is that of the draw");
        wrong.keep(path_of_invitations, stated.ok_or_else(range))
    });
    let draw = draw(named.map(Named::from), catalog, path, &mut wrong, draw_to_hold)?;
    // A draw that could not be read may well say a number; it is asked for when it is known not to.
    let invitations = stated.or_else(|| draw.as_ref().map(|draw| draw.invitations));
    if asked.is_none() && invitations == Some(0) {
        wrong.add(path_of_invitations, "is required, 1 or more; the draw does not say how many");
    }
    let terms = draw.zip(invitations.map(|invitations| invitations.min(MAX_INVITATIONS)));
    wrong.or(terms.map(|(draw, invitations)| {
        let draw = Draw { invitations, ..draw.into_owned() };
        ToHold { draw, invitations, unsaid: unsaid(strict) }
    }))
}

fn unsaid(strict: bool) -> Unsaid {
    if strict { Unsaid::Unknown } else { Unsaid::Assumed }
}

/// The draw that a request names; none when it is wrong. `hypothetical` parses one of the caller's own.
///
/// # Errors
/// The draw or category that does not exist, when no field is wrong.
fn draw<'a>(
    named: Option<Named>,
    catalog: &'a Catalog,
    path: &Path<'_>,
    wrong: &mut Violations,
    hypothetical: impl FnOnce(proto::Draw, &Catalog, Path<'_>, &mut Violations) -> Option<Draw>,
) -> Result<Option<Cow<'a, Draw>>, Refusal> {
    Ok(match named {
        None => {
            wrong.add(path.field("draw"), "is required: draw_number, latest_in_category or hypothetical_draw");
            None
        }
        Some(Named::Number(number)) => {
            let path = path.field("draw_number");
            if number.is_empty() {
                wrong.add(path, "is empty; draw numbers look like \"284\"");
                None
            } else {
                let draw = catalog.draw(&number).ok_or_else(|| Refusal::DrawNotFound(cut(number)));
                wrong.found(path, draw)?.map(Cow::Borrowed)
            }
        }
        Some(Named::LatestIn(id)) => {
            let path = path.field("latest_in_category");
            if id.is_empty() {
                wrong.add(path, "is empty; category ids look like \"healthcare\"");
                None
            } else {
                wrong.found(path, latest(&id, catalog))?.map(Cow::Borrowed)
            }
        }
        Some(Named::Hypothetical(draw)) => {
            hypothetical(draw, catalog, path.field("hypothetical_draw"), wrong).map(Cow::Owned)
        }
    })
}

fn latest<'a>(id: &str, catalog: &'a Catalog) -> Result<&'a Draw, Refusal> {
    let category = known_category(id, catalog)?;
    catalog.latest_in_category(&category).ok_or_else(|| Refusal::NoDrawInCategory(id.to_owned()))
}

/// The category of this id.
///
/// # Errors
/// When there is none.
pub(in crate::grpc) fn known_category(id: &str, catalog: &Catalog) -> Result<CategoryId, Refusal> {
    let category = CategoryId::new(id);
    if catalog.category_versions(&category).is_empty() {
        let known = catalog.category_ids().map(ToString::to_string).collect();
        return Err(Refusal::CategoryNotFound { id: cut(id.to_owned()), known });
    }
    Ok(category)
}

/// A name from outside, cut to what an error should carry.
pub(in crate::grpc) fn cut(name: String) -> String {
    if name.chars().count() > 64 { name.chars().take(64).chain(['…']).collect() } else { name }
}

fn view(number: i32, unset: View, path: Path<'_>, wrong: &mut Violations) -> Option<View> {
    match proto::EvaluationView::try_from(number) {
        Ok(proto::EvaluationView::Unspecified) => Some(unset),
        Ok(proto::EvaluationView::Verdict) => Some(View::Verdict),
        Ok(proto::EvaluationView::Full) => Some(View::Full),
        Err(_) => {
            wrong.add(path, unknown_number(number, "EvaluationView", "0 to 2"));
            None
        }
    }
}
