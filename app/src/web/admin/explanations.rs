//! A decision with its trace, in words (C5).

use baton_core::{explain::TraceNames, flips::Flips};
use baton_model::User;
use baton_policy::trace::TraceRule;
use baton_policy::{
    Decision, EnrollmentType, Filter, OsVersion, Outcome, Platform, ReasonCode, Source, Supervision, TraceStep, Truth,
};

use super::distribution_fields::{filter_sentence, platform_name};
use crate::{
    document::Frame,
    locale::{Texts, fill, rules},
    pages::admin::explain::{Explained, Step, Weight},
};

/// The decision about an item on a device that this person has.
pub(super) fn explained(
    frame: &Frame,
    decision: Decision,
    trace: &[TraceStep],
    names: &TraceNames,
    holder: &User,
    flips: Option<&Flips>,
) -> Explained {
    let t = frame.texts();
    let reason = rules::reason(frame.locale, decision.reason);
    let mut steps: Vec<Step> = shown(trace)
        .map(|step| Step { weight: weight(step), sentence: sentence(frame, step, names, holder) })
        .collect();
    let others = trace.len() - steps.len();
    if others > 0 {
        steps.push(Step { weight: Weight::Nothing, sentence: fill(t.explain_others, &[("n", &others)]) });
    }
    // What becomes of the content is not the policy's to know, so that its trace does not have it.
    if decision.reason == ReasonCode::CannotBeRendered {
        steps.push(Step { weight: Weight::Open, sentence: reason.clone() });
    }
    Explained {
        wanted: match decision.outcome {
            Outcome::Allow | Outcome::Partial => Some(true),
            Outcome::Deny => Some(false),
            Outcome::Unknown => None,
        },
        reason,
        source: source(t, decision.source),
        steps,
        flips: flips.map(|flips| flip_sentences(frame, flips)).unwrap_or_default(),
    }
}

/// The easiest changes that are worth reading.
const FLIPS: usize = 3;

fn flip_sentences(frame: &Frame, flips: &Flips) -> Vec<String> {
    let language = frame.locale.language();
    let changes = flips.changes().iter().zip(flips.sentences(language));
    let changes = changes.filter(|(flip, _)| flip.decision.permits() || flip.change.is_up_to_people());
    let changes = changes.map(|(_, sentence)| sentence).take(FLIPS);
    let remedies = flips.remedies().iter().map(|remedy| language.sentence("remedy", remedy.as_str()).to_owned());
    changes.chain(remedies).collect()
}

/// Users who get the item by name and are not concerned here; of many only the first are named.
const NAMED_OTHERS: usize = 3;

fn shown(trace: &[TraceStep]) -> impl Iterator<Item = &TraceStep> {
    let mut others = 0;
    trace.iter().filter(move |step| {
        let is_other = matches!(step.rule, TraceRule::IncludesUser(_)) && step.holds == Truth::False;
        others += usize::from(is_other);
        !is_other || others <= NAMED_OTHERS
    })
}

fn weight(step: &TraceStep) -> Weight {
    match (&step.rule, step.holds) {
        (_, Truth::Unknown) => Weight::Open,
        (TraceRule::ItemExists(_) | TraceRule::NoDevices, _) => Weight::Against,
        (TraceRule::AllDevices, _) => Weight::For,
        (TraceRule::ExcludesUserGroup(_) | TraceRule::ExcludesDeviceGroup(_), Truth::True) => Weight::Against,
        (TraceRule::ExcludesUserGroup(_) | TraceRule::ExcludesDeviceGroup(_), Truth::False) => Weight::Nothing,
        (
            TraceRule::IncludesUser(_) | TraceRule::IncludesUserGroup(_) | TraceRule::IncludesDeviceGroup(_),
            Truth::True,
        ) => Weight::For,
        (
            TraceRule::IncludesUser(_) | TraceRule::IncludesUserGroup(_) | TraceRule::IncludesDeviceGroup(_),
            Truth::False,
        ) => Weight::Nothing,
        (TraceRule::Filter(_) | TraceRule::Capability(_), Truth::True) => Weight::For,
        (TraceRule::Filter(_) | TraceRule::Capability(_), Truth::False) => Weight::Against,
    }
}

