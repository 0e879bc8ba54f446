//! An organisation's attributes and groups, and random rules over them.

use std::sync::LazyLock;

use baton_policy::rule::{
    Condition, DeviceFact, FactRef, GroupRef, Operator, Pattern, Side, Test, UserFact, Vocabulary,
};
use baton_policy::value::{Options, ValueType};
use baton_policy::{
    AttributeDefinition, AttributeId, AttributeType, Date, DeviceGroupId, Number, OsVersion, Rule, UserGroupId, Value,
};
use proptest::prelude::*;
use proptest::sample::select;

fn choice() -> AttributeType {
    AttributeType::Choice(["not", "Ward A", "ward \"b\""].map(str::to_owned).to_vec())
}

static USER_ATTRIBUTES: LazyLock<Vec<AttributeDefinition>> = LazyLock::new(|| {
    vec![
        AttributeDefinition::new("Multiuser owner", AttributeType::YesNo),
        AttributeDefinition {
            name: Some("Department".to_owned()),
            ..AttributeDefinition::new("a1", AttributeType::Text)
        },
        AttributeDefinition::new("Level", AttributeType::Number),
        AttributeDefinition::new("Joined", AttributeType::Date),
        AttributeDefinition::new("Ward", choice()),
    ]
});

static DEVICE_ATTRIBUTES: LazyLock<Vec<AttributeDefinition>> = LazyLock::new(|| {
    vec![
        AttributeDefinition::new("Bought", AttributeType::Date),
        AttributeDefinition::new("Ward", choice()),
        AttributeDefinition { name: Some("Twin".to_owned()), ..AttributeDefinition::new("t1", AttributeType::Text) },
        AttributeDefinition { name: Some("twin".to_owned()), ..AttributeDefinition::new("t2", AttributeType::Text) },
    ]
});

static USER_GROUPS: LazyLock<Vec<(UserGroupId, &str)>> =
    LazyLock::new(|| vec![("g1".into(), "Staff"), ("everyone".into(), "Everyone"), ("g2".into(), "g1")]);

static DEVICE_GROUPS: LazyLock<Vec<(DeviceGroupId, &str)>> =
    LazyLock::new(|| vec![("d1".into(), "Ward \"3\"\n\\ \u{7}"), ("d2".into(), "Pool")]);

pub fn vocabulary() -> Vocabulary<'static> {
    let mut vocabulary = Vocabulary::default();
    USER_ATTRIBUTES.iter().for_each(|each| vocabulary.add_user_attribute(each));
    DEVICE_ATTRIBUTES.iter().for_each(|each| vocabulary.add_device_attribute(each));
    USER_GROUPS.iter().for_each(|(id, name)| vocabulary.add_user_group(id, name));
    DEVICE_GROUPS.iter().for_each(|(id, name)| vocabulary.add_device_group(id, name));
    vocabulary
}

/// Every fact and attribute that a rule for this side can read.
pub fn facts(side: Side) -> Vec<FactRef> {
    let of_users = UserFact::ALL.iter().map(|fact| FactRef::User(*fact));
    let of_users = of_users.chain(USER_ATTRIBUTES.iter().map(|each| FactRef::UserAttribute(each.id.clone())));
    let of_devices = DeviceFact::ALL.iter().map(|fact| FactRef::Device(*fact));
    let of_devices = of_devices.chain(DEVICE_ATTRIBUTES.iter().map(|each| FactRef::DeviceAttribute(each.id.clone())));
    match side {
        Side::User => of_users.collect(),
        Side::Device => of_users.chain(of_devices).collect(),
    }
}

