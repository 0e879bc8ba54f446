// A real OpenID Connect provider for tests: oidc-provider, in Entra's shape or as it is, with people who have passwords.
//
// Journeys start it with `OpenIdProvider.start({ … })`. Other programs start this file with the same options as JSON; it
// prints one line of JSON when it is ready (`issuer`, `origin`), and ends when its standard input does:
//   node end2end/support/openid-provider.mjs '{"shape":"entra","clients":[…]}'
import { createHash, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Provider from "oidc-provider";

export const TENANT = "11111111-2222-3333-4444-555555555555";

/** People who can sign in unless a test brings its own; `oid` is their object id in Entra's shape. */
export const PEOPLE = [
  {
    username: "alice@example.test",
    password: "correct horse",
    oid: "aaaaaaaa-0000-0000-0000-000000000001",
    claims: { name: "Alice Anders", email: "alice@mail.example.test", groups: ["staff"] },
  },
  {
    username: "ben@example.test",
    password: "battery staple",
    oid: "aaaaaaaa-0000-0000-0000-000000000002",
    claims: { name: "Ben Berg", email: "ben@mail.example.test", groups: ["staff", "leads"] },
  },
];

export class OpenIdProvider {
  /** Whether it ignores that a login must be a fresh one, as long as its own session lasts. May be changed at any time. */
  skipPromptLogin;
  /** How many times the page with the password was sent, all in all. */
  asked = 0;
  #server;
  #people;
  #provider;
  #prefix;

  /**
   * `shape` is "entra" (Entra's addresses and claims) or "plain". `clients` are oidc-provider's: client_id, client_secret,
   * redirect_uris, post_logout_redirect_uris. `port` 0 is any.
   */
  static async start({ shape = "entra", port = 0, clients, people = PEOPLE, skipPromptLogin = false }) {
    const provider = new OpenIdProvider();
    provider.skipPromptLogin = skipPromptLogin;
    provider.#people = new Map(people.map((person) => [person.username, person]));
    provider.#server = createServer((request, response) => {
      provider.#answer(request, response).catch((error) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    });
    await new Promise((resolve, reject) => {
      provider.#server.once("error", reject);
      provider.#server.listen(port, "127.0.0.1", resolve);
    });
    provider.origin = `http://127.0.0.1:${provider.#server.address().port}`;
    provider.#prefix = shape === "entra" ? `/${TENANT}` : "";
    provider.issuer = shape === "entra" ? `${provider.origin}/${TENANT}/v2.0` : provider.origin;
    provider.#provider = new Provider(provider.issuer, provider.#configuration(shape, clients));
    return provider;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  #configuration(shape, clients) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const entra = shape === "entra";
    const own = {
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: entra ? "client_secret_post" : "client_secret_basic",
      // Entra says when somebody authenticated once the optional claim is configured.
      require_auth_time: true,
    };
    return {
      clients: clients.map((client) => ({ ...own, ...client })),
      jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "key" }] },
      claims: {
        openid: entra ? ["sub", "tid", "oid"] : ["sub"],
        profile: ["name", "preferred_username", "groups", ...(entra ? ["upn", "ver"] : [])],
        email: ["email"],
        auth_time: null,
      },
      // As it is, the provider keeps claims about the person for its UserInfo endpoint; Entra puts them into the ID token.
      conformIdTokenClaims: !entra,
      scopes: ["openid", "profile", "email"],
      pkce: { required: () => true },
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: { enabled: true, logoutSource: signOutPage, postLogoutSuccessSource: signedOutPage },
      },
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      cookies: { keys: ["only a test"] },
      findAccount: (_, username) => this.#account(username, entra),
      ...(entra
        ? {
            routes: {
              authorization: "/oauth2/v2.0/authorize",
              token: "/oauth2/v2.0/token",
              jwks: "/discovery/v2.0/keys",
              end_session: "/oauth2/v2.0/logout",
              userinfo: "/oidc/userinfo",
            },
          }
        : {}),
    };
  }

  #account(username, entra) {
    const person = this.#people.get(username);
    if (!person) return undefined;
    const sub = createHash("sha256").update(`of Baton alone: ${username}`).digest("base64url");
    const more = entra ? { tid: TENANT, ver: "2.0", oid: person.oid, upn: username } : {};
    return { accountId: username, claims: async () => ({ sub, preferred_username: username, ...more, ...person.claims }) };
  }

  async #answer(request, response) {
    const interaction = /^\/interaction\/[\w-]+$/.exec(new URL(request.url, this.origin).pathname);
    if (interaction) return this.#interact(request, response);
    if (!request.url.startsWith(`${this.#prefix}/`)) {
      response.statusCode = 404;
      return response.end();
    }
    // Entra's metadata are below the issuer, everything else below the tenant.
    request.url = request.url.slice(this.#prefix.length).replace(/^\/v2\.0(?=\/\.well-known)/, "");
    if (this.skipPromptLogin && request.url.includes("authorize?")) request.url = withoutFreshness(request.url);
    request.originalUrl = this.#prefix + request.url;
    return this.#provider.callback()(request, response);
  }

  async #interact(request, response) {
    const { prompt, params, session } = await this.#provider.interactionDetails(request, response);
    if (prompt.name === "consent") {
      // Nobody is asked: an administrator has consented for all.
      const grant = new this.#provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope("openid profile email");
      const consent = { grantId: await grant.save() };
      return this.#provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
    }
    let problem = "";
    if (request.method === "POST") {
      const form = await formOf(request);
      if (form.has("cancel")) {
        const refusal = { error: "access_denied", error_description: "The person gave up." };
        return this.#provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
      }
      const person = this.#people.get(form.get("username"));
      if (person && person.password === form.get("password")) {
        const login = { accountId: person.username };
        return this.#provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
      }
      problem = "The user name or password is wrong.";
    }
    this.asked += 1;
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("cache-control", "no-store");
    response.end(signInPage(params.login_hint ?? "", problem));
  }
}

/** The address without what asks for a fresh login. */
function withoutFreshness(address) {
  const url = new URL(address, "http://localhost");
  url.searchParams.delete("prompt");
  url.searchParams.delete("max_age");
  return url.pathname + url.search;
}

async function formOf(request) {
  let body = "";
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
}

function page(title, content) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<main>
<h1>${title}</h1>
${content}
</main>
</html>`;
}

const escaped = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function signInPage(username, problem) {
  return page(
    "Sign in at the provider",
    `${problem && `<p role="alert">${escaped(problem)}</p>`}
<form method="post">
<p><label for="username">User name</label> <input id="username" name="username" autocomplete="username" value="${escaped(username)}"></p>
<p><label for="password">Password</label> <input id="password" name="password" type="password" autocomplete="current-password"></p>
<p><button>Sign in</button> <button name="cancel" value="yes">Cancel</button></p>
</form>`,
  );
}

function signOutPage(context, form) {
  // The form is oidc-provider's, with its token against forgery; buttons are ours to add.
  context.body = page(
    "Sign out at the provider",
    `${form}<p><button form="op.logoutForm" name="logout" value="yes">Sign out</button></p>`,
  );
}

function signedOutPage(context) {
  context.body = page("Signed out at the provider", "<p>Nobody is signed in.</p>");
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const provider = await OpenIdProvider.start(JSON.parse(process.argv[2]));
  process.stdout.write(`${JSON.stringify({ issuer: provider.issuer, origin: provider.origin })}\n`);
  // Whoever started this may end without a word; its end of the pipe ends with it.
  process.stdin.resume().on("end", () => process.exit());
}
