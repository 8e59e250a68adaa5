//! The command line, as a process: the same engine, answers for people and for programs, exit codes.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use express_entry::grpc::{Api, from_json, proto};

use crate::support::{catalog, nurse};

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_express-entry"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may be over before it is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const FOUR_MONTHS: &str = "examples/profiles/nurse_four_months.json";

#[test]
fn foresight_in_json_is_what_the_methods_answer() {
    let api = Api::new(catalog());
    let profile = || {
        Some(
            from_json("expressentry.v1.Profile", include_str!("../../examples/profiles/nurse_four_months.json"))
                .unwrap(),
        )
    };
    let printed = |arguments: &[&str]| text(&run(arguments, "").stdout);
    let day = |text: &str| Some(text.parse::<chrono::NaiveDate>().unwrap().into());
    let today = "2026-11-24".parse().unwrap();

    let request = proto::ExplainGapRequest {
        profile: profile(),
        draw: Some(proto::explain_gap_request::Draw::DrawNumber("284".into())),
        fixed: vec![proto::GapChangeKind::Nomination.into()],
        max_options: 3,
        strict: true,
    };
    let arguments =
        ["gap", "--draw", "284", "--strict", "--fixed", "nomination", "--max-options", "3", "--json", FOUR_MONTHS];
    let gap: proto::ExplainGapResponse = from_json("expressentry.v1.ExplainGapResponse", &printed(&arguments)).unwrap();
    assert_eq!(gap, api.explain_gap(request).unwrap());

    let request = proto::ProjectProfileRequest {
        profile: profile(),
        from: day("2024-02-14"),
        to: day("2025-02-14"),
        strict: false,
    };
    let arguments = ["project", "--from", "2024-02-14", "--to", "2025-02-14", "--json", FOUR_MONTHS];
    let projection: proto::ProjectProfileResponse =
        from_json("expressentry.v1.ProjectProfileResponse", &printed(&arguments)).unwrap();
    assert_eq!(projection, api.project_profile(request, today).unwrap());

    let request = proto::EvaluateHistoryRequest {
        profile: profile(),
        reading: proto::HistoryReading::AsItWas.into(),
        held_from: day("2024-02-14"),
        held_to: day("2024-02-14"),
        ..Default::default()
    };
    let arguments =
        ["history", "--reading", "then", "--held-from", "2024-02-14", "--held-to", "2024-02-14", "--json", FOUR_MONTHS];
    let answer: proto::EvaluateHistoryResponse =
        from_json("expressentry.v1.EvaluateHistoryResponse", &printed(&arguments)).unwrap();
    assert_eq!(answer, api.evaluate_history(request, today).unwrap().next().unwrap().unwrap());

    let arguments = ["simulate", "--draw", "284", "--invitations", "3", "--json", "examples/profiles/clients.jsonl"];
    let printed = printed(&arguments);
    let mut documents = serde_json::Deserializer::from_str(&printed).into_iter::<serde_json::Value>();
    let result = documents.next().unwrap().unwrap();
    assert_eq!((&result["draw"]["crsCutOff"], &result["refused"]), (&422.into(), &"1".into()));
    let invited: Vec<serde_json::Value> = documents.map(|one| one.unwrap()["correlationId"].clone()).collect();
    assert_eq!(invited, ["part-time", "nurse", "tie-won"]);
}

