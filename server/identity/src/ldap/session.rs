//! A directory that Baton is connected to and bound at: the questions that everything else consists of.

use std::time::Duration;

use super::{
    connection::{self, Encrypted, within},
    entry::Entry,
    error::{AccountProblem, CutOff, LdapError, Step},
    filter::Filter,
    settings::{LdapSettings, Limits, NestedGroups},
    tls,
    wire::{
        request::{self, Paging, Query, Scope},
        response::{Answer, Outcome},
    },
};

/// Result codes (RFC 4511, appendix A).
pub(crate) mod code {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const TIME_LIMIT: u32 = 3;
    pub(crate) const SIZE_LIMIT: u32 = 4;
    pub(crate) const REFERRAL: u32 = 10;
    pub(crate) const ADMIN_LIMIT: u32 = 11;
    pub(crate) const NO_SUCH_OBJECT: u32 = 32;
    pub(crate) const INVALID_DN: u32 = 34;
    pub(crate) const INAPPROPRIATE_AUTHENTICATION: u32 = 48;
    pub(crate) const INVALID_CREDENTIALS: u32 = 49;
    pub(crate) const INSUFFICIENT_ACCESS: u32 = 50;
    pub(crate) const BUSY: u32 = 51;
    pub(crate) const UNAVAILABLE: u32 = 52;
}

/// How many pages without an entry are taken in a row before the server is no longer believed.
const MAX_EMPTY_PAGES: usize = 16;

/// Settings that were checked, with what was read from them.
pub(crate) struct Plan<'s> {
    pub(crate) settings: &'s LdapSettings,
    pub(crate) people_filter: Filter,
    pub(crate) group_filter: Filter,
}

impl<'s> Plan<'s> {
    pub(crate) fn new(settings: &'s LdapSettings) -> Result<Self, LdapError> {
        use super::validate::{Field, Problem, SettingsError};
        settings.validate()?;
        let filter = |field, text: &str| {
            Filter::parse(text).map_err(|error| SettingsError { field, problem: Problem::NotAFilter(error) })
        };
        Ok(Self {
            settings,
            people_filter: filter(Field::PeopleFilter, &settings.people_filter)?,
            group_filter: filter(Field::GroupFilter, &settings.group_filter)?,
        })
    }

    /// Goes all the way: connects, encrypts, binds as Baton.
    pub(crate) async fn open(&self) -> Result<Session, LdapError> {
        let (settings, step) = (self.settings, self.settings.limits.step);
        let config = self.tls()?;
        let addresses = connection::resolve(&settings.host, settings.port, step).await?;
        let stream = connection::connect(&addresses, step).await?;
        let channel = connection::encrypt(stream, settings.security, &settings.host, config, step).await?;
        let mut session = Session::new(channel, settings.limits);
        session.bind_as_baton(settings).await?;
        Ok(session)
    }

    pub(crate) fn tls(&self) -> Result<std::sync::Arc<rustls::ClientConfig>, LdapError> {
        use super::validate::{Field, SettingsError};
        let wrong = |problem| SettingsError { field: Field::Authorities, problem };
        let authorities = self.settings.authorities_pem.as_deref().map(tls::authorities);
        tls::client(authorities.transpose().map_err(wrong)?)
    }
}

/// A connection on which Baton can ask.
pub(crate) struct Session {
    channel: Encrypted,
    limits: Limits,
    referred: bool,
}

/// What one search request was answered with.
struct Page {
    entries: Vec<Entry>,
    outcome: Outcome,
    cookie: Vec<u8>,
}

impl Session {
    pub(crate) fn new(channel: Encrypted, limits: Limits) -> Self {
        Self { channel, limits, referred: false }
    }

    /// Binds as the account of the settings.
    pub(crate) async fn bind_as_baton(&mut self, settings: &LdapSettings) -> Result<(), LdapError> {
        let Outcome { code, text } = self.bind(&settings.bind_dn, settings.bind_password.expose()).await?;
        match code {
            code::SUCCESS => Ok(()),
            code::INVALID_CREDENTIALS
            | code::INAPPROPRIATE_AUTHENTICATION
            | code::INVALID_DN
            | code::NO_SUCH_OBJECT => match AccountProblem::from_text(&text) {
                Some(problem) => Err(LdapError::BindAccount(problem)),
                None => Err(LdapError::BindRefused { code, text }),
            },
            _ => Err(refusal(Step::Bind, &settings.bind_dn, Outcome { code, text })),
        }
    }

    /// Binds as this entry with this password, which must not be empty.
    pub(crate) async fn bind(&mut self, dn: &str, password: &str) -> Result<Outcome, LdapError> {
        let mut budget = self.limits.bytes;
        within(Step::Bind, self.limits.step, async {
            let id = self.channel.next_id();
            self.channel.send(&request::bind(id, dn, password), Step::Bind).await?;
            match self.channel.receive(id, &mut budget, Step::Bind).await?.answer {
                Answer::Bind(outcome) => Ok(outcome),
                _ => Err(LdapError::Nonsense("something else answers a bind")),
            }
        })
        .await
    }

