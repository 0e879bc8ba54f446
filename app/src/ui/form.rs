//! Form fields: label, hint and error around a native control.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};

/// What a person typed, and what is wrong with it. Secrets come back empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// The text as typed.
    pub value: String,
    /// Why it was refused.
    pub problem: Option<Problem>,
}

impl Input {
    /// A value nothing is wrong with.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), problem: None }
    }

    /// A value that was refused.
    #[must_use]
    pub fn refused(value: impl Into<String>, problem: Problem) -> Self {
        Self { value: value.into(), problem: Some(problem) }
    }
}

/// Why a field was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was entered.
    Missing,
    /// Shorter than this many characters.
    TooShort(usize),
    /// Longer than this many characters.
    TooLong(usize),
    /// Not a whole number between the two.
    NotBetween(i64, i64),
    /// Somebody or something else has this name.
    Taken,
    /// Not an address that starts with http or https.
    NotUrl,
    /// Not a mail address.
    NotMail,
    /// Not the present password.
    WrongPassword,
    /// The two entries differ.
    Different,
    /// The password is among the first that others try.
    Guessable,
    /// Not a certificate in PEM form.
    NotCertificate,
    /// A Wi-Fi password must have 8 to 63 characters.
    WifiPassword,
    /// Not a bundle identifier such as `com.example.app`.
    NotBundleId,
    /// Not a version such as 17.4.
    NotVersion,
    /// Holds a placeholder that does not exist.
    UnknownPlaceholder,
    /// Refers to something that is gone.
    Gone,
    /// A person who may not enrol devices of their own.
    MayNotEnrol,
    /// Holds characters that cannot be seen.
    ControlCharacters,
    /// No such user.
    NoSuchUser,
    /// Something must be agreed to, which stands below.
    Agree,
    /// A stored password is not kept, because it would go somewhere else.
    SecretNeededAgain,
    /// More than so many.
    TooMany(usize),
    /// A sentence of the caller's own, in the page's language.
    Other(String),
}

impl Problem {
    /// The sentence beside the field.
    #[must_use]
    pub fn text(&self, t: &Texts) -> String {
        let sentence = match self {
            Self::TooShort(n) => return fill(t.problem_too_short, &[("n", n)]),
            Self::TooLong(n) => return fill(t.problem_too_long, &[("n", n)]),
            Self::NotBetween(low, high) => {
                return fill(t.problem_not_between, &[("low", low), ("high", high)]);
            }
            Self::Other(sentence) => return sentence.clone(),
            Self::TooMany(n) => return fill(t.problem_too_many, &[("n", n)]),
            Self::SecretNeededAgain => t.problem_secret_needed_again,
            Self::Missing => t.problem_missing,
            Self::Taken => t.problem_taken,
            Self::NotUrl => t.problem_not_url,
            Self::NotMail => t.problem_not_mail,
            Self::WrongPassword => t.problem_wrong_password,
            Self::Different => t.problem_different,
            Self::Guessable => t.problem_guessable,
            Self::NotCertificate => t.problem_not_certificate,
            Self::WifiPassword => t.problem_wifi_password,
            Self::NotBundleId => t.problem_not_bundle_id,
            Self::NotVersion => t.problem_not_version,
            Self::UnknownPlaceholder => t.problem_unknown_placeholder,
            Self::Gone => t.problem_gone,
            Self::MayNotEnrol => t.problem_may_not_enrol,
            Self::ControlCharacters => t.problem_control_characters,
            Self::NoSuchUser => t.problem_no_such_user,
            Self::Agree => t.problem_agree,
        };
        sentence.to_owned()
    }
}

/// A file field: what is known of the file, and what is wrong with it. Browsers never show a file field filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileInput {
    /// Why the file was refused.
    pub problem: Option<Problem>,
    /// The file that was chosen before and waits while the rest is mended: its id and its name.
    pub waiting: Option<(String, String)>,
    /// A file is stored: without another one it stays.
    pub stored: bool,
}

/// A field for one file. A file that waits goes with the form as `upload`.
#[must_use]
pub fn file_field(
    frame: &Frame,
    name: &'static str,
    label: &str,
    hint_text: &str,
    accept: &'static str,
    optional: bool,
    input: &FileInput,
) -> Markup {
    let t = frame.texts();
    let problem = input.problem.as_ref().map(|problem| problem.text(t));
    let described_by = described_by(name, true, problem.is_some());
    let invalid = problem.is_some().then_some("true");
    let needs_none = optional || input.stored || input.waiting.is_some();
    let hint_text = match (&input.waiting, input.stored) {
        (Some((_, file)), _) => fill(t.file_waiting, &[("name", file)]),
        (None, true) => format!("{} {hint_text}", t.file_stored),
        (None, false) => hint_text.to_owned(),
    };
    let waiting = input.waiting.as_ref().map(|(id, _)| hidden("upload", id));
    let marked = optional.then(|| view! { <span class="optional">{t.optional}</span> });
    view! {
        <div class="field">
            <label for=name>{label.to_owned()}{marked}</label>
            {hint(name, Some(&hint_text))}
            {waiting}
            <input
                type="file"
                id=name
                name=name
                accept=accept
                required=!needs_none
                aria-describedby=described_by
                aria-invalid=invalid
            />
            {error(name, problem)}
        </div>
    }
    .into_markup()
}

