//! Which draws of the catalogue a request asks for.

use chrono::NaiveDate;

use super::{
    parts::{draw_type, optional_day, program},
    target::known_category,
};
use crate::{
    catalog::Catalog,
    grpc::{
        proto,
        refusal::{Path, Refusal, Violations},
    },
    model::{CategoryId, Draw, DrawType, Program},
};

/// Draws by type, category, program and day; what is not set lets every draw through.
#[derive(Clone, Debug)]
pub(in crate::grpc) struct DrawFilter {
    kind: Option<DrawType>,
    category: Option<CategoryId>,
    program: Option<Program>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl DrawFilter {
    /// The filter that the fields of a request spell. `held` is `held_from` and `held_to`.
    ///
    /// # Errors
    /// The category that does not exist, when no field is wrong.
    pub fn parse(
        kind: i32,
        category_id: &str,
        program: i32,
        held: (Option<proto::Date>, Option<proto::Date>),
        catalog: &Catalog,
        wrong: &mut Violations,
    ) -> Result<Self, Refusal> {
        let kind = draw_type(kind, Path::Root.field("type"), wrong);
        let program = self::program(program, Path::Root.field("program"), wrong);
        let from = optional_day(held.0, Path::Root.field("held_from"), wrong);
        let to = optional_day(held.1, Path::Root.field("held_to"), wrong);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            wrong.add(Path::Root.field("held_to"), format!("{to} is before held_from, {from}"));
        }
        let mut category = None;
        if !category_id.is_empty() {
            category = wrong.found(Path::Root.field("category_id"), known_category(category_id, catalog))?;
        }
        Ok(Self { kind, category, program, from, to })
    }

    /// Whether `draw` is asked for.
    pub fn lets_through(&self, draw: &Draw) -> bool {
        self.kind.is_none_or(|kind| draw.kind == kind)
            && self.category.as_ref().is_none_or(|id| draw.category.as_ref() == Some(id))
            && self.program.is_none_or(|program| draw.programs.contains(program))
            && self.from.is_none_or(|from| from <= draw.held_on)
            && self.to.is_none_or(|to| draw.held_on <= to)
    }
}
