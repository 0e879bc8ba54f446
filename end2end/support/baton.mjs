// One running Baton for a test: the real program on a free port, with a data folder or database of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpsFront, makeCertificate } from "./https.mjs";
import { freePort } from "./ports.mjs";
import { createDatabase, dropDatabase } from "./postgres.mjs";

const program = process.env.BATON_PROGRAM ?? "target/debug/baton";

export class Baton {
  /** Everything the program printed so far, over all its starts. */
  output = "";
  #child;
  #exit;
  #listeners = new Set();

  #front;
  #certificate;

  /**
   * Starts a server with the demo organisation and its simulated iPhones, and waits until it is ready. `url` is where people
   * reach it, `inside` where it listens; they differ when TLS is terminated in front of it. `speed` is how many times as fast
   * as usual the phones are.
   */
  static async start({ engine = "sqlite", https = false, speed = 1 } = {}) {
    const baton = new Baton();
    baton.speed = speed;
    baton.folder = await mkdtemp(join(tmpdir(), "baton-e2e-"));
    baton.port = await freePort();
    baton.inside = `http://127.0.0.1:${baton.port}`;
    baton.url = baton.inside;
    try {
      if (engine === "postgres") baton.database = await createDatabase();
      if (https) await baton.#terminateTls();
      await baton.launch();
    } catch (error) {
      await baton.remove();
      throw error;
    }
    return baton;
  }

  /** Starts the program; again after `kill` or `stop`, with everything it had stored. */
  async launch() {
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BATON_")));
    this.#child = spawn(program, ["serve", "--demo"], {
      env: {
        ...environment,
        BATON_ADDR: `127.0.0.1:${this.port}`,
        BATON_DATA_DIR: this.folder,
        BATON_DEMO_SPEED: String(this.speed),
        ...(this.database ? { BATON_DATABASE_URL: this.database } : {}),
        // The simulated iPhones must trust the certificate.
        ...(this.#front ? { BATON_PUBLIC_URL: this.url, SSL_CERT_FILE: this.#certificate } : {}),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        this.output += text;
        for (const listener of this.#listeners) listener();
      });
    }
    this.#exit = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve(`could not be started: ${error.message}`));
      this.#child.once("exit", (code, signal) => resolve(`ended (${signal ?? `exit code ${code}`})`));
    });
    await this.#ready();
  }

  /** The first address in the output that matches, as soon as it is printed; for instance `address(/\/clip\//)`. */
  address(pattern, milliseconds = 30_000) {
    const find = () => this.output.match(/https?:\/\/[^\s"'<>]+/g)?.find((address) => pattern.test(address));
    return new Promise((resolve, reject) => {
      const look = () => {
        const address = find();
        if (address) {
          finish();
          resolve(address);
        }
      };
      const finish = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`baton printed no address like ${pattern}; its output:\n${this.output}`));
      }, milliseconds);
      this.#listeners.add(look);
      look();
    });
  }

  /** Ends it as a power cut would. */
  async kill() {
    this.#child.kill("SIGKILL");
    await this.#exit;
  }

  /** Asks it to stop, and waits until it has. */
  async stop() {
    this.#child.kill("SIGTERM");
    await this.#exit;
  }

  /** Stops it and removes everything it stored. */
  async remove() {
    if (this.#child) await this.kill();
    this.#front?.close();
    if (this.database) await dropDatabase(this.database);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #terminateTls() {
    const files = await makeCertificate(this.folder);
    this.#front = await HttpsFront.open(files);
    this.#front.port = this.port;
    this.#certificate = files.certificate;
    this.url = this.#front.url;
  }

  async #ready() {
    let over = false;
    const ended = this.#exit.then((how) => {
      over = true;
      throw new Error(`baton ${how} before it was ready; its output:\n${this.output}`);
    });
    const limit = AbortSignal.timeout(30_000);
    const answers = async () => {
      while (!over) {
        const answer = await fetch(`${this.inside}/readyz`, { signal: limit }).catch(() => undefined);
        if (answer?.ok) return;
        if (limit.aborted) throw new Error(`baton was not ready after 30 seconds; its output:\n${this.output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await Promise.race([answers(), ended]);
    ended.catch(() => {}); // ending later is what a test asks for
  }
}
