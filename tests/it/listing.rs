//! The catalogue's methods: filters, days, words in both languages, pages.

use std::sync::Arc;

use express_entry::grpc::proto::{
    Date, DrawType, GetDrawRequest, GetOccupationRequest, GetServerInfoRequest, ListCategoriesRequest,
    ListDrawsRequest, ListOccupationsRequest, Program,
};
use tonic::Code;

use crate::support::{catalog, error::told, server::TestServer};

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}

/// Filters of occupations, how many they must find, and the first code.
#[tokio::test]
async fn occupations_by_category_draw_teer_and_words() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let day = date(2024, 2, 14);
    let all = || ListOccupationsRequest { as_of: day, ..Default::default() };
    let of = |id: &str| ListOccupationsRequest { category_id: id.into(), ..all() };
    let query = |query: &str| ListOccupationsRequest { query: query.into(), ..all() };
    let draw = |number: &str| ListOccupationsRequest { draw_number: number.into(), ..Default::default() };
    for (request, total, first) in [
        (all(), 516, "00010"),
        (of("healthcare"), 35, "31100"),
        (draw("284"), 35, "31100"),
        (ListOccupationsRequest { as_of: date(2025, 2, 26), ..of("healthcare") }, 35, "31100"),
        (ListOccupationsRequest { as_of: date(2025, 2, 27), ..of("healthcare") }, 37, "31100"),
        (ListOccupationsRequest { as_of: date(2023, 5, 30), ..of("healthcare") }, 0, ""),
        (ListOccupationsRequest { category_id: "stem".into(), ..draw("284") }, 24, "20010"),
        (ListOccupationsRequest { as_of: date(2025, 6, 1), ..of("transport") }, 0, ""),
        (ListOccupationsRequest { as_of: date(2026, 3, 1), ..of("military_recruits") }, 3, "40042"),
        (of("french"), 0, ""),
        (ListOccupationsRequest { teers: vec![3], ..of("healthcare") }, 4, "33101"),
        (ListOccupationsRequest { teers: vec![2, 3], ..of("healthcare") }, 15, "32101"),
        (query("313"), 4, "31300"),
        (query("31301"), 1, "31301"),
        (query("regist nurs"), 1, "31301"),
        (query("INFIRMIERES autorisees"), 1, "31301"),
        (query("nurse infirmiers"), 4, "31301"),
        (query("gistered"), 0, ""),
    ] {
        let response = client.list_occupations(request.clone()).await.unwrap().into_inner();
        let found = response.occupations.first().map_or("", |occupation| &occupation.noc_code);
        assert_eq!((response.total_size, found), (total, first), "{request:?}");
        let codes: Vec<&String> = response.occupations.iter().map(|occupation| &occupation.noc_code).collect();
        assert!(codes.is_sorted(), "by code");
    }
}

#[tokio::test]
async fn an_occupation_tells_its_categories_of_the_day() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    for (code, as_of, categories) in [
        ("31301", date(2024, 2, 14), vec!["healthcare"]),
        ("31301", date(2023, 5, 30), vec![]),
        ("31102", date(2026, 3, 1), vec!["healthcare", "physicians"]),
        ("42102", date(2026, 2, 18), vec!["military_recruits"]),
    ] {
        let request = GetOccupationRequest { noc_code: code.into(), as_of };
        let found = client.get_occupation(request).await.unwrap().into_inner().occupation.unwrap();
        assert_eq!(found.category_ids, categories, "{code} {as_of:?}");
    }
    let request = GetOccupationRequest { noc_code: "31301".into(), as_of: None };
    let nurse = client.get_occupation(request).await.unwrap().into_inner().occupation.unwrap();
    assert_eq!((nurse.teer, nurse.broad_category, nurse.skilled_trade), (1, 3, false));
    assert_eq!(nurse.title, "Registered nurses and registered psychiatric nurses");
    assert_eq!(
        nurse.title_fr,
        "Infirmiers autorisés/infirmières autorisées et infirmiers psychiatriques autorisés/infirmières psychiatriques autorisées"
    );
}

