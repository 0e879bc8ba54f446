//! People with passwords that cost what passwords cost.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use baton_identity::Passwords;
use baton_model::{Role, User};

use super::visitor::Visitor;
use crate::{
    office::{Office, PASSWORD, now},
    site::Site,
};

/// How many there are, and how many of them have a browser that is known.
const ALL: usize = 1_000;
const KNOWN: usize = 20;

pub struct People {
    known: Vec<Visitor>,
    /// A browser in which somebody is signed in.
    pub signed_in: Visitor,
    new: AtomicUsize,
}

impl People {
    pub async fn found(site: &Site, origin: &str) -> Self {
        let office = Office::open(site, origin).await;
        let hash = Passwords::new(1, 1).hash(PASSWORD).await.unwrap();
        let mut tx = office.store.begin().await.unwrap();
        for number in 0..ALL {
            let name = format!("person{number:04}");
            let user = User {
                id: format!("user-{name}").as_str().into(),
                user_name: name.clone(),
                display_name: format!("Person Number {number:04}"),
                email: None,
                role: Role::User,
                enabled: true,
                epoch: 1,
                revision: 1,
                created_at: now(),
            };
            tx.create_user(&user, Some(&hash)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut known = Vec::new();
        for number in 0..KNOWN {
            known.push(returning(origin, number, "baton-known=").await);
        }
        let signed_in = returning(origin, KNOWN, "baton=").await;
        Self { known, signed_in, new: AtomicUsize::new(KNOWN + 1) }
    }

    pub fn known(&self, number: usize) -> &Visitor {
        &self.known[number % self.known.len()]
    }

    /// Somebody who has not signed in yet.
    pub fn next_new(&self) -> usize {
        let number = self.new.fetch_add(1, Relaxed);
        assert!(number < ALL, "there are too few people");
        number
    }
}

/// Somebody who signed in once, and still has this cookie of it.
async fn returning(origin: &str, number: usize, cookie: &str) -> Visitor {
    let mut visitor = Visitor::new(origin, number);
    let signed_in = visitor.sign_in().await;
    assert!(signed_in.is_well, "{}: {}", visitor.name, signed_in.status);
    visitor.cookie = signed_in.cookies.into_iter().find(|set| set.starts_with(cookie)).unwrap();
    visitor
}
