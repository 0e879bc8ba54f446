//! From the text to the tree.

use super::check::{check_side, type_of};
use super::error::{Position, RuleProblem, RuleTextError, listed};
use super::operator::{Operator, SPELLINGS};
use super::pattern::Pattern;
use super::print::print;
use super::reference::{DeviceFact, FactRef, GroupRef, Side, UserFact};
use super::tree::{Rule, Test};
use super::vocabulary::Vocabulary;
use super::{MAX_DEPTH, MAX_TEXT};
use crate::value::{Value, ValueType};

/// Reads the text of a rule for a group of users (`Side::User`) or of devices, and checks it
/// against the attributes and groups there are.
///
/// ```text
/// rule      = ("all" | "any" | "none") "of" "(" [ rule { "," rule } [ "," ] ] ")" | condition
/// condition = side "." ( fact | "attribute" ) test | side [ "not" ] "in" "group" "name"
/// side      = "user" | "device"
/// test      = operator [ value | "(" value { "," value } ")" ] | "has a value" | "has no value"
/// value     = "text in quotes" | yes | no | 12.5 | 2026-05-01 | 17.4.1 | option
/// ```
///
/// # Errors
///
/// The first thing that is wrong, with its place and what was expected there.
pub fn parse(text: &str, side: Side, vocabulary: &Vocabulary<'_>) -> Result<Rule, RuleTextError> {
    let too_long = || RuleTextError { at: Position::of(text, 0), problem: RuleProblem::TooLong };
    if text.len() > MAX_TEXT {
        return Err(too_long());
    }
    let mut parser = Parser { text, at: 0, side, vocabulary };
    let rule = parser.rule(0).and_then(|rule| {
        parser.skip_space();
        if parser.rest().is_empty() { Ok(rule) } else { parser.expected("the end of the rule") }
    });
    let rule = rule.map_err(|Failure { offset, problem }| RuleTextError { at: Position::of(text, offset), problem })?;
    // What is accepted must also be accepted once it is written in the canonical way.
    if print(&rule, vocabulary).len() > MAX_TEXT { Err(too_long()) } else { Ok(rule) }
}

struct Parser<'a> {
    text: &'a str,
    /// Bytes read so far.
    at: usize,
    side: Side,
    vocabulary: &'a Vocabulary<'a>,
}

struct Failure {
    offset: usize,
    problem: RuleProblem,
}

/// How much of a text an error repeats, in characters.
const LONGEST_FOUND: usize = 40;

const START_OF_RULE: &str = "`all of`, `any of`, `none of`, `user` or `device`";

impl<'a> Parser<'a> {
    fn rule(&mut self, depth: usize) -> Result<Rule, Failure> {
        self.skip_space();
        let start = self.at;
        let make = match self.word() {
            "all" => Rule::All,
            "any" => Rule::Any,
            "none" => Rule::None,
            "user" => return self.condition(Side::User, start),
            "device" => return self.condition(Side::Device, start),
            _ => {
                self.at = start;
                return self.expected(START_OF_RULE);
            }
        };
        self.expect_words("of")?;
        if depth == MAX_DEPTH {
            return Err(Failure { offset: start, problem: RuleProblem::TooDeep });
        }
        Ok(make(self.listed("a condition or `)`", |parser| parser.rule(depth + 1))?))
    }

    /// A list in parentheses; a comma may stand after the last.
    fn listed<T>(
        &mut self,
        what: &str,
        mut part: impl FnMut(&mut Self) -> Result<T, Failure>,
    ) -> Result<Vec<T>, Failure> {
        let mut parts = Vec::new();
        if !self.eat('(') {
            return self.expected("`(`");
        }
        while !self.eat(')') {
            if self.rest().is_empty() {
                return self.expected(what);
            }
            parts.push(part(self)?);
            if !self.eat(',') && !self.next_is(')') {
                return self.expected("`,` or `)`");
            }
        }
        Ok(parts)
    }

    fn condition(&mut self, side: Side, start: usize) -> Result<Rule, Failure> {
        let wrong_side = check_side(side, self.side).map_err(|problem| Failure { offset: start, problem });
        if !self.rest().starts_with('.') {
            if let Some(make) = self.relation() {
                wrong_side?;
                return Ok(make(self.group(side)?));
            }
            return self.expected("`.`, `in group` or `not in group`");
        }
        wrong_side?;
        self.at += 1;
        let fact = self.fact(side)?;
        let value_type = type_of(&fact, self.vocabulary).map_err(|problem| Failure { offset: start, problem })?;
        let test = self.test(value_type)?;
        Ok(Rule::condition(fact, test))
    }

    fn relation(&mut self) -> Option<fn(GroupRef) -> Rule> {
        if self.eat_words("in group") {
            Some(Rule::InGroup)
        } else if self.eat_words("not in group") {
            Some(Rule::NotInGroup)
        } else {
            None
        }
    }

    fn group(&mut self, side: Side) -> Result<GroupRef, Failure> {
        self.skip_space();
        let offset = self.at;
        let name = self.quoted("the name of a group in quotes")?;
        let found = self.vocabulary.find_group(side, &name);
        found.map_err(|why| Failure { offset, problem: RuleProblem::no_group(why, side, &name) })
    }

