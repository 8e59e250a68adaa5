//! The methods that are served, by their paths.

use std::{collections::HashMap, sync::LazyLock};

use prost::Message;
use prost_types::FileDescriptorSet;
use tonic::server::NamedService;

use crate::grpc::{
    Service,
    proto::{DESCRIPTORS, express_entry_service_server::ExpressEntryServiceServer},
};

/// Whether a path is one of the contract's package.
pub(super) fn of_this_service(path: &str) -> bool {
    path.starts_with("/expressentry.v1.")
}

/// Whether a path is one of health's.
pub(super) fn of_health(path: &str) -> bool {
    path.starts_with("/grpc.health.v1.Health/")
}

/// The path of the contract's method of this name, if there is one.
pub(super) fn of_this_name(name: &str) -> Option<&'static str> {
    let path = format!("/{}/{name}", ExpressEntryServiceServer::<Service>::NAME);
    METHODS.get(&path).map(|method| method.path.as_str())
}

/// A method that is served.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Method {
    /// Its path.
    pub path: String,
    /// Whether it answers with more than one message.
    pub streams: bool,
}

/// What the log calls a call of no method, since any other path is a text from outside.
static UNKNOWN: LazyLock<Method> = LazyLock::new(|| Method { path: "unknown".to_owned(), streams: false });

/// The method of a path.
pub(super) fn at(path: &str) -> &'static Method {
    METHODS.get(path).unwrap_or(&UNKNOWN)
}

static METHODS: LazyLock<HashMap<String, Method>> = LazyLock::new(|| {
    let described = [
        DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let sets = described.into_iter().filter_map(|encoded| FileDescriptorSet::decode(encoded).ok());
    sets.flat_map(methods).map(|method| (method.path.clone(), method)).collect()
});

fn methods(described: FileDescriptorSet) -> Vec<Method> {
    let mut methods = Vec::new();
    for file in described.file {
        for service in &file.service {
            methods.extend(service.method.iter().map(|method| Method {
                path: format!("/{}.{}/{}", file.package(), service.name(), method.name()),
                streams: method.server_streaming(),
            }));
        }
    }
    methods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_are_told_by_name() {
        for (path, streams) in [
            ("/expressentry.v1.ExpressEntryService/Evaluate", false),
            ("/expressentry.v1.ExpressEntryService/StreamEvaluate", true),
            ("/grpc.health.v1.Health/Check", false),
            ("/grpc.health.v1.Health/Watch", true),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", true),
            ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", true),
        ] {
            assert_eq!(*at(path), Method { path: path.to_owned(), streams });
        }
        for path in ["", "/", "/expressentry.v1.ExpressEntryService/Nonsense", "/expressentry.v1.ExpressEntryService"] {
            assert_eq!(at(path).path, "unknown", "{path}");
        }
    }
}
