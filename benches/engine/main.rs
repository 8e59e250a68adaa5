//! What a decision costs, beside a floor written by hand: `cargo bench --bench engine`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "a bench fails by panicking")]
#![allow(missing_docs, reason = "criterion's macros")]

mod floor;
mod profiles;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use express_entry::{
    catalog::Catalog,
    engine::{Terms, Unsaid, decide, evaluate, explain},
    model::{CategoryRule, Profile},
};
use floor::Floor;

const PROFILES: u64 = 1_024;

fn over<T>(profiles: &[Profile], mut each: impl FnMut(&Profile) -> T) {
    for profile in profiles {
        black_box(each(black_box(profile)));
    }
}

fn engine(c: &mut Criterion) {
    let catalog = Catalog::embedded().unwrap();
    let terms = Terms::new(&catalog, catalog.draw("284").unwrap()).unwrap();
    let CategoryRule::Occupations(rule) = &terms.category.unwrap().rule else { panic!("healthcare lists occupations") };
    let floor = Floor::new(&rule.noc_codes);
    let stated = profiles::stated(PROFILES, 3);
    let verdict = |profile: &Profile| evaluate(profile, &terms, Unsaid::Assumed);
    for profile in &stated {
        assert_eq!(floor.verdict(profile), verdict(profile).verdict, "{profile:?}");
    }
    let mut group = c.benchmark_group("draw_284");
    group.throughput(Throughput::Elements(PROFILES));
    group.bench_function("floor", |b| b.iter(|| over(&stated, |profile| floor.verdict(profile))));
    group.bench_function("verdict", |b| b.iter(|| over(&stated, verdict)));
    group.bench_function("full", |b| {
        b.iter(|| over(&stated, |profile| explain(profile, &terms, Unsaid::Assumed)));
    });
    let computed = profiles::computed(PROFILES);
    group.bench_function("computed_score", |b| b.iter(|| over(&computed, verdict)));
    group.finish();
}

fn history(c: &mut Criterion) {
    let catalog = Catalog::embedded().unwrap();
    let stated = profiles::stated(16, 3);
    let terms: Vec<Terms<'_>> = catalog.draws().iter().map(|draw| Terms::new(&catalog, draw).unwrap()).collect();
    let mut group = c.benchmark_group("all_draws");
    group.throughput(Throughput::Elements(16 * u64::try_from(terms.len()).unwrap()));
    group.bench_function("one_by_one", |b| {
        b.iter(|| {
            over(&stated, |profile| {
                terms.iter().map(|terms| decide(profile, terms, Unsaid::Assumed).verdict() as u32).sum::<u32>()
            });
        });
    });
    group.finish();
}

fn costly(c: &mut Criterion) {
    let catalog = Catalog::embedded().unwrap();
    let mut group = c.benchmark_group("costly");
    for number in ["284", "398", "418"] {
        let terms = Terms::new(&catalog, catalog.draw(number).unwrap()).unwrap();
        for (name, profile) in profiles::costly() {
            for (manner, unsaid) in [("assumed", Unsaid::Assumed), ("strict", Unsaid::Unknown)] {
                group.bench_function(format!("{number}/{name}/{manner}"), |b| {
                    b.iter(|| evaluate(black_box(&profile), &terms, unsaid));
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, engine, history, costly);
criterion_main!(benches);
