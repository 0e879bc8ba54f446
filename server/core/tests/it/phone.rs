//! A phone in somebody's hands: it enrols, connects when a push reaches it, and has what Baton put on it. Single
//! exchanges can be made to go wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
};

use baton_core::{
    Actor,
    accounts::Visitor,
    channel::DeviceError,
    clip::{ClipError, Visit, VisitCookie},
    enrollment::{CheckInOutcome, OwnDeviceForm},
    handover::{ClipPage, ClipSignIn, ClipSignInError, DryRun, SignOutError, SignedOut, Stage},
};
use baton_mdm::{
    fake::{Behaviour, FakeDevice, SignedMessage},
    message::ErrorChainItem,
};
use baton_model::{AccountRecord, DeviceId, ItemId, ManagedAppleAccount, UserId, id};

use crate::{
    furniture::{MAIL_APP, MAP_APP},
    office::{Office, PASSWORD, secret_of},
};

/// The identifier of the profile that enrolled the phone.
pub const ENROLLMENT: &str = "baton.enrollment";
/// The identifier of the sign-in clip.
pub const CLIP: &str = "baton.item.secure-sign-in";

/// What goes wrong with one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Done, but the answer never arrives.
    AnswerLost,
    /// The phone is gone before it does it.
    Offline,
    /// The answer arrives twice, because the reply to the first was lost.
    AnsweredTwice,
    /// Put off; the phone comes back by itself.
    NotNow,
    /// Refused without doing it.
    Error,
    /// The server is gone after it gave the command out and before the answer.
    ServerKilled,
    /// Done and the answer is on its way; meanwhile the phone asks again, and the answer arrives after the next one.
    AnsweredLate,
}

impl Fault {
    pub const ALL: [Self; 7] = [
        Self::AnswerLost,
        Self::Offline,
        Self::AnsweredTwice,
        Self::NotNow,
        Self::Error,
        Self::ServerKilled,
        Self::AnsweredLate,
    ];
}

pub struct Phone {
    pub fake: FakeDevice,
    pub id: DeviceId,
    /// Faults by the number of the command, counted from [`Phone::received`].
    pub faults: BTreeMap<usize, Fault>,
    /// How many commands arrived, repetitions counted.
    pub received: usize,
    /// What each command was, and what happened to it.
    pub log: Vec<String>,
    /// Whether the phone connects without a push, because it put a command off.
    pub comes_back: bool,
    /// Answers that are still on their way.
    late: Vec<SignedMessage>,
    /// Whether the clip was seen on the phone.
    had_clip: AtomicBool,
    /// What may be on the phone while somebody has it: looked at after every exchange unless the phone is being
    /// cleaned. Identifiers, the enrollment and the clip aside.
    pub may_have: BTreeMap<UserId, BTreeSet<String>>,
    /// Words that tell whose a profile is.
    pub marks: BTreeMap<UserId, String>,
}

impl Phone {
    pub fn token(&self) -> String {
        hex::encode(&self.fake.push_token)
    }

    /// What is on the phone: identifiers of profiles and apps, the enrollment and the clip aside.
    pub fn has(&self) -> BTreeSet<String> {
        let profiles = self.fake.profiles.keys().filter(|key| *key != ENROLLMENT && *key != CLIP);
        profiles.chain(self.fake.apps.keys()).cloned().collect()
    }

    pub fn has_item(&self, item: &ItemId) -> bool {
        self.fake.profiles.contains_key(&profile_of(item))
    }

    /// The text of the item's profile as it was delivered.
    pub fn profile(&self, item: &ItemId) -> String {
        String::from_utf8(self.fake.profiles[&profile_of(item)].clone()).unwrap()
    }

    pub fn clip_secret(&self) -> String {
        let profile = String::from_utf8(self.fake.profiles[CLIP].clone()).unwrap();
        secret_of(&profile, "/clip/").split('<').next().unwrap().to_owned()
    }

    /// Whether anything on the phone names this person.
    fn bears(&self, mark: &str) -> bool {
        let found = |bytes: &Vec<u8>| bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
        self.fake.profiles.values().any(found)
    }
}

/// The identifier of an item's profile.
pub fn profile_of(item: &ItemId) -> String {
    format!("baton.item.{item}")
}

