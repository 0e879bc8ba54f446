// A database of its own for each test, on the server that BATON_TEST_POSTGRES_URL names.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const server = process.env.BATON_TEST_POSTGRES_URL;

let psql;
async function sql(statement) {
  if (!psql) {
    const { stdout } = await run("tools/with-postgres.sh", ["--find"]).catch(() => ({ stdout: "" }));
    const beside = join(stdout.trim(), "psql");
    psql = stdout && existsSync(beside) ? beside : "psql";
  }
  await run(psql, [server, "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-c", statement]);
}

/** Creates a database, empty or a copy of one that nobody uses, and answers its URL. */
export async function createDatabase(original) {
  const name = `e2e_${randomBytes(6).toString("hex")}`;
  await sql(`create database ${name}${original ? ` template ${nameIn(original)}` : ""}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops it again, also while somebody is connected. */
export async function dropDatabase(url) {
  await sql(`drop database if exists ${nameIn(url)} with (force)`);
}

const nameIn = (url) => new URL(url).pathname.slice(1);
