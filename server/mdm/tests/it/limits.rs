//! What a message may cost.

use baton_mdm::message::{
    AnswerStatus, MAX_ANSWER_BYTES, MAX_CHECK_IN_BYTES, MAX_DEPTH, MAX_TEXT_BYTES, MAX_VALUES, MessageError,
    parse_answer, parse_check_in,
};

use crate::support::xml;

#[test]
fn an_oversized_message_is_refused_by_its_size_alone() {
    let body = vec![b'<'; MAX_CHECK_IN_BYTES + 1];

    let expected = MessageError::TooLarge { limit: MAX_CHECK_IN_BYTES, actual: MAX_CHECK_IN_BYTES + 1 };
    assert_eq!(parse_check_in(&body), Err(expected));
}

#[test]
fn an_answer_may_be_larger_than_a_check_in_but_not_without_limit() {
    assert!(matches!(parse_answer(&vec![b'<'; MAX_ANSWER_BYTES + 1]), Err(MessageError::TooLarge { .. })));
}

#[test]
fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
    let deep = 100_000;
    let body = xml(&format!("<key>Status</key>{}{}", "<array>".repeat(deep), "</array>".repeat(deep)));

    assert_eq!(parse_answer(&body), Err(MessageError::TooDeep { limit: MAX_DEPTH }));
}

#[test]
fn nesting_up_to_the_limit_is_accepted() {
    let levels = MAX_DEPTH - 1;
    let body = xml(&format!(
        "<key>Status</key><string>Idle</string><key>UDID</key><string>u</string><key>x</key>{}{}",
        "<array>".repeat(levels),
        "</array>".repeat(levels)
    ));

    assert!(parse_answer(&body).is_ok());
}

#[test]
fn more_values_than_honest_are_refused() {
    let body = xml(&format!("<key>x</key><array>{}</array>", "<true/>".repeat(MAX_VALUES as usize + 1)));

    assert_eq!(parse_answer(&body), Err(MessageError::TooManyValues { limit: MAX_VALUES }));
}

/// A binary property list whose root array refers `references` times to one text.
fn repeated_text(text_bytes: usize, references: u16) -> Vec<u8> {
    let mut body = b"bplist00".to_vec();
    let root = body.len();
    body.extend([0xaf, 0x11]);
    body.extend(references.to_be_bytes());
    body.extend(vec![1; usize::from(references)]);
    let text = body.len();
    body.extend([0x5f, 0x12]);
    body.extend((text_bytes as u32).to_be_bytes());
    body.extend(vec![b'x'; text_bytes]);
    let offsets = body.len();
    body.extend((root as u32).to_be_bytes());
    body.extend((text as u32).to_be_bytes());
    body.extend([0, 0, 0, 0, 0, 0, 4, 1]);
    body.extend(2_u64.to_be_bytes());
    body.extend(0_u64.to_be_bytes());
    body.extend((offsets as u64).to_be_bytes());
    body
}

#[test]
fn a_binary_list_that_repeats_one_text_cannot_grow() {
    assert_eq!(parse_answer(&repeated_text(1_000_000, 10_000)), Err(MessageError::ContentRepeated));
}

#[test]
fn the_list_above_is_well_formed_when_it_is_small() {
    assert_eq!(parse_answer(&repeated_text(10, 2)), Err(MessageError::NotADictionary));
}

/// A binary property list of arrays that each hold the next one many times: small to send, endless to read.
fn doubling_arrays(levels: u8, width: u8) -> Vec<u8> {
    let mut body = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for level in 0..levels {
        offsets.push(body.len() as u32);
        body.extend([0xaf, 0x10, width]);
        body.extend(vec![level + 1; usize::from(width)]);
    }
    offsets.push(body.len() as u32);
    body.push(0x09);
    let table = body.len() as u64;
    for offset in &offsets {
        body.extend(offset.to_be_bytes());
    }
    body.extend([0, 0, 0, 0, 0, 0, 4, 1]);
    body.extend((offsets.len() as u64).to_be_bytes());
    body.extend(0_u64.to_be_bytes());
    body.extend(table.to_be_bytes());
    body
}

#[test]
fn a_binary_list_that_multiplies_itself_is_refused() {
    assert_eq!(parse_answer(&doubling_arrays(30, 200)), Err(MessageError::TooManyValues { limit: MAX_VALUES }));
}

#[test]
fn a_text_longer_than_any_name_is_refused() {
    let body = xml(&format!("<key>Status</key><string>{}</string>", "x".repeat(5000)));

    assert!(matches!(parse_answer(&body), Err(MessageError::BadValue { key: "Status", .. })));
}

#[test]
fn a_long_error_description_is_cut_and_does_not_lose_the_answer() {
    let body = xml(&format!(
        "<key>UDID</key><string>u</string><key>CommandUUID</key><string>c</string>
         <key>Status</key><string>Error</string><key>ErrorChain</key><array><dict>
         <key>USEnglishDescription</key><string>{}</string></dict></array>",
        "é".repeat(5000)
    ));

    let AnswerStatus::Error(chain) = parse_answer(&body).unwrap().status else {
        panic!("expected an error");
    };
    assert_eq!(chain[0].us_english.as_ref().map(String::len), Some(MAX_TEXT_BYTES));
}
