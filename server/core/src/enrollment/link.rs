//! Links under which devices enrol: shared ones, and people's own.

use baton_model::{DeviceOwner, EnrollmentLink, EnrollmentLinkId, Timestamp, UserId};
use baton_store::ListQuery;
use serde_json::json;

use super::permission::own_device_permission;
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    accounts::check_text,
    audit::{self, Event},
    new_id,
    vault::{new_secret, secret_hash},
};

/// The most devices one link may enrol.
const MAX_USES: i64 = 1000;
/// The longest time a link may work, in days.
const MAX_DAYS: i64 = 90;

/// What an administrator enters for a link.
#[derive(Clone, Debug)]
pub struct LinkForm {
    /// What it is for.
    pub label: String,
    /// How many devices may enrol with it.
    pub uses: i64,
    /// How many days it works.
    pub days: i64,
}

/// What is needed for a link with which one person's own device enrols, under User Enrollment and the person's Managed
/// Apple Account.
#[derive(Clone, Debug)]
pub struct OwnDeviceForm {
    /// Whose device.
    pub user_id: UserId,
    /// How many days it works.
    pub days: i64,
}

/// A link that was just made. Its address is shown once.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The id.
    pub id: EnrollmentLinkId,
    /// The address to open on the devices.
    pub address: String,
    /// The address of the profile itself, for tools.
    pub profile_address: String,
}

impl Core {
    /// Makes a link for enrolling shared devices.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::EnrolDevices`], [`CoreError::Invalid`].
    pub async fn create_enrollment_link(
        &self,
        actor: &Actor,
        form: &LinkForm,
        now: Timestamp,
    ) -> Result<NewLink, CoreError> {
        self.require(actor, Permission::EnrolDevices, creation(""), now).await?;
        let mut errors: Vec<FieldError> = check_text("label", &form.label, 100).into_iter().collect();
        for (field, value, most) in [("uses", form.uses, MAX_USES), ("days", form.days, MAX_DAYS)] {
            if !(1..=most).contains(&value) {
                errors.push(FieldError::new(field, FieldProblem::OutOfRange(1, most)));
            }
        }
        if !errors.is_empty() {
            return Err(CoreError::Invalid(errors));
        }
        self.make_link(actor, form, None, now).await
    }

    /// Makes a link with which one device of this person's own enrols, under User Enrollment.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::EnrolDevices`], [`CoreError::Invalid`], also for a person who may
    /// enrol none (`userId`, B5) or has no Managed Apple Account (`managedAccount`), [`CoreError::NotFound`] without such a person.
    pub async fn create_own_device_link(
        &self,
        actor: &Actor,
        form: &OwnDeviceForm,
        now: Timestamp,
    ) -> Result<NewLink, CoreError> {
        self.require(actor, Permission::EnrolDevices, creation(""), now).await?;
        if !(1..=MAX_DAYS).contains(&form.days) {
            return Err(CoreError::Invalid(vec![FieldError::new("days", FieldProblem::OutOfRange(1, MAX_DAYS))]));
        }
        let mut tx = self.store().read().await?;
        let person = tx.find_user(&form.user_id).await?;
        let person = person.filter(|person| !person.is_nobody()).ok_or(CoreError::NotFound("user"))?;
        let permission = own_device_permission(&mut tx, &person.id).await?;
        let record = tx.managed_account_of(&person.id).await?;
        drop(tx);
        if !permission.is_given() {
            return Err(CoreError::Invalid(vec![FieldError::new("userId", FieldProblem::MayNotEnrol)]));
        }
        let Some(managed_account) = record.and_then(|record| record.account) else {
            return Err(CoreError::Invalid(vec![FieldError::new("managedAccount", FieldProblem::Missing)]));
        };
        let owner = DeviceOwner { user_id: person.id, managed_account };
        let link = LinkForm { label: person.display_name, uses: 1, days: form.days };
        self.make_link(actor, &link, Some(owner), now).await
    }

    async fn make_link(
        &self,
        actor: &Actor,
        form: &LinkForm,
        owner: Option<DeviceOwner>,
        now: Timestamp,
    ) -> Result<NewLink, CoreError> {
        let secret = new_secret()?;
        let link = EnrollmentLink {
            id: new_id(now).into(),
            secret_hash: secret_hash(&secret),
            label: form.label.trim().to_owned(),
            owner,
            uses_left: form.uses,
            expires_at: now.plus_seconds(form.days * 86_400),
            created_at: now,
        };
        let mut tx = self.store().begin().await?;
        tx.create_enrollment_link(&link).await?;
        let mut detail = json!({ "label": link.label, "uses": form.uses, "days": form.days });
        if let (Some(owner), Some(detail)) = (&link.owner, detail.as_object_mut()) {
            // An id and not a name, so that a person can be erased; the account is masked everywhere (G4).
            detail.insert("label".to_owned(), json!(""));
            detail.insert("owner".to_owned(), json!(owner.user_id.as_str()));
        }
        audit::record(&mut tx, actor, creation(link.id.as_str()).with(detail), true, now).await?;
        tx.commit().await?;
        let address = format!("{}/enroll/device/{secret}", self.config().public_url);
        Ok(NewLink { id: link.id, profile_address: format!("{address}/profile"), address })
    }

    /// The links that exist, newest first.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_enrollment_links(&self, actor: &Actor, now: Timestamp) -> Result<Vec<EnrollmentLink>, CoreError> {
        self.require_reader(actor, "enrollment-links", now).await?;
        Ok(self
            .store()
            .read()
            .await?
            .list_enrollment_links(&ListQuery { limit: 100, ..ListQuery::default() })
            .await?
            .rows)
    }

    /// Makes a link stop working. Devices that enrolled with it stay.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::EnrolDevices`].
    pub async fn revoke_enrollment_link(
        &self,
        actor: &Actor,
        id: &EnrollmentLinkId,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("enrollment-link.revoke", "enrollment-link", id.as_str());
        self.require(actor, Permission::EnrolDevices, event(), now).await?;
        let mut tx = self.store().begin().await?;
        tx.revoke_enrollment_link(id).await?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn creation(link: &str) -> Event<'_> {
    Event::new("enrollment-link.create", "enrollment-link", link)
}
