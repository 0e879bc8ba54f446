// Where the demos are kept that journeys begin with: made once for each worker, and copied for every journey, because five
// phones that enrol anew cost more than most journeys do. Playwright calls the default export before the first worker starts,
// and what it answers after the last.
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dropDatabase } from "./postgres.mjs";

const PLACE = "place.json";

export default async function prepare() {
  const folder = await mkdtemp(join(tmpdir(), "baton-e2e-templates-"));
  process.env.BATON_E2E_TEMPLATES = folder; // the workers inherit it
  return async () => {
    for (const name of await readdir(folder)) {
      const place = await placeOf(join(folder, name));
      if (place?.database) await dropDatabase(place.database);
    }
    await rm(folder, { recursive: true, force: true });
  };
}

/**
 * The folder of the demo on this engine for the worker in this slot, and its place: the ports that its phones know, and its
 * database. `make` fills the folder and answers the place where there is none yet.
 */
export async function template({ engine, https, slot }, make) {
  const folder = join(process.env.BATON_E2E_TEMPLATES, [engine, https ? "https" : "http", slot].join("-"));
  let place = await placeOf(folder);
  if (!place) {
    await rm(folder, { recursive: true, force: true }); // what a worker that was stopped left unfinished
    place = await make(folder);
    await writeFile(join(folder, PLACE), JSON.stringify(place));
  }
  return { folder, place };
}

async function placeOf(folder) {
  const text = await readFile(join(folder, PLACE), "utf8").catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  return text && JSON.parse(text);
}
