//! The Common Expression Language by `cel`.

use std::{collections::HashMap, error::Error, hint::black_box, sync::Arc};

use cel::{
    Context, Env, Program, Value,
    common::{
        types::{CelBool, CelMap, CelMapKey},
        value::{CowVal, Val},
    },
    context::VariableResolver,
};

use crate::{
    Contender, Pass,
    facts::{Fact, Facts},
};

/// The list of occupations, one for all contexts.
struct Listed(CelMap<'static>);

impl VariableResolver for Listed {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        (name == "listed").then_some(CowVal::Borrowed(&self.0))
    }
}

/// With a comprehension over the spells, and with three spells written out.
pub fn contenders(facts: &[Facts], listed: &[String]) -> Result<Vec<Contender<'static>>, Box<dyn Error>> {
    let nested = |facts: &Facts| {
        let spells = facts.spells.iter().map(|spell| {
            Value::from(spell.iter().map(|(name, fact)| (*name, value(*fact))).collect::<HashMap<_, _>>())
        });
        let mut variables: Vec<(String, Value)> =
            facts.candidate.iter().map(|(name, fact)| ((*name).to_owned(), value(*fact))).collect();
        variables.push(("spells".to_owned(), spells.collect::<Vec<_>>().into()));
        variables
    };
    let flat = |facts: &Facts| facts.flat().map(|(name, fact)| (name, value(fact))).collect();
    Ok(vec![
        Contender {
            name: "cel, any number of spells",
            pass: pass(include_str!("../../rules/any_number.cel"), facts.iter().map(nested).collect(), listed)?,
        },
        Contender {
            name: "cel, three spells written out",
            pass: pass(include_str!("../../rules/three.cel"), facts.iter().map(flat).collect(), listed)?,
        },
    ])
}

fn pass(rule: &str, variables: Vec<Vec<(String, Value)>>, listed: &[String]) -> Result<Pass<'static>, Box<dyn Error>> {
    let env = Arc::new(Env::stdlib());
    let program: Program = env.compile(rule)?;
    let truth = || -> Box<dyn Val> { Box::new(CelBool::from(true)) };
    let listed: HashMap<CelMapKey<'_>, _> = listed.iter().map(|code| (code.clone().into(), truth())).collect();
    // Kept to the end of the run, since contexts borrow it.
    let listed: &'static Listed = Box::leak(Box::new(Listed(CelMap::from(listed))));
    let contexts: Vec<Context<'static, 'static>> = variables
        .into_iter()
        .map(|variables| {
            let mut context = Context::with_env(Arc::clone(&env));
            context.set_variable_resolver(listed);
            for (name, value) in variables {
                context.add_variable_from_value(name, value);
            }
            context
        })
        .collect();
    Ok(Box::new(move |verdicts| {
        for (context, verdict) in contexts.iter().zip(verdicts) {
            let value = Value::resolve_val(program.expression(), black_box(context));
            *verdict = value.ok().and_then(|value| value.downcast_ref::<CelBool>().map(|invited| *invited.inner()));
        }
    }))
}

fn value(fact: Fact) -> Value {
    match fact {
        Fact::Number(number) => number.into(),
        Fact::Truth(truth) => truth.into(),
        Fact::Code(code) => code.to_string().into(),
    }
}