/// What kind of text a field takes; decides keyboard, autofill and masking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain words.
    Text,
    /// A name a machine reads: no capitals, no spelling.
    Code,
    /// The user name at a sign-in.
    UserName,
    /// The password at a sign-in.
    CurrentPassword,
    /// A password being chosen.
    NewPassword,
    /// Some other secret, such as a Wi-Fi password.
    Secret,
    /// A mail address.
    Mail,
    /// A web address.
    Url,
    /// A whole number.
    Number,
    /// A telephone number.
    Phone,
    /// Several lines a machine reads.
    Lines,
    /// A few lines of words.
    Prose,
}

/// A text field.
#[derive(Clone, Copy, Debug)]
pub struct TextField<'a> {
    /// Form name; also the `id`, unless that is given.
    pub name: &'a str,
    /// `id`, where several fields have the same name.
    pub id: Option<&'a str>,
    /// What the field is called.
    pub label: &'a str,
    /// What to enter, when the label does not say it.
    pub hint: Option<&'a str>,
    /// Kind of text.
    pub kind: Kind,
    /// Must be filled.
    pub required: bool,
    /// Is marked as optional; one that is needed at times only is neither required nor marked.
    pub marked: bool,
    /// `id` of a list of suggestions.
    pub list: Option<&'a str>,
    /// So many lines are seen at once; without a word as many as the kind usually has.
    pub rows: Option<u8>,
}

impl<'a> TextField<'a> {
    /// A required field without a hint.
    #[must_use]
    pub fn new(name: &'a str, label: &'a str, kind: Kind) -> Self {
        Self { name, id: None, label, hint: None, kind, required: true, marked: false, list: None, rows: None }
    }

    /// With a hint.
    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// May stay empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, marked: true, ..self }
    }

    /// Shows so many lines at once.
    #[must_use]
    pub fn rows(self, rows: u8) -> Self {
        Self { rows: Some(rows), ..self }
    }

    /// Is needed at times only: may stay empty, but does not say so.
    #[must_use]
    pub fn at_times(self) -> Self {
        Self { required: false, ..self }
    }

    /// Renders the field.
    #[must_use]
    pub fn render(&self, frame: &Frame, input: &Input) -> Markup {
        let t = frame.texts();
        let name = self.name.to_owned();
        let id = self.id.unwrap_or(self.name).to_owned();
        let problem = input.problem.as_ref().map(|problem| problem.text(t));
        let described_by = described_by(&id, self.hint.is_some(), problem.is_some());
        let invalid = problem.is_some().then_some("true");
        let literal = self.kind == Kind::Lines;
        let control = if literal || self.kind == Kind::Prose {
            view! {
                <textarea
                    id=id.clone()
                    name=name
                    class=literal.then_some("literal")
                    rows=self.rows.unwrap_or(if literal { 8 } else { 3 }).to_string()
                    required=self.required
                    autocapitalize=literal.then_some("none")
                    autocomplete="off"
                    spellcheck=literal.then_some("false")
                    aria-describedby=described_by
                    aria-invalid=invalid
                >
                    {input.value.clone()}
                </textarea>
            }
            .into_markup()
        } else {
            let native = self.kind.native();
            view! {
                <input
                    id=id.clone()
                    name=name
                    type=native.type_
                    value=(!native.secret).then(|| input.value.clone())
                    required=self.required
                    list=self.list.map(str::to_owned)
                    inputmode=native.inputmode
                    autocomplete=native.autocomplete
                    autocapitalize=native.literal.then_some("none")
                    spellcheck=native.literal.then_some("false")
                    aria-describedby=described_by
                    aria-invalid=invalid
                />
            }
            .into_markup()
        };
        let optional = self.marked.then(|| view! { <span class="optional">{t.optional}</span> });
        view! {
            <div class="field">
                <label for=id.clone()>{self.label.to_owned()}{optional}</label>
                {hint(&id, self.hint)}
                {control}
                {error(&id, problem)}
            </div>
        }
        .into_markup()
    }
}

struct Native {
    type_: &'static str,
    inputmode: Option<&'static str>,
    autocomplete: &'static str,
    literal: bool,
    secret: bool,
}

