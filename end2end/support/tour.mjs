// The way through Baton on which every page comes into view, in any browser.
import { LEAD_ON } from "./every-page.mjs";
import { FIRST_PHONE } from "./people.mjs";

/** What the demo does not have, and so does not link to: some files, a passkey, people of a directory. */
const UNLINKED = [
  "/account/confirm/challenge",
  "/admin/apps/{id}/icon",
  "/admin/configurations/{id}/icon",
  "/admin/settings/push/request.csr",
  "/admin/users/{id}/make-local",
  "/admin/users/invite/{id}/sync",
];

/** A directory where nobody listens: its pages say so. */
const directory = (name) => ({
  Name: name,
  Server: "127.0.0.1",
  Port: "1",
  "Bind DN": "cn=baton,dc=example,dc=test",
  "Bind password": "reeds and herons",
  "Base DN of people": "dc=example,dc=test",
});

/**
 * Takes the tour through all routes. `does` are a browser's ways: `signIn(address, name)` signs in on that page, `setUp()`
 * creates the administrator, `send(address, fields, button)` fills in a form, `text(selector)` reads, `forget()` drops all
 * cookies.
 */
export async function seeEverything(tour, baton, icon, does) {
  const setUpLink = await baton.address(/\/setup\//);
  await tour.follow("/sign-in", "/sign-in/callback", setUpLink, `/password/${"A".repeat(43)}`, "/clip", `/clip/${"A".repeat(43)}`, "/no/such/page");

  await does.signIn(icon, "ada");
  await tour.follow("/clip?steady", "/clip/sign-out", "/clip/end-session", "/clip/events");

  await does.setUp();
  await does.send("/admin/device-groups/add", { Name: "Phones of ward 3" }, "Save");
  await does.send("/admin/policy-tests/add?example", {}, "Save");
  // Two, so that there is something to choose.
  await does.send("/admin/settings/sources/add/open-ldap", directory("Ward directory"), "Add");
  await does.send("/admin/settings/sources/add/active-directory", directory("Clinic directory"), "Add");
  await does.send("/admin/devices/add", { "What for": "Ward 4" }, "Make link");
  const enrollmentLink = await does.text("code.copy");
  // First what only some devices and items have: a holder to release from, and a web clip with an icon.
  await tour.follow(`/admin/devices?q=${encodeURIComponent(FIRST_PHONE)}`, "/admin/configurations?q=directory");
  await tour.follow("/admin", "/", "/account/confirm", setUpLink, enrollmentLink);
  await tour.follow(...[...LEAD_ON, ...UNLINKED].map((route) => route.replaceAll(/\{\w+\}/g, "x")));

  await does.forget();
  await does.signIn("/sign-in", "ada");
  await tour.follow("/", "/admin");
  tour.expectEveryRoute();
}
