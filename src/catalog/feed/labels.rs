//! What a label of a round says, by the labels of category versions and the draws that the catalogue already has.

use std::collections::HashMap;

use super::report::shown;
use crate::{
    catalog::Catalog,
    model::{CategoryId, DrawType, Program, Programs},
};

/// What is known of a label.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// As the catalogue spells it.
    pub name: String,
    /// The type as `draws.csv` has it.
    pub kind: &'static str,
    /// The category, where it is that of a version of one.
    pub category: Option<CategoryId>,
    /// The programs that the newest draw of the label, or else of its category, invited from.
    pub programs: Option<Programs>,
}

/// All labels of a catalogue.
pub(super) struct Labels {
    by_name: HashMap<String, Label>,
    /// A program by its name: the label of the draws that invited from it alone.
    programs: HashMap<String, Program>,
}

impl Labels {
    pub fn of(catalog: &Catalog) -> Self {
        let mut by_name = HashMap::new();
        let mut programs = HashMap::new();
        for draw in catalog.draws().iter().filter(|draw| draw.category.is_none()) {
            let kind = match draw.kind {
                DrawType::General => "general",
                DrawType::ProgramSpecific => "program-specific",
                DrawType::CategoryBased => "category-based",
            };
            let label = || Label { name: draw.name.clone(), kind, category: None, programs: Some(draw.programs) };
            by_name.entry(fold(&draw.name)).or_insert_with(label);
            let mut only = draw.programs.iter();
            if let (DrawType::ProgramSpecific, Some(program), None) = (draw.kind, only.next(), only.next()) {
                programs.entry(program_name(&draw.name)).or_insert(program);
            }
        }
        for version in catalog.category_ids().flat_map(|id| catalog.category_versions(id)) {
            for name in &version.labels {
                let of_label = catalog.draws().iter().find(|draw| draw.name == *name);
                let newest = of_label.or_else(|| catalog.latest_in_category(&version.id));
                let label = Label {
                    name: name.clone(),
                    kind: "category-based",
                    category: Some(version.id.clone()),
                    programs: newest.map(|draw| draw.programs),
                };
                by_name.insert(fold(name), label);
            }
        }
        Self { by_name, programs }
    }

    /// What is known of a label; its case and spaces do not matter.
    ///
    /// # Errors
    /// When nothing is.
    pub fn label(&self, text: &str) -> Result<Label, String> {
        self.by_name.get(&fold(text)).cloned().ok_or_else(|| {
            "neither a category version nor a draw of the catalogue has this label; a new one goes into the labels of its \
             version in categories/"
                .into()
        })
    }

    /// The programs that a text names: `Federal Skilled Worker, Canadian Experience Class and Federal Skilled Trades`.
    ///
    /// # Errors
    /// When it names something else.
    pub fn programs(&self, text: &str) -> Result<Programs, String> {
        let folded = fold(text);
        let parts = folded.split([',', ';']).flat_map(|part| {
            let part = format!(" {part} ");
            part.split(" and ").map(|name| name.trim().to_owned()).collect::<Vec<_>>()
        });
        let program = |name: String| {
            self.programs
                .get(&program_name(&name))
                .copied()
                .ok_or_else(|| format!("{:?} is not a program", shown(&name)))
        };
        parts.filter(|name| !name.is_empty()).map(program).collect()
    }
}

/// A label without what is typed now one way and now another: case, and spaces.
pub(super) fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A program's name without `program` or `class`, which are now written and now not.
fn program_name(text: &str) -> String {
    let name = fold(text);
    let short = name.strip_suffix(" program").or_else(|| name.strip_suffix(" class"));
    short.map_or_else(|| name.clone(), str::to_owned)
}

/// Programs as `draws.csv` has them.
pub(super) fn written(programs: Programs) -> String {
    let code = |program| match program {
        Program::FederalSkilledWorker => "fsw",
        Program::CanadianExperienceClass => "cec",
        Program::FederalSkilledTrades => "fst",
        Program::ProvincialNominee => "pnp",
    };
    programs.iter().map(code).collect::<Vec<_>>().join(" ")
}
