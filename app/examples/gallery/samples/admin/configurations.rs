//! Icons, restrictions, identities and uploaded profiles, in each of their states.

use baton_app::document::Frame;
use baton_app::locale::Locale;
use baton_app::pages::admin::item::ItemContent;
use baton_app::pages::admin::item::inside::{Inside, LeftOutLine, SetRestriction, WorkShare, Works};
use baton_app::pages::admin::item::{ItemView, item};
use baton_app::pages::admin::item_form::{
    IdentityForm, ItemFormKind, ItemFormView, Needs, ProfileChange, ProfileForm, RestrictionGroup, RestrictionRow,
    RestrictionsForm, WebClipForm, item_form,
};
use baton_app::ui::form::{FileInput, Input, Problem};
use time::Duration;

use super::super::{NOW, Sample};
use super::catalogue::view;
use super::{chrome, sample};

/// A picture that needs no server.
const ICON: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAALQAAAC0CAIAAACyr5FlAAAQAElEQVR4nOxdCXQV1Rn+Z94ECCQhbBFUAgFCQljCjiL7IkW0VVtbF8QNAUXABfVUTjlaOd3Uw2ndCoiAVixK3RBQQRYRqRQI+w4JCRQIhGxAErCZ3nfvzLybNyG8N5k798Lc73B+vvneZN7k/2/uNnf+q3WZPllRFMDQdV1yyS2uBpmukwPJJae5ikoKEnR8LLnkNA80H9gH/Y/qEWmlDbNqsKAYx4rkktNcBbOJ0UGXXHKaq2AUFSJILnmIa2AUFWmlDbd4tIJaGrBZqfteV/GwVldwhYJ7IiaXuu/1YM1BjqnmhnCp+10PXDOgT7CU4E+xBZuVuk91FX8GuG5RKA5Sl7oG5rFuqpJLTriKGxeQVlq71YI1Ce6PSCttmFV1qz5RQHLJaa4RphizH5JLHuIqLiIKnvdQJJec5oGk/r3BgjWoCYPUfakbfQ5yBqlVgGp7pO5nXVWsYoPrE8wVikvdv7r5VJb0RCSXnOKa9RRO13XJJae5ajBUWoIqUFzqfteDK8F00hvRSUNjcan7XVfND6WVNtxquELRTatQXOp+16mnsqF3ngiXut91zeh9YEFyyWmuWuMWfCi55CGuGbWKtNLaLBmtBPsjxrv3CsWl7m890KxfT5CQqA6aWWhIqSGFBqjCxFmPi603uEPmzZ27pTRrnpTQsEHdenAl41xF+cmSouz8Eyt2bl21exs6FNn/SsbzE+jPjK4qZXnpjRvEjx8y8q4+/epqMXA1ouKnix/9e92cNV8VlJYK6H+kB5re1EPBvQ+h7IC0TgvGP92zTaqmBuAqBfrVMpNT7urd71D+8exTJwSMQqDZTcE+R3BlmDG/zp9PHH7ri3feVzfm6qwwwlBHixmZ2bOyUt+UfYAo4sSCXkMKmAPFOei3du09cditwYbQN0C/7OQRP7+jx40i+J/W8WjF1t7wsn3apP31/vGqqoL/MCC987bcw3kFpwWJBRgrwXCxwX0Qznx0vyFa4KrtZNSMmEDg3r6DxIkF4DWkmGEZr0y3uNd6k7iEIRldwMcYkpHZNC6el//tOnkqi2dMoWpuF8/1oR27+qqrYQf69Yd27MbL/3bdzOyjGP0R3crt4rk+qlsv8D2Gdszk5X+7bmX2gdB5oTkyT/X0a1uC75HZqg0v/9t11axDgKpP+PCrdSY0KhAncI8F4aoxcMHHfHkdTQPfI+gEAWJBuGocK0Q1ua5z0CUIePnfpl8is4+ieK9LEPDyv13XzAmPUNEhI13vdQkCXv6366pu5ijFhzy5BIEIsSCcvPGmm/dkz3fspS5BwMv/4bpmVCLBcS0ew+BqheJu6v0a1XkyJa5lPS0hprpHa0umG0SrBw0aQfowSEoFH4KZ/6PV8ejR6IPo7LgK+pTWceOS4yKaIP+pHIqPw4/vQ+pASBsc3BTGZ2Aai8g5lU2Qpe2ZWGd8q/ioH50c+A5OZ4PP4E1EIrEksw+QfC4265r+aHI8OIEOh9aDz8DC/8501ZwrxT2RcOua3iHO6exnyXHwGVj435muEaYYx5grFHdJB4mIwcL/zvRgXw93ToF0B0JzIK7qe0ovgjMktACfgYX/nenBwkH+rpnaublnwQkUaNcf/AddDKuaoxeq/mfANxRWLMiLvny0HwhNU8BvYByLyDnZNcFY5sGU/+FA8aJjZx9Kju/buO519Wrsn8Y2hGZtoU1fiE8C9ig8W7p625a127L2Hc09WVhYUFKMxKYNGyYlNkpv2WpQZveBXbo2inM22nIE9rGIlKc++TB5g6WqJa2Op/q+me+AtzhbVvanRe+/s3zJ/yorazgtoKrjbvnFs3fdG1+/PrBH+6ce4eJ/u67iY91mwXsdPASqPD9cvbL3pLGzln5ec8lAQCe8/eWnN0wZ99HaVR6MvHj5366HMvtwt17izS8+mfzWzFPFRZH/SH5R4cQ3Xpu17HNgDHEiohnzHgo1B6JQ69O91D0BqgZQsUB1ADjC7+bPOXoq/6UxYwPsXsvj5X+bTq8hxXWJYl9L6JXuCeYs/8JxySBALRG6CLADL//bdHMNqWV1PVzxVGeLNduypi9woduLLrJq62ZgCF7+r2KtZyvkBJ6cNcovXHj89Vdd+S50kclvziy7UAEMIEIsCFfx+/ZGbhfj3fsQ91QHxpi19LOoeqA142RR4YIVy4EBePnfruM1pOSJi4LHMIr5XM5zHVgCfdHsZS53FN74bDGLMs3L/3ZdDd0NbUHnorPD5gP70FgUXAWqPNBlgQF4+T9MV60uCH4PnytniWUbNwADMLmsCLHA3FxDqph/uxw5S2w+sBcYgMllRYgF5ngNqdnGAMW915nipNttCrvL8vK/XcdrSHXdHC8YnLae6cAS+WwKB4vL8vK/XQ/tDmmdF2Y904ElKi5cgCsEvPxv11VSh4RGNfw4sERSYmNggKTERuA2RIgF4TgPqXnMlzMFiygiXMPgsiLEgnAyzwG4JgGK6zx0huiU0gYYoN11LFJV8fJ/uF7dGlKw2h6PdYa4pdeNwABsLsvL/+G6imsSPJ4xahXjPE46K/Tr1MX1RX5xsbH9O2cCE+gixAVn9iEDSdoCeK8zRd2YmAeH3wKu4qGbR7HIY8bL/3ZdpQoKZ8saT935myYJCeAS0KWe/uXdwADiRMTay55aP8iJswZqVt6aNNWVx7/oIn+f/BxqVoABRIgF4RoYo1uFmjdlxQc2i306NTE5NoZX8pYhXXtMu2fMjIULoHb4/QNjB2V2A1bwIhaRcPxUVrGaHVZc1Suntkuc2z2pU0Ld6ksGDSt5y95vQa8EVzHljl+PHjoCaoExw0dOGHU7sAPjWETOVfNu2NrejWMfa5soSPKWmRMmvzTmEXCEPz484bVxTwBrsI9IJNZcQ2rcEis+PqUhOAGr5C2P33bn/KnTmjduEvmPtGyWhH5k7MjbgDFYxyJyrlm7vQHuZzHiGQlO85ozS94yqk/fm3v0XrxuzZxln+/IOVzDmZ1bt3lk5G13DxoW8GQLKVK7ehOXmrlGGGsLQiJG0+4ZPAz9O11SvGLzf7YeOrA3L2dvXi76KO365A7Jrbu2TR3eo1fTBGfVnkN4E5FIrJHZh7XdXXJhQDNH80WeJG9B4SelBMSABxGJxJprSEltxozPyS4GJ/Bp8hamsYicq3gyDAyRGV9fUD7PQflo78vkLYxjETk3docM1SfM+Mt7zwxfm7foaMmxssvlB4ttCMndYdATkDYE/AcPYhEh18w1g4AtW37o3E+/3X7adIISqsIwP/z2P8BbbDt8cPeRnD25ObuOZO/NO2JfEJqU2Ah1SzOSWyPbsXVKl5S2wB7exCISTkYreFoMquZ28Vz3Bv8tOL104w/fZm1av2tH+eUWlqLigv6t3Z5FDuvVqdOvY5dh3XuN7HXDtU2aAhvw8r9dV1pPuA/IyjDz5kJ/0d7q2YxrjtXbtryzfMk3mzeCGxjRs8/DI0ahhzXgNto8NpqL/+16cNcEQUbVwAzvrVj+t88WH8k/Ae7h600/on+tkppPvv1X6GkLuAcRYkGstTukCNZ97D+aN/jZSc/MfsPdkmEBXRZdHH0F+iJwDaJEhOyaYLQ4vLnLeG/lV0Oem7SzxqlxV4C+YtjzU9DXgTsQIRZBi/eyN9oaXQDuDlBPc9KbM5+Z9XrFRadptaNE2YUK9HXoS8vdeXtKhFhcandIHtYtoAIx+s8v/XPNSvAc6EsfeOXlWpYPcSJyFa4hReFZu30rcMKqrVsefHUG1ALiRCS0O2QVq4D3uitA3cNvs5imcrs80A1MmzcLnIKX/+062TXB6omYXNd56LXFx9+teo9Nnq5oMXvZF/9atwYcgpf/w3Ursw9paoJ3RnFv9drhbFnZtHmzQRi8MG/W2bLz4AC8/G/TVerYfmee67XAjIXzC8+WgjA4U1ryyscfgjPw8n9VndodErc3HHltcOJMwfxvloFgePfrL48XnI72p0SIBeGq+dyFPIvjyaEWQG38ZTc/8B5oTDtn+RKIEiLEgnDyxltoxpQjh1rAvdlJl+HgxkSIBeFGZh/jnnhzZ1i2cUPxOWd7yDEHujEH6ShFiIWO15AaUaHzIPDizrBw9QoQGIvXrYYoIUIsSGYfhXRPsciZO0BlZeXGvbtBYKzftaMyyv6QCLHQzcw+5hNzinuvgyPsys0RagRrBxrTHjp+LPLzefnfrhuZfRSzvQHdyO3ivQ6OkHVwPwiPqFKk8/K/XTefygJ5Dw5zfOC97gz78o6A8NiRfSjyk3n5365rBrNqM37cGXJP5YPwiOomRYgF4Z6uIR2YVP/ZDk2T68c0rBOoxiuOkrfknGD1prWLiOomdQ8jUrPVcE2is7ZoInZqeuOJ7ZtEtJDYSt6SOhDSBpsb0VUPsoG04IjuJj2JSERR060Gx1RD3D29T5P6T6Q1jXqJeQTJW8ovXgFJzaO7SQb+d6arCnVPClEt7p7+eKqz1OOXT95yRWS8j/om3fa/M92j/BwZiXXAGS6XvOXYh8y3iPYY3kQkoj6HTYVLnF0r3fEclw/Bwv/OdNV23qVKbq30XUXl4AyeJG8RCiz870y/xO6QbttZB86AE/g0eYsHEYnEhnaHZGq/zz8/92D05aO9L5O36KJYzXgIx96+uD3/g5yiR9s17p9U//r6NfZPYxtCs7bQpi/EJ4EP4VVELms9Gq0Qu7+k4rmsE5f6NO/dj0BCrNEKuRsg6wd5cpDAECEW1hpSUEJvswC1ltBrHSQwePnfrptrSEOvtOiU4q0uQcDL/zYdryGlVnngE03usS5BwMv/Nl0Do/Ao+AS+XIJAhFgEuVrNG7ScuGeJVkRGyfnzIsTC6HPgfqBurRzkyE8VF4Hvcaq4UIRYEG7ut6Kb/SB+fFduNvgeB48fEyEWhBvZBM1OCRnJWNxTfcOeXeB7rN6+lZf/7boK+K1Z3apPcKtjck/1VTuywPdYsyOLl//tupnZx6hPquTZ8Vg/dPzYmh3ccnmJgK+3bMw7HVynzsX/dt14bwV3UY0+Kpj1jPf69A/e9e2YBf3iLyyYE2T8/B+mBxIyO1j3p1D3yoUXlpYeLyz4WY/e4D88M/etjfv3WIfcY4EQiMtMt/J1iGB35mYje2OHjuAnvPbpornfLBUnCsSimiNDtHv6Ye/OnTnZQ7t2rxvjdE/JKwelZecfff0vC9esFC0KyAbiuqQLsnqAtmi4/8kP36Vc06Jti2vh6sXKrE33vzpje85h0fxPrNJi9B0gMPqkZdyU0al72/bJSde0aNSkQb16cCXjXHn5iaIzR06eyDp84PtdO37cJ3RmEatw6FX7Ihak7l/d2uu12jOk7mvderYirbThNhDfJR1PeACQ2XWzLBlc6j7WVaJaU2TksxCXuo91I7OPtNLarZmHlDydk1xyigfiOqcHDxRj5WCwxCjUik6p+1hX8RF5LmecQbjUpW6uIQ1+TtUtoXUfUvevHlpDGjw2OVBc6r7VugjByAAAAPhJREFUzTWkRnMjueQhjteQkqdwuNxILrnF0WglDSQkqgO1htRsdcCoW6Tudz2YnyPIcPeU4rrUpa6G1qcrILnkNA/EdUrXjXEtVLeWUOr+1cnukIALimJyneJS968eaIBGK2YbY0AJtTpS97MeyuwTtEBxqfteD2X2kVbaMEvvDimttFWshmfRdSOri8VBl7rUcR5Sqjoxn76A1KUeaNCxPUhIVAdrL3sdVyqSSx7iqjFuAUW3xjOSS445fipr5naRXHKaG30OBVcl0kpLW3MNKZBSI7nkIa6CsSaMtDcWB6lLPThaMdcMKhQHqUs9UD8jFSQkqsP/AQAA///s3BxPAAAABklEQVQDABVtlRXwQQ4EAAAAAElFTkSuQmCC";

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples = items(frame);
    samples.extend(forms(frame));
    samples
}