pub fn type_of(fact: &FactRef) -> ValueType<'static> {
    let attribute = |all: &'static [AttributeDefinition], id: &AttributeId| {
        all.iter().find(|each| each.id == *id).unwrap().attribute_type.value_type()
    };
    match fact {
        FactRef::User(fact) => fact.value_type(),
        FactRef::Device(fact) => fact.value_type(),
        FactRef::UserAttribute(id) => attribute(&USER_ATTRIBUTES, id),
        FactRef::DeviceAttribute(id) => attribute(&DEVICE_ATTRIBUTES, id),
    }
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof!["[ab]{0,3}", any::<String>(), Just("İ \"\\\n,)".to_owned())]
}

pub fn value(value_type: ValueType<'static>) -> BoxedStrategy<Value> {
    match value_type {
        ValueType::Text => some_text().prop_map(Value::Text).boxed(),
        ValueType::YesNo => any::<bool>().prop_map(Value::YesNo).boxed(),
        ValueType::Number => prop_oneof![-3_000_i64..3_000, -999_999_999_999_999_i64..=999_999_999_999_999]
            .prop_map(|thousandths| Value::Number(Number::from_thousandths(thousandths).unwrap()))
            .boxed(),
        ValueType::Date => (1_u16..=9999, 1_u8..=12, 1_u8..=28)
            .prop_map(|(year, month, day)| Value::Date(Date::new(year, month, day).unwrap()))
            .boxed(),
        ValueType::Version => (0_u16..40, any::<u16>(), 0_u16..3)
            .prop_map(|(major, minor, patch)| Value::Version(OsVersion::new(major, minor, patch)))
            .boxed(),
        ValueType::Choice(options) => {
            let options: Vec<String> = Options::iter(options).map(str::to_owned).collect();
            select(options).prop_map(Value::Choice).boxed()
        }
    }
}

fn test(value_type: ValueType<'static>) -> impl Strategy<Value = Test> {
    let operators: Vec<Operator> =
        Operator::ALL.iter().copied().filter(|operator| operator.is_for(value_type)).collect();
    let values = prop::collection::vec(value(value_type), 1..4);
    (select(operators), values, some_text()).prop_map(|(operator, values, text)| {
        let value = values[0].clone();
        match operator {
            Operator::Is => Test::Is(value),
            Operator::IsNot => Test::IsNot(value),
            Operator::OneOf => Test::OneOf(values),
            Operator::StartsWith => Test::StartsWith(text),
            Operator::Contains => Test::Contains(text),
            Operator::Matches => Test::Matches(Pattern(text)),
            Operator::Below => Test::Below(value),
            Operator::AtMost => Test::AtMost(value),
            Operator::AtLeast => Test::AtLeast(value),
            Operator::Above => Test::Above(value),
            Operator::HasValue => Test::HasValue,
            Operator::HasNoValue => Test::HasNoValue,
        }
    })
}

pub fn condition(side: Side) -> impl Strategy<Value = Condition> {
    select(facts(side))
        .prop_flat_map(|fact| test(type_of(&fact)).prop_map(move |test| Condition { fact: fact.clone(), test }))
}

fn group(side: Side) -> impl Strategy<Value = GroupRef> {
    let of_users = USER_GROUPS.iter().map(|(id, _)| GroupRef::User(id.clone()));
    let of_devices = DEVICE_GROUPS.iter().map(|(id, _)| GroupRef::Device(id.clone()));
    let groups: Vec<_> = match side {
        Side::User => of_users.collect(),
        Side::Device => of_users.chain(of_devices).collect(),
    };
    select(groups)
}

pub fn rule(side: Side) -> impl Strategy<Value = Rule> {
    let leaf = prop_oneof![
        6 => condition(side).prop_map(Rule::Condition),
        1 => group(side).prop_map(Rule::InGroup),
        1 => group(side).prop_map(Rule::NotInGroup),
    ];
    leaf.prop_recursive(4, 24, 4, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 0..4).prop_map(Rule::All),
            prop::collection::vec(part.clone(), 0..4).prop_map(Rule::Any),
            prop::collection::vec(part, 0..4).prop_map(Rule::None),
        ]
    })
}
