// A real OpenLDAP server for journeys, thrown away afterwards: own folder, own port, own certificate. `make test` installs it;
// tools/slapd.sh says where it is.
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./ports.mjs";

const run = promisify(execFile);

export const BASE = "dc=heron,dc=test";
export const READER = { dn: `cn=reader,${BASE}`, password: "only reads" };
/** People who can sign in, and the group that they are in. */
export const PEOPLE = [
  { uid: "lena", name: "Lena Lindt", password: "lanterns on the lake" },
  { uid: "lars", name: "Lars Lund", password: "larks above ledges" },
];
export const GROUP = "night shift";

const SCHEMAS = ["/etc/ldap/schema", "/etc/openldap/schema", "/opt/homebrew/etc/openldap/schema", "/usr/local/etc/openldap/schema"];

export class OpenLdap {
  #child;
  #folder;

  static async start() {
    const directory = new OpenLdap();
    directory.#folder = await mkdtemp(join(tmpdir(), "baton-ldap-"));
    directory.port = await freePort();
    directory.authority = await makeCertificates(directory.#folder);
    await directory.#launch();
    return directory;
  }

  async #launch() {
    const folder = this.#folder;
    const { stdout } = await run("tools/slapd.sh");
    // AppArmor, where a distribution ships a profile, keeps the installed program out of this folder; it goes by path.
    const program = join(folder, "slapd");
    await cp(stdout.trim(), program);
    await mkdir(join(folder, "db"));
    await writeFile(join(folder, "slapd.conf"), await configuration(folder));
    await writeFile(join(folder, "people.ldif"), people());
    await run(program, ["-T", "add", "-q", "-f", join(folder, "slapd.conf"), "-l", join(folder, "people.ldif")]);
    const listen = `ldaps://127.0.0.1:${this.port}`;
    this.#child = spawn(program, ["-d", "0", "-h", listen, "-f", join(folder, "slapd.conf")], { stdio: "ignore" });
    await new Promise((resolve, reject) => {
      this.#child.once("exit", (code) => reject(new Error(`slapd ended with exit code ${code}`)));
      const knock = () => {
        const socket = connect(this.port, "127.0.0.1", () => {
          socket.destroy();
          resolve();
        });
        socket.on("error", () => setTimeout(knock, 50));
      };
      knock();
    });
  }

  async stop() {
    this.#child?.kill("SIGKILL");
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** An authority's certificate in PEM; beside it in the folder are those of the server, which it vouches for. */
async function makeCertificates(folder) {
  const at = (name) => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await run("openssl", ["req", "-x509", ...key, "-subj", "/CN=Heron Authority", "-addext", "basicConstraints=critical,CA:TRUE",
    "-keyout", at("authority.key"), "-out", at("authority.pem")]);
  await run("openssl", ["req", ...key, "-subj", "/CN=localhost", "-keyout", at("server.key"), "-out", at("server.csr")]);
  await writeFile(at("server.ext"), "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n");
  await run("openssl", ["x509", "-req", "-days", "2", "-in", at("server.csr"), "-CA", at("authority.pem"), "-CAkey", at("authority.key"),
    "-CAcreateserial", "-extfile", at("server.ext"), "-out", at("server.pem")]);
  return readFile(at("authority.pem"), "utf8");
}

async function configuration(folder) {
  const { existsSync } = await import("node:fs");
  const schema = SCHEMAS.find((place) => existsSync(join(place, "inetorgperson.schema")));
  const include = ["core", "cosine", "inetorgperson"].map((name) => `include ${schema}/${name}.schema`).join("\n");
  return `${include}
pidfile ${folder}/slapd.pid
TLSCACertificateFile ${folder}/authority.pem
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
database ldif
suffix "${BASE}"
rootdn "cn=admin,${BASE}"
directory ${folder}/db
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${READER.dn}" read by * auth
`;
}

function people() {
  const person = ({ uid, name, password }) => `dn: uid=${uid},ou=people,${BASE}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${name}
sn: ${name.split(" ").at(-1)}
mail: ${uid}@heron.test
userPassword: ${password}
`;
  return [
    `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: heron\no: Heron Clinic\n`,
    ...["people", "groups"].map((unit) => `dn: ou=${unit},${BASE}\nobjectClass: organizationalUnit\nou: ${unit}\n`),
    `dn: ${READER.dn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: ${READER.password}\n`,
    ...PEOPLE.map(person),
    `dn: cn=${GROUP},ou=groups,${BASE}\nobjectClass: groupOfNames\ncn: ${GROUP}\n${PEOPLE.map(({ uid }) => `member: uid=${uid},ou=people,${BASE}`).join("\n")}\n`,
  ].join("\n");
}

