//! What-if before Save: as somebody edits a form, what saving it would change.
//!
//! On the server it shows what the page knows, and *Preview* sends the form. In the browser it computes the difference at
//! each change with the policy crate, from columns that it fetches once; when they are too many, it asks the API.

use baton_model::Preview;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::island::island;
use crate::what_if::{State, Words, details, sum};

/// What the form around it edits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// The distribution of this item.
    Item(String),
    /// The members of this user group.
    UserGroup(String),
    /// The devices of this device group.
    DeviceGroup(String),
}

/// The difference that saving the form around it would make.
#[derive(Serialize, Deserialize)]
pub struct WhatIf {
    /// What the form edits.
    pub subject: Subject,
    /// Where the API has its columns, and takes edits to preview.
    pub source: String,
    /// The revision that the page was made from; Save carries it.
    pub revision: String,
    /// The words to say it with.
    pub words: Words,
    /// The difference as the server knows it.
    pub shown: Option<Preview>,
}

impl WhatIf {
    /// On the page, as the server sends it.
    #[must_use]
    pub fn island(self) -> impl IntoView {
        island("WhatIf", self, panel)
    }
}

fn panel(WhatIf { subject, source, revision, words, shown }: WhatIf) -> impl IntoView {
    let state = RwSignal::new(State::from(shown));
    let root = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    root.on_load({
        let island = live::Island { subject, source, revision, state };
        move |root| island.start(&root)
    });
    #[cfg(not(feature = "hydrate"))]
    drop((subject, source, revision));
    let words = StoredValue::new(words);
    view! {
        <div class="what-if-live" node_ref=root>
            <div role="status">{move || words.with_value(|words| sum(words, &state.get()))}</div>
            {move || words.with_value(|words| details(words, &state.get()))}
        </div>
    }
}

/// Called by the page's loader.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = WhatIf)]
pub fn wake(element: &web_sys::HtmlElement) {
    super::island::wake(element, panel);
}

#[cfg(feature = "hydrate")]
mod live {
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::rc::Rc;
    use std::time::Duration;

    use baton_model::{NamedSnapshot, PolicyRevision, Preview, TestsKnown, WhatIfColumns, fold::fold};
    use baton_policy::{Columns, Distribution, UserId, json, what_if};
    use gloo_net::http::Request;
    use leptos::prelude::*;
    use leptos::wasm_bindgen::{JsCast, closure::Closure};
    use serde::Serialize;
    use web_sys::{FormData, HtmlElement, HtmlFormElement, HtmlInputElement};

    use super::Subject;
    use crate::what_if::{
        SHOWN, State,
        fields::{FormFields, custom, distribution, version},
    };

    /// How long somebody must pause before the server is asked.
    const PAUSE: Duration = Duration::from_millis(400);

    pub struct Island {
        pub subject: Subject,
        pub source: String,
        pub revision: String,
        pub state: RwSignal<State>,
    }

    /// Who computes.
    enum Way {
        /// This browser, from these columns; the server where policy tests are concerned, if any are.
        Here(PolicyRevision, Box<NamedSnapshot>, bool),
        /// The server.
        Server,
    }

    impl Island {
        /// Fetches the columns; from then on every change of the form is previewed.
        pub fn start(self, root: &HtmlElement) {
            let Some(form) = root.closest("form").ok().flatten().and_then(|form| form.dyn_into().ok()) else { return };
            let form: HtmlFormElement = form;
            leptos::task::spawn_local(async move {
                let Some(columns) = get_columns(&self.source).await else { return };
                if columns.revision.to_string() != self.revision {
                    self.state.set(State::Moved);
                    return;
                }
                let way = match columns.columns {
                    Some(named) => Way::Here(columns.revision, Box::new(named), columns.tested),
                    None => Way::Server,
                };
                self.watch(&form, way);
            });
        }

