// One running Baton for a test: the real program on a free port, with a data folder or database of its own.
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { HttpsFront, certificateIn, makeCertificate } from "./https.mjs";
import { steadyPort } from "./ports.mjs";
import { createDatabase, dropDatabase } from "./postgres.mjs";
import { template } from "./templates.mjs";

const program = process.env.BATON_PROGRAM ?? "target/debug/baton";
/** How many times as fast as usual the phones of a template enrol. */
const IN_A_HURRY = 8;

export class Baton {
  /** Everything the program printed so far, over all its starts. */
  output = "";
  #child;
  #exit;
  #listeners = new Set();
  #front;
  #frontPort;

  /**
   * Starts a server with the demo organisation and its simulated iPhones, which have enrolled before, and waits until it is
   * ready. `url` is where people reach it, `inside` where it listens; they differ when TLS is terminated in front of it.
   * `host` is the name in `url` without TLS. `speed` is how many times as fast as usual the phones are, `slot` the number of the worker.
   */
  static async start({ engine, https, host, speed, slot }) {
    const original = await template({ engine, https, slot }, (folder) => Baton.#makeTemplate(folder, { engine, https }));
    const folder = await mkdtemp(join(tmpdir(), "baton-e2e-"));
    const baton = new Baton(folder, { ...original.place, host }, speed);
    try {
      await cp(original.folder, folder, { recursive: true });
      if (original.place.database) baton.database = await createDatabase(original.place.database);
      await baton.#open();
    } catch (error) {
      await baton.remove();
      throw error;
    }
    return baton;
  }

  /** A demo's first start, until all its phones have their icons; answers the ports that they know, and the database. */
  static async #makeTemplate(folder, { engine, https }) {
    await mkdir(folder);
    if (https) await makeCertificate(folder);
    const place = { port: await steadyPort(), front: https ? await steadyPort() : undefined };
    const baton = new Baton(folder, place, IN_A_HURRY);
    try {
      if (engine === "postgres") baton.database = await createDatabase();
      await baton.#open();
      await baton.address(/\/clip\//);
      await baton.stop();
    } catch (error) {
      await baton.remove();
      throw error;
    }
    baton.#front?.close();
    return { ...place, database: baton.database };
  }

  constructor(folder, { port, front, host = "127.0.0.1" }, speed) {
    Object.assign(this, { folder, port, speed });
    this.inside = `http://127.0.0.1:${port}`;
    this.url = `http://${host}:${port}`;
    this.#frontPort = front;
  }

  async #open() {
    if (this.#frontPort) {
      this.#front = await HttpsFront.open(certificateIn(this.folder), this.#frontPort, this.port);
      this.url = this.#front.url;
    }
    await this.launch();
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
        BATON_PUBLIC_URL: this.url,
        // The simulated iPhones must trust the certificate.
        ...(this.#front ? { SSL_CERT_FILE: certificateIn(this.folder).certificate } : {}),
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

  /** As if five minutes had passed since anybody proved who they are; no test waits for that. On SQLite. */
  async forgetProofs() {
    const statement = "UPDATE sessions SET confirmed_at = NULL";
    // Node comes with SQLite from version 22 on only, Python since ever.
    const script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=30); c.execute(sys.argv[2]); c.commit()";
    await promisify(execFile)("python3", ["-c", script, join(this.folder, "baton.db"), statement]);
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
