//! People from a file: all of them or none (B1).

use baton_core::{
    Actor, CoreError,
    accounts::{ImportPlan, ImportProblem, ImportRowProblem},
};
use baton_model::Role;

use crate::{office::Office, people::form};

impl Office {
    async fn plan(&self, file: &str) -> ImportPlan {
        self.core.plan_import(&Actor::System, file.as_bytes(), self.now()).await.unwrap()
    }

    async fn import(&self, file: &str, plan: &ImportPlan) -> Result<ImportPlan, CoreError> {
        self.core.import_users(&Actor::System, file.as_bytes(), &plan.fingerprint(), self.now()).await
    }

    async fn people(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM users WHERE id <> 'nobody'").await
    }
}

const FILE: &str = "userName,displayName,email,role,groups\n\
                    ada,Ada Lovelace,ada@heron.example,auditor,Nurses\n\
                    ben,Ben Okri,,,\n";

on_both_engines! {
    async fn a_plan_changes_nothing(mut office) {
        office.add_group("Nurses", &[]).await;
        let plan = office.plan(FILE).await;
        assert_eq!((plan.added.len(), plan.taken.len(), plan.problems.len()), (2, 0, 0), "{plan:?}");
        assert_eq!(office.people().await, 0);
    }

    async fn everybody_in_the_file_is_added_with_role_and_groups(mut office) {
        let nurses = office.add_group("Nurses", &[]).await;
        office.import(FILE, &office.plan(FILE).await).await.unwrap();
        let ada = office.core.user_named(&Actor::System, "ADA", office.now()).await.unwrap().unwrap();
        assert_eq!((ada.role, ada.email.as_deref()), (Role::Auditor, Some("ada@heron.example")));
        let detail = office.core.user_detail(&Actor::System, &ada.id, office.now()).await.unwrap();
        assert!(detail.groups.contains(&nurses) && !detail.has_password);
        assert_eq!(office.people().await, 2);
        assert_eq!(office.audit().await.iter().filter(|line| line.contains("user.create")).count(), 2);
    }

    async fn who_is_there_already_stays_as_they_are_and_is_reported(mut office) {
        office.add_group("Nurses", &[]).await;
        let ada = office.core.create_user(&Actor::System, &form("ADA"), office.now()).await.unwrap();
        let plan = office.plan(FILE).await;
        assert_eq!(plan.taken.iter().map(|row| (row.line, &*row.user_name)).collect::<Vec<_>>(), [(2, "ada")]);
        office.import(FILE, &plan).await.unwrap();
        assert_eq!(office.user(&ada).await.role, Role::User);
        assert_eq!(office.people().await, 2);
    }

    async fn nobody_is_taken_too(mut office) {
        let plan = office.plan("userName,displayName\nNobody,Nobody Else\n").await;
        assert_eq!((plan.added.len(), plan.taken.len()), (0, 1));
    }

    async fn one_wrong_line_and_nobody_is_added(mut office) {
        let plan = office.plan(FILE).await;
        let problem = ImportRowProblem::Group("Nurses".to_owned());
        assert_eq!(plan.problems, [ImportProblem::Row { line: 2, problem }]);
        let refused = office.import(FILE, &plan).await;
        assert!(matches!(refused, Err(CoreError::Stale)), "{refused:?}");
        assert_eq!(office.people().await, 0);
    }

    async fn what_would_do_something_else_by_now_is_not_done(mut office) {
        office.add_group("Nurses", &[]).await;
        let plan = office.plan(FILE).await;
        office.core.create_user(&Actor::System, &form("ben"), office.now()).await.unwrap();
        let refused = office.import(FILE, &plan).await;
        assert!(matches!(refused, Err(CoreError::Stale)), "{refused:?}");
        assert_eq!(office.people().await, 1);
    }

    async fn a_thousand_people_are_added_at_once(mut office) {
        let rows: String = (0..1000).map(|number| format!("user{number},Person {number}\n")).collect();
        let file = format!("userName,displayName\n{rows}");
        office.import(&file, &office.plan(&file).await).await.unwrap();
        assert_eq!(office.people().await, 1000);
    }

    async fn only_who_manages_users_imports(mut office) {
        let ada = office.add_person("ada").await;
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let actor = office.person(&ada, role);
            let planned = office.core.plan_import(&actor, FILE.as_bytes(), office.now()).await;
            let added = office.core.import_users(&actor, FILE.as_bytes(), "", office.now()).await;
            assert!(matches!(planned, Err(CoreError::Denied(_))) && matches!(added, Err(CoreError::Denied(_))));
        }
    }
}
