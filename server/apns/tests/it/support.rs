//! What several tests need.

use std::pin::Pin;

use baton_apns::{Apns, fake::FakeApns};
use baton_mdm::push::PushRequest;

pub const TOPIC: &str = "com.apple.mgmt.External.heron";

/// Runs a test with a push service and a client of it.
pub fn with_service<'a, F: Future<Output = ()> + 'a>(test: impl FnOnce(FakeApns, Apns) -> F + 'a) {
    block_on(Box::new(|service, client| Box::pin(test(service, client))));
}

/// A test that lost its type, so that the compiler makes what is around it once and not for each test.
type Test<'a> = Box<dyn FnOnce(FakeApns, Apns) -> Pin<Box<dyn Future<Output = ()> + 'a>> + 'a>;

fn block_on(test: Test<'_>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        // A second installation would only fail because there is one already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let service = FakeApns::start().await.unwrap();
        let client = Apns::new(&service.settings()).unwrap();
        test(service, client).await;
    });
}

/// A push to the device of this number.
pub fn push(device: u8) -> PushRequest {
    PushRequest::new(TOPIC, &[0xab, device], "magic", None)
}

/// The token of that device.
pub fn token(device: u8) -> String {
    format!("ab{device:02x}")
}
