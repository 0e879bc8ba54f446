//! The schemas that are checked in are those of the types.

use std::{env, fs, path::Path};

use baton_policy::schema;

#[test]
fn the_schemas_are_those_of_the_types() {
    for (file, schema) in
        [("snapshot.schema.json", schema::snapshot()), ("wasm/types.schema.json", schema::everything())]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if env::var_os("BATON_WRITE_TABLES").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert!(
            fs::read_to_string(&path).is_ok_and(|known| known == text),
            "{file} is out of date: BATON_WRITE_TABLES=1 cargo test -p baton-policy writes it anew"
        );
    }
}