fn works(class: &str, share: WorkShare, reason: Option<&str>, left_out: Vec<LeftOutLine>) -> Works {
    Works { class: class.to_owned(), share, reason: reason.map(str::to_owned), left_out }
}

pub fn everywhere_but_on_personal_macs() -> Vec<Works> {
    let forbidden = "Apple does not allow this on a personal device with User Enrollment.";
    ["supervisedPhone", "phone", "personalPhone", "mac"]
        .map(|class| works(class, WorkShare::All, None, Vec::new()))
        .into_iter()
        .chain([works("personalMac", WorkShare::Nothing, Some(forbidden), Vec::new())])
        .collect()
}

fn in_part() -> Vec<Works> {
    let supervision = "Apple allows this on supervised devices only.";
    let personal = "Apple does not allow this on a personal device with User Enrollment.";
    let key = |key: &str, reason: &str| LeftOutLine {
        payload_type: "com.apple.applicationaccess".to_owned(),
        name: None,
        key: Some(key.to_owned()),
        reason: reason.to_owned(),
    };
    vec![
        works("supervisedPhone", WorkShare::All, None, Vec::new()),
        works(
            "phone",
            WorkShare::Some,
            Some("Some of it works on supervised devices only and is left out here."),
            vec![key("allowAirDrop", supervision), key("allowAccountModification", supervision)],
        ),
        works(
            "personalPhone",
            WorkShare::Some,
            Some("Apple does not allow some of it on a personal device with User Enrollment; that is left out here."),
            vec![
                key("allowAirDrop", personal),
                key("allowAccountModification", personal),
                key("allowCloudBackup", personal),
            ],
        ),
        works(
            "mac",
            WorkShare::Some,
            Some("Some of it is not for this kind of device and is left out here."),
            vec![key("requireManagedPasteboard", "Apple does not offer this on this kind of device.")],
        ),
        works("personalMac", WorkShare::Nothing, Some(personal), Vec::new()),
    ]
}