impl Office {
    /// A phone that fetched a profile and did nothing with it yet.
    pub async fn unpack(&self, name: &str) -> FakeDevice {
        let link = self.link(1, 1).await;
        let profile = self.core.enrollment_profile(&link, self.now()).await.unwrap();
        FakeDevice::enrol(&profile, &format!("udid-{name}"), &format!("serial-{name}"), name).unwrap()
    }

    pub async fn check_in(&self, message: &SignedMessage) -> Result<CheckInOutcome, DeviceError> {
        self.core.check_in(Some(&message.signature), &message.body, self.now()).await
    }

    /// Enrols a phone and lets it get what Nobody gets.
    pub async fn enrol(&mut self, name: &str) -> Phone {
        let mut phone = self.enrol_quietly(name).await;
        self.settle(&mut phone).await;
        phone
    }

    /// Enrols a phone that does not fetch anything yet.
    pub async fn enrol_quietly(&mut self, name: &str) -> Phone {
        let fake = self.unpack(name).await;
        self.check_in(&fake.authenticate().unwrap()).await.unwrap();
        self.check_in(&fake.token_update().unwrap()).await.unwrap();
        let found = self.store.read().await.unwrap().find_devices_by_udid(&fake.udid).await.unwrap();
        Phone::of(fake, found[0].id.clone())
    }

    /// Gives a person this Managed Apple Account.
    pub async fn give_account(&self, person: &UserId, address: &str) {
        let account = ManagedAppleAccount::new(address);
        let record = AccountRecord { user_id: person.clone(), account, by_hand: true, problem: None, rule: None };
        let mut tx = self.store.begin().await.unwrap();
        assert!(tx.set_managed_account(&record).await.unwrap(), "somebody has {address}");
        tx.commit().await.unwrap();
    }

    /// A person's own phone that fetched the profile made for it.
    pub async fn unpack_own(&self, name: &str, person: &UserId) -> FakeDevice {
        self.give_account(person, &format!("{name}@heron.example")).await;
        self.core.save_own_devices(&Actor::System, true, self.now()).await.unwrap();
        let form = OwnDeviceForm { user_id: person.clone(), days: 1 };
        let link = self.core.create_own_device_link(&Actor::System, &form, self.now()).await.unwrap();
        let secret = secret_of(&link.address, "/enroll/device/");
        let profile = self.core.enrollment_profile(&secret, self.now()).await.unwrap();
        FakeDevice::enrol(&profile, &format!("udid-{name}"), &format!("serial-{name}"), name).unwrap()
    }

    /// Enrols a person's own phone, under User Enrollment, and lets it get what that person gets.
    pub async fn enrol_own(&mut self, name: &str, person: &UserId) -> Phone {
        let fake = self.unpack_own(name, person).await;
        self.check_in(&fake.authenticate().unwrap()).await.unwrap();
        self.check_in(&fake.token_update().unwrap()).await.unwrap();
        let held = self.store.read().await.unwrap().devices_held_by(person).await.unwrap();
        let own = held.iter().find(|device| device.name == name).unwrap();
        let mut phone = Phone::of(fake, own.id.clone());
        self.settle(&mut phone).await;
        phone
    }

    /// Enrols a supervised phone.
    pub async fn enrol_supervised(&mut self, name: &str) -> Phone {
        let mut phone = self.enrol_quietly(name).await;
        phone.fake.supervised = true;
        self.settle(&mut phone).await;
        phone
    }
}

impl Phone {
    /// The phone around this fake, as Baton knows it.
    fn of(fake: FakeDevice, id: DeviceId) -> Self {
        let mut phone = Self {
            fake,
            id,
            faults: BTreeMap::new(),
            received: 0,
            log: Vec::new(),
            comes_back: false,
            late: Vec::new(),
            had_clip: AtomicBool::new(false),
            may_have: BTreeMap::new(),
            marks: BTreeMap::new(),
        };
        phone.learn_apps(&[MAIL_APP, MAP_APP]);
        phone
    }
}

impl Office {
    /// Carries a message to the server and its reply back.
    pub async fn exchange(&self, message: &SignedMessage) -> Result<Option<Vec<u8>>, DeviceError> {
        self.core.exchange(Some(&message.signature), &message.body, self.now()).await
    }

