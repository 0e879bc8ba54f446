// Looks at every page of a running Baton: follows all links and the addresses of all forms, and keeps account of which of the
// router's routes it has seen. `end2end/routes.txt` lists them; a test in `app` keeps that list equal to the router's.
import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";

/**
 * Routes that exist so that a form's address can be opened by hand: they only ever lead on, and show no page. So does removing
 * a push certificate while there is none, as in the demo; the gallery has that page.
 */
export const LEAD_ON = [
  "/account/passkeys/{id}/remove",
  "/account/passkeys/{id}/rename",
  "/account/password",
  "/account/sessions/end",
  "/account/sessions/end-others",
  "/admin/devices/links/{id}/revoke",
  "/admin/devices/{id}/found",
  "/admin/devices/{id}/orders/{command}/{what}",
  "/admin/settings/push/remove",
  "/admin/settings/push/request",
  "/admin/settings/sources/{id}/check",
  "/admin/users/invite/{id}/remove",
  "/admin/users/password-links",
  "/admin/users/{id}/enable",
  "/admin/users/{id}/lift-pause",
  "/admin/users/{id}/passkeys/remove",
  "/admin/users/{id}/password-link",
  "/admin/users/{id}/sessions/end",
  "/admin/users/{id}/sessions/end-all",
  "/clip/sign-in",
  "/devices/{id}/found",
  "/devices/{id}/orders/{command}/withdraw",
  "/sign-in/passkey",
  "/sign-out",
];

const routes = readFileSync(new URL("../routes.txt", import.meta.url), "utf8").split("\n").filter(Boolean);

// A fixed word takes precedence over a parameter in the same place, as in the router.
const withParametersLast = (route) => route.replaceAll(/\{\w+\}/g, "\uffff");
const patterns = routes
  .toSorted((a, b) => (withParametersLast(a) < withParametersLast(b) ? -1 : 1))
  .map((route) => ({ route, pattern: new RegExp(`^${route.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`) }));

const routeOf = ({ pathname }) => patterns.find(({ pattern }) => pattern.test(pathname))?.route;

/**
 * A tour through Baton with a visitor: `goto(url)`, `links()` (addresses of links and forms on the page), `check()` (what
 * must hold on every page), and `cookies()`.
 */
export class Tour {
  #visitor;
  #base;
  #inside;
  /** How many pages it has looked at. */
  pages = 0;
  /** Route → what it answered: `page`, or why there was none. */
  seen = new Map();
  #asked = new Map();

  constructor(visitor, baton) {
    this.#visitor = visitor;
    this.#base = baton.url;
    this.#inside = baton.inside;
  }

  /** Looks at the page of each address, and at all that its links lead to. */
  async follow(...addresses) {
    const queue = addresses.map((address) => new URL(address, this.#base));
    while (queue.length > 0) {
      const url = queue.shift();
      const answer = await this.#ask(url);
      this.#note(url, answer);
      if (answer !== "page") continue;
      await this.#visitor.goto(url.href);
      await this.#visitor.check();
      this.pages += 1;
      for (const link of await this.#visitor.links()) {
        const next = new URL(link, url);
        next.hash = "";
        if (next.origin !== new URL(this.#base).origin) continue;
        expect(routeOf(next), `a route for ${next.pathname}, which ${url.pathname} links to`).toBeDefined();
        if (this.#isNew(next)) queue.push(next);
      }
    }
  }

  /** Claims that every route has been seen, and each as what it is. */
  expectEveryRoute() {
    expect(
      routes.filter((route) => !this.seen.has(route)),
      "routes that the tour has not come to: link to them, or give the tour an address that leads there",
    ).toEqual([]);
    expect(
      [...this.seen].filter(([route, answer]) => answer === "leads on" && !LEAD_ON.includes(route)).map(([route]) => route),
      "routes that only led on to other pages: give the tour the state in which they show theirs, or add them to LEAD_ON",
    ).toEqual([]);
    expect(LEAD_ON.filter((route) => this.seen.get(route) === "page"), "routes of LEAD_ON that do show a page").toEqual([]);
  }

  /** Two addresses of a route are enough (a built-in item and another, two phones), and one of a list with questions. */
  #isNew(url) {
    const questions = [...new Set(url.searchParams.keys())].sort();
    // Forms differ with the kind of thing that they are for, and with what is to be done.
    const name = routeOf(url).replace(/\{(kind|action)\}$/, url.pathname.split("/").pop());
    const kind = `${name}?${questions}`;
    const addresses = this.#asked.get(kind) ?? new Set();
    const most = name.endsWith("}") && questions.length === 0 ? 2 : 1;
    if (addresses.has(url.href) || addresses.size >= most) return false;
    this.#asked.set(kind, addresses.add(url.href));
    return true;
  }

  async #ask(url) {
    const cookies = await this.#visitor.cookies();
    const stop = new AbortController();
    const answer = await fetch(new URL(url.pathname + url.search, this.#inside), {
      headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "), accept: "text/html" },
      redirect: "manual",
      signal: stop.signal,
    });
    stop.abort(); // the head says enough, and a stream has no end
    if (answer.status >= 300 && answer.status < 400) return "leads on";
    if (answer.status === 405) return "only posts";
    const type = answer.headers.get("content-type") ?? "nothing";
    return type.startsWith("text/html") ? "page" : type;
  }

  #note(url, answer) {
    const route = routeOf(url);
    if (route && this.seen.get(route) !== "page") this.seen.set(route, answer);
  }
}

/** Runs in a page: where its links, forms and pictures lead, and where its events and challenges come from. By attribute, since a form's
 * field may be called "action". */
export const LINKS = `[...document.querySelectorAll("a[href], form, [formaction], img[src], [data-events], [data-challenge]")].map((element) =>
  ["href", "formaction", "action", "src", "data-events", "data-challenge"].map((name) => element.getAttribute(name)).find((address) => address !== null) ?? "")`;
