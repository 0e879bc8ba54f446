//! The connection test of the settings page: how far Baton gets, why no further, and what it finds there.

use super::{
    connection,
    entry::Entry,
    error::{LdapError, Step},
    root::{self, RootDse},
    session::{Plan, Session},
    settings::LdapSettings,
    user,
    validate::Field,
    wire::request::Scope,
};

/// People and groups are counted up to here.
pub const COUNT_UP_TO: usize = 1000;
/// How many user names are shown.
const SAMPLE: usize = 5;

/// How a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// It worked.
    Ok,
    /// It did not, and this is why.
    Failed(LdapError),
    /// A step before it failed.
    NotReached,
}

/// How far Baton got, and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionReport {
    /// All steps in their order.
    pub steps: Vec<(Step, StepOutcome)>,
    /// What the server says of itself, if the bind worked.
    pub server: Option<RootDse>,
    /// The people whom the filter finds, if the search worked.
    pub people: Option<PeopleFound>,
    /// The groups that the filter finds, if that search worked.
    pub groups: Option<Count>,
}

impl ConnectionReport {
    /// Whether every step worked.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.steps.iter().all(|(_, outcome)| *outcome == StepOutcome::Ok)
    }

    /// The step that failed, and why.
    #[must_use]
    pub fn failure(&self) -> Option<(Step, &LdapError)> {
        self.steps.iter().find_map(|(step, outcome)| match outcome {
            StepOutcome::Failed(error) => Some((*step, error)),
            StepOutcome::Ok | StepOutcome::NotReached => None,
        })
    }
}

/// How many, up to [`COUNT_UP_TO`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// So many were counted.
    pub counted: usize,
    /// Whether there are more.
    pub more: bool,
}

/// The people whom the filter finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleFound {
    /// How many.
    pub count: Count,
    /// Some of their user names.
    pub sample: Vec<String>,
    /// The mapped attributes that some of the counted people do not have.
    pub missing: Vec<MissingIn>,
}

/// A mapped attribute that people do not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingIn {
    /// What it is mapped to.
    pub field: Field,
    /// Its name.
    pub attribute: String,
    /// How many of the counted people do not have it, or not in a form that can be used.
    pub people: usize,
}

/// Goes the way of every sign-in and sync up to a search, and says how far it got.
///
/// # Errors
/// [`LdapError::Settings`] when the settings cannot even be tried; everything else is in the report.
pub async fn test_connection(settings: &LdapSettings) -> Result<ConnectionReport, LdapError> {
    const STEPS: [Step; 5] = [Step::Name, Step::Tcp, Step::Tls, Step::Bind, Step::Search];
    let plan = Plan::new(settings)?;
    let mut report = ConnectionReport { steps: Vec::new(), server: None, people: None, groups: None };
    let mut at = Step::Name;
    let result = go(&plan, &mut report, &mut at).await;
    report.steps = STEPS
        .into_iter()
        .map(|step| {
            let outcome = match &result {
                Err(error) if step == at => StepOutcome::Failed(error.clone()),
                Err(_) if step > at => StepOutcome::NotReached,
                _ => StepOutcome::Ok,
            };
            (step, outcome)
        })
        .collect();
    Ok(report)
}

/// Goes step by step, noting which one is under way.
async fn go(plan: &Plan<'_>, report: &mut ConnectionReport, at: &mut Step) -> Result<(), LdapError> {
    let (settings, limit) = (plan.settings, plan.settings.limits.step);
    let addresses = connection::resolve(&settings.host, settings.port, limit).await?;
    *at = Step::Tcp;
    let stream = connection::connect(&addresses, limit).await?;
    *at = Step::Tls;
    let channel = connection::encrypt(stream, settings.security, &settings.host, plan.tls()?, limit).await?;
    *at = Step::Bind;
    let mut session = Session::new(channel, settings.limits);
    session.bind_as_baton(settings).await?;
    *at = Step::Search;
    report.server = Some(root::read(&mut session).await?);
    let people = look_at_people(plan, &mut session).await?;
    let found_nobody = people.count.counted == 0;
    report.people = Some(people);
    if found_nobody {
        return Err(LdapError::NoPeople);
    }
    report.groups = Some(count_groups(plan, &mut session).await?);
    session.close().await;
    Ok(())
}

async fn look_at_people(plan: &Plan<'_>, session: &mut Session) -> Result<PeopleFound, LdapError> {
    let settings = plan.settings;
    let wanted = user::attributes(settings);
    let query = session.query(&settings.people_base, Scope::Subtree, plan.people_filter.clone(), wanted);
    let (people, more) = session.some(&query, COUNT_UP_TO).await?;
    let names = people.iter().filter_map(|person| person.text(&settings.attributes.user_name));
    Ok(PeopleFound {
        count: Count { counted: people.len(), more },
        sample: names.take(SAMPLE).map(str::to_owned).collect(),
        missing: missing(settings, &people),
    })
}

async fn count_groups(plan: &Plan<'_>, session: &mut Session) -> Result<Count, LdapError> {
    const NOTHING: &str = "1.1";
    let (base, filter) = (&plan.settings.group_base, plan.group_filter.clone());
    let query = session.query(base, Scope::Subtree, filter, vec![NOTHING.to_owned()]);
    let (groups, more) = session.some(&query, COUNT_UP_TO).await?;
    Ok(Count { counted: groups.len(), more })
}

fn missing(settings: &LdapSettings, people: &[Entry]) -> Vec<MissingIn> {
    let names = &settings.attributes;
    let mut mapped = vec![
        (Field::Id, &names.id),
        (Field::UserName, &names.user_name),
        (Field::DisplayName, &names.display_name),
        (Field::Mail, &names.mail),
    ];
    mapped.extend(names.principal_name.iter().map(|name| (Field::PrincipalName, name)));
    let has = |person: &Entry, field, name: &str| match field {
        Field::Id => user::id(settings, person).is_ok(),
        _ => person.text(name).is_some(),
    };
    let count = |field, name: &str| people.iter().filter(|person| !has(person, field, name)).count();
    let missing = mapped.into_iter().map(|(field, name)| MissingIn {
        field,
        attribute: name.clone(),
        people: count(field, name),
    });
    missing.filter(|missing| missing.people > 0).collect()
}
