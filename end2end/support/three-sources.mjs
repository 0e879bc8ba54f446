// Signing in with each kind of source, in the portal and on a shared phone, in any browser (B1–B3, A4–A6).
import { BASE, OpenLdap, READER, PEOPLE as IN_DIRECTORY } from "./openldap.mjs";
import { OpenIdProvider, PEOPLE as AT_PROVIDER, TENANT } from "./openid-provider.mjs";
import { PASSWORD } from "./people.mjs";

const CLIENT = "baton";
const SECRET = "a secret between two servers";
const DIRECTORY = "Clinic directory";
const ENTRA = "Contoso";
const PLAIN = "Keyhouse";

/** The servers that people come from, for one Baton. */
export async function startSources(baton) {
  const client = {
    client_id: CLIENT,
    client_secret: SECRET,
    redirect_uris: [`${baton.url}/sign-in/callback`],
    post_logout_redirect_uris: [`${baton.url}/sign-in`, `${baton.url}/clip`],
  };
  const [directory, entra, plain] = await Promise.all([
    OpenLdap.start(),
    OpenIdProvider.start({ shape: "entra", clients: [client] }),
    OpenIdProvider.start({ shape: "plain", clients: [client] }),
  ]);
  return { directory, entra, plain, stop: () => Promise.all([directory.stop(), entra.stop(), plain.stop()]) };
}

/** As administrator: tells Baton of them. `does` are a browser's ways, by the words on the page. */
export async function addSources(does, { directory, entra, plain }) {
  const add = async (kind, fields, ...folded) => {
    await does.goto(`/admin/settings/sources/add/${kind}`);
    for (const part of folded) await does.unfold(part);
    for (const [label, text] of Object.entries(fields)) await does.fill(label, text);
    await does.tick("People who were not imported may sign in");
    await does.press("Add");
    await does.expectHeading(fields.Name);
  };
  await add("open-ldap", {
    Name: DIRECTORY,
    Server: "localhost",
    Port: String(directory.port),
    "CA certificates": directory.authority,
    "Bind DN": READER.dn,
    "Bind password": READER.password,
    "Base DN of people": BASE,
  }, "Certificate authority");
  await add("entra", {
    Name: ENTRA,
    Tenants: TENANT,
    "Application (client) id": CLIENT,
    "Client secret": SECRET,
    "National cloud": entra.origin,
  }, /^More/);
  await add("openid", { Name: PLAIN, Issuer: plain.issuer, "Client id": CLIENT, "Client secret": SECRET });
}

/** Signs in with name and password, in Baton's form. */
async function withPassword(does, { uid, password }) {
  await does.fill("User name", uid);
  await does.fill("Password", password);
  await does.press("Sign in");
}

/** Signs in at a provider, where the password is asked for. */
async function atProvider(does, source, person) {
  await does.press(`Sign in with ${source}`);
  await enterAtProvider(does, person);
}

async function enterAtProvider(does, person) {
  await does.expectHeading("Sign in at the provider");
  await does.fill("User name", person.username);
  await does.fill("Password", person.password);
  await does.press("Sign in");
}

/** Ends the provider's session too, and comes back (A6). */
async function pastProvider(does, heading) {
  await does.expectHeading("Sign out at the provider");
  await does.press("Sign out");
  await does.expectHeading(heading);
}

const LENA = IN_DIRECTORY[0];
const [ALICE, BEN] = AT_PROVIDER;
const LOCAL = { uid: "ada", password: PASSWORD, name: "Ada Lindqvist" };

/** In the portal, one after the other. */
export async function signInToPortal(does) {
  const at = "Sign in";
  for (const person of [LOCAL, LENA]) {
    await does.goto("/sign-in");
    await withPassword(does, person);
    await does.expectText(person.name);
    await does.press("Sign out");
    await does.expectHeading(at);
  }
  for (const [source, person] of [[ENTRA, ALICE], [PLAIN, BEN]]) {
    await does.goto("/sign-in");
    await atProvider(does, source, person);
    await does.expectText(person.claims.name);
    await does.press("Sign out");
    await pastProvider(does, at);
  }
}

/** Clocks may differ by so much: a provider's word that is older is too old. */
const SKEW_SECONDS = 30;

/** On a shared phone, one after the other, while somebody has a session at the provider in this browser. */
export async function signInOnPhone(does, icon, { entra }) {
  const handBack = async () => {
    await does.follow("Sign out");
    await does.press(/^Sign out/);
  };
  const free = "Sign in to this phone";
  await does.goto("/sign-in");
  await atProvider(does, ENTRA, ALICE);
  await does.expectText(ALICE.claims.name);
  const since = Date.now();

  await does.goto(icon);
  for (const person of [LOCAL, LENA]) {
    await does.expectHeading(free);
    await withPassword(does, person);
    await does.expectText(`Signed in as ${person.name}`);
    await does.expectHeading("Ready");
    await handBack();
  }
  await does.expectHeading(free);

  // A provider that goes by its session, as if nobody had asked for more.
  const left = since + (SKEW_SECONDS + 2) * 1000 - Date.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  entra.skipPromptLogin = true;
  await does.press(`Sign in with ${ENTRA}`);
  await does.expectText("You were not asked for your password again.");
  // One that does as it is told asks for the password, whatever session there is.
  entra.skipPromptLogin = false;
  await atProvider(does, ENTRA, ALICE);
  await does.expectText(`Signed in as ${ALICE.claims.name}`);
  await does.expectHeading("Ready");
  await handBack();
  await pastProvider(does, free);
}
