//! The Apple push certificate (D8): how it stands, asking for one, installing and removing it.

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use baton_core::{
    FieldError, FieldProblem, Permission, SentFile,
    push_certificate::{
        Installed as CoreInstalled, MAX_FILE_BYTES, PushCertificateForm, PushCertificateProblem,
        PushCertificateView as CoreView, PushNotice as CoreNotice, Standing as CoreStanding,
    },
};
use baton_model::{FailingPushes, PushFailure as CoreFailure, Timestamp};

use super::desk::Answer;
use crate::{
    document::Frame,
    locale::fill,
    pages::admin::{
        confirm::{Confirm, confirm},
        push_certificate::{
            Installed, PushCertificateView, Standing,
            form::{PushCertificateFormView, push_certificate_form},
            notice::{PushFailure, PushNotice},
            push_certificate,
        },
    },
    shell::console::{Flash, Section},
    ui::form::{FileInput, Input, Problem},
    web::{
        Chosen, Console, Fields, Posted, Web,
        answer::{PageError, see_other},
        context::moment,
        words,
    },
};

const PATH: &str = "/admin/settings/push";
const SECTION: Section = Section::Settings;
const TARGET: (&str, &str) = ("push-certificate", "");

pub fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(show))
        .route("/admin/settings/push/request", post(make_request).get(to_page))
        .route("/admin/settings/push/request.csr", get(download))
        .route("/admin/settings/push/install", get(show_install).post(take_install))
        .route("/admin/settings/push/remove", get(show_remove).post(take_remove))
}

async fn found(console: &Console) -> Result<CoreView, PageError> {
    let found = console.core().push_certificate(&console.actor, console.now()).await;
    console.ask(SECTION, found)
}

async fn show(console: Console) -> Answer {
    let found = found(&console).await?;
    let view = PushCertificateView {
        installed: found.installed.as_ref().and_then(installed),
        requested: found.requested_at.and_then(moment),
        devices_beside: count(found.devices_beside),
        may_edit: console.may(Permission::ManageSettings),
    };
    Ok(console.page(StatusCode::OK, push_certificate(console.frame(), &console.chrome, &view)))
}

fn installed(found: &CoreInstalled) -> Option<Installed> {
    Some(Installed {
        topic: found.topic.clone(),
        apple_account: Some(found.apple_account.clone()).filter(|account| !account.is_empty()),
        issuer: found.issuer.clone(),
        expires: moment(found.not_after)?,
        standing: standing(found.standing),
        installed: moment(found.installed_at)?,
        devices: count(found.devices),
        working: found.working_at.and_then(moment),
        failing: found.failure.as_ref().and_then(|failing| Some((failure(failing), moment(failing.since)?))),
    })
}

/// How a certificate stands, in the pages' words.
pub(super) const fn standing(standing: CoreStanding) -> Standing {
    match standing {
        CoreStanding::Valid { days } => Standing::Valid(days),
        CoreStanding::Expiring { days, .. } => Standing::Expiring(days),
        CoreStanding::Expired => Standing::Expired,
    }
}

/// What the dashboard says, in the pages' words.
pub(super) fn notice(notice: &CoreNotice) -> Option<PushNotice> {
    Some(match notice {
        CoreNotice::Expiring { days, devices, .. } => PushNotice::Expiring { days: *days, devices: count(*devices) },
        CoreNotice::Expired { devices } => PushNotice::Expired { devices: count(*devices) },
        CoreNotice::Failing { failing, .. } => {
            PushNotice::Failing { failure: failure(failing), since: moment(failing.since)? }
        }
    })
}

fn failure(failing: &FailingPushes) -> PushFailure {
    match failing.failure {
        CoreFailure::Unreachable => PushFailure::Unreachable,
        CoreFailure::CertificateRefused => PushFailure::CertificateRefused(failing.reason.clone()),
        CoreFailure::Unavailable => PushFailure::Unavailable(failing.reason.clone()),
        CoreFailure::KeyUnreadable => PushFailure::KeyUnreadable,
    }
}

fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

async fn make_request(console: Console) -> Answer {
    let made = console.core().request_push_certificate(&console.actor, console.now()).await;
    console.ask(SECTION, made)?;
    Ok(console.done(PATH, Flash::RequestMade))
}

/// A form's address opened by hand, or after signing in again.
async fn to_page(_: Console) -> Response {
    see_other(PATH)
}

async fn download(console: Console) -> Answer {
    let request = console.core().push_certificate_request(&console.actor, console.now()).await;
    let mut answer = console.ask(SECTION, request)?.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pkcs10"));
    let disposition = HeaderValue::from_static("attachment; filename=\"baton-push.csr\"");
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(answer)
}

async fn show_install(console: Console) -> Answer {
    console.demand(SECTION, Permission::ManageSettings, "push-certificate.install", TARGET).await?;
    let found = found(&console).await?;
    // Whoever renews a certificate is reminded of the account that it must be done with.
    let account = found.installed.as_ref().map_or("", |installed| &*installed.apple_account);
    let view = PushCertificateFormView {
        renews: found.installed.is_some(),
        apple_account: Input::new(account),
        ..PushCertificateFormView::default()
    };
    Ok(console.page(StatusCode::OK, push_certificate_form(console.frame(), &console.chrome, &view)))
}