impl Kind {
    fn native(self) -> Native {
        let plain = Native { type_: "text", inputmode: None, autocomplete: "off", literal: false, secret: false };
        match self {
            Self::Text | Self::Lines | Self::Prose => plain,
            Self::Code => Native { literal: true, ..plain },
            Self::UserName => Native { autocomplete: "username", literal: true, ..plain },
            Self::CurrentPassword => {
                Native { type_: "password", autocomplete: "current-password", literal: true, secret: true, ..plain }
            }
            Self::NewPassword => {
                Native { type_: "password", autocomplete: "new-password", literal: true, secret: true, ..plain }
            }
            Self::Secret => Native { type_: "password", autocomplete: "off", literal: true, secret: true, ..plain },
            Self::Mail => Native { type_: "email", inputmode: Some("email"), literal: true, ..plain },
            Self::Url => Native { type_: "url", inputmode: Some("url"), literal: true, ..plain },
            Self::Phone => Native { type_: "tel", inputmode: Some("tel"), literal: true, ..plain },
            Self::Number => Native { inputmode: Some("numeric"), literal: true, ..plain },
        }
    }
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that is sent.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// Chosen now.
    pub chosen: bool,
}

impl Choice {
    /// A choice.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), chosen }
    }
}

/// A drop-down list.
#[must_use]
pub fn select(name: &str, label: &str, hint_text: Option<&str>, choices: &[Choice]) -> Markup {
    let options = choices
        .iter()
        .map(|choice| view! { <option value=choice.value.clone() selected=choice.chosen>{choice.label.clone()}</option> })
        .collect_view();
    let id = name.to_owned();
    view! {
        <div class="field">
            <label for=id.clone()>{label.to_owned()}</label>
            {hint(name, hint_text)}
            <select id=id.clone() name=id aria-describedby=described_by(name, hint_text.is_some(), false)>{options}</select>
        </div>
    }
    .into_markup()
}

/// A tick box with its label; a hint says what ticking does.
#[must_use]
pub fn checkbox(
    name: &str,
    value: &str,
    label: &str,
    hint_text: Option<&str>,
    checked: bool,
    required: bool,
) -> Markup {
    let id = format!("{name}-{value}");
    let describe = hint_text.map(|_| format!("{id}-hint"));
    view! {
        <div class="check">
            <input
                type="checkbox"
                id=id.clone()
                name=name.to_owned()
                value=value.to_owned()
                checked=checked
                required=required
                aria-describedby=describe
            />
            <label for=id.clone()>{label.to_owned()}</label>
            {hint(&id, hint_text)}
        </div>
    }
    .into_markup()
}

/// Several tick boxes under one heading.
#[must_use]
pub fn checkboxes(name: &str, legend: &str, hint_text: Option<&str>, empty: &str, choices: &[Choice]) -> Markup {
    let boxes = if choices.is_empty() {
        view! { <p class="hint">{empty.to_owned()}</p> }.into_markup()
    } else {
        choices
            .iter()
            .map(|choice| checkbox(name, &choice.value, &choice.label, None, choice.chosen, false))
            .collect_view()
            .into_markup()
    };
    view! {
        <fieldset class="checks">
            <legend>{legend.to_owned()}</legend>
            {hint(name, hint_text)}
            <div class="check-list">{boxes}</div>
        </fieldset>
    }
    .into_markup()
}

/// A value that goes with the form unseen.
#[must_use]
pub fn hidden(name: &'static str, value: &str) -> Markup {
    view! { <input type="hidden" name=name value=value.to_owned() /> }.into_markup()
}

fn hint(name: &str, hint: Option<&str>) -> Option<Markup> {
    let id = format!("{name}-hint");
    hint.map(|hint| view! { <p class="hint" id=id>{hint.to_owned()}</p> }.into_markup())
}

fn error(name: &str, problem: Option<String>) -> Option<Markup> {
    let id = format!("{name}-error");
    problem
        .map(|problem| view! { <p class="error" id=id>{icon(Icon::Warning)}<span>{problem}</span></p> }.into_markup())
}

fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    let ids: Vec<String> = [(hint, "hint"), (error, "error")]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, part)| format!("{name}-{part}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// The name that a password belongs to: shown and not asked for, so that password managers keep both together.
#[must_use]
pub fn fixed_user_name(frame: &Frame, user_name: &str) -> Markup {
    let t = frame.texts();
    view! {
        <div class="field">
            <label for="username">{t.field_user_name}</label>
            <input
                id="username"
                name="username"
                type="text"
                value=user_name.to_owned()
                autocomplete="username"
                readonly=true
            />
        </div>
    }
    .into_markup()
}
