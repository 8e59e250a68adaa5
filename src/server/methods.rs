//! The methods that are served, by their paths.

use std::{collections::HashSet, sync::LazyLock};

use prost::Message;
use prost_types::FileDescriptorSet;

use crate::grpc::proto::DESCRIPTORS;

/// Whether a path is one of the contract's package.
pub(super) fn of_this_service(path: &str) -> bool {
    path.starts_with("/expressentry.v1.")
}

/// The path of a call as the log may tell it: that of a method, or that it is unknown, since any other path is a text from
/// outside.
pub(super) fn told(path: &str) -> &'static str {
    PATHS.get(path).map_or("unknown", String::as_str)
}

static PATHS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let described = [
        DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    described.into_iter().filter_map(|encoded| FileDescriptorSet::decode(encoded).ok()).flat_map(paths).collect()
});

fn paths(described: FileDescriptorSet) -> Vec<String> {
    let mut paths = Vec::new();
    for file in described.file {
        for service in &file.service {
            let path = |method: &str| format!("/{}.{}/{method}", file.package(), service.name());
            paths.extend(service.method.iter().map(|method| path(method.name())));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_are_told_by_name() {
        for path in [
            "/expressentry.v1.ExpressEntryService/Evaluate",
            "/expressentry.v1.ExpressEntryService/StreamEvaluate",
            "/grpc.health.v1.Health/Check",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        ] {
            assert_eq!(told(path), path);
        }
        for path in ["", "/", "/expressentry.v1.ExpressEntryService/Nonsense", "/expressentry.v1.ExpressEntryService"] {
            assert_eq!(told(path), "unknown", "{path}");
        }
    }
}