fn phone_only(supervision: bool, personal: bool) -> Needs {
    Needs { phone: Some(None), supervision, mac: None, personal }
}

fn with_mac(supervision: bool, since: Option<&str>) -> Needs {
    Needs { phone: Some(since.map(str::to_owned)), supervision, mac: Some(None), personal: false }
}

fn items(frame: &Frame) -> Vec<Sample> {
    let set = |key: &str, value: bool, is_demand: bool, needs: Needs| SetRestriction {
        key: key.to_owned(),
        is_demand,
        value,
        needs,
    };
    let restrictions = ItemContent::Restrictions {
        set: vec![
            set("allowAirDrop", false, false, with_mac(true, None)),
            set("allowAccountModification", false, false, with_mac(true, None)),
            set("allowCloudBackup", false, false, phone_only(false, false)),
            set("allowiPhoneMirroring", true, false, with_mac(true, Some("18.0"))),
            set("requireManagedPasteboard", true, true, phone_only(false, true)),
        ],
        blocked_apps: vec!["com.apple.news".to_owned(), "com.apple.tv".to_owned()],
        allowed_apps: Vec::new(),
    };
    let clip = ItemContent::WebClip {
        label: "Directory".to_owned(),
        url: "https://directory.stmarys.example/".to_owned(),
        full_screen: true,
        ignore_manifest_scope: true,
        removable: false,
        icon: Some(ICON.to_owned()),
        precomposed: true,
    };
    let identity = |days: i64| ItemContent::Identity {
        subject: "CN=ward-3,O=St. Mary’s".to_owned(),
        issuer: "CN=St. Mary’s Issuing CA,O=St. Mary’s".to_owned(),
        expires: NOW + Duration::days(days),
        more_certificates: 1,
    };
    let inside = |payload_type: &str, name: Option<&str>, keys: usize, is_unknown: bool| Inside {
        payload_type: payload_type.to_owned(),
        name: name.map(str::to_owned),
        keys,
        is_unknown,
    };
    let profile = ItemContent::Profile {
        file_name: "ward-3.mobileconfig".to_owned(),
        bytes: 14_210,
        signed_by: Some("St. Mary’s IT".to_owned()),
        payloads: vec![
            inside("com.apple.security.root", Some("Hospital root"), 2, false),
            inside("com.apple.wifi.managed", Some("Ward Wi-Fi"), 4, false),
            inside("com.apple.applicationaccess", None, 3, false),
            inside("com.example.scanner", Some("Scanner"), 7, true),
        ],
        is_personal: true,
        unknown_placeholders: vec!["${user.ward}".to_owned()],
    };
    [
        ("admin-item-restrictions", ItemView { works: in_part(), ..view("Patient data stays here", restrictions) }),
        ("admin-item-clip-icon", view("Staff directory", clip)),
        ("admin-item-identity", view("Ward identity", identity(400))),
        ("admin-item-identity-soon", view("Ward identity", identity(12))),
        ("admin-item-identity-expired", view("Ward identity", identity(-1))),
        ("admin-item-profile", ItemView { works: in_part(), ..view("Ward 3", profile) }),
    ]
    .into_iter()
    .map(|(name, view)| sample(name, item(frame, &chrome(), &view)))
    .collect()
}

