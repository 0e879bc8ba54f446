//! Several files of expectations at once, as they come from a folder: all of them or none.

use std::collections::BTreeMap;

use baton_model::{PolicyTestFile, Timestamp, fold::fold};
use thiserror::Error;

use super::{MAX_FILES, add, form, overwrite};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission, audit::Event, new_id, policy_tests::PolicyTestForm,
};

/// Why no file was taken.
#[derive(Debug, Error)]
pub enum PolicyTestUploadError {
    /// What is wrong with each of the files, in their order; nothing with some of them, perhaps.
    #[error("some of {} files are wrong", .0.len())]
    Refused(Vec<Vec<FieldError>>),
    /// Everything else.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// Adds files of expectations. Those that have the name of a stored one replace it, if `replace` says so, and are
    /// refused else.
    ///
    /// # Errors
    /// [`PolicyTestUploadError::Refused`]; [`CoreError::Denied`] without [`Permission::ManageCatalogue`].
    pub async fn upload_policy_tests(
        &self,
        actor: &Actor,
        forms: &[PolicyTestForm],
        replace: bool,
        now: Timestamp,
    ) -> Result<(), PolicyTestUploadError> {
        let denied = Event::new("policy-test.create", "policy-test", "");
        self.require(actor, Permission::ManageCatalogue, denied, now).await?;
        let tx = self.store().read().await.map_err(CoreError::from)?;
        let mut problems = form::problems(tx, forms).await?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let stored = tx.all_policy_test_files().await.map_err(CoreError::from)?;
        let mut count = i64::try_from(stored.len()).unwrap_or(i64::MAX);
        // Files of this upload are in it too, as nothing that could be replaced.
        let mut by_name: BTreeMap<String, Option<&PolicyTestFile>> =
            stored.iter().map(|file| (fold(&file.name), Some(file))).collect();
        let mut to_save = Vec::new();
        for (form, errors) in forms.iter().zip(&mut problems) {
            match by_name.insert(fold(form.name()), None) {
                None if count >= MAX_FILES => {
                    errors.push(FieldError::new("name", FieldProblem::TooManyFiles(MAX_FILES)));
                }
                None => {
                    count += 1;
                    to_save.push((form.file(new_id(now).into(), actor, now), None));
                }
                Some(Some(before)) if replace => {
                    to_save.push((form.file(before.id.clone(), actor, now), Some(before)));
                }
                Some(Some(_)) => errors.push(FieldError::new("name", FieldProblem::Taken)),
                Some(None) => errors.push(FieldError::new("name", FieldProblem::SentTwice)),
            }
        }
        if problems.iter().any(|errors| !errors.is_empty()) {
            return Err(PolicyTestUploadError::Refused(problems));
        }
        for (file, before) in to_save {
            match before {
                None => add(&mut tx, actor, &file, now).await?,
                Some(before) => overwrite(&mut tx, actor, before, file, now).await?,
            }
        }
        tx.commit().await.map_err(CoreError::from)?;
        Ok(())
    }
}
