//! Cedar by `cedar-policy`. It has no way to ask for any of a list of records, so that three spells are written out.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    hint::black_box,
};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};

use crate::{
    Contender,
    facts::{Fact, Facts},
};

/// The one policy permits the draw to invite. The draw is an entity, which has the list of occupations.
pub fn contenders(facts: &[Facts], listed: &[String]) -> Result<Vec<Contender<'static>>, Box<dyn Error>> {
    let policies: PolicySet = include_str!("../../rules/three.cedar").parse()?;
    let draw: EntityUid = r#"Draw::"284""#.parse()?;
    let listed = RestrictedExpression::new_set(listed.iter().map(|code| text(code)));
    let attributes = HashMap::from([("listed".to_owned(), listed)]);
    let entities = Entities::from_entities([Entity::new(draw.clone(), attributes, HashSet::new())?], None)?;
    let requests = facts.iter().map(|facts| request(facts, draw.clone())).collect::<Result<Vec<_>, _>>()?;
    let authorizer = Authorizer::new();
    Ok(vec![Contender {
        name: "cedar, three spells written out",
        pass: Box::new(move |verdicts| {
            for (request, verdict) in requests.iter().zip(verdicts) {
                let response = authorizer.is_authorized(black_box(request), &policies, &entities);
                let failed = response.diagnostics().errors().next().is_some();
                *verdict = (!failed).then_some(response.decision() == Decision::Allow);
            }
        }),
    }])
}

fn request(facts: &Facts, draw: EntityUid) -> Result<Request, Box<dyn Error>> {
    let context = Context::from_pairs(facts.flat().map(|(name, fact)| (name, expression(fact))))?;
    Ok(Request::new(r#"Candidate::"candidate""#.parse()?, r#"Action::"invite""#.parse()?, draw, context, None)?)
}

fn expression(fact: Fact) -> RestrictedExpression {
    match fact {
        Fact::Number(number) => RestrictedExpression::new_long(number),
        Fact::Truth(truth) => RestrictedExpression::new_bool(truth),
        Fact::Code(code) => text(&code.to_string()),
    }
}

fn text(code: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(code.to_owned())
}
