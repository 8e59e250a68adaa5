//! Generates the messages, the gRPC client and server, and the descriptor set that reflection serves, without a `protoc` on
//! the machine.

use std::{env, error::Error, fs, path::PathBuf};

use tonic_prost_build::manual;

/// The method whose frames come and go as bytes, since it has a codec of its own, and that codec.
const STREAM: (&str, &str) = ("StreamEvaluate", "crate::grpc::codec::FrameCodec");

/// The method whose messages are handed on by their place: they are large, and moved two dozen times between the wire and the answer.
const BOXED: &str = "Evaluate";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(
        ["expressentry/v1/express_entry_service.proto", "expressentry/v1/error_reason.proto"],
        ["proto"],
    )?;
    let mut encoded = Vec::new();
    prost::Message::encode(&descriptors, &mut encoded)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("descriptors.bin"), encoded)?;
    manual::Builder::new().build_client(false).compile(&servers(&descriptors));
    tonic_prost_build::configure()
        .build_server(false)
        .extern_path(".google.rpc.Status", "::tonic_types::Status")
        .emit_rerun_if_changed(false)
        .compile_fds(descriptors)?;
    Ok(())
}

/// The services as servers see them: every method by the generated types but [`STREAM`].
fn servers(descriptors: &tonic_prost_build::FileDescriptorSet) -> Vec<manual::Service> {
    let mut servers = Vec::new();
    for file in &descriptors.file {
        for service in &file.service {
            let mut server = manual::Service::builder().name(service.name()).package(file.package());
            for method in &service.method {
                let mut route = manual::Method::builder().name(snake_case(method.name())).route_name(method.name());
                route = if method.name() == STREAM.0 {
                    route.input_type("::bytes::Bytes").output_type("::bytes::Bytes").codec_path(STREAM.1)
                } else {
                    let message = |path: &str| {
                        let message = path.replace(&format!(".{}.", file.package()), "super::");
                        if method.name() == BOXED { format!("::std::boxed::Box<{message}>") } else { message }
                    };
                    route
                        .input_type(message(method.input_type()))
                        .output_type(message(method.output_type()))
                        .codec_path("crate::grpc::messages::MessageCodec")
                };
                if method.client_streaming() {
                    route = route.client_streaming();
                }
                if method.server_streaming() {
                    route = route.server_streaming();
                }
                server = server.method(route.build());
            }
            servers.push(server.build());
        }
    }
    servers
}

/// `StreamEvaluate` as `stream_evaluate`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
