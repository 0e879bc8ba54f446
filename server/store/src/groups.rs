//! What groups of users and of devices have in common. Who joins or leaves counts up its revision, because groups are
//! what distributions read.

use std::collections::BTreeSet;

use baton_model::fold::fold;

use crate::{
    changes::Change,
    error::StoreError,
    page::{Key, ListQuery, Order, Page},
    row::{Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

/// How many rows one statement takes at most: well under both engines' limits of arguments.
pub(crate) const CHUNK: usize = 500;

const IN_ORDER: Order = Order { columns: &[("name_key", Key::Text), ("id", Key::Text)], newest_first: false };

/// The tables of one kind of groups.
pub(crate) struct Groups {
    pub(crate) what: &'static str,
    pub(crate) groups: &'static str,
    pub(crate) members: &'static str,
    pub(crate) owners: &'static str,
    pub(crate) owner_id: &'static str,
    /// The assignments with which an owner's groups change.
    pub(crate) new_revision: &'static str,
    /// Counts the members of a row of `groups`.
    pub(crate) count: &'static str,
}

/// A membership: the group's id and the member's.
pub(crate) struct Membership {
    pub(crate) group: String,
    pub(crate) member: String,
}

impl Record for Membership {
    const TABLE: &'static str = "members";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { group: row.text("group_id")?, member: row.text("member_id")? })
    }
}

struct Id(String);

impl Record for Id {
    const TABLE: &'static str = "members";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        row.text("id").map(Self)
    }
}

impl Groups {
    fn select(&self, rest: &str) -> Statement {
        let Self { groups, count, .. } = self;
        sql(&format!("SELECT id, name, name_key, description, {count} AS members FROM {groups} {rest}"))
    }
}

impl Tx {
    pub(crate) async fn find_group<T: Record>(&mut self, of: &Groups, id: &str) -> Result<Option<T>, StoreError> {
        self.find(of.select("WHERE id = $1").bind(id)).await
    }

    pub(crate) async fn all_groups<T: Record>(&mut self, of: &Groups) -> Result<Vec<T>, StoreError> {
        self.list(of.select("ORDER BY name_key, id")).await
    }

    pub(crate) async fn list_groups<T: Record>(
        &mut self,
        of: &Groups,
        query: &ListQuery,
    ) -> Result<Page<T>, StoreError> {
        // Groups have few words, so the name itself is searched.
        let Groups { groups, count, .. } = of;
        let mut select = sql(&format!(
            "SELECT id, name, name_key, description, members FROM \
             (SELECT id, name, name_key, name_key AS search_key, description, {count} AS members FROM {groups}) AS listed \
             WHERE TRUE"
        ));
        select.search(query.search.as_deref());
        self.page(select, &IN_ORDER, query).await
    }

    pub(crate) async fn create_group(
        &mut self,
        of: &Groups,
        id: &str,
        name: &str,
        description: &str,
    ) -> Result<(), StoreError> {
        let insert = written(name, description).set("id", id).insert_into(of.groups);
        self.change(insert).await.map(|_| ())
    }

    pub(crate) async fn save_group(
        &mut self,
        of: &Groups,
        id: &str,
        name: &str,
        description: &str,
    ) -> Result<(), StoreError> {
        let mut update = written(name, description).update(of.groups);
        update.push(" WHERE id = ").argument(id);
        self.change_existing(of.what, update).await
    }

    pub(crate) async fn delete_group(&mut self, of: &Groups, id: &str) -> Result<(), StoreError> {
        let Groups { groups, members, owners, owner_id, what, new_revision, .. } = of;
        // The group first, as whoever changes its members does.
        let lock = self.engine().lock_rows();
        self.find_existing::<Id>(what, sql(&format!("SELECT id FROM {groups} WHERE id = $1{lock}")).bind(id)).await?;
        let update = format!(
            "UPDATE {owners} SET {new_revision} \
             WHERE id IN (SELECT {owner_id} FROM {members} WHERE group_id = $1)"
        );
        self.note_change(Change::Decisions);
        self.change(sql(&update).bind(id)).await?;
        self.change_existing(what, sql(&format!("DELETE FROM {groups} WHERE id = $1")).bind(id)).await?;
        self.bump_memberships().await
    }