fn groups() -> Vec<RestrictionGroup> {
    let row = |key: &str, is_common: bool, value: Option<bool>, needs: Needs| RestrictionRow {
        key: key.to_owned(),
        is_common,
        is_demand: key.starts_with("force") || key.starts_with("require"),
        value,
        needs,
    };
    let group = |code: &str, rows: Vec<RestrictionRow>| RestrictionGroup { code: code.to_owned(), rows };
    vec![
        group(
            "workData",
            vec![
                row("allowOpenFromManagedToUnmanaged", true, Some(false), phone_only(false, true)),
                row("requireManagedPasteboard", true, Some(true), phone_only(false, true)),
                row("forceAirDropUnmanaged", true, None, phone_only(false, true)),
            ],
        ),
        group(
            "screen",
            vec![
                row("allowCamera", true, None, with_mac(false, None)),
                row("allowScreenShot", true, None, Needs { personal: true, ..with_mac(false, None) }),
                row("allowVideoConferencing", false, None, phone_only(true, false)),
            ],
        ),
        group(
            "safari",
            vec![
                row("allowSafari", true, None, phone_only(true, false)),
                row("safariAllowPopups", false, Some(false), phone_only(false, false)),
            ],
        ),
        group(
            "sharing",
            vec![
                row("allowAirDrop", true, None, with_mac(true, None)),
                row("allowiPhoneMirroring", true, None, with_mac(true, Some("18.0"))),
            ],
        ),
    ]
}

