// WebKit, Safari's engine: a window that a person uses by labels and names, and the fixture that opens one.
// WEBKIT_DRIVER names the driver's program (`make test-e2e` sets it); each worker starts its own, on a screen of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as journey, expect } from "./journey.mjs";
import { ADMINISTRATOR, PASSWORD } from "./people.mjs";
import { freePort } from "./ports.mjs";
import { Session, WebDriverError } from "./webdriver.mjs";

export { expect };

/** What may be pressed, followed, filled in or ticked, by the role that a person knows it by. */
const CANDIDATES = {
  button: "button, input[type=submit], summary",
  link: "a[href]",
  field: "input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select",
  checkbox: "input[type=checkbox]",
  radio: "input[type=radio]",
};

/** A window. Everything waits until the page has it, since pages load again by themselves. */
export class Safari {
  constructor(session, base) {
    this.session = session;
    this.base = base;
  }

  async goto(address) {
    await this.session.goto(new URL(address, this.base).href);
  }

  async path() {
    const { pathname, search } = new URL(await this.session.url());
    return pathname + search;
  }

  /** The main heading; empty while there is none. */
  heading() {
    return this.session.run("return document.querySelector('h1')?.innerText ?? ''");
  }

  /** What can be read on the page, white space folded. */
  text(selector = "body") {
    return this.session.run(
      "return [...document.querySelectorAll(arguments[0])].map((part) => part.innerText).join('\\n').replace(/\\s+/g, ' ')",
      selector,
    );
  }

  async expectHeading(heading) {
    await expect.poll(() => this.heading(), { timeout: 60_000 })[heading instanceof RegExp ? "toMatch" : "toBe"](heading);
  }

  async expectText(text, selector) {
    await expect.poll(() => this.text(selector), { timeout: 60_000 })[text instanceof RegExp ? "toMatch" : "toContain"](text);
  }

  async expectPath(path) {
    await expect.poll(() => this.path())[path instanceof RegExp ? "toMatch" : "toBe"](path);
  }

  press = (name) => this.#with("button", name, (button) => this.session.click(button));
  follow = (name) => this.#with("link", name, (link) => this.session.click(link));
  choose = (name) => this.#with("radio", name, (choice) => this.session.click(choice));
  // In the middle of the screen, as a person has it: at the edge, where the driver scrolls to, something may lie over it.
  tick = (name, within) =>
    this.#with(
      "checkbox",
      name,
      async (box) => {
        await this.session.run("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", box);
        await this.session.click(box);
      },
      within,
    );
  value = (label) => this.#with("field", label, (field) => this.session.run("return arguments[0].value", field));

  fill(label, text) {
    return this.#with("field", label, async (field) => {
      await this.session.clear(field);
      // Several lines are pasted: the driver's keyboard loses their ends.
      if (text.includes("\n")) await this.session.run("arguments[0].value = arguments[1]", field, text);
      else await this.session.type(field, text);
    });
  }

  /** Does something with the one element on screen that has this role and this name for assistive technology. */
  async #with(role, name, action, within = "body") {
    let result;
    await expect(async () => {
      const fits = (label) => (name instanceof RegExp ? name.test(label) : label === name);
      const shown = await this.session.run(
        "return [...document.querySelector(arguments[0]).querySelectorAll(arguments[1])].filter((element) => element.checkVisibility())",
        within,
        CANDIDATES[role],
      );
      const labels = await Promise.all(shown.map((element) => this.session.accessibleName(element)));
      const [element, ...others] = shown.filter((_, index) => fits(labels[index].trim()));
      expect(element, `a ${role} named ${name} among: ${labels.join(" | ")}`).toBeDefined();
      expect(others, `more than one ${role} named ${name}`).toEqual([]);
      result = await action(element);
    }).toPass({ timeout: 30_000 });
    return result;
  }
}

/** Fills in the form of the clip or of the portal. */
export async function signIn(safari, userName, password = PASSWORD) {
  await safari.fill("User name", userName);
  await safari.fill("Password", password);
  await safari.press("Sign in");
}

/** Creates the first administrator by the set-up link, and is then in the console. */
export async function setUp(safari, baton) {
  await safari.goto(await baton.address(/\/setup\//));
  for (const [label, text] of Object.entries(ADMINISTRATOR)) await safari.fill(label, text);
  await safari.press("Create and go on");
  await safari.expectPath("/admin");
}

export const test = journey.extend({
  /** What the engine has: `false` is a browser without WebAssembly and without just-in-time compiler, as in Lockdown Mode. */
  webAssembly: [true, { option: true, scope: "worker" }],

  /** The driver, on a screen that nobody sees. */
  driver: [
    async ({ webAssembly }, use) => {
      const home = await mkdtemp(join(tmpdir(), "baton-webkit-"));
      const screen = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const display = await new Promise((resolve, reject) => {
        screen.once("error", reject);
        screen.once("exit", (code) => reject(new Error(`Xvfb ended with exit code ${code}`)));
        screen.stdout.once("data", (number) => resolve(`:${String(number).trim()}`));
      });
      const port = await freePort();
      const driver = spawn(process.env.WEBKIT_DRIVER, ["--host=127.0.0.1", `--port=${port}`], {
        env: {
          ...process.env,
          DISPLAY: display,
          GDK_BACKEND: "x11",
          LIBGL_ALWAYS_SOFTWARE: "1",
          HOME: home,
          LANGUAGE: "en",
          LC_ALL: "C.UTF-8",
          ...(webAssembly ? {} : { JSC_useWasm: "0", JSC_useJIT: "0" }),
        },
        stdio: "ignore",
        detached: true, // with its browsers it is one group, which is ended as one
      });
      const ended = new Promise((resolve) => driver.once("exit", resolve));
      try {
        await listening(port);
        await use(`http://127.0.0.1:${port}`);
      } finally {
        try {
          process.kill(-driver.pid, "SIGKILL");
        } catch {
          // it has ended already
        }
        await ended;
        screen.kill();
        await rm(home, { recursive: true, force: true });
      }
    },
    { scope: "worker", timeout: 60_000 },
  ],

  safari: async ({ driver, baton, webAssembly }, use, testInfo) => {
    const session = await openWindow(driver);
    try {
      await session.setTimeouts({ script: 60_000, pageLoad: 60_000 });
      await session.resize(460, 900);
      const has = await session.run("return typeof WebAssembly");
      expect(has, "what this browser has").toBe(webAssembly ? "object" : "undefined");
      await use(new Safari(session, baton.url));
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("the window", { body: await session.screenshot(), contentType: "image/png" });
      }
    } finally {
      await session.close().catch(() => {}); // a browser that crashed has closed itself
    }
  },
});

/** Opens a window. A browser that does not come up on a busy machine says nothing about Baton yet: it gets two more tries. */
async function openWindow(driver) {
  for (let triesLeft = 2; ; triesLeft -= 1) {
    try {
      return await Session.open(driver, { browserName: "MiniBrowser", acceptInsecureCerts: true });
    } catch (error) {
      if (!(error instanceof WebDriverError) || triesLeft === 0) throw error;
      console.warn(`the browser did not come up (${error.message}), once more`);
    }
  }
}

async function listening(port) {
  const limit = AbortSignal.timeout(30_000);
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`, { signal: limit }).catch((error) => {
      if (limit.aborted) throw new Error(`the WebKit driver did not start: ${error.message}`);
    });
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