    /// Makes `wanted` the members of the group; whether that changes them.
    pub(crate) async fn set_members(
        &mut self,
        of: &Groups,
        group: &str,
        wanted: BTreeSet<&str>,
    ) -> Result<bool, StoreError> {
        let Groups { groups, members, owner_id, what, .. } = of;
        // The lock lets one change of the group's members happen after the other.
        let lock = self.engine().lock_rows();
        self.find_existing::<Id>(what, sql(&format!("SELECT id FROM {groups} WHERE id = $1{lock}")).bind(group))
            .await?;
        let present = sql(&format!("SELECT {owner_id} AS id FROM {members} WHERE group_id = $1")).bind(group);
        let present: BTreeSet<String> = self.list::<Id>(present).await?.into_iter().map(|Id(id)| id).collect();
        let joined: Vec<(&str, &str)> =
            wanted.iter().filter(|id| !present.contains(**id)).map(|id| (group, *id)).collect();
        let left: Vec<(&str, &str)> =
            present.iter().filter(|id| !wanted.contains(id.as_str())).map(|id| (group, id.as_str())).collect();
        self.change_members(of, &joined, &left).await
    }

    /// Makes `wanted` the groups of the member; whether that changes them.
    pub(crate) async fn set_groups(
        &mut self,
        of: &Groups,
        member: &str,
        wanted: BTreeSet<&str>,
    ) -> Result<bool, StoreError> {
        let Groups { members, owners, owner_id, .. } = of;
        let lock = self.engine().lock_rows();
        let owner = sql(&format!("SELECT id FROM {owners} WHERE id = $1{lock}")).bind(member);
        self.find_existing::<Id>(of.member_name(), owner).await?;
        let present = sql(&format!("SELECT group_id AS id FROM {members} WHERE {owner_id} = $1")).bind(member);
        let present: BTreeSet<String> = self.list::<Id>(present).await?.into_iter().map(|Id(id)| id).collect();
        let joined: Vec<(&str, &str)> =
            wanted.iter().filter(|id| !present.contains(**id)).map(|id| (*id, member)).collect();
        let left: Vec<(&str, &str)> =
            present.iter().filter(|id| !wanted.contains(id.as_str())).map(|id| (id.as_str(), member)).collect();
        self.change_members(of, &joined, &left).await
    }

    pub(crate) async fn groups_of(&mut self, of: &Groups, member: &str) -> Result<Vec<String>, StoreError> {
        let Groups { members, owner_id, .. } = of;
        let select = sql(&format!("SELECT group_id AS id FROM {members} WHERE {owner_id} = $1")).bind(member);
        Ok(self.list::<Id>(select).await?.into_iter().map(|Id(id)| id).collect())
    }

    pub(crate) async fn all_memberships(&mut self, of: &Groups) -> Result<Vec<Membership>, StoreError> {
        let Groups { members, owner_id, .. } = of;
        let select = format!("SELECT group_id, {owner_id} AS member_id FROM {members} ORDER BY group_id, {owner_id}");
        self.list(sql(&select)).await
    }

    /// Adds and removes memberships, each a group's id and a member's, and counts up the members' revisions and that of
    /// all memberships; whether there was anything to do.
    async fn change_members(
        &mut self,
        of: &Groups,
        joined: &[(&str, &str)],
        left: &[(&str, &str)],
    ) -> Result<bool, StoreError> {
        let Groups { members, owners, owner_id, new_revision, .. } = of;
        if joined.is_empty() && left.is_empty() {
            return Ok(false);
        }
        for chunk in joined.chunks(CHUNK) {
            let mut insert = sql(&format!("INSERT INTO {members} (group_id, {owner_id}) VALUES "));
            push_pairs(&mut insert, chunk);
            insert.push(" ON CONFLICT (group_id, ").push(owner_id).push(") DO NOTHING");
            self.change(insert.once()).await?;
        }
        for chunk in left.chunks(CHUNK) {
            let mut delete = sql(&format!("DELETE FROM {members} WHERE (group_id, {owner_id}) IN (VALUES "));
            push_pairs(&mut delete, chunk);
            delete.push(")");
            self.change(delete.once()).await?;
        }
        // In one order everywhere, so that two such transactions wait for each other instead of blocking each other.
        let changed: BTreeSet<&str> = joined.iter().chain(left).map(|(_, member)| *member).collect();
        let changed: Vec<&str> = changed.into_iter().collect();
        if !changed.is_empty() {
            self.note_change(Change::Decisions);
        }
        for chunk in changed.chunks(CHUNK) {
            let mut update = sql(&format!("UPDATE {owners} SET {new_revision} WHERE id IN ("));
            update.arguments(chunk.iter().copied()).push(")");
            self.change(update).await?;
        }
        self.bump_memberships().await?;
        Ok(true)
    }
}

impl Groups {
    fn member_name(&self) -> &'static str {
        if self.owners == "users" { "user" } else { "device" }
    }
}

fn push_pairs(statement: &mut Statement, pairs: &[(&str, &str)]) {
    for (index, (group, member)) in pairs.iter().enumerate() {
        statement.push(if index == 0 { "(" } else { ", (" });
        statement.argument(*group).push(", ").argument(*member).push(")");
    }
}

fn written(name: &str, description: &str) -> Columns {
    Columns::new().set("name", name).set("name_key", &fold(name)).set("description", description)
}
