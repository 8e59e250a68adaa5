//! Generates the gRPC stubs and the descriptor set that reflection serves, without a `protoc` on the machine.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(
        ["expressentry/v1/express_entry_service.proto", "expressentry/v1/error_reason.proto"],
        ["proto"],
    )?;
    let mut encoded = Vec::new();
    prost::Message::encode(&descriptors, &mut encoded)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("descriptors.bin"), encoded)?;
    tonic_prost_build::configure()
        .extern_path(".google.rpc.Status", "::tonic_types::Status")
        .emit_rerun_if_changed(false)
        .compile_fds(descriptors)?;
    Ok(())
}
