//! The recipe of the seeds works as written (spec C2).

use baton_policy::snapshot::Snapshot;
use baton_policy::{Engine, Outcome};

const SNAPSHOT: &str = r#"{
    "version": 1,
    "attributes": { "user": [{ "id": "Multiuser owner", "type": "yesNo" }] },
    "userGroups": [
        { "id": "everyone", "name": "Everyone", "rule": "all of ()" },
        { "id": "g1", "name": "multi-users", "rule": "user.\"Multiuser owner\" is not yes" },
        { "id": "g2", "name": "only Nobody", "rule": "user.\"Multiuser owner\" is yes" }
    ],
    "deviceGroups": [
        { "id": "in-use", "rule": "user in group \"multi-users\"" },
        { "id": "free", "rule": "user in group \"only Nobody\"" }
    ],
    "users": [
        { "id": "nobody", "nobody": true, "attributes": { "Multiuser owner": "OWNER" } },
        { "id": "ann" }
    ],
    "devices": [{
        "id": "phone", "holder": "ann",
        "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" }
    }],
    "items": [
        { "id": "clip", "kind": "secureSignIn", "role": "signInClip", "distribution": "allDevices" },
        { "id": "mail", "kind": "storeApp", "distribution": { "custom": { "includeUserGroups": ["g1"] } } },
        { "id": "chat", "kind": "storeApp", "distribution": { "custom": { "includeDeviceGroups": ["in-use"] } } },
        { "id": "poster", "kind": "webClip", "distribution": { "custom": { "includeDeviceGroups": ["free"] } } },
        { "id": "wifi", "kind": "wifi", "distribution": { "custom": { "includeUserGroups": ["everyone"] } } }
    ]
}"#;

#[test]
fn what_multi_users_get_leaves_at_sign_out_and_what_only_nobody_gets_comes() {
    for owner in ["Yes", "True", "yes"] {
        let snapshot = Snapshot::from_json(&SNAPSHOT.replace("OWNER", owner)).unwrap();
        let engine = Engine::new(&snapshot).unwrap();
        let phone = engine.device(&"phone".into()).unwrap();
        for (item, for_ann, for_nobody) in [
            ("clip", Outcome::Allow, Outcome::Allow),
            ("mail", Outcome::Allow, Outcome::Deny),
            ("chat", Outcome::Allow, Outcome::Deny),
            ("poster", Outcome::Deny, Outcome::Allow),
            ("wifi", Outcome::Allow, Outcome::Allow),
        ] {
            let index = engine.item(&item.into()).unwrap();
            assert_eq!(engine.decide(index, phone).outcome, for_ann, "{item} for Ann");
            assert_eq!(
                engine.decide_for(index, phone, engine.nobody().unwrap()).outcome,
                for_nobody,
                "{item} for Nobody"
            );
        }
    }
}
