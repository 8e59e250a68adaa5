//! Tables of figures.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets::ASCII_MARKDOWN};

use crate::sample::Ratio;

/// A table under a heading, as Markdown, so that it can go into the documentation as it is.
pub struct Figures {
    heading: String,
    table: Table,
}

impl Figures {
    pub fn new<const N: usize>(heading: impl Into<String>, head: [&str; N]) -> Self {
        let mut table = Table::new();
        table.load_style(ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled).set_header(head);
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        Self { heading: heading.into(), table }
    }

    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.table.add_row(cells);
    }

    pub fn print(self) {
        println!("\n## {}\n\n{}", self.heading, self.table);
    }
}

/// A count or a rate with its thousands: `904 k`, `1.27 M`.
pub fn short(figure: f64) -> String {
    match figure {
        millions if millions >= 1e6 => format!("{:.2} M", millions / 1e6),
        thousands if thousands >= 1e5 => format!("{:.0} k", thousands / 1e3),
        thousands if thousands >= 1e3 => format!("{:.1} k", thousands / 1e3),
        few => format!("{few:.0}"),
    }
}

/// Prints a ratio beside what it should be.
pub fn verdict(name: &str, ratio: Ratio, bound: Bound) {
    let (met, words) = match bound {
        Bound::AtLeast(least) => (ratio.median >= least, format!("at least {least}")),
        Bound::AtMost(most) => (ratio.median <= most, format!("at most {most}")),
    };
    let Ratio { median, least, greatest } = ratio;
    let met = if met { "met" } else { "NOT MET" };
    println!("- {name}: **{median:.3}** ({least:.3} to {greatest:.3}); {words}: {met}");
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}
