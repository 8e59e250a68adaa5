//! What is served: the service, health, and reflection.

use std::{convert::Infallible, sync::Arc};

use tokio_util::sync::CancellationToken;
use tonic::{
    body::Body,
    codegen::{
        BoxFuture,
        http::{Request, Response},
    },
    server::NamedService,
    service::Routes,
};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower::Service as _;

use super::{ServeError, body::Asked, methods::of_this_service};
use crate::grpc::{
    AtWork, Limits, ServedCatalog, Service,
    proto::{DESCRIPTORS, express_entry_service_server::ExpressEntryServiceServer},
};

type ExpressEntry = ExpressEntryServiceServer<Service>;

/// An answer that is being made.
pub(super) type Answering = BoxFuture<Response<Body>, Infallible>;

/// All services of one server.
#[derive(Clone, Debug)]
pub(super) struct Doors {
    express_entry: Option<ExpressEntry>,
    others: Routes,
}

impl Doors {
    /// The services over `catalog`, with health SERVING, and with reflection if that is wanted; and a door that has
    /// health alone. Streams end when `draining` is cancelled.
    pub(super) async fn open(
        catalog: ServedCatalog,
        limits: Arc<Limits>,
        at_work: AtWork,
        reflected: bool,
        draining: CancellationToken,
    ) -> Result<(Health, Self, Self), ServeError> {
        let (health, health_service) = tonic_health::server::health_reporter();
        let health = Health(health);
        health.set(ServingStatus::Serving).await;
        let health_alone = Self { express_entry: None, others: Routes::new(health_service.clone()).prepare() };
        let mut others = Routes::new(health_service);
        if reflected {
            others = others.add_service(reflection().build_v1()?).add_service(reflection().build_v1alpha()?);
        }
        let express_entry = Some(Service::server(catalog, limits, at_work, draining));
        Ok((health, Self { express_entry, others: others.prepare() }, health_alone))
    }

    /// Other services, for a test.
    #[cfg(test)]
    pub(super) fn of(others: Routes) -> Self {
        Self { express_entry: None, others: others.prepare() }
    }

    /// Answers one call. The service itself is asked without a detour through a router.
    pub(super) fn answer(&mut self, request: Request<Asked>) -> Answering {
        match &mut self.express_entry {
            Some(express_entry) if of_this_service(request.uri().path()) => express_entry.call(request),
            _ => Box::pin(self.others.call(request)),
        }
    }
}

/// What health says of the services.
pub(super) struct Health(HealthReporter);

impl Health {
    const SERVICES: [&str; 2] = ["", ExpressEntry::NAME];

    pub(super) async fn set(&self, status: ServingStatus) {
        for service in Self::SERVICES {
            self.0.set_service_status(service, status).await;
        }
    }

    /// Ends the open health watches, which would otherwise last as long as their clients.
    pub(super) async fn end_watches(self) {
        let Self(mut health) = self;
        for service in Self::SERVICES {
            health.clear_service_status(service).await;
        }
    }
}

/// Reflection over this service, health, and the details that errors carry.
fn reflection<'a>() -> tonic_reflection::server::Builder<'a> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}
