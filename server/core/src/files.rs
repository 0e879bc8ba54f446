//! Files of items: icons and uploaded profiles. They are kept beside the catalogue, sealed, and opened once per
//! instance; and files that wait while the form around them is mended.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use baton_mdm::mobileconfig::MobileConfig;
use baton_model::{Item, ItemContent, ItemId, Timestamp, item::ItemFile};
use baton_store::{StoredUpload, Tx};

use crate::{
    Actor, Core, CoreError, Permission, Vault,
    audit::Event,
    vault::{self, VaultError},
};

const SEAL_PURPOSE: &str = "item-file";
const DIGEST_PURPOSE: &str = "item-file-digest";
const UPLOAD_PURPOSE: &str = "upload";
/// The most bytes of opened files that an instance keeps in memory.
const CACHED_BYTES: u64 = 32 * 1024 * 1024;
/// How many files wait for one person's forms.
const MOST_UPLOADS: i64 = 5;
/// How long a file waits for its form.
const UPLOAD_SECONDS: i64 = 24 * 3600;

/// An item's file, opened.
#[derive(Debug)]
pub(crate) enum File {
    /// A PNG.
    Icon(Vec<u8>),
    /// A profile.
    Profile(Box<MobileConfig>),
}

/// A file that was taken and is to be kept.
#[derive(Clone, Debug)]
pub(crate) struct NewFile {
    pub file: ItemFile,
    content: Vec<u8>,
}

impl NewFile {
    pub(crate) fn new(vault: &Vault, content: Vec<u8>) -> Self {
        let digest = hex::encode(vault.mac(DIGEST_PURPOSE, &content));
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Self { file: ItemFile { digest, bytes }, content }
    }
}

/// Files that were opened lately, by digest.
#[derive(Default)]
pub(crate) struct FileCache(Mutex<VecDeque<(ItemFile, Arc<File>)>>);

impl FileCache {
    fn find(&self, digest: &str) -> Option<Arc<File>> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cached.iter().find(|(file, _)| file.digest == digest).map(|(_, opened)| opened.clone())
    }

    fn keep(&self, file: &ItemFile, opened: &Arc<File>) {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.iter().any(|(known, _)| known.digest == file.digest) {
            return;
        }
        cached.push_back((file.clone(), opened.clone()));
        let mut bytes: u64 = cached.iter().map(|(file, _)| file.bytes).sum();
        while bytes > CACHED_BYTES
            && let Some((oldest, _)) = cached.pop_front()
        {
            bytes -= oldest.bytes;
        }
    }
}

/// The item's file. `None` when it has none, and also when that cannot be found or opened, which is logged: then the
/// item cannot be rendered.
pub(crate) async fn file_of(core: &Core, tx: &mut Tx, item: &Item) -> Result<Option<Arc<File>>, CoreError> {
    let Some(file) = item.content.file() else { return Ok(None) };
    if let Some(opened) = core.file_cache().find(&file.digest) {
        return Ok(Some(opened));
    }
    let opened = read(core.vault(), tx, item).await?.map(Arc::new);
    if let Some(opened) = &opened {
        core.file_cache().keep(file, opened);
    }
    Ok(opened)
}

/// The same from the database, every time.
pub(crate) async fn read(vault: &Vault, tx: &mut Tx, item: &Item) -> Result<Option<File>, CoreError> {
    let Some(file) = item.content.file() else { return Ok(None) };
    let Some(sealed) = tx.find_item_file(&item.id, &file.digest).await? else { return Ok(None) };
    let opened = vault.open(SEAL_PURPOSE, &sealed).ok().and_then(|content| open(&item.content, content));
    if opened.is_none() {
        tracing::error!(item = item.id.as_str(), "the item's file cannot be opened");
    }
    Ok(opened)
}

