//! A person and a phone through a whole handover, whatever happens on the wire: they do what people and phones do when
//! something did not work, and look again and again whether Baton keeps its word.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use baton_app::locale::{Locale, Texts};
use baton_model::{CustodyCause, HandoverKind, id};
use baton_simulator::SimulatorError;

use crate::{
    browser::{Browser, Page},
    office::PASSWORD,
    ward::{DISPLAY_NAME, USER_NAME, Ward, content, of_ada, of_nobody},
    wire::Wire,
};

/// Every handover must come to its end by itself, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(150);
/// More tries than any person has patience for.
const TRIES: usize = 20;

pub struct Journey<'a> {
    wire: &'a Wire,
    ward: &'a Ward,
    browser: Browser,
    texts: &'static Texts,
    /// The connection broke, so the phone connects again by itself.
    reconnects: bool,
    /// Whether the page offered the next sign-in when it was last looked at.
    offered: bool,
}

impl<'a> Journey<'a> {
    /// Begins with a person who has yet to tap the icon.
    pub fn new(wire: &'a Wire, ward: &'a Ward) -> Self {
        Self::resumed(wire, ward, Browser::at(&wire.url()))
    }

    /// Goes on where somebody was with this browser.
    pub fn resumed(wire: &'a Wire, ward: &'a Ward, browser: Browser) -> Self {
        Self { wire, ward, browser, texts: Locale::En.texts(), reconnects: false, offered: false }
    }

    /// Taps the icon, signs in, and waits until the phone has everything. Gives the browser.
    pub async fn arrive(&mut self) -> Browser {
        self.tap_icon().await;
        self.sign_in().await;
        self.settle(HandoverKind::SignIn, &of_ada()).await;
        let page = self.look().await;
        assert_eq!(page.heading(), self.texts.holder_ready_heading, "{}", page.text());
        assert!(page.text().contains(DISPLAY_NAME), "{}", page.text());
        self.browser.clone()
    }

    /// Signs out, waits until the phone is clean, and checks that everything is as it should be after a handover.
    pub async fn leave(&mut self) {
        let icon = self.icon();
        self.sign_out().await;
        self.settle(HandoverKind::SignOut, &of_nobody()).await;
        self.check_end(&icon).await;
    }

    // ---- The person

    fn icon(&self) -> String {
        self.ward.phone.snapshot().icon("Baton").expect("the sign-in icon is never off the phone").url.clone()
    }

    async fn tap_icon(&self) {
        for _ in 0..TRIES {
            self.wire.up().await;
            if let Ok(page) = self.browser.open(&self.icon()).await {
                assert_eq!(page.status, 200, "the icon on the phone must work: {}", page.text());
                return;
            }
        }
        panic!("the icon never opens");
    }

    async fn sign_in(&self) {
        for _ in 0..TRIES {
            self.wire.up().await;
            let Ok(page) = self.browser.open("/clip").await else { continue };
            if [401, 410].contains(&page.status) {
                self.tap_icon().await;
            } else if self.is_held(&page) {
                return;
            } else {
                let form = page.form("/clip/sign-in").fill("username", USER_NAME).fill("password", PASSWORD);
                if let Ok(page) = self.browser.submit_and_follow(&form).await {
                    assert_eq!(page.status, 200, "{}", page.text());
                }
            }
        }
        panic!("nobody gets in");
    }

    async fn sign_out(&self) {
        for _ in 0..TRIES {
            self.wire.up().await;
            let Ok(page) = self.browser.open("/clip/sign-out").await else { continue };
            if [401, 410].contains(&page.status) {
                self.tap_icon().await;
            } else if page.has_form("/clip/sign-out") {
                let answer = self.browser.submit_and_follow(&page.form("/clip/sign-out").tick_all()).await;
                if answer.is_ok_and(|page| !page.has_form("/clip/sign-out")) {
                    return;
                }
            } else {
                assert!(!self.is_held(&page), "{}", page.text());
                return;
            }
        }
        panic!("nobody gets out");
    }

    /// Whether this is the page of the one who has the phone.
    fn is_held(&self, page: &Page) -> bool {
        page.html.contains("href=\"/clip/sign-out\"")
    }

