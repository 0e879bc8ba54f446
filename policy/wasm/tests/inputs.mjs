// What the tests read: the golden vectors, and snapshots that are wrong.
import { readFileSync, readdirSync } from "node:fs";

const folder = new URL("../../vectors/", import.meta.url);

export const vectors = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), "utf8"))]),
);

export const snapshots = Object.values(vectors)
  .flat()
  .filter(({ snapshot, expected }) => snapshot && !expected.error)
  .map(({ name, snapshot }) => ({ name, snapshot }));

const whole = JSON.stringify(snapshots[0].snapshot);

/** Each cut off at every so many characters: none may be taken, all must say that it is no JSON. */
export const truncated = Array.from({ length: Math.ceil((whole.length - 1) / 37) }, (_, index) => whole.slice(0, index * 37 + 1));

/** The same with one character replaced: whatever it means, it must not end the program. */
export const mutated = Array.from({ length: whole.length }, (_, at) => whole.slice(0, at) + '"[{0,]}x'[at % 8] + whole.slice(at + 1));
