//! The catalogue's own methods: occupations, draws, categories.

use chrono::NaiveDate;
use prost::Message;

use super::{
    answer::Api,
    from_proto::{DrawFilter, complete_day, cut, known_category, optional_day},
    limits::{MAX_QUERY_CHARS, MAX_SHORT_LIST},
    paging::List,
    proto,
    refusal::{Path, Refusal, Violations},
    to_proto,
};
use crate::{
    catalog::Query,
    model::{CategoryId, CategoryRule, NocCode, Occupation},
};

impl Api {
    /// Lists occupations, by code. `today` is the day when none is asked for.
    ///
    /// # Errors
    /// Every wrong field, or the category or draw that does not exist.
    pub fn list_occupations(
        &self,
        request: proto::ListOccupationsRequest,
        today: NaiveDate,
    ) -> Result<proto::ListOccupationsResponse, Refusal> {
        let filter = proto::ListOccupationsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let list = List::new("ListOccupations", &filter.encode_to_vec(), self.catalog().digest().as_str());
        let proto::ListOccupationsRequest { category_id, as_of, draw_number, teers, query, page_size, page_token } =
            request;
        let mut wrong = Violations::default();
        let page = list.page(page_size, &page_token, &mut wrong);
        if as_of.is_some() && !draw_number.is_empty() {
            wrong.add(Path::Root.field("as_of"), "is set beside draw_number, which has a day of its own");
        }
        let as_of = optional_day(as_of, Path::Root.field("as_of"), &mut wrong);
        let teers = self::teers(&teers, &mut wrong);
        let query = self::query(&query, &mut wrong);
        let mut category = None;
        if !category_id.is_empty() {
            category = wrong.found(Path::Root.field("category_id"), known_category(&category_id, self.catalog()))?;
        }
        let mut day = as_of.unwrap_or(today);
        if !draw_number.is_empty() {
            let draw = self.catalog().draw(&draw_number).ok_or_else(|| Refusal::DrawNotFound(cut(draw_number)));
            if let Some(draw) = wrong.found(Path::Root.field("draw_number"), draw)? {
                day = draw.held_on;
                category = if category_id.is_empty() { self.listed_category_of(draw, &mut wrong) } else { category };
            }
        }
        let page = wrong.or(page)?;
        let version = category.as_ref().map(|id| self.catalog().category_on(id, day));
        let listed = |occupation: &&Occupation| match version {
            None => true,
            Some(None) => false,
            Some(Some(version)) => version.noc_codes().binary_search(&occupation.code).is_ok(),
        };
        let of_teer = |occupation: &&Occupation| teers.is_empty() || teers.contains(&occupation.code.teer().digit());
        let found: Vec<&Occupation> = match &query {
            None => self.catalog().occupations().iter().filter(listed).filter(of_teer).collect(),
            Some(query) => self.catalog().search(query).filter(listed).filter(of_teer).collect(),
        };
        let (found, next_page_token, total_size) = list.cut(found, &page);
        let occupations = found.into_iter().map(|found| to_proto::occupation(found, self.catalog(), day)).collect();
        Ok(proto::ListOccupationsResponse { occupations, next_page_token, total_size })
    }

    /// The category of a draw, which must be one that lists occupations.
    fn listed_category_of(&self, draw: &crate::model::Draw, wrong: &mut Violations) -> Option<CategoryId> {
        let id = draw.category.as_ref();
        let version = id.and_then(|id| self.catalog().category_on(id, draw.held_on));
        match version.map(|version| &version.rule) {
            Some(CategoryRule::Occupations(_) | CategoryRule::Attested { .. }) => id.cloned(),
            Some(CategoryRule::French { .. }) | None => {
                wrong.add(
                    Path::Root.field("draw_number"),
                    format!("draw {}, {}, has no list of occupations", draw.number, draw.name),
                );
                None
            }
        }
    }