    async fn look(&self) -> Page {
        for _ in 0..TRIES {
            self.wire.up().await;
            if let Ok(page) = self.browser.look("/clip").await {
                return page;
            }
        }
        panic!("the page cannot be looked at");
    }

    // ---- The phone

    /// Lets the phone follow pushes until the handover is over and it has what it should.
    async fn settle(&mut self, kind: HandoverKind, expected: &BTreeSet<String>) {
        let deadline = Instant::now() + PATIENCE;
        self.check().await;
        while !self.ward.is_over(kind).await {
            assert!(Instant::now() < deadline, "the handover is not over: {}", self.report(expected));
            let pushed = self.ward.phone.wait_until(|phone| phone.push_pending);
            let is_pushed = self.reconnects || tokio::time::timeout(Duration::from_millis(250), pushed).await.is_ok();
            if is_pushed {
                self.connect().await;
            }
        }
        self.check().await;
        assert_eq!(content(&self.ward.phone.snapshot()), *expected, "{}", self.report(expected));
    }

    /// A connection, message by message, until the server has nothing more or the connection breaks.
    async fn connect(&mut self) {
        self.wire.up().await;
        let phone = &self.ward.phone;
        self.reconnects = false;
        let mut next = phone.fetch().await;
        loop {
            self.check().await;
            match next {
                Ok(Some(_)) => {
                    phone.carry_out().await.unwrap();
                    self.finish_apps();
                    self.check_what_is_there();
                    next = phone.answer().await;
                }
                Ok(None) => return,
                Err(SimulatorError::Unreachable { .. }) => {
                    self.reconnects = true;
                    return;
                }
                Err(other) => panic!("{other}"),
            }
        }
    }

    /// The person taps Install, and the app is there before anything else happens.
    fn finish_apps(&self) {
        let phone = &self.ward.phone;
        while let Some(app) = phone.snapshot().apps.iter().find(|app| app.status.is_under_way()) {
            phone.advance_app(&app.bundle_id).unwrap();
        }
    }

    // ---- Baton's word

    /// Looks at the page after everything that may have changed it.
    async fn check(&mut self) {
        if self.wire.is_up()
            && let Ok(page) = self.browser.look("/clip").await
        {
            self.offered = page.heading() == self.texts.sign_in_heading;
        }
        self.check_what_is_there();
    }

    /// While the page offers the next sign-in, nothing of a former holder is on the phone (A21).
    fn check_what_is_there(&self) {
        if !self.offered {
            return;
        }
        let found = content(&self.ward.phone.snapshot());
        let foreign: Vec<_> = found.difference(&of_nobody()).cloned().collect();
        assert!(foreign.is_empty(), "the next person could sign in, and the phone has {foreign:?}");
    }

    async fn check_end(&self, first_icon: &str) {
        let (office, device) = (&self.ward.office, &self.ward.device);
        let custody = office.custody(device).await;
        let entries: Vec<_> = custody.iter().map(|entry| (entry.cause, entry.holder_id.as_str())).collect();
        assert_eq!(
            entries,
            [
                (CustodyCause::Enrolled, id::NOBODY),
                (CustodyCause::SignedIn, format!("user-{USER_NAME}").as_str()),
                (CustodyCause::SignedOut, id::NOBODY)
            ]
        );
        let mut tx = office.store.read().await.unwrap();
        let open = tx.open_commands(device).await.unwrap();
        assert!(open.iter().all(|command| command.item_id.is_none()), "{open:#?}");
        drop(tx);

        let page = self.look().await;
        assert!(!page.html.contains(DISPLAY_NAME) && !page.html.contains(USER_NAME), "{}", page.text());
        let next_person = Browser::at(&self.wire.url());
        let page = next_person.look(&self.icon()).await.unwrap();
        assert_eq!(page.heading(), self.texts.sign_in_heading, "{}", page.text());
        assert_ne!(self.icon(), first_icon);
        assert_eq!(next_person.look(first_icon).await.unwrap().status, 410);

        let logs = self.wire.logs();
        assert!(!logs.contains(" ERROR ") && !logs.contains("panicked"), "{logs}");
    }

    fn report(&self, expected: &BTreeSet<String>) -> String {
        format!("expected {expected:#?}, found {:#?}", content(&self.ward.phone.snapshot()))
    }
}