    fn fact(&mut self, side: Side) -> Result<FactRef, Failure> {
        let offset = self.at;
        if self.rest().starts_with('"') {
            let name = self.quoted("the name of an attribute in quotes")?;
            let found = self.vocabulary.find_attribute(side, &name);
            let id = found.map_err(|why| Failure { offset, problem: RuleProblem::no_attribute(why, side, &name) })?;
            return Ok(match side {
                Side::User => FactRef::UserAttribute(id),
                Side::Device => FactRef::DeviceAttribute(id),
            });
        }
        let name = self.word();
        if name.is_empty() {
            return self.expected("a fact, or the name of an attribute in quotes");
        }
        let (fact, names) = match side {
            Side::User => (name.parse::<UserFact>().map(FactRef::User), UserFact::NAMES),
            Side::Device => (name.parse::<DeviceFact>().map(FactRef::Device), DeviceFact::NAMES),
        };
        fact.map_err(|_| Failure {
            offset,
            problem: RuleProblem::UnknownFact { side, given: name.to_owned(), expected: listed(names) },
        })
    }

    fn test(&mut self, value_type: ValueType<'_>) -> Result<Test, Failure> {
        self.skip_space();
        let offset = self.at;
        let Some((_, operator)) = SPELLINGS.iter().find(|(words, _)| self.eat_words(words)) else {
            return self.expected(&listed(&Operator::words_for(value_type)));
        };
        if !operator.is_for(value_type) {
            return Err(Failure { offset, problem: RuleProblem::not_for(*operator, value_type) });
        }
        Ok(match operator {
            Operator::Is => Test::Is(self.value(value_type)?),
            Operator::IsNot => Test::IsNot(self.value(value_type)?),
            Operator::OneOf => Test::OneOf(self.values(value_type)?),
            Operator::StartsWith => Test::StartsWith(self.text_value()?),
            Operator::Contains => Test::Contains(self.text_value()?),
            Operator::Matches => Test::Matches(Pattern(self.text_value()?)),
            Operator::Below => Test::Below(self.value(value_type)?),
            Operator::AtMost => Test::AtMost(self.value(value_type)?),
            Operator::AtLeast => Test::AtLeast(self.value(value_type)?),
            Operator::Above => Test::Above(self.value(value_type)?),
            Operator::HasValue => Test::HasValue,
            Operator::HasNoValue => Test::HasNoValue,
        })
    }

    fn values(&mut self, value_type: ValueType<'_>) -> Result<Vec<Value>, Failure> {
        self.skip_space();
        let offset = self.at;
        let values = self.listed("a value or `)`", |parser| parser.value(value_type))?;
        if values.is_empty() { Err(Failure { offset, problem: RuleProblem::NoValues }) } else { Ok(values) }
    }

    fn value(&mut self, value_type: ValueType<'_>) -> Result<Value, Failure> {
        self.skip_space();
        let offset = self.at;
        if value_type == ValueType::Text {
            return self.text_value().map(Value::Text);
        }
        let text = if self.rest().starts_with('"') { self.quoted("a value")? } else { self.bare().to_owned() };
        if text.is_empty() && offset == self.at {
            return self.expected(&format!("a {}", value_type.name()));
        }
        value_type.read(&text).map_err(|problem| Failure { offset, problem: problem.into() })
    }

    fn text_value(&mut self) -> Result<String, Failure> {
        self.skip_space();
        self.quoted("a text in quotes")
    }

    fn quoted(&mut self, what: &str) -> Result<String, Failure> {
        if !self.eat('"') {
            return self.expected(what);
        }
        let mut content = String::new();
        loop {
            let rest = self.rest();
            let Some(next) = rest.chars().next() else {
                return self.expected("`\"`");
            };
            match next {
                '"' => {
                    self.at += 1;
                    return Ok(content);
                }
                '\\' => content.push(self.escape()?),
                plain => {
                    self.at += plain.len_utf8();
                    content.push(plain);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        let rest = self.rest();
        for (spelling, meant) in [("\\\"", '"'), ("\\\\", '\\'), ("\\n", '\n')] {
            if rest.starts_with(spelling) {
                self.at += spelling.len();
                return Ok(meant);
            }
        }
        let code = rest.strip_prefix("\\u{").and_then(|rest| rest.split_once('}')).map(|(code, _)| code);
        let meant = code
            .filter(|code| (1..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        match (code, meant) {
            (Some(code), Some(meant)) => {
                self.at += "\\u{}".len() + code.len();
                Ok(meant)
            }
            _ => self.expected("`\\\"`, `\\\\`, `\\n` or `\\u{…}` with a character's number"),
        }
    }

    /// What stands up to the next space or sign of the grammar.
    fn bare(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|next: char| next.is_whitespace() || matches!(next, '(' | ')' | ',' | '"'));
        let (bare, _) = rest.split_at(end.unwrap_or(rest.len()));
        self.at += bare.len();
        bare
    }

    /// A run of ASCII letters and digits.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|next: char| !next.is_ascii_alphanumeric()).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn eat_words(&mut self, words: &str) -> bool {
        let start = self.at;
        for word in words.split(' ') {
            self.skip_space();
            if self.word() != word {
                self.at = start;
                return false;
            }
        }
        true
    }

    fn expect_words(&mut self, words: &str) -> Result<(), Failure> {
        if self.eat_words(words) { Ok(()) } else { self.expected(&format!("`{words}`")) }
    }

    fn eat(&mut self, sign: char) -> bool {
        let found = self.next_is(sign);
        if found {
            self.at += sign.len_utf8();
        }
        found
    }

    fn next_is(&mut self, sign: char) -> bool {
        self.skip_space();
        self.rest().starts_with(sign)
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Refuses what stands at the next sign.
    fn expected<T>(&mut self, what: &str) -> Result<T, Failure> {
        self.skip_space();
        let offset = self.at;
        let rest = self.rest();
        let word = rest.chars().skip(1).take(LONGEST_FOUND).take_while(|next| next.is_alphanumeric());
        let found = match rest.chars().next() {
            None => "the end".to_owned(),
            Some(first) => format!("`{}`", std::iter::once(first).chain(word).collect::<String>()),
        };
        Err(Failure { offset, problem: RuleProblem::Expected { expected: what.to_owned(), found } })
    }
}
