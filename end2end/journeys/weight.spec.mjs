// The clip's sign-in page is light: 14 kB compressed in all, and no WebAssembly.
import { expect, test } from "../support/journey.mjs";
import { iconOf } from "../support/people.mjs";

test("the sign-in page of a phone weighs at most 14 kB and loads no WebAssembly", async ({ page, baton }) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const loads = [];
  const sizes = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => loads.push({ requestId, url: response.url }));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await page.goto(await iconOf(baton), { waitUntil: "networkidle" });

  const shown = loads.map(({ url, requestId }) => `${new URL(url).pathname} ${sizes.get(requestId)}`);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  console.log(`the sign-in page loads ${total} bytes, headers included: ${shown.join(", ")}`);
  expect(total).toBeLessThanOrEqual(14_000);
  expect(loads.filter(({ url }) => /\.(wasm|js)$/.test(url))).toEqual([]);
});