#[test]
fn the_history_is_drawn_to_a_file_as_well() {
    let folder = std::env::temp_dir().join(format!("express-entry-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("history.svg");
    let arguments = ["history", "--category-id", "healthcare", "--svg", path.to_str().unwrap(), FOUR_MONTHS];
    assert!(run(&arguments, "").status.success());
    let picture = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
    assert_eq!(picture.matches("<circle").count(), 16, "one for each healthcare draw");
}

#[test]
fn exit_codes_tell_the_verdict() {
    let nurse = include_str!("../../examples/profiles/nurse.json");
    for (arguments, input, code) in [
        (vec!["evaluate", "--draw", "284", "examples/profiles/nurse.json"], "", 0),
        (vec!["evaluate", "--draw", "284"], nurse, 0),
        (vec!["evaluate", "--draw", "284", "-"], &nurse.replace("430", "421"), 1),
        (vec!["evaluate", "--draw", "284", "--strict"], nurse, 2),
        (vec!["evaluate", "--latest-in-category", "healthcare"], nurse, 1),
        (vec!["evaluate", "--draw", "284"], "{\"crsScore\": 1300}", 65),
        (vec!["evaluate", "--draw", "284"], "{\"score\": 430}", 65),
        (vec!["evaluate", "--draw", "284"], "not json", 65),
        (vec!["evaluate", "--draw", "9999"], nurse, 65),
        (vec!["evaluate", "--draw", "284", "no-such-file.json"], "", 65),
        (vec!["evaluate"], nurse, 64),
        (vec!["evaluate", "--draw", "284", "--latest-in-category", "healthcare"], nurse, 64),
        (vec!["score", "--on", "2024-02-14", "examples/profiles/engineer.json"], "", 0),
        (vec!["score", "--on", "2026-11-03", "examples/profiles/engineer.json"], "", 65),
        (vec!["score", "--on", "2024-02-30", "examples/profiles/engineer.json"], "", 64),
        (vec!["history", "--category-id", "healthcare", FOUR_MONTHS], "", 0),
        (vec!["history", "--category-id", "nursing", FOUR_MONTHS], "", 65),
        (vec!["history", "--reading", "then", "--on", "2024-02-14", FOUR_MONTHS], "", 65),
        (vec!["history", "--svg", "no-such-folder/a.svg", "--category-id", "healthcare", FOUR_MONTHS], "", 70),
        (vec!["gap", "--draw", "284", FOUR_MONTHS], "", 0),
        (vec!["gap", FOUR_MONTHS], "", 64),
        (vec!["gap", "--draw", "284", "--max-options=-1", FOUR_MONTHS], "", 65),
        (vec!["gap", "--draw", "284", "--fixed", "age", FOUR_MONTHS], "", 64),
        (vec!["project", "--from", "2024-02-14", "--to", "2024-03-14", FOUR_MONTHS], "", 0),
        (vec!["project", "--from", "2024-02-14", "--to", "2024-02-13", FOUR_MONTHS], "", 65),
        (vec!["project", FOUR_MONTHS], "", 64),
        (vec!["simulate", "--draw", "284"], "{\"crsScore\": 430}\n", 0),
        (vec!["simulate", "--draw", "284"], "{\"crsScore\": 430}\nnot json\n", 65),
        (vec!["simulate", "--draw", "284", "--invitations", "0"], "", 65),
        (vec!["simulate", "--draw", "9999"], "", 65),
        (vec!["import-draws", "-", "--into", "no-such-folder", "--dry-run"], "{\"rounds\": []}", 0),
        (vec!["import-draws", "-", "--into", "no-such-folder", "--dry-run"], "{\"rounds\": [{}]}", 1),
        (vec!["import-draws", "-", "--into", "no-such-folder", "--dry-run"], "{}", 65),
        (vec!["import-draws", "no-such-file.json", "--into", "no-such-folder"], "", 65),
        (vec!["import-draws", "-", "--into", "src"], "{\"rounds\": []}", 65),
        (vec!["import-draws", "-"], "", 64),
        (vec!["check-catalog"], "", 0),
        (vec!["check-catalog", "--catalog-dir", "no-such-folder"], "", 65),
        (vec!["nonsense"], "", 64),
        (vec!["--help"], "", 0),
        (vec!["draws", "--category-id", "nonsense"], "", 65),
        (vec!["healthcheck", "--address", "127.0.0.1:1"], "", 69),
        (vec!["serve", "--listen", "nonsense"], "", 64),
        (vec!["serve", "--listen", "127.0.0.1:0", "--log", "a=b=c"], "", 64),
    ] {
        let output = run(&arguments, input);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(code >= 64, !output.stderr.is_empty(), "{arguments:?}: errors, and only they, are told");
    }
}

#[test]
fn a_table_for_people_and_json_for_programs() {
    let arguments = ["evaluate", "--draw", "284", "examples/profiles/nurse.json"];
    let table = text(&run(&arguments, "").stdout);
    for told in [
        "INVITED · draw 284 · CRS 430 (+8)",
        "CATEGORY",
        "6.07 months in 31301",
        "s. 10.3(1)(h.2)",
        "the work was paid",
        "Pool of 2024-02-11: 90,900 of 211,273 candidates stood above (percentile 57.0)",
    ] {
        assert!(table.contains(told), "{told:?} in\n{table}");
    }
    let below = include_str!("../../examples/profiles/nurse.json").replace("430", "422");
    let table = text(&run(&arguments[..3], &below).stdout);
    let within = "Pool of 2024-02-11: 90,900 to 100,345 of 211,273 candidates stood above (percentile 52.5 to 57.0)";
    assert!(table.contains(within), "{within:?} in\n{table}");
    let json = text(&run(&[&arguments[..], &["--json"]].concat(), "").stdout);
    let evaluation: proto::Evaluation = from_json("expressentry.v1.Evaluation", &json).unwrap();
    let request = proto::EvaluateRequest {
        profile: Some(nurse()),
        draw: Some(proto::evaluate_request::Draw::DrawNumber("284".into())),
        view: 0,
        strict: false,
    };
    assert_eq!(Some(evaluation), Api::new(catalog()).evaluate(request).unwrap().evaluation);
}

#[test]
fn a_score_is_told_factor_by_factor() {
    let arguments = ["score", "--on", "2024-02-14", "examples/profiles/engineer.json"];
    let table = text(&run(&arguments, "").stdout);
    for told in
        ["CRS 578 · points in force from 2020-10-20", "FRENCH", "core 428 · spouse 0", "FSWP: MET", "PNP: NOT_MET"]
    {
        assert!(table.contains(told), "{told:?} in\n{table}");
    }
    let json = text(&run(&[&arguments[..], &["--json"]].concat(), "").stdout);
    let response: proto::ScoreProfileResponse = from_json("expressentry.v1.ScoreProfileResponse", &json).unwrap();
    let crs = response.crs.unwrap();
    assert_eq!((crs.total, crs.core, crs.skill_transferability, crs.additional), (Some(578), 428, 100, 50));
    assert_eq!(response.programs.len(), 4);
}

#[test]
fn a_draw_of_ones_own_comes_from_a_file() {
    let path = std::env::temp_dir().join(format!("draw-{}.json", std::process::id()));
    let draw = r#"{"heldOn": {"year": 2024, "month": 2, "day": 14}, "heldAt": "2024-02-14T12:00:00Z",
        "type": "DRAW_TYPE_GENERAL", "programs": ["PROGRAM_FEDERAL_SKILLED_WORKER"], "crsCutOff": 431}"#;
    std::fs::write(&path, draw).unwrap();
    let output = run(&["evaluate", "--hypothetical-draw", path.to_str().unwrap(), "examples/profiles/nurse.json"], "");
    std::fs::remove_file(path).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("CRS 430 (-1)"));
}

