//! A real OpenLDAP server, thrown away afterwards: own folder, own ports, own certificates.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use baton_identity::ldap::{
    LdapSettings, Security,
    fake::{Authority, CertificateKind},
};
use tempfile::TempDir;

pub const BASE: &str = "dc=example,dc=test";
/// How many people are generated, for paging.
pub const GENERATED: usize = 1200;

/// How often a server is started before that is given up.
const ATTEMPTS: usize = 3;
/// How often, and how long apart, a starting server is tried.
const TRIES: usize = 600;
const PAUSE: Duration = Duration::from_millis(10);

/// The server. Dropping it ends it and removes its folder.
pub struct Slapd {
    process: Child,
    folder: TempDir,
    ldaps: u16,
    plain: u16,
    authority: Authority,
}

/// What a server is started with.
struct Installed {
    slapd: PathBuf,
    ldapmodify: PathBuf,
    schema: PathBuf,
    modules: Option<PathBuf>,
}

impl Slapd {
    /// A running server with everything in it, or nothing where none is installed. In CI that is a failure.
    #[expect(clippy::print_stderr, reason = "a skipped test must not look like a passed one")]
    pub fn start() -> Option<Self> {
        let Some(installed) = Installed::find() else {
            let remedy = "install OpenLDAP's server and tools (Debian: apt-get install slapd ldap-utils; macOS: brew \
                          install openldap)";
            assert!(env::var("CI").as_deref() != Ok("true"), "the tests need a real directory: {remedy}");
            eprintln!("SKIPPED on OpenLDAP: there is no slapd on this machine; {remedy}");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let slapd = installed.set_up(folder.path(), &authority);
        // A port that was free a moment ago may be taken by now.
        for attempt in 1..=ATTEMPTS {
            let [ldaps, plain] = [free_port(), free_port()];
            let mut process = start(&slapd, folder.path(), ldaps, plain);
            if listens(&mut process, ldaps) {
                let server = Self { process, folder, ldaps, plain, authority };
                server.load_groups(&installed);
                return Some(server);
            }
            end(&mut process);
            let log = fs::read_to_string(folder.path().join("log")).unwrap();
            assert!(attempt < ATTEMPTS, "slapd did not start: {log}");
        }
        None
    }

    /// How to reach it as its reader.
    pub fn settings(&self, security: Security) -> LdapSettings {
        let mut settings = LdapSettings {
            host: "localhost".to_owned(),
            port: if security == Security::Ldaps { self.ldaps } else { self.plain },
            security,
            authorities_pem: Some(self.authority.pem().to_owned()),
            bind_dn: format!("cn=reader,{BASE}"),
            bind_password: "reader-pw".into(),
            people_base: format!("ou=people,{BASE}"),
            group_base: format!("ou=groups,{BASE}"),
            ..LdapSettings::open_ldap(BASE)
        };
        settings.attributes.principal_name = Some("userPrincipalName".to_owned());
        settings.login_attributes = ["uid", "mail", "sAMAccountName", "userPrincipalName"].map(str::to_owned).to_vec();
        settings
    }

    /// The port that speaks in the clear until STARTTLS.
    pub fn plain_port(&self) -> u16 {
        self.plain
    }

    fn load_groups(&self, installed: &Installed) {
        let mut load = Command::new(&installed.ldapmodify);
        load.args(["-x", "-H", &socket(self.folder.path()), "-D", &format!("cn=admin,{BASE}"), "-w", "admin", "-f"]);
        run(load.arg(fixtures().join("groups.ldif")));
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

impl Installed {
    fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
        let elsewhere = [
            "/usr/sbin",
            "/usr/local/sbin",
            "/usr/local/libexec",
            "/usr/libexec",
            "/opt/homebrew/opt/openldap/libexec",
            "/opt/homebrew/opt/openldap/bin",
            "/usr/local/opt/openldap/libexec",
            "/usr/local/opt/openldap/bin",
        ];
        folders.extend(elsewhere.map(PathBuf::from));
        let program = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file());
        let folder = |folders: &[&str]| folders.iter().map(PathBuf::from).find(|folder| folder.is_dir());
        Some(Self {
            slapd: program("slapd")?,
            ldapmodify: program("ldapmodify")?,
            schema: folder(&[
                "/etc/ldap/schema",
                "/etc/openldap/schema",
                "/opt/homebrew/etc/openldap/schema",
                "/usr/local/etc/openldap/schema",
            ])?,
            modules: folder(&[
                "/usr/lib/ldap",
                "/usr/lib64/openldap",
                "/usr/lib/openldap",
                "/usr/local/libexec/openldap",
            ]),
        })
    }

    /// Writes what the server needs into this folder, with the people; returns the program to start.
    fn set_up(&self, folder: &Path, authority: &Authority) -> PathBuf {
        let identity = authority.issue(CertificateKind::Good);
        fs::write(folder.join("certificate.pem"), identity.certificate_pem).unwrap();
        fs::write(folder.join("key.pem"), identity.key_pem).unwrap();
        fs::create_dir(folder.join("db")).unwrap();
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let conf = fs::read_to_string(fixtures().join("slapd.conf")).unwrap();
        let conf = conf
            .replace("@SCHEMA@", &text(&self.schema))
            .replace("@FIXTURES@", &text(&fixtures()))
            .replace("@MODULES@", &self.modules())
            .replace("@DIR@", &text(folder));
        fs::write(folder.join("slapd.conf"), conf).unwrap();
        let people = fs::read_to_string(fixtures().join("people.ldif")).unwrap() + &generated();
        fs::write(folder.join("people.ldif"), people).unwrap();
        let slapd = self.program(folder);
        let mut add = Command::new(&slapd);
        add.args(["-T", "add", "-q", "-f"]).arg(folder.join("slapd.conf")).arg("-l").arg(folder.join("people.ldif"));
        run(&mut add);
        slapd
    }

    /// The program to start. AppArmor, where a distribution ships a profile, keeps the installed one out of this folder; it
    /// goes by path, so a copy may. `cp` makes it: what this process had open for writing, a server that another test starts
    /// at that moment would have open too, and then the copy could not be started.
    fn program(&self, folder: &Path) -> PathBuf {
        if !Path::new("/etc/apparmor.d/usr.sbin.slapd").exists() {
            return self.slapd.clone();
        }
        let copy = folder.join("slapd");
        run(Command::new("cp").arg(&self.slapd).arg(&copy));
        copy
    }

    /// What is a module here, and not built in.
    fn modules(&self) -> String {
        let Some(folder) = &self.modules else { return String::new() };
        let is_module = |name: &&str| ["la", "so"].iter().any(|end| folder.join(format!("{name}.{end}")).is_file());
        let load = ["back_mdb", "memberof"].into_iter().filter(is_module).map(|name| format!("moduleload {name}\n"));
        format!("modulepath {}\n{}", folder.display(), load.collect::<String>())
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ldap")
}

/// People enough for several pages.
fn generated() -> String {
    let person = |number: usize| {
        format!(
            "\ndn: uid=g{number:04},ou=generated,ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: g{number:04}\ncn: \
             Generated {number:04}\nsn: Generated\nmail: g{number:04}@example.test\n"
        )
    };
    (0..GENERATED).map(person).collect()
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// The address of the server's socket.
fn socket(folder: &Path) -> String {
    format!("ldapi://{}", folder.join("ldapi").to_str().unwrap().replace('/', "%2F"))
}

fn start(slapd: &Path, folder: &Path, ldaps: u16, plain: u16) -> Child {
    let listen = format!("ldaps://127.0.0.1:{ldaps} ldap://127.0.0.1:{plain} {}", socket(folder));
    let log = fs::File::create(folder.join("log")).unwrap();
    Command::new(slapd)
        // With a level of debugging, even 0, it stays in the foreground.
        .args(["-d", "0", "-h", &listen, "-f"])
        .arg(folder.join("slapd.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Waits until the server listens; false when it ended instead.
fn listens(process: &mut Child, port: u16) -> bool {
    for _ in 0..TRIES {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return true;
        }
        sleep(PAUSE);
    }
    false
}

fn end(process: &mut Child) {
    drop(process.kill());
    drop(process.wait());
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
