use express_entry::catalog::{
    CatalogFiles, Overlay,
    feed::{ImportError, import},
};

use super::today;

/// Any text as IRCC's feed: what comes of it is a valid catalogue, in which the same feed changes nothing more.
pub fn feed(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let base = CatalogFiles::embedded();
    match import(&text, &base, &Overlay::empty("fuzz"), today()) {
        Ok(first) if !first.changes.is_empty() => {
            let again = import(&text, &base, &first.overlay, today()).expect("what came out is right");
            assert!(again.changes.is_empty(), "the same feed changes {:?}", again.changes);
            assert_eq!(again.catalog.digest(), first.catalog.digest());
        }
        Ok(_) | Err(ImportError::Feed(_)) => {}
        Err(ImportError::Catalog(errors)) => panic!("a feed made a wrong catalogue: {errors}"),
    }
}
