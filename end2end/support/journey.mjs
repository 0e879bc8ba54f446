// What every journey starts with: `test` with a `baton` of its own (a real server with simulated iPhones, on the project's
// database), whose address is the base of every relative address.
import { test as base, expect } from "@playwright/test";
import { Baton } from "./baton.mjs";

export { expect };

export const test = base.extend({
  /** Which database: sqlite or postgres. */
  engine: ["sqlite", { option: true }],

  /** Whether people reach it by https. */
  https: [false, { option: true }],

  /** Under which name people reach it without https; passkeys need a name, and this machine's own needs no https. */
  host: ["127.0.0.1", { option: true }],

  /** How many times as fast the phones are as in the demo; 1 where a journey watches them at work. */
  speed: [8, { option: true }],

  baton: async ({ engine, https, host, speed }, use, testInfo) => {
    const baton = await Baton.start({ engine, https, host, speed, slot: testInfo.parallelIndex });
    try {
      await use(baton);
    } finally {
      await baton.remove();
      // The server's own words say most about why a journey failed.
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("baton's output", { body: baton.output, contentType: "text/plain" });
      }
    }
  },

  baseURL: async ({ baton }, use) => use(baton.url),
});
