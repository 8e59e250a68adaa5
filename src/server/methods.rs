//! The methods that are served, by their paths.

use std::sync::LazyLock;

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
    path.starts_with(HEALTH)
}

const HEALTH: &str = "/grpc.health.v1.Health/";

/// The path of the contract's method of this name, if there is one.
pub(super) fn of_this_name(name: &str) -> Option<&'static str> {
    let path = format!("/{}/{name}", ExpressEntryServiceServer::<Service>::NAME);
    known(&path).map(|method| method.path.as_str())
}

/// A method that is served.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Method {
    /// Its path.
    pub path: String,
    /// Whether it answers with more than one message.
    pub streams: bool,
    /// As what its calls are counted.
    pub class: Class,
    /// Whether the items that it evaluates are counted.
    pub items: bool,
    /// Its place among all of them.
    pub place: usize,
}

/// Calls that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Those of health, which are not counted.
    Health,
    Unary,
    Stream,
    /// Streams that keep a pool.
    Simulation,
}

impl Class {
    fn of(path: &str, streams: bool) -> Self {
        match streams {
            _ if of_health(path) => Self::Health,
            true if path.ends_with("/SimulateDraw") => Self::Simulation,
            true => Self::Stream,
            false => Self::Unary,
        }
    }
}

/// The contract's methods that evaluate items, by name.
const ITEMS: [&str; 5] = ["Evaluate", "BatchEvaluate", "StreamEvaluate", "EvaluateHistory", "SimulateDraw"];

/// What a call of no method is called, since any other path is a text from outside.
const UNKNOWN: &str = "unknown";

/// The method of a path.
pub(super) fn at(path: &str) -> &'static Method {
    known(path).or_else(|| known(UNKNOWN)).unwrap_or(&NONE)
}

/// All methods, each at its place, with the one that stands for no method among them.
pub(super) fn all() -> &'static [Method] {
    &ALL
}

static NONE: Method =
    Method { path: String::new(), streams: false, class: Class::Unary, items: false, place: usize::MAX };

/// The method of a path, if there is one. They are so few that looking through them is quicker than a hash.
fn known(path: &str) -> Option<&'static Method> {
    ALL.iter().find(|method| method.path == path)
}

static ALL: LazyLock<Vec<Method>> = LazyLock::new(|| {
    let described = [
        DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let sets = described.into_iter().filter_map(|encoded| FileDescriptorSet::decode(encoded).ok());
    let described = sets.flat_map(methods).chain([(UNKNOWN.to_owned(), false)]).enumerate();
    let method = |(place, (path, streams)): (usize, (String, bool))| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let items = of_this_service(&path) && ITEMS.contains(&name);
        Method { class: Class::of(&path, streams), items, path, streams, place }
    };
    described.map(method).collect()
});

/// The paths of the methods described, and whether each answers with more than one message.
fn methods(described: FileDescriptorSet) -> Vec<(String, bool)> {
    let mut methods = Vec::new();
    for file in described.file {
        for service in &file.service {
            methods.extend(service.method.iter().map(|method| {
                (format!("/{}.{}/{}", file.package(), service.name(), method.name()), method.server_streaming())
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
        for (path, streams, class) in [
            ("/expressentry.v1.ExpressEntryService/Evaluate", false, Class::Unary),
            ("/expressentry.v1.ExpressEntryService/StreamEvaluate", true, Class::Stream),
            ("/expressentry.v1.ExpressEntryService/EvaluateHistory", true, Class::Stream),
            ("/expressentry.v1.ExpressEntryService/SimulateDraw", true, Class::Simulation),
            ("/grpc.health.v1.Health/Check", false, Class::Health),
            ("/grpc.health.v1.Health/Watch", true, Class::Health),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", true, Class::Stream),
            ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", true, Class::Stream),
        ] {
            let method = at(path);
            assert_eq!((method.path.as_str(), method.streams, method.class), (path, streams, class));
            assert_eq!(&all()[method.place], method);
        }
        for path in ["", "/", "/expressentry.v1.ExpressEntryService/Nonsense", "/expressentry.v1.ExpressEntryService"] {
            assert_eq!(at(path).path, "unknown", "{path}");
        }
    }
}