        fn watch(self, form: &HtmlFormElement, way: Way) {
            if let Ok(Some(button)) = form.query_selector("[data-preview]")
                && let Ok(button) = button.dyn_into::<HtmlElement>()
            {
                button.set_hidden(true);
            }
            let pristine = Edit::of(&self.subject, form, &way);
            let island = Rc::new(Live { island: self, form: form.clone(), way, edits: Cell::new(0) });
            // A browser that went back to this page has filled in what was entered.
            if pristine.as_ref().is_some_and(|edit| island.changes(edit)) {
                island.look();
            }
            let listener = Closure::<dyn FnMut()>::new(move || island.look());
            for event in ["input", "change"] {
                // Without a listener the page works as it does without WebAssembly.
                let _ = form.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
            }
            listener.forget();
        }
    }

    struct Live {
        island: Island,
        form: HtmlFormElement,
        way: Way,
        /// Counts changes, so that a late answer to an earlier one is dropped.
        edits: Cell<u32>,
    }

    impl Live {
        fn look(self: &Rc<Self>) {
            let edit = Edit::of(&self.island.subject, &self.form, &self.way);
            self.edits.set(self.edits.get() + 1);
            let state = self.island.state;
            match (&self.way, edit) {
                (_, None) => state.set(State::Unclear),
                (Way::Here(revision, named, tested), Some(edit)) => {
                    let before = &named.snapshot;
                    let difference = what_if(before, &edit.apply(&self.island.subject, before));
                    let mut preview = named.preview(*revision, &difference, SHOWN);
                    if *tested {
                        preview.tests_known = TestsKnown::Pending;
                    }
                    state.set(State::Shown(preview.clone()));
                    if *tested {
                        self.ask_after_a_pause(edit, move |answer| {
                            let (tests, tests_known) = answer
                                .map_or((Vec::new(), TestsKnown::NotAll), |answer| (answer.tests, answer.tests_known));
                            State::Shown(Preview { tests, tests_known, ..preview })
                        });
                    }
                }
                (Way::Server, Some(edit)) => {
                    self.ask_after_a_pause(edit, |answer| answer.map_or(State::Failed, State::Shown));
                }
            }
        }

        /// Whether the form says something else than what is stored.
        fn changes(&self, edit: &Edit) -> bool {
            match &self.way {
                Way::Here(_, named, _) => edit.apply(&self.island.subject, &named.snapshot) != named.snapshot,
                Way::Server => false,
            }
        }

        fn ask_after_a_pause(self: &Rc<Self>, edit: Edit, shown: impl FnOnce(Option<Preview>) -> State + 'static) {
            let (live, number) = (self.clone(), self.edits.get());
            set_timeout(
                move || {
                    if live.edits.get() != number {
                        return;
                    }
                    leptos::task::spawn_local(async move {
                        let answer = post(&live.island.source, &edit).await;
                        if live.edits.get() == number {
                            live.island.state.set(shown(answer));
                        }
                    });
                },
                PAUSE,
            );
        }
    }

    /// What the form says; as JSON it is what the API takes.
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Edit {
        #[serde(rename_all = "camelCase")]
        Distribution {
            distribution: Distribution,
            #[serde(skip_serializing_if = "String::is_empty")]
            add_user: String,
        },
        #[serde(rename_all = "camelCase")]
        Members {
            join: BTreeSet<String>,
            leave: BTreeSet<String>,
            #[serde(skip_serializing_if = "String::is_empty")]
            join_named: String,
        },
    }

