use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use crate::{
    catalog::Catalog,
    model::{Category, CategoryRule, Draw, OccupationRule, PoolDistribution, minus_years},
};

/// A draw and the rules of its day: what does not depend on the profile, worked out once.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The draw.
    pub draw: &'a Draw,
    /// The version of its category in force that day; none when the draw is not category-based.
    pub category: Option<&'a Category>,
    /// Where titles, tables and citations come from.
    pub catalog: &'a Catalog,
    /// The pool published with the draw. A hypothetical draw has none, whatever number its caller gives it.
    pub(super) pool: Option<&'a PoolDistribution>,
    /// The days in which work counts for the category; none where it asks for no work.
    category_window: Option<Window>,
    /// A year of 365 days before the draw. No year is shorter, so that a profile submitted later is still in the pool.
    pub(super) short_year_before: DateTime<Utc>,
    /// The day whose facts are posed to the draw, where it is another than the draw's; the submission then has no say.
    pub(super) posed_on: Option<NaiveDate>,
}

/// The days in which work counts: from a first day up to, not including, an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub first: NaiveDate,
    pub end: NaiveDate,
    /// The numbers of these days.
    pub first_number: i32,
    pub end_number: i32,
}

impl Window {
    pub fn new(first: NaiveDate, end: NaiveDate) -> Self {
        Self { first, end, first_number: first.num_days_from_ce(), end_number: end.num_days_from_ce() }
    }
}

impl<'a> Terms<'a> {
    /// The terms of `draw`; none when its category has no version in force that day, which no draw of the catalogue and
    /// no checked hypothetical draw comes to.
    pub fn new(catalog: &'a Catalog, draw: &'a Draw) -> Option<Self> {
        let pool = catalog.pool(&draw.number).filter(|_| catalog.draw(&draw.number) == Some(draw));
        Some(Self { pool, ..Self::without_pool(catalog, draw)? })
    }

    /// The same terms for those who do not ask where a score stood in the pool, which takes two look-ups.
    pub fn without_pool(catalog: &'a Catalog, draw: &'a Draw) -> Option<Self> {
        let category = match &draw.category {
            Some(id) => Some(catalog.category_on(id, draw.held_on)?),
            None => None,
        };
        Some(Self::of_category(draw, category, catalog))
    }

    /// The terms of `draw` by a version of a category, without what was published of the pool.
    pub(super) fn of_category(draw: &'a Draw, category: Option<&'a Category>, catalog: &'a Catalog) -> Self {
        let short_year_before = draw.held_at.checked_sub_signed(TimeDelta::days(365)).unwrap_or(draw.held_at);
        let terms =
            Self { draw, category, catalog, pool: None, category_window: None, short_year_before, posed_on: None };
        terms.with_window()
    }

    fn with_window(self) -> Self {
        let years = match self.category.map(|version| &version.rule) {
            Some(CategoryRule::Occupations(rule)) => Some(rule.window_years),
            _ => None,
        };
        Self { category_window: years.map(|years| self.window(years)), ..self }
    }

    /// The days in which work counts for the category under `rule`, which is the category's.
    pub(super) fn window_of(&self, rule: &OccupationRule) -> Window {
        self.category_window.unwrap_or_else(|| self.window(rule.window_years))
    }

    /// The same terms for a profile as it is on the day `now`: age, tests and work of that day, rules, tables and cut-off of
    /// the draw. When the profile was submitted has no say.
    #[must_use]
    pub fn posed_on(self, now: NaiveDate) -> Self {
        Self { posed_on: Some(now), ..self }.with_window()
    }

    /// The day on which the facts are looked at.
    pub(super) fn facts_on(&self) -> NaiveDate {
        self.posed_on.unwrap_or(self.draw.held_on)
    }

    /// The `years` before the day on which the facts are looked at.
    pub(super) fn window(&self, years: u32) -> Window {
        Window::new(minus_years(self.facts_on(), years), self.facts_on())
    }
}