async fn take_install(console: Console, posted: Posted) -> Answer {
    let fields = &posted.fields;
    let waiting = waiting(&console, fields.get("upload")).await?;
    let certificate = match (posted.file("certificate"), &waiting) {
        (Chosen::Nothing, Some((_, file))) => file.content.clone(),
        (chosen, _) => content(&chosen),
    };
    let form = PushCertificateForm {
        certificate,
        key: content(&posted.file("key")),
        password: fields.get("password").to_owned(),
        apple_account: fields.get("appleAccount").to_owned(),
    };
    let done = console.core().install_push_certificate(&console.actor, form, console.now()).await;
    match console.accepted(SECTION, done)? {
        Ok(()) => {
            if let Some((id, _)) = waiting {
                let forgotten = console.core().forget_upload(&console.actor, &id, console.now()).await;
                console.ask(SECTION, forgotten)?;
            }
            Ok(console.done(PATH, Flash::CertificateInstalled))
        }
        Err(errors) => refused(&console, &posted, waiting, &errors).await,
    }
}

/// The certificate that was chosen when the form was last refused, with its id.
async fn waiting(console: &Console, id: &str) -> Result<Option<(String, SentFile)>, PageError> {
    if id.is_empty() || !console.may(Permission::ManageSettings) {
        return Ok(None);
    }
    let kept = console.core().kept_upload(&console.actor, id, console.now()).await;
    Ok(console.ask(SECTION, kept)?.map(|file| (id.to_owned(), file)))
}

/// The bytes of a file; more than any certificate has, where it was too large to be read.
fn content(chosen: &Chosen<'_>) -> Vec<u8> {
    match chosen {
        Chosen::Nothing => Vec::new(),
        Chosen::File(file) => file.content.clone(),
        Chosen::TooLarge => vec![0; MAX_FILE_BYTES + 1],
    }
}

/// The form as it was entered, with what is wrong beside its fields. A certificate that nothing is wrong with waits, so
/// that nobody has to choose it again; keys and passwords do not.
async fn refused(
    console: &Console,
    posted: &Posted,
    waiting: Option<(String, SentFile)>,
    errors: &[FieldError],
) -> Answer {
    let frame = console.frame();
    let problem = |field| problem(frame, errors, field);
    let certificate = problem("certificate");
    let waiting = match (posted.file("certificate"), &certificate) {
        (Chosen::File(file), None) => {
            let kept = console.core().keep_upload(&console.actor, file, console.now()).await;
            console.ask(SECTION, kept)?.map(|id| (id, file.name.clone()))
        }
        (Chosen::Nothing, None) => waiting.map(|(id, file)| (id, file.name)),
        (_, _) => None,
    };
    let view = PushCertificateFormView {
        renews: found(console).await?.installed.is_some(),
        certificate: FileInput { problem: certificate, waiting, stored: false },
        apple_account: Input { value: posted.fields.get("appleAccount").to_owned(), problem: problem("appleAccount") },
        key: FileInput { problem: problem("key"), ..FileInput::default() },
        password: Input { value: String::new(), problem: problem("password") },
    };
    let page = push_certificate_form(frame, &console.chrome, &view);
    Ok(console.page(StatusCode::UNPROCESSABLE_ENTITY, page))
}

fn problem(frame: &Frame, errors: &[FieldError], field: &str) -> Option<Problem> {
    let error = errors.iter().find(|error| error.field == field)?;
    Some(match error.problem {
        FieldProblem::PushCertificate(ref problem) => Problem::Other(sentence(frame, *problem)),
        ref other => words::problem(other),
    })
}

fn sentence(frame: &Frame, problem: PushCertificateProblem) -> String {
    use PushCertificateProblem as Wrong;
    let t = frame.texts();
    let dated = |sentence: &str, at: Timestamp| {
        let date = moment(at).map(|at| at.to_offset(frame.zone).date().to_string()).unwrap_or_default();
        fill(sentence, &[("date", &date)])
    };
    let sentence = match problem {
        Wrong::NotYetValid(from) => return dated(t.push_problem_not_yet, from),
        Wrong::Expired(until) => return dated(t.push_problem_expired, until),
        Wrong::TooLarge => t.push_problem_too_large,
        Wrong::NotCertificate => t.push_problem_not_certificate,
        Wrong::IsRequest => t.push_problem_is_request,
        Wrong::IsPrivateKey => t.push_problem_is_key,
        Wrong::NotForMdm => t.push_problem_not_for_mdm,
        Wrong::OtherTopic => t.push_problem_other_topic,
        Wrong::NoKey => t.push_problem_no_key,
        Wrong::NotKey => t.push_problem_not_key,
        Wrong::KeyEncrypted => t.push_problem_key_encrypted,
        Wrong::KeyUnusable => t.push_problem_key_unusable,
        Wrong::OtherKey => t.push_problem_other_key,
        Wrong::Locked => t.push_problem_locked,
    };
    sentence.to_owned()
}

async fn show_remove(console: Console) -> Answer {
    console.demand(SECTION, Permission::ManageSettings, "push-certificate.remove", TARGET).await?;
    let Some(installed) = found(&console).await?.installed else {
        return Ok(see_other(PATH));
    };
    let what = Confirm::RemovePushCertificate { fingerprint: installed.fingerprint, devices: count(installed.devices) };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_remove(console: Console, fields: Fields) -> Answer {
    let removed =
        console.core().remove_push_certificate(&console.actor, fields.get("fingerprint"), console.now()).await;
    console.ask(SECTION, removed)?;
    Ok(console.done(PATH, Flash::CertificateRemoved))
}
