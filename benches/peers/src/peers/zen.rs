//! GoRules by `zen-expression` and `zen-engine`.

use std::{error::Error, hint::black_box};

use serde_json::Value;
use zen_expression::{Isolate, Scope, Variable, vm::VM};

use crate::{Contender, Pass, facts::Facts};

/// As an expression with a closure over the spells, as one with three spells written out, and as a decision table.
pub fn contenders(facts: &[Facts], listed: &[String]) -> Result<Vec<Contender<'static>>, Box<dyn Error>> {
    let listed = Variable::from(Value::Object(listed.iter().map(|code| (code.clone(), true.into())).collect()));
    let variable = |facts: Value| {
        let variable = Variable::from(facts);
        // All of them share the one list.
        variable.dot_insert("listed", listed.clone());
        variable
    };
    let nested = || facts.iter().map(|facts| variable(facts.nested_json()));
    let flat = || facts.iter().map(|facts| variable(facts.flat_json()));
    Ok(vec![
        Contender {
            name: "zen expression, any number of spells",
            pass: expression(include_str!("../../rules/any_number.zen"), nested())?,
        },
        Contender {
            name: "zen expression, three spells written out",
            pass: expression(include_str!("../../rules/three.zen"), flat())?,
        },
        #[cfg(feature = "zen-table")]
        Contender { name: "zen decision table, three spells", pass: table(flat().collect())? },
    ])
}

fn expression(rule: &str, facts: impl Iterator<Item = Variable>) -> Result<Pass<'static>, Box<dyn Error>> {
    let expression = Isolate::new().compile_standard(rule)?;
    let scopes: Vec<Scope> = facts.map(Scope::new).collect();
    let mut vm = VM::new();
    Ok(Box::new(move |verdicts| {
        for (scope, verdict) in scopes.iter().zip(verdicts) {
            let value = expression.evaluate_with_scope(black_box(scope), &mut vm);
            *verdict = value.ok().and_then(|value| value.as_bool());
        }
    }))
}

#[cfg(feature = "zen-table")]
fn table(facts: Vec<Variable>) -> Result<Pass<'static>, Box<dyn Error>> {
    let content: zen_engine::model::GraphContent = serde_json::from_str(include_str!("../../rules/table.json"))?;
    let mut decision = zen_engine::Decision::from(content);
    decision.compile();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(Box::new(move |verdicts| {
        runtime.block_on(async {
            for (facts, verdict) in facts.iter().zip(verdicts) {
                let response = decision.evaluate(black_box(facts.clone())).await;
                *verdict = response.ok().and_then(|response| response.result.dot("invited")?.as_bool());
            }
        });
    }))
}