    /// Every entry that matches, page by page.
    ///
    /// # Errors
    /// [`LdapError::CutOff`] when there is more than was sent: never a part as if it were the whole.
    pub(crate) async fn all(&mut self, query: &Query) -> Result<Vec<Entry>, LdapError> {
        let mut entries = Vec::new();
        let mut cookie = Vec::new();
        let mut empty_pages = 0;
        loop {
            let paging = Paging { size: self.limits.page, cookie: &cookie };
            let room = self.limits.entries - entries.len();
            let page = self.page(query, Some(paging), room).await?;
            if page.outcome.code != code::SUCCESS {
                return Err(refusal(Step::Search, &query.base, page.outcome));
            }
            empty_pages = if page.entries.is_empty() { empty_pages + 1 } else { 0 };
            entries.extend(page.entries);
            if page.cookie.is_empty() {
                return Ok(entries);
            }
            if empty_pages > MAX_EMPTY_PAGES {
                return Err(LdapError::CutOff(CutOff::Pages));
            }
            cookie = page.cookie;
        }
    }

    /// Up to `most` entries that match, and whether there are more.
    pub(crate) async fn some(&mut self, query: &Query, most: usize) -> Result<(Vec<Entry>, bool), LdapError> {
        let one_more = u32::try_from(most).unwrap_or(u32::MAX).saturating_add(1);
        let query = Query { size_limit: one_more, ..query.clone() };
        let page = self.page(&query, None, self.limits.entries).await?;
        let cut_off = page.outcome.code == code::SIZE_LIMIT;
        if page.outcome.code != code::SUCCESS && !cut_off {
            return Err(refusal(Step::Search, &query.base, page.outcome));
        }
        let mut entries = page.entries;
        let more = cut_off || entries.len() > most;
        entries.truncate(most);
        Ok((entries, more))
    }

    /// The entry of this name, if there is one and it matches.
    pub(crate) async fn entry(
        &mut self,
        dn: &str,
        filter: &Filter,
        attributes: &[String],
    ) -> Result<Option<Entry>, LdapError> {
        let query = self.query(dn, Scope::Base, filter.clone(), attributes.to_vec());
        let page = self.page(&query, None, 1).await?;
        match page.outcome.code {
            code::SUCCESS => Ok(page.entries.into_iter().next()),
            code::NO_SUCH_OBJECT | code::INVALID_DN => Ok(None),
            _ => Err(refusal(Step::Search, dn, page.outcome)),
        }
    }

    pub(crate) fn query(&self, base: &str, scope: Scope, filter: Filter, attributes: Vec<String>) -> Query {
        Query { base: base.to_owned(), scope, filter, attributes, size_limit: 0, time_limit: seconds(self.limits.step) }
    }

    /// How groups in groups are found here.
    pub(crate) async fn nested_groups(&mut self, wanted: NestedGroups) -> Result<NestedGroups, LdapError> {
        if wanted != NestedGroups::Automatic {
            return Ok(wanted);
        }
        Ok(match super::root::read(self).await?.kind {
            super::root::ServerKind::ActiveDirectory => NestedGroups::MatchingRule,
            _ => NestedGroups::MemberOf,
        })
    }

    /// Whether an answer mentioned parts of the tree on other servers.
    pub(crate) fn was_referred(&self) -> bool {
        self.referred
    }

    /// Says good-bye; whether it is heard does not matter.
    pub(crate) async fn close(mut self) {
        let id = self.channel.next_id();
        let good_bye = async { self.channel.send(&request::unbind(id), Step::Search).await };
        drop(within(Step::Search, self.limits.step, good_bye).await);
    }

    /// One request and everything that answers it.
    async fn page(&mut self, query: &Query, paging: Option<Paging<'_>>, room: usize) -> Result<Page, LdapError> {
        let mut budget = self.limits.bytes;
        within(Step::Search, self.limits.step, async {
            let id = self.channel.next_id();
            self.channel.send(&request::search(id, query, paging), Step::Search).await?;
            let mut entries = Vec::new();
            loop {
                let message = self.channel.receive(id, &mut budget, Step::Search).await?;
                match message.answer {
                    Answer::Entry(_) if entries.len() >= room => return Err(LdapError::CutOff(CutOff::Entries)),
                    Answer::Entry(entry) => entries.push(entry),
                    // Parts of the tree on other servers are not ours to ask: nobody named those servers, and they would
                    // get the password. Active Directory mentions some in every search from its root.
                    Answer::Reference => self.referred = true,
                    Answer::Intermediate => {}
                    Answer::SearchDone(outcome) => {
                        return Ok(Page { entries, outcome, cookie: message.cookie.unwrap_or_default() });
                    }
                    _ => return Err(LdapError::Nonsense("something else answers a search")),
                }
            }
        })
        .await
    }
}

/// What a result that is no success means.
pub(crate) fn refusal(step: Step, base: &str, Outcome { code, text }: Outcome) -> LdapError {
    match code {
        code::TIME_LIMIT => LdapError::CutOff(CutOff::TimeLimit),
        code::SIZE_LIMIT => LdapError::CutOff(CutOff::SizeLimit),
        code::ADMIN_LIMIT => LdapError::CutOff(CutOff::AdminLimit),
        code::REFERRAL => LdapError::Referral,
        code::NO_SUCH_OBJECT => LdapError::BaseNotFound(base.to_owned()),
        code::INSUFFICIENT_ACCESS => LdapError::NotPermitted(text),
        code::BUSY | code::UNAVAILABLE => LdapError::Unavailable { code, text },
        _ => LdapError::Refused { step, code, text },
    }
}

/// The time that the server is told, rounded up: ours ends before.
fn seconds(step: Duration) -> u32 {
    u32::try_from(step.as_secs().saturating_add(1)).unwrap_or(u32::MAX)
}
