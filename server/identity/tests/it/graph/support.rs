//! What several tests need.

use std::{pin::Pin, sync::Arc, time::Duration};

use baton_identity::{
    graph::{
        Graph,
        fake::{FakeClock, FakeGraph},
    },
    openid::{Http, HttpSettings, PATIENCE},
};

use crate::openid::scenario::block_on;

/// A directory and who reads it.
pub struct World {
    pub service: Arc<FakeGraph>,
    pub graph: Graph,
    pub clock: Arc<FakeClock>,
}

/// Runs a test with a directory of five users, Ada to Eve, and two groups: staff (Ada, Ben and the leads) and leads (Eve).
pub fn with_directory<'a, F: Future<Output = ()> + 'a>(test: impl FnOnce(World) -> F + 'a) {
    with_patience(PATIENCE, test);
}

/// The same, with a client that does not wait long for an answer.
pub fn with_patience<'a, F: Future<Output = ()> + 'a>(patience: Duration, test: impl FnOnce(World) -> F + 'a) {
    run(patience, Box::new(|world| Box::pin(test(world))));
}

/// A test that lost its type, so that the compiler makes what is around it once and not for each test.
type Test<'a> = Box<dyn FnOnce(World) -> Pin<Box<dyn Future<Output = ()> + 'a>> + 'a>;

fn run(patience: Duration, test: Test<'_>) {
    block_on(Box::pin(async move {
        let service = Arc::new(FakeGraph::start().await.unwrap());
        for (number, name) in ["Ada", "Ben", "Cleo", "Dan", "Eve"].into_iter().enumerate() {
            service.user(number, name);
        }
        service.group(10, "Staff", &[0, 1, 11]);
        service.group(11, "Leads", &[4]);
        let clock = Arc::new(FakeClock::default());
        let http = Http::new(&HttpSettings { patience, ..HttpSettings::default() }).unwrap();
        let graph = Graph::new(http, service.settings(), Arc::<FakeClock>::clone(&clock)).unwrap();
        // A test that does not look at the service needs it all the same.
        test(World { service: Arc::clone(&service), graph, clock }).await;
    }));
}

/// The ids of these numbers.
pub fn ids(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|&number| FakeGraph::id(number)).collect()
}