fn open(content: &ItemContent, file: Vec<u8>) -> Option<File> {
    match content {
        ItemContent::Profile(_) => MobileConfig::from_stored(&file).ok().map(|config| File::Profile(Box::new(config))),
        _ => Some(File::Icon(file)),
    }
}

/// Keeps the item's new file, or the one that its content names, and no other.
pub(crate) async fn save(
    vault: &Vault,
    tx: &mut Tx,
    item: &ItemId,
    content: &ItemContent,
    new: Option<&NewFile>,
) -> Result<(), CoreError> {
    match new {
        Some(new) => {
            let sealed = vault.seal(SEAL_PURPOSE, &new.content)?;
            tx.save_item_file(item, &new.file.digest, &sealed).await?;
        }
        None => tx.keep_item_file(item, content.file().map_or("", |file| file.digest.as_str())).await?,
    }
    Ok(())
}

/// A file that somebody chose in a form.
#[derive(Clone, PartialEq, Eq)]
pub struct SentFile {
    /// What it is called.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for SentFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SentFile").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Core {
    /// The icon of a web clip.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`] also without an icon.
    pub async fn item_icon(&self, actor: &Actor, id: &ItemId, now: Timestamp) -> Result<Vec<u8>, CoreError> {
        self.require_reader(actor, "items", now).await?;
        let mut tx = self.store().read().await?;
        let item = tx.find_item(id).await?.ok_or(CoreError::NotFound("item"))?;
        match file_of(self, &mut tx, &item).await?.as_deref() {
            Some(File::Icon(icon)) => Ok(icon.clone()),
            _ => Err(CoreError::NotFound("icon")),
        }
    }

    /// Keeps a file while the form around it is mended, so that nobody has to choose it again. The id to ask for it
    /// with; only the same person gets it.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`].
    pub async fn keep_upload(
        &self,
        actor: &Actor,
        file: &SentFile,
        now: Timestamp,
    ) -> Result<Option<String>, CoreError> {
        self.require(actor, Permission::ManageCatalogue, Event::new("upload.keep", "upload", ""), now).await?;
        let Some(user) = actor.user_id() else { return Ok(None) };
        let id = vault::new_secret()?;
        let content = self.vault().seal(UPLOAD_PURPOSE, &file.content)?;
        let upload = StoredUpload { name: file.name.clone(), content };
        let mut tx = self.store().begin().await?;
        tx.keep_upload(&id, user, &upload, MOST_UPLOADS, now).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    /// The file that was kept under this id, if it is this person's and still there.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`].
    pub async fn kept_upload(&self, actor: &Actor, id: &str, now: Timestamp) -> Result<Option<SentFile>, CoreError> {
        self.require(actor, Permission::ManageCatalogue, Event::new("upload.find", "upload", ""), now).await?;
        let Some(user) = actor.user_id() else { return Ok(None) };
        let found = self.store().read().await?.find_upload(id, user).await?;
        let Some(StoredUpload { name, content }) = found else { return Ok(None) };
        match self.vault().open(UPLOAD_PURPOSE, &content) {
            Ok(content) => Ok(Some(SentFile { name, content })),
            // Kept under another key: the file has to be chosen again.
            Err(VaultError::WrongKey | VaultError::Malformed | VaultError::Random) => Ok(None),
        }
    }

    /// Forgets a file whose form was accepted.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`].
    pub async fn forget_upload(&self, actor: &Actor, id: &str, now: Timestamp) -> Result<(), CoreError> {
        self.require(actor, Permission::ManageCatalogue, Event::new("upload.forget", "upload", ""), now).await?;
        let Some(user) = actor.user_id() else { return Ok(()) };
        let mut tx = self.store().begin().await?;
        tx.forget_upload(id, user).await?;
        Ok(tx.commit().await?)
    }
}

/// Before when an upload is too old to be kept.
pub(crate) const fn uploads_end_before(now: Timestamp) -> Timestamp {
    now.plus_seconds(-UPLOAD_SECONDS)
}