fn sentence(frame: &Frame, step: &TraceStep, names: &TraceNames, holder: &User) -> String {
    let t = frame.texts();
    let gone = t.explain_gone.to_owned();
    let user_group = |id| names.user_groups.get(id).unwrap_or(&gone);
    let device_group = |id| names.device_groups.get(id).unwrap_or(&gone);
    let sentence = rules::trace(frame.locale, step);
    match &step.rule {
        TraceRule::ExcludesUserGroup(id) | TraceRule::IncludesUserGroup(id) => {
            fill(&sentence, &[("holder", &holder.display_name), ("group", user_group(id))])
        }
        TraceRule::ExcludesDeviceGroup(id) | TraceRule::IncludesDeviceGroup(id) => {
            fill(&sentence, &[("group", device_group(id))])
        }
        TraceRule::IncludesUser(id) => fill(&sentence, &[("user", names.users.get(id).unwrap_or(&gone))]),
        TraceRule::Filter(filter) => {
            let actual = step.actual.as_deref().unwrap_or_default();
            fill(&sentence, &[("filter", &filter_sentence(t, filter)), ("actual", &fact(t, filter, actual))])
        }
        TraceRule::Capability(decision) => {
            fill(&sentence, &[("reason", &rules::reason(frame.locale, decision.reason))])
        }
        TraceRule::ItemExists(_) | TraceRule::AllDevices | TraceRule::NoDevices => sentence,
    }
}

/// What the device has for the fact that a filter reads, as people call it.
fn fact(t: &Texts, filter: &Filter, actual: &str) -> String {
    if actual == "empty" {
        return t.fact_empty.to_owned();
    }
    if let Ok(enrollment) = actual.parse::<EnrollmentType>()
        && !matches!(filter, Filter::Platform(_))
    {
        let word = match enrollment {
            EnrollmentType::User => t.enrollment_user,
            EnrollmentType::Device => t.enrollment_device,
            EnrollmentType::AutomatedDevice => t.enrollment_automated,
            EnrollmentType::AppOnly => t.enrolled_apps_only,
            EnrollmentType::AuthOnly => t.enrolled_auth_only,
        };
        return word.to_owned();
    }
    if let Ok(supervision) = actual.parse::<Supervision>() {
        let word = match supervision {
            Supervision::Supervised => t.fact_supervised,
            Supervision::Unsupervised => t.fact_unsupervised,
        };
        return word.to_owned();
    }
    if let Ok(platform) = actual.parse::<Platform>() {
        return platform_name(platform).to_owned();
    }
    actual.parse::<OsVersion>().map_or_else(|_| actual.to_owned(), |version| version.to_string())
}

fn source(t: &Texts, source: Source) -> &'static str {
    match source {
        Source::Apple => t.explain_source_apple,
        Source::Product => t.explain_source_product,
        Source::Organisation => t.explain_source_organisation,
        Source::Distribution => t.explain_source_distribution,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn every_fact_that_a_filter_reads_has_a_word_of_its_own() {
        for locale in Locale::ALL {
            let t = locale.texts();
            for enrollment in EnrollmentType::ALL {
                let word = fact(t, &Filter::UserEnrollmentEnrolled(true), enrollment.as_str());
                assert!(word != enrollment.as_str(), "{word} in {}", locale.tag());
            }
            for supervision in Supervision::ALL {
                let word = fact(t, &Filter::Supervised(true), supervision.as_str());
                assert!(locale == Locale::En || word != supervision.as_str(), "{word} in {}", locale.tag());
            }
            for platform in Platform::ALL {
                assert_eq!(fact(t, &Filter::Platform([].into()), platform.as_str()), platform_name(*platform));
            }
            assert_eq!(fact(t, &Filter::MinOsVersion(OsVersion::new(17, 0, 0)), "18.3"), "18.3");
        }
    }
}
