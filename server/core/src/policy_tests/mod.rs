//! Policy tests (C8): administrators state what they expect of the policy, in files like those of `baton policy test`, and
//! the console says whether it holds.

mod form;
pub(crate) mod preview;
mod run;
pub mod text;
mod upload;

use baton_model::{ItemId, PolicyTestFile, PolicyTestFileId, Timestamp, fold::fold};
use baton_store::{StoreError, Tx};
use serde_json::json;
use sha2::{Digest as _, Sha256};

pub use form::{Flaw, FlawProblem, MAX_EXPECTATIONS, MAX_TEXT_BYTES, PolicyTestForm};
pub use run::{Failure, Standing, Tested, TestedFile, TestedItem};
pub use upload::PolicyTestUploadError;

use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    audit::{self, Event},
    new_id,
};

/// How many files there may be: all of them run whenever somebody looks.
pub const MAX_FILES: i64 = 50;

impl Core {
    /// Every file of expectations by name, and how they stand now.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn policy_tests(&self, actor: &Actor, now: Timestamp) -> Result<Vec<TestedFile>, CoreError> {
        self.require_reader(actor, "policy-tests", now).await?;
        let mut tx = self.store().read().await?;
        let files = tx.all_policy_test_files().await?;
        run::run(tx, files, None).await
    }

    /// One file of expectations, and how they stand now.
    ///
    /// # Errors
    /// As [`Core::policy_tests`], and [`CoreError::NotFound`].
    pub async fn policy_test(
        &self,
        actor: &Actor,
        id: &PolicyTestFileId,
        now: Timestamp,
    ) -> Result<TestedFile, CoreError> {
        let file = self.policy_test_file(actor, id, now).await?;
        let tx = self.store().read().await?;
        run::run(tx, vec![file], None).await?.pop().ok_or(CoreError::NotFound("policy test file"))
    }

    /// One file of expectations as it was written.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`].
    pub async fn policy_test_file(
        &self,
        actor: &Actor,
        id: &PolicyTestFileId,
        now: Timestamp,
    ) -> Result<PolicyTestFile, CoreError> {
        self.require_reader(actor, "policy-tests", now).await?;
        let found = self.store().read().await?.find_policy_test_file(id).await?;
        found.ok_or(CoreError::NotFound("policy test file"))
    }

    /// The file of this name, as it was written.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn policy_test_file_named(
        &self,
        actor: &Actor,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<PolicyTestFile>, CoreError> {
        self.require_reader(actor, "policy-tests", now).await?;
        let name = fold(form::without_ending(name));
        let files = self.store().read().await?.all_policy_test_files().await?;
        Ok(files.into_iter().find(|file| fold(&file.name) == name))
    }

    /// The expectations about an item and how they stand now, each file with those alone.
    ///
    /// # Errors
    /// As [`Core::policy_tests`], and [`CoreError::NotFound`].
    pub async fn policy_tests_about(
        &self,
        actor: &Actor,
        item: &ItemId,
        now: Timestamp,
    ) -> Result<Vec<TestedFile>, CoreError> {
        self.require_reader(actor, "policy-tests", now).await?;
        let mut tx = self.store().read().await?;
        let item = tx.find_item(item).await?.ok_or(CoreError::NotFound("item"))?;
        let files = tx.all_policy_test_files().await?;
        run::run(tx, files, Some(&item)).await
    }

    /// How the expectations of a file that is not saved would stand now.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::Invalid`].
    pub async fn try_policy_test(
        &self,
        actor: &Actor,
        form: &PolicyTestForm,
        now: Timestamp,
    ) -> Result<TestedFile, CoreError> {
        self.require(actor, Permission::ManageCatalogue, Event::new("policy-test.try", "policy-test", ""), now).await?;
        form.check(self.store().read().await?).await?;
        let file = form.file(String::new().into(), actor, now);
        run::run(self.store().read().await?, vec![file], None)
            .await?
            .pop()
            .ok_or(CoreError::NotFound("policy test file"))
    }

    /// Adds a file of expectations.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::Invalid`].
    pub async fn create_policy_test(
        &self,
        actor: &Actor,
        form: &PolicyTestForm,
        now: Timestamp,
    ) -> Result<PolicyTestFileId, CoreError> {
        let denied = Event::new("policy-test.create", "policy-test", "");
        self.require(actor, Permission::ManageCatalogue, denied, now).await?;
        form.check(self.store().read().await?).await?;
        let file = form.file(new_id(now).into(), actor, now);
        let mut tx = self.store().begin().await?;
        if tx.count_policy_test_files().await? >= MAX_FILES {
            return Err(invalid("name", FieldProblem::TooManyFiles(MAX_FILES)));
        }
        add(&mut tx, actor, &file, now).await?;
        tx.commit().await?;
        Ok(file.id)
    }

    /// Replaces a file of expectations.
    ///
    /// # Errors
    /// As [`Core::create_policy_test`], [`CoreError::NotFound`], and [`CoreError::Stale`] when it is not at `revision` any
    /// more.
    pub async fn save_policy_test(
        &self,
        actor: &Actor,
        id: &PolicyTestFileId,
        form: &PolicyTestForm,
        revision: i64,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let denied = Event::new("policy-test.save", "policy-test", id.as_str());
        self.require(actor, Permission::ManageCatalogue, denied, now).await?;
        let mut tx = self.store().read().await?;
        tx.find_policy_test_file(id).await?.ok_or(CoreError::NotFound("policy test file"))?;
        form.check(tx).await?;
        let mut tx = self.store().begin().await?;
        let before = tx.find_policy_test_file(id).await?.ok_or(CoreError::NotFound("policy test file"))?;
        if before.revision != revision {
            return Err(CoreError::Stale);
        }
        overwrite(&mut tx, actor, &before, form.file(id.clone(), actor, now), now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a file of expectations.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::NotFound`].
    pub async fn delete_policy_test(
        &self,
        actor: &Actor,
        id: &PolicyTestFileId,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("policy-test.delete", "policy-test", id.as_str());
        self.require(actor, Permission::ManageCatalogue, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let file = tx.find_policy_test_file(id).await?.ok_or(CoreError::NotFound("policy test file"))?;
        tx.delete_policy_test_file(id).await?;
        audit::record(&mut tx, actor, event().with(summary(&file)), true, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Stores a new file, and audits it.
async fn add(tx: &mut Tx, actor: &Actor, file: &PolicyTestFile, now: Timestamp) -> Result<(), CoreError> {
    tx.create_policy_test_file(file).await.map_err(name_taken)?;
    let event = Event::new("policy-test.create", "policy-test", file.id.as_str()).with(summary(file));
    audit::record(tx, actor, event, true, now).await?;
    Ok(())
}

/// Stores a file in place of one that is stored, and audits it.
async fn overwrite(
    tx: &mut Tx,
    actor: &Actor,
    before: &PolicyTestFile,
    after: PolicyTestFile,
    now: Timestamp,
) -> Result<(), CoreError> {
    let after = PolicyTestFile { revision: before.revision + 1, ..after };
    if !tx.save_policy_test_file(&after, before.revision).await.map_err(name_taken)? {
        return Err(CoreError::Stale);
    }
    let detail = json!({ "before": summary(before), "after": summary(&after) });
    let event = Event::new("policy-test.save", "policy-test", after.id.as_str()).with(detail);
    audit::record(tx, actor, event, true, now).await?;
    Ok(())
}

fn invalid(field: &'static str, problem: FieldProblem) -> CoreError {
    CoreError::Invalid(vec![FieldError::new(field, problem)])
}

fn name_taken(error: StoreError) -> CoreError {
    match error {
        StoreError::Unique { .. } => invalid("name", FieldProblem::Taken),
        other => other.into(),
    }
}

/// What the audit keeps of a file: what it expects, and a digest that tells one text from another.
fn summary(file: &PolicyTestFile) -> serde_json::Value {
    let placed = text::read(&file.text).unwrap_or_default();
    let names: Vec<&str> = placed.iter().map(|one| one.expectation.name.trim()).collect();
    json!({
        "name": file.name,
        "expectations": names,
        "digest": hex::encode(Sha256::digest(&file.text)),
        "revision": file.revision,
    })
}
