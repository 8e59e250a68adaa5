//! Rego by `regorus`, compiled for its virtual machine.

use std::{collections::BTreeSet, error::Error, hint::black_box};

use regorus::{Engine, Value, languages::rego::compiler::Compiler, rvm::vm::RegoVM};

use crate::{Contender, Pass, facts::Facts};

/// The rule that says whether the draw invites.
const INVITED: &str = "data.draw.invited";

/// With a search through the spells, and with three spells written out.
pub fn contenders(facts: &[Facts], listed: &[String]) -> Result<Vec<Contender<'static>>, Box<dyn Error>> {
    let nested = facts.iter().map(|facts| Value::from(facts.nested_json())).collect();
    let flat = facts.iter().map(|facts| Value::from(facts.flat_json())).collect();
    let mut data = Value::new_object();
    let listed: BTreeSet<Value> = listed.iter().map(|code| code.as_str().into()).collect();
    data.as_object_mut()?.insert("listed".into(), listed.into());
    Ok(vec![
        Contender {
            name: "regorus, any number of spells",
            pass: pass(include_str!("../../rules/any_number.rego"), nested, &data)?,
        },
        Contender {
            name: "regorus, three spells written out",
            pass: pass(include_str!("../../rules/three.rego"), flat, &data)?,
        },
    ])
}

fn pass(policy: &str, inputs: Vec<Value>, data: &Value) -> Result<Pass<'static>, Box<dyn Error>> {
    let mut engine = Engine::new();
    engine.add_policy("draw.rego".to_owned(), policy.to_owned())?;
    engine.add_data(data.clone())?;
    let compiled = engine.compile_with_entrypoint(&INVITED.into())?;
    let program = Compiler::compile_from_policy(&compiled, &[INVITED])?;
    let mut machine = RegoVM::new_with_policy(compiled);
    machine.load_program(program);
    machine.set_data(data.clone())?;
    machine.set_max_instructions(usize::MAX);
    Ok(Box::new(move |verdicts| {
        for (input, verdict) in inputs.iter().zip(verdicts) {
            machine.set_input(black_box(input.clone()));
            *verdict = machine.execute().ok().and_then(|value| value.as_bool().ok().copied());
        }
    }))
}