    async fn carry(&self, phone: &Phone, message: &SignedMessage) -> Option<Vec<u8>> {
        let reply = self.exchange(message).await.unwrap_or_else(|error| panic!("{error}: {:#?}", phone.log));
        self.check_claims(phone).await;
        reply
    }

    /// One connection, as after a push: the phone takes commands until there is none.
    pub async fn connect(&mut self, phone: &mut Phone) {
        let mut message = phone.fake.idle().unwrap();
        while let Some(command) = self.carry(phone, &message).await {
            let fault = phone.faults.remove(&phone.received);
            phone.log.push(format!("{} {} {fault:?}", phone.received, request_of(&command)));
            phone.received += 1;
            phone.fake.script.extend(fault.and_then(behaviour));
            let answer = phone.fake.answer(&command).unwrap();
            let Some(answer) = answer else { return };
            match fault {
                Some(Fault::AnsweredTwice) => {
                    self.carry(phone, &answer).await;
                }
                Some(Fault::NotNow) => {
                    assert_eq!(self.carry(phone, &answer).await, None, "asked again what was just put off");
                    phone.comes_back = true;
                    return;
                }
                Some(Fault::ServerKilled) => self.restart().await,
                Some(Fault::AnsweredLate) => {
                    phone.late.push(answer);
                    message = phone.fake.idle().unwrap();
                    continue;
                }
                _ => {}
            }
            for late in std::mem::take(&mut phone.late) {
                self.carry(phone, &late).await;
            }
            message = answer;
        }
        for late in std::mem::take(&mut phone.late) {
            self.carry(phone, &late).await;
        }
    }

    /// Lets time go by and pushes arrive until nothing more is to be done on the phone.
    pub async fn settle(&mut self, phone: &mut Phone) {
        assert!(self.run(phone, i64::MAX).await, "the phone never comes to rest: {:#?}", phone.log);
    }

    /// Like [`Self::settle`], for so many seconds at most. Whether it came to rest.
    pub async fn run(&mut self, phone: &mut Phone, seconds: i64) -> bool {
        let until = self.now().plus_seconds(seconds);
        for _ in 0..300 {
            self.push().await;
            let pushed = self.pushed.lock().await.remove(&phone.token());
            if pushed || std::mem::take(&mut phone.comes_back) {
                self.connect(phone).await;
                continue;
            }
            match self.next_push(&phone.id).await {
                Some(at) if at <= until => self.pass_until(at),
                Some(_) => {
                    self.pass_until(until);
                    return false;
                }
                None => {
                    let open = self.open_commands(&phone.id).await;
                    assert!(open.is_empty(), "commands wait and no push is due: {open:#?} {:#?}", phone.log);
                    return true;
                }
            }
        }
        false
    }

    /// What must be true after every exchange: the clip never vanishes (A21), and unless Baton says that it is cleaning,
    /// the phone has nothing that is not its holder's.
    pub async fn check_claims(&self, phone: &Phone) {
        let device = self.device(&phone.id).await;
        if phone.may_have.is_empty() || device.state != baton_model::DeviceState::Enrolled {
            return;
        }
        let has_clip = phone.fake.profiles.contains_key(CLIP);
        let had_clip = phone.had_clip.fetch_or(has_clip, Ordering::SeqCst);
        assert!(has_clip || !had_clip, "the sign-in page is gone {:#?}", phone.log);
        let is_nobodys = device.holder_id.as_str() == id::NOBODY;
        if is_nobodys && self.stage(phone).await == Stage::Cleaning {
            return;
        }
        let said = format!("{} has it {:#?}", device.holder_id, phone.log);
        let more: Vec<String> = phone.has().difference(&phone.may_have[&device.holder_id]).cloned().collect();
        assert!(more.is_empty(), "left on the phone: {more:?} {said}");
        for (person, mark) in phone.marks.iter().filter(|(person, _)| **person != device.holder_id) {
            assert!(!phone.bears(mark), "something of {person} is left {said}");
        }
    }

    /// The page as somebody without a session sees it.
    pub async fn page_of(&self, phone: &Phone) -> ClipPage {
        let visit = self.newest_visit(&phone.id).await;
        self.core.clip_page(&visit, None).await.unwrap()
    }