    impl Edit {
        /// `None` while a field cannot be understood. A name that is typed and not added yet is saved as well: here it is
        /// looked up among those who hold a device, because only they matter.
        fn of(subject: &Subject, form: &HtmlFormElement, way: &Way) -> Option<Self> {
            let fields = Sent(FormData::new_with_form(form).ok()?);
            let named = match way {
                Way::Here(_, named, _) => Some(named),
                Way::Server => None,
            };
            if let Subject::Item(_) = subject {
                let oldest = version(&fields.first("minOsVersion")).ok()?;
                let newest = version(&fields.first("maxOsVersion")).ok()?;
                let mut parts = custom(&fields, oldest, newest);
                let add_user = fields.first("addUser");
                parts.include_users.extend(named.and_then(|named| holder_named(named, &add_user)));
                return Some(Self::Distribution {
                    distribution: distribution(&fields.first("mode"), parts)?,
                    add_user,
                });
            }
            let mut join: BTreeSet<String> = fields.ids("members");
            let join_named = fields.first("addMember");
            let found = named.and_then(|named| match subject {
                Subject::UserGroup(_) => holder_named(named, &join_named).map(UserId::into_string),
                Subject::DeviceGroup(_) => device_named(named, &join_named),
                Subject::Item(_) => None,
            });
            join.extend(found);
            let mut leave = offered(form);
            leave.retain(|id| !join.contains(id));
            Some(Self::Members { join, leave, join_named })
        }

        fn apply(&self, subject: &Subject, before: &Columns) -> Columns {
            match (self, subject) {
                (Self::Distribution { distribution, .. }, Subject::Item(item)) => {
                    before.with_distribution(&item.as_str().into(), distribution.clone())
                }
                (Self::Members { join, leave, .. }, Subject::UserGroup(group)) => {
                    before.with_user_group(&group.as_str().into(), &ids(join), &ids(leave))
                }
                (Self::Members { join, leave, .. }, Subject::DeviceGroup(group)) => {
                    before.with_device_group(&group.as_str().into(), &ids(join), &ids(leave))
                }
                _ => before.clone(),
            }
        }
    }

    fn ids<Id: Ord + for<'t> From<&'t str>>(texts: &BTreeSet<String>) -> BTreeSet<Id> {
        let mut ids = BTreeSet::new();
        for text in texts {
            ids.insert(Id::from(text.as_str()));
        }
        ids
    }

    fn holder_named(named: &NamedSnapshot, typed: &str) -> Option<UserId> {
        let place = named.user_names.iter().position(|name| *name == fold(typed))?;
        named.snapshot.holders.get(place).cloned()
    }

    /// The one device of this name; of several the form is refused.
    fn device_named(named: &NamedSnapshot, typed: &str) -> Option<String> {
        let typed = fold(typed);
        let mut places = named.device_names.iter().enumerate().filter(|(_, name)| fold(name) == typed);
        let (place, _) = places.next()?;
        if places.next().is_some() {
            return None;
        }
        named.snapshot.devices.ids.get(place).map(ToString::to_string)
    }

    /// The members that the form offers, ticked or not.
    fn offered(form: &HtmlFormElement) -> BTreeSet<String> {
        let mut values = BTreeSet::new();
        if let Ok(boxes) = form.query_selector_all("input[name=members]") {
            for index in 0..boxes.length() {
                let member = boxes.get(index).and_then(|node| node.dyn_into::<HtmlInputElement>().ok());
                values.extend(member.map(|member| member.value()));
            }
        }
        values
    }

    /// The form's fields as they would be sent.
    struct Sent(FormData);

    impl FormFields for Sent {
        fn first(&self, name: &str) -> String {
            self.0.get(name).as_string().unwrap_or_default()
        }

        fn every(&self, name: &str) -> Vec<String> {
            let mut values = Vec::new();
            for value in self.0.get_all(name).iter() {
                values.extend(value.as_string());
            }
            values
        }
    }

    async fn get_columns(source: &str) -> Option<WhatIfColumns> {
        let answer = Request::get(source).send().await.ok()?;
        if !answer.ok() {
            return None;
        }
        json::from_str(&answer.text().await.ok()?).ok()
    }

    async fn post(source: &str, edit: &Edit) -> Option<Preview> {
        let answer = Request::post(source)
            .header("content-type", "application/json")
            .body(json::to_string(edit).ok()?)
            .ok()?
            .send()
            .await
            .ok()?;
        if !answer.ok() {
            return None;
        }
        json::from_str(&answer.text().await.ok()?).ok()
    }
}
