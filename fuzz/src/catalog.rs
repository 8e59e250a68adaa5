use std::sync::Arc;

use express_entry::{
    catalog::{Catalog, CatalogFiles, Overlay},
    grpc::{
        Api, from_json,
        proto::{
            EvaluateHistoryRequest, EvaluateRequest, EvaluationView, ExplainGapRequest, ListCategoriesRequest,
            ListOccupationsRequest, Profile, ProjectProfileRequest, ScoreProfileRequest, evaluate_request,
        },
    },
};

use super::today;

/// The embedded catalogue with any file of it changed, or with any overlay: it is refused with a place and a reason, or it answers.
///
/// The first byte says which: an even one that the others are an overlay, files one after the other with a zero byte between them, each its path, a
/// line feed, and its text. An odd one that they are a change: a byte for the file, two for the place, one for the bytes that go, and the text that comes
/// there.
pub fn catalog(input: &[u8]) {
    let Some((manner, bytes)) = input.split_first() else { return };
    let files = if manner & 1 == 0 { overlaid(bytes) } else { changed(bytes) };
    let loaded = files.and_then(|files| match Catalog::load(&files) {
        Ok(catalog) => Some(catalog),
        Err(errors) => {
            refused(&errors);
            None
        }
    });
    if let Some(catalog) = loaded {
        answers(&Api::new(Arc::new(catalog)));
    }
}

fn refused(errors: &express_entry::catalog::CatalogErrors) {
    let named = |error: &express_entry::catalog::CatalogError| !error.file.is_empty() && !error.reason.is_empty();
    assert!(!errors.0.is_empty() && errors.0.iter().all(named), "{errors:?}");
}

fn overlaid(bytes: &[u8]) -> Option<CatalogFiles> {
    let mut overlay = Overlay::empty("fuzz");
    for file in String::from_utf8_lossy(bytes).split('\0') {
        // No directory has a file without a name.
        let (path, text) = file.split_once('\n').filter(|(path, _)| !path.is_empty())?;
        overlay.insert(path, text);
    }
    let files = CatalogFiles::embedded().with_overlay(&overlay);
    if let Err(errors) = &files {
        refused(errors);
    }
    files.ok()
}

fn changed(bytes: &[u8]) -> Option<CatalogFiles> {
    let ([file, high, low, gone], text) = bytes.split_first_chunk()?;
    let mut files = CatalogFiles::embedded();
    let paths: Vec<String> = files.paths().map(str::to_owned).collect();
    let path = &paths[usize::from(*file) % paths.len()];
    let old = files.get(path)?;
    let place = usize::from(u16::from_be_bytes([*high, *low])) % (old.len() + 1);
    let end = place.saturating_add(usize::from(*gone)).min(old.len());
    let new = [old.as_bytes().get(..place)?, text, old.as_bytes().get(end..)?].concat();
    files.insert(path, String::from_utf8_lossy(&new));
    Some(files)
}

/// Asks what rests on every part of a catalogue. Refusals are answers; a panic is none.
fn answers(api: &Api) {
    let profile = |text: &str| from_json::<Profile>("expressentry.v1.Profile", text).unwrap();
    let nurse = profile(include_str!("../../examples/profiles/nurse.json"));
    let engineer = profile(include_str!("../../examples/profiles/engineer.json"));
    let newest = api.catalog().draws().first().map(|draw| draw.number.clone()).unwrap_or_default();
    for (profile, number) in [(&nurse, "284".to_owned()), (&engineer, newest), (&engineer, "227".to_owned())] {
        let _ = api.evaluate(EvaluateRequest {
            profile: Some(profile.clone()),
            draw: Some(evaluate_request::Draw::DrawNumber(number)),
            view: EvaluationView::Full.into(),
            strict: false,
        });
    }
    for as_of in [today(), today() - chrono::Days::new(1_000)] {
        let profile = Some(engineer.clone());
        let _ = api.score_profile(ScoreProfileRequest { profile, as_of: Some(as_of.into()) }, as_of);
    }
    let _ = api.list_categories(ListCategoriesRequest { as_of: None }, today());
    let _ = api.list_occupations(ListOccupationsRequest { query: "nurs".into(), ..Default::default() }, today());
    let history = EvaluateHistoryRequest { profile: Some(engineer.clone()), ..Default::default() };
    if let Ok(history) = api.evaluate_history(history, today()) {
        history.for_each(drop);
    }
    let gap = ExplainGapRequest { profile: Some(engineer.clone()), ..Default::default() };
    let _ = api.explain_gap(gap);
    let project = ProjectProfileRequest { profile: Some(engineer), ..Default::default() };
    let _ = api.project_profile(project, today());
}