fn forms(frame: &Frame) -> Vec<Sample> {
    let restrictions = RestrictionsForm { groups: groups(), ..RestrictionsForm::default() };
    let refused = RestrictionsForm {
        problem: Some(Problem::Other(frame.locale.texts().problem_nothing_set.to_owned())),
        blocked_apps: Input::refused("com.apple.news\nnot an app", Problem::NotBundleId),
        ..restrictions.clone()
    };
    let hiding = RestrictionsForm { hides_sign_in: true, ..restrictions.clone() };
    let clip = WebClipForm { full_screen: true, ignore_manifest_scope: true, ..WebClipForm::default() };
    let clip_refused = WebClipForm {
        url: Input::refused("roster", Problem::NotUrl),
        icon: FileInput {
            problem: Some(Problem::Other(frame.locale.texts().problem_not_png.to_owned())),
            ..FileInput::default()
        },
        ..clip.clone()
    };
    let clip_edited = WebClipForm {
        label: Input::new("Directory"),
        url: Input::new("https://directory.stmarys.example/"),
        icon: FileInput { stored: true, ..FileInput::default() },
        icon_address: Some(ICON.to_owned()),
        precomposed: true,
        ..clip.clone()
    };
    let waiting = |name: &str| FileInput { waiting: Some(("u".to_owned(), name.to_owned())), ..FileInput::default() };
    let identity_refused = IdentityForm {
        file: waiting("ward-3.p12"),
        password: Input::refused("", Problem::Other(frame.locale.texts().problem_pkcs12_password.to_owned())),
    };
    let bad = |sentence: String| FileInput { problem: Some(Problem::Other(sentence)), ..FileInput::default() };
    let payload = "2 “Management” (com.apple.mdm)";
    let t = frame.locale.texts();
    let refused_profile = ProfileForm {
        file: bad(baton_app::locale::fill(t.problem_profile_mdm, &[("payload", &payload)])),
        ..ProfileForm::default()
    };
    let large_profile = ProfileForm {
        file: bad(baton_app::locale::fill(t.problem_file_too_large, &[("size", &"2 MB")])),
        ..ProfileForm::default()
    };
    let changes = ProfileForm {
        file: waiting("ward-3.mobileconfig"),
        changes: vec![
            ProfileChange::Signature(Some("St. Mary’s IT".to_owned())),
            ProfileChange::RemovalLock,
            ProfileChange::RemovalDate,
        ],
        hides_sign_in: frame.locale == Locale::De,
        ..ProfileForm::default()
    };
    [
        ("admin-form-restrictions", None, ItemFormKind::Restrictions(restrictions)),
        ("admin-form-restrictions-refused", None, ItemFormKind::Restrictions(refused)),
        ("admin-form-restrictions-hiding", Some("r"), ItemFormKind::Restrictions(hiding)),
        ("admin-form-clip", None, ItemFormKind::WebClip(clip)),
        ("admin-form-clip-refused", None, ItemFormKind::WebClip(clip_refused)),
        ("admin-form-clip-edited", Some("d"), ItemFormKind::WebClip(clip_edited)),
        ("admin-form-identity", None, ItemFormKind::Identity(IdentityForm::default())),
        ("admin-form-identity-refused", None, ItemFormKind::Identity(identity_refused)),
        ("admin-form-profile", None, ItemFormKind::Profile(ProfileForm::default())),
        ("admin-form-profile-refused", None, ItemFormKind::Profile(refused_profile)),
        ("admin-form-profile-large", None, ItemFormKind::Profile(large_profile)),
        ("admin-form-profile-changes", None, ItemFormKind::Profile(changes)),
    ]
    .into_iter()
    .map(|(name, id, kind)| {
        let view = ItemFormView {
            id: id.map(str::to_owned),
            revision: "3".to_owned(),
            name: Input::new(if id.is_some() { "Patient data stays here" } else { "" }),
            description: Input::default(),
            kind,
        };
        sample(name, item_form(frame, &chrome(), &view))
    })
    .collect()
}