#[test]
fn every_wrong_field_is_told_a_line_each() {
    let output = run(&["evaluate", "--draw", "284"], r#"{"crsScore": 1300, "workExperiences": [{"nocCode": "3012"}]}"#);
    let expected = "error: profile.crs_score: CRS score 1300 is out of range; a score is 0 to 1200 points
       profile.work_experiences[0].noc_code: NOC code \"3012\" is not five digits; NOC 2021 unit groups look like \"31301\"
       profile.work_experiences[0].start_date: is required
";
    assert_eq!(text(&output.stderr), expected);
}

#[test]
fn lists_take_the_filters_of_the_methods() {
    for (arguments, last) in [
        (vec!["draws"], "448 draws"),
        (vec!["draws", "--category-id", "healthcare"], "16 draws"),
        (vec!["draws", "--type", "category-based", "--held-from", "2024-02-14", "--held-to", "2024-02-14"], "1 draws"),
        (vec!["draws", "--program", "pnp"], "292 draws"),
        (vec!["occupations"], "516 occupations"),
        (vec!["occupations", "--draw", "284"], "35 occupations"),
        (vec!["occupations", "--category-id", "healthcare", "--as-of", "2025-02-27"], "37 occupations"),
        (vec!["occupations", "--teer", "0", "--teer", "1", "--draw", "284"], "20 occupations"),
        (vec!["occupations", "infirmières autorisées"], "1 occupations"),
    ] {
        let output = text(&run(&arguments, "").stdout);
        assert_eq!(output.lines().last(), Some(last), "{arguments:?}");
    }
    let json = text(&run(&["draws", "--category-id", "healthcare", "--json"], "").stdout);
    let response: proto::ListDrawsResponse = from_json("expressentry.v1.ListDrawsResponse", &json).unwrap();
    assert_eq!((response.draws.len(), response.total_size), (16, 16));
}