    /// Gets one occupation. `today` is the day when none is asked for.
    ///
    /// # Errors
    /// A code or day that can't be one, or the occupation that does not exist.
    pub fn get_occupation(
        &self,
        request: proto::GetOccupationRequest,
        today: NaiveDate,
    ) -> Result<proto::GetOccupationResponse, Refusal> {
        let proto::GetOccupationRequest { noc_code, as_of } = request;
        let mut wrong = Violations::default();
        let code = wrong.keep(Path::Root.field("noc_code"), noc_code.parse::<NocCode>());
        let day = optional_day(as_of, Path::Root.field("as_of"), &mut wrong).unwrap_or(today);
        let code = wrong.or(code)?;
        let found = self.catalog().occupation(code).ok_or_else(|| Refusal::OccupationNotFound(code.to_string()))?;
        Ok(proto::GetOccupationResponse { occupation: Some(to_proto::occupation(found, self.catalog(), day)) })
    }

    /// Lists draws, newest first.
    ///
    /// # Errors
    /// Every wrong field, or the category that does not exist.
    pub fn list_draws(&self, request: proto::ListDrawsRequest) -> Result<proto::ListDrawsResponse, Refusal> {
        let filter = proto::ListDrawsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let list = List::new("ListDraws", &filter.encode_to_vec(), self.catalog().digest().as_str());
        let proto::ListDrawsRequest { r#type, category_id, program, held_from, held_to, page_size, page_token } =
            request;
        let mut wrong = Violations::default();
        let page = list.page(page_size, &page_token, &mut wrong);
        let filter =
            DrawFilter::parse(r#type, &category_id, program, (held_from, held_to), self.catalog(), &mut wrong)?;
        let page = wrong.or(page)?;
        let draws = self.catalog().draws().iter().filter(|draw| filter.lets_through(draw));
        let (draws, next_page_token, total_size) = list.cut(draws.collect(), &page);
        Ok(proto::ListDrawsResponse {
            draws: draws.into_iter().map(to_proto::draw).collect(),
            next_page_token,
            total_size,
        })
    }

    /// Gets one draw.
    ///
    /// # Errors
    /// An empty number, or the draw that does not exist.
    pub fn get_draw(&self, request: proto::GetDrawRequest) -> Result<proto::GetDrawResponse, Refusal> {
        let proto::GetDrawRequest { number } = request;
        let mut wrong = Violations::default();
        if number.is_empty() {
            wrong.add(Path::Root.field("number"), "is required; draw numbers look like \"284\"");
            return wrong.or(None);
        }
        let draw = self.catalog().draw(&number).ok_or_else(|| Refusal::DrawNotFound(cut(number)))?;
        Ok(proto::GetDrawResponse { draw: Some(to_proto::draw(draw)) })
    }

    /// Lists the category versions in force on a day. `today` is the day when none is asked for.
    ///
    /// # Errors
    /// A day that can't be one.
    pub fn list_categories(
        &self,
        request: proto::ListCategoriesRequest,
        today: NaiveDate,
    ) -> Result<proto::ListCategoriesResponse, Refusal> {
        let proto::ListCategoriesRequest { as_of } = request;
        let mut wrong = Violations::default();
        let day = match as_of {
            None => Some(today),
            said => complete_day(said, Path::Root.field("as_of"), &mut wrong),
        };
        let day = wrong.or(day)?;
        let categories = self.catalog().categories_on(day).map(to_proto::category).collect();
        Ok(proto::ListCategoriesResponse { categories })
    }
}

fn teers(teers: &[i32], wrong: &mut Violations) -> Vec<u8> {
    let list = &Path::Root.field("teers");
    if teers.len() > MAX_SHORT_LIST {
        wrong.add(*list, format!("{} entries are too many; at most {MAX_SHORT_LIST}", teers.len()));
        return Vec::new();
    }
    let mut parse = |(place, teer): (usize, &i32)| {
        let digit = u8::try_from(*teer).ok().filter(|teer| *teer <= 5);
        if digit.is_none() {
            wrong.add(list.entry(place), format!("{teer} is not a TEER category; they are 0 to 5"));
        }
        digit
    };
    teers.iter().enumerate().filter_map(&mut parse).collect()
}

fn query(text: &str, wrong: &mut Violations) -> Option<Query> {
    let path = Path::Root.field("query");
    let chars = text.chars().count();
    if chars > MAX_QUERY_CHARS {
        wrong.add(path, format!("{chars} characters are too many; at most {MAX_QUERY_CHARS}"));
        return None;
    }
    if text.is_empty() {
        return None;
    }
    let query = Query::new(text);
    if query.is_none() {
        wrong.add(path, "has no letter and no digit to look for");
    }
    query
}