#[tokio::test]
async fn draws_by_type_category_program_and_days() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let all = ListDrawsRequest::default;
    for (request, total, first) in [
        (all(), 448, "447"),
        (ListDrawsRequest { r#type: DrawType::General.into(), ..all() }, 178, "294"),
        (ListDrawsRequest { r#type: DrawType::CategoryBased.into(), ..all() }, 78, "447"),
        (ListDrawsRequest { category_id: "healthcare".into(), ..all() }, 16, "441"),
        (ListDrawsRequest { category_id: "researchers".into(), ..all() }, 0, ""),
        (ListDrawsRequest { program: Program::ProvincialNominee.into(), ..all() }, 292, "445"),
        (ListDrawsRequest { held_from: date(2024, 2, 14), held_to: date(2024, 2, 14), ..all() }, 1, "284"),
        (ListDrawsRequest { held_from: date(2018, 5, 30), held_to: date(2018, 5, 30), ..all() }, 2, "91b"),
        (ListDrawsRequest { held_to: date(2015, 1, 30), ..all() }, 0, ""),
    ] {
        let response = client.list_draws(request.clone()).await.unwrap().into_inner();
        let found = response.draws.first().map_or("", |draw| &draw.number);
        assert_eq!((response.total_size, found), (total, first), "{request:?}");
    }
    let draw = client.get_draw(GetDrawRequest { number: "284".into() }).await.unwrap().into_inner().draw.unwrap();
    assert_eq!(draw.name, "Healthcare occupations (Version 1)");
    assert_eq!(draw.notes, ["first published as \"Healthcare occupations (2023-1)\""]);
    assert_eq!(draw.tie_break_at.unwrap().seconds, 1_706_582_394);
}

#[tokio::test]
async fn pages_add_up_and_tokens_belong_to_their_filter() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let mut request = ListDrawsRequest { page_size: 100, ..Default::default() };
    let mut numbers = Vec::new();
    loop {
        let page = client.list_draws(request.clone()).await.unwrap().into_inner();
        assert_eq!(page.total_size, 448);
        numbers.extend(page.draws.into_iter().map(|draw| draw.number));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let expected: Vec<String> = catalog().draws().iter().map(|draw| draw.number.clone()).collect();
    assert_eq!(numbers, expected);

    let page_size = async |size: i32| {
        let mut client = server.client().await;
        let request = ListDrawsRequest { page_size: size, ..Default::default() };
        client.list_draws(request).await.unwrap().into_inner().draws.len()
    };
    assert_eq!((page_size(0).await, page_size(1).await, page_size(5_000).await), (50, 1, 448));

    let first = ListDrawsRequest { page_size: 10, ..Default::default() };
    let token = client.list_draws(first).await.unwrap().into_inner().next_page_token;
    let another_size = ListDrawsRequest { page_size: 7, page_token: token.clone(), ..Default::default() };
    assert_eq!(client.list_draws(another_size).await.unwrap().into_inner().draws[0].number, expected[10]);
    let altered = format!("B{}", &token[1..]);
    let other_filter =
        ListDrawsRequest { r#type: DrawType::General.into(), page_token: token.clone(), ..Default::default() };
    for request in [
        other_filter,
        ListDrawsRequest { page_token: altered, ..Default::default() },
        ListDrawsRequest { page_token: format!("{token}="), ..Default::default() },
    ] {
        let told = told(&client.list_draws(request).await.unwrap_err());
        assert_eq!((told.code, told.fields), (Code::InvalidArgument, vec!["page_token".to_owned()]));
    }
    let other_method = ListOccupationsRequest { page_token: token, ..Default::default() };
    assert!(client.list_occupations(other_method).await.is_err());
}

#[tokio::test]
async fn a_token_of_another_catalogue_is_stale() {
    let mut files = express_entry::catalog::CatalogFiles::embedded();
    let text = files.get("draws.csv").unwrap().replace(",422,", ",423,");
    files.insert("draws.csv", text);
    let other = express_entry::catalog::Catalog::load(&files).unwrap();
    let (old, new) = (TestServer::start().await, TestServer::with_catalog(Arc::new(other)).await);
    let token = old.client().await.list_draws(ListDrawsRequest::default()).await.unwrap().into_inner().next_page_token;
    let request = ListDrawsRequest { page_token: token, ..Default::default() };
    assert!(old.client().await.list_draws(request.clone()).await.is_ok());
    assert!(new.client().await.list_draws(request).await.is_err());
}

#[tokio::test]
async fn categories_in_force_on_a_day() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    for (as_of, expected) in [
        (date(2023, 5, 30), vec![]),
        (date(2024, 2, 14), vec!["agriculture", "french", "healthcare", "stem", "trades", "transport"]),
        (
            date(2026, 3, 1),
            vec![
                "education",
                "french",
                "healthcare",
                "military_recruits",
                "physicians",
                "researchers",
                "senior_managers",
                "stem",
                "trades",
                "transport",
            ],
        ),
    ] {
        let response = client.list_categories(ListCategoriesRequest { as_of }).await.unwrap().into_inner();
        let ids: Vec<&str> = response.categories.iter().map(|category| category.id.as_str()).collect();
        assert_eq!(ids, expected, "{as_of:?}");
    }
    let request = ListCategoriesRequest { as_of: date(2024, 2, 14) };
    let categories = client.list_categories(request).await.unwrap().into_inner().categories;
    let healthcare = categories.iter().find(|category| category.id == "healthcare").unwrap();
    assert_eq!((healthcare.experience_months, healthcare.experience_window_years), (6, 3));
    assert_eq!((healthcare.continuous, healthcare.canadian_experience, healthcare.min_nclc), (true, false, 0));
    assert_eq!((healthcare.in_force_from, healthcare.in_force_to), (date(2023, 5, 31), date(2025, 2, 26)));
    assert_eq!(healthcare.noc_codes.len(), 35);
    let french = categories.iter().find(|category| category.id == "french").unwrap();
    assert_eq!((french.min_nclc, french.noc_codes.len(), french.experience_months), (7, 0, 0));
}

#[tokio::test]
async fn the_server_says_what_it_covers_and_takes() {
    let server = TestServer::start().await;
    let response = server.client().await.get_server_info(GetServerInfoRequest {}).await.unwrap();
    assert_eq!(response.metadata().get("catalog-digest").unwrap(), catalog().digest().as_str());
    let info = response.into_inner();
    assert_eq!(info.catalog_digest, catalog().digest().as_str());
    assert_eq!((info.draws_from, info.draws_to), (date(2015, 1, 31), date(2026, 10, 1)));
    let limits = info.limits.unwrap();
    assert_eq!((limits.max_batch_items, limits.max_frame_items, limits.max_page_size), (1_000, 1_000, 1_000));
    assert_eq!(limits.max_message_bytes, 4 << 20);
}