    pub async fn stage(&self, phone: &Phone) -> Stage {
        self.page_of(phone).await.stage
    }

    /// Taps the icon on the phone.
    pub async fn tap(&self, phone: &Phone) -> Result<VisitCookie, ClipError> {
        self.core.open_clip(&phone.clip_secret(), self.now()).await
    }

    /// Taps the icon and looks at the page it opens.
    pub async fn visit(&self, phone: &Phone) -> Visit {
        let cookie = self.tap(phone).await.unwrap();
        self.core.clip_visit(&cookie.value, self.now()).await.unwrap().0
    }

    pub async fn try_sign_in(&self, phone: &Phone, name: &str) -> Result<ClipSignIn, ClipSignInError> {
        let visit = self.visit(phone).await;
        self.core.sign_in_on_clip(&visit, name, PASSWORD, &Visitor::default(), self.now()).await
    }

    /// Signs somebody in on the phone, and lets everything arrive.
    pub async fn sign_in(&mut self, phone: &mut Phone, name: &str) -> ClipSignIn {
        let signed_in = self.try_sign_in(phone, name).await.unwrap_or_else(|e| panic!("{e:?} {:#?}", phone.log));
        self.settle(phone).await;
        signed_in
    }

    /// What the holder sees before signing out.
    pub async fn preview(&self, phone: &Phone) -> DryRun {
        self.core.preview_sign_out(&self.newest_visit(&phone.id).await).await.unwrap()
    }

    /// The holder signs out; nothing is fetched yet.
    pub async fn try_sign_out(&self, phone: &Phone, session: &ClipSignIn) -> Result<SignedOut, SignOutError> {
        let visit = self.newest_visit(&phone.id).await;
        let holder = self.core.clip_session(&session.session.secret, &phone.id, self.now()).await.unwrap().unwrap();
        let run = self.core.preview_sign_out(&visit).await.unwrap();
        let ticked: Vec<usize> = (0..run.checklist.len()).collect();
        self.core.sign_out_of_clip(&visit, &holder, &run.revision, &ticked, self.now()).await
    }

    /// The holder signs out, and everything is done.
    pub async fn sign_out(&mut self, phone: &mut Phone, session: &ClipSignIn) -> SignedOut {
        let signed_out = self.try_sign_out(phone, session).await.unwrap();
        self.settle(phone).await;
        signed_out
    }

    /// Whoever has the phone in hand signs out whoever is signed in, and everything is done.
    pub async fn sign_out_by_possession(&mut self, phone: &mut Phone) {
        let visit = self.newest_visit(&phone.id).await;
        self.core.sign_out_by_possession(&visit, self.now()).await.unwrap();
        self.settle(phone).await;
    }
}

fn behaviour(fault: Fault) -> Option<Behaviour> {
    match fault {
        Fault::AnswerLost => Some(Behaviour::LoseAnswer),
        Fault::Offline => Some(Behaviour::Ignore),
        Fault::NotNow => Some(Behaviour::NotNow),
        Fault::Error => Some(Behaviour::Error(refusal())),
        Fault::AnsweredTwice | Fault::ServerKilled | Fault::AnsweredLate => None,
    }
}

/// What a device says that will not.
pub fn refusal() -> ErrorChainItem {
    ErrorChainItem {
        code: 12_006,
        domain: "MCMDMErrorDomain".to_owned(),
        us_english: Some("Internal error.".to_owned()),
        localized: None,
    }
}

/// What a command asks, and of what.
pub fn request_of(command: &[u8]) -> String {
    let text = String::from_utf8_lossy(command);
    let value = |key: &str| {
        let rest = text.split_once(&format!("<key>{key}</key>"))?.1;
        rest.split_once("<string>")?.1.split_once("</string>").map(|(value, _)| value.to_owned())
    };
    let request = value("RequestType").unwrap_or_default();
    let what = ["Identifier", "ManifestURL"].iter().find_map(|key| value(key)).unwrap_or_default();
    format!("{request} {what}")
}

/// The built-in clip's id.
pub fn clip_item() -> ItemId {
    id::SECURE_SIGN_IN.into()
}
