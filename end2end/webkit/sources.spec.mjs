// People from three sources sign in, in Safari's engine, with and without WebAssembly (B1–B3, A4–A6).
import { iconOf } from "../support/people.mjs";
import { addSources, signInOnPhone, signInToPortal, startSources } from "../support/three-sources.mjs";
import { setUp, test } from "../support/webkit.mjs";

test("a local user, one of a directory and two of providers sign in", async ({ safari, baton }) => {
  const sources = await startSources(baton);
  try {
    const icon = await iconOf(baton);
    await setUp(safari, baton);
    safari.unfold = (name) => safari.press(name);
    await addSources(safari, sources);
    await safari.goto("/");
    await safari.press("Sign out");
    await safari.expectHeading("Sign in");
    await signInToPortal(safari);
    await signInOnPhone(safari, icon, sources);
  } finally {
    await sources.stop();
  }
});
