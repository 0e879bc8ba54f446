// The package in Node.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import test from "node:test";
import Ajv from "ajv/dist/2020.js";

import { mutated, snapshots, truncated, vectors } from "./inputs.mjs";
import { failures, wronglyTaken } from "./vectors.mjs";

const root = new URL("../../../", import.meta.url);
const pkg = new URL("target/policy-pkg/", root);
const policy = await import(new URL("index.js", pkg));
const { bad } = JSON.parse(readFileSync(new URL("../../vectors/bad/snapshots.json", import.meta.url), "utf8"));

test("every vector is answered as expected", () => {
  assert.deepEqual(failures(policy, vectors), []);
});

test("a wrong snapshot is refused with the way to what is wrong", () => {
  assert.deepEqual(wronglyTaken(policy, bad), []);
});

test("a snapshot that is cut off is refused", () => {
  for (const text of truncated) {
    assert.throws(() => policy.Policy.load(text), (error) => error instanceof policy.PolicyError && error.code === "not-json");
  }
});

test("nothing that is read ends the program", () => {
  for (const text of mutated) {
    try {
      policy.Policy.load(text).free();
    } catch (error) {
      assert.ok(error instanceof policy.PolicyError, `${error.stack} for ${text}`);
    }
  }
});

test("a question that is wrong is refused with the way to what is wrong", () => {
  const organisation = policy.Policy.load(snapshots[0].snapshot);
  for (const [question, code, path] of [
    ["{", "not-json", ""],
    [{ guess: {} }, "wrong-shape", "guess"],
    [{ lint: { really: true } }, "wrong-shape", "lint.really"],
    [{ decide: { item: "none", device: "none" } }, "missing", "item"],
    [{ plan: { device: "none" } }, "missing", "device"],
    [{ whatIf: { changes: [{ removeItem: "none" }] } }, "missing", "changes[0]"],
    [{ parseRule: { side: "user", text: "user.nobody is" } }, "wrong-rule", "text"],
  ]) {
    const is = (error) => error instanceof policy.PolicyError && error.code === code && error.path === path;
    assert.throws(() => organisation.ask(question), (error) => is(error) || assert.fail(`${error.code} at ${error.path}: ${error}`));
  }
  assert.throws(() => policy.answer("{"), { code: "not-json" });
  assert.throws(() => policy.answer({ decideAction: { action: "explode" } }), {
    code: "wrong-shape",
    path: "decideAction.action",
    message: /unknown name `explode`/,
  });
});

test("the snapshot is what it is after the changes", () => {
  const organisation = policy.Policy.load({ version: 1, users: [{ id: "ann" }] });
  assert.deepEqual(organisation.apply({ putUserGroup: { id: "staff" } }), []);
  assert.deepEqual(organisation.apply({ userInGroup: { user: "ann", group: "staff", member: "true" } }), []);
  assert.deepEqual(organisation.snapshot().users, [{ id: "ann", groups: ["staff"] }]);
  assert.throws(() => organisation.apply({ removeUser: "ben" }), { code: "missing" });
});

test("every snapshot of the vectors has the shape of the schema", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const check = ajv.compile(JSON.parse(readFileSync(new URL("snapshot.schema.json", pkg), "utf8")));
  for (const { name, snapshot } of snapshots) {
    assert.ok(check(snapshot), `${name}: ${ajv.errorsText(check.errors)}`);
  }
  assert.ok(!check({ version: 1, devices: [{ id: "phone" }] }));
  assert.ok(!check({ version: 1, guess: [] }));
});

/** The README's example beside the package, as somebody who installed it has it. */
function example(extension) {
  const folder = new URL("target/policy-pkg-work/example/", root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(new URL("node_modules/", folder), { recursive: true });
  symlinkSync(pkg, new URL("node_modules/baton-policy", folder));
  const [, code] = readFileSync(new URL("README.md", pkg), "utf8").match(/```js\n([^]*?)```/);
  const file = new URL(`example.${extension}`, folder);
  writeFileSync(file, code);
  return file;
}

test("the README's example runs", () => {
  const { stdout, stderr } = spawnSync(process.execPath, [example("mjs").pathname], { encoding: "utf8" });
  assert.equal(stderr, "");
  assert.deepEqual(stdout.trim().split("\n"), [
    "allow",
    "“Mail” does not go to “phone”. It goes neither to the user nor to a group of the user or the device. Nobody is not in “staff”.",
    "remove mail: It will be removed: the next holder does not get it.",
    "phone lose mail",
    "missing  there is no user `eve`",
  ]);
});

test("the README's example has the right types", () => {
  const options = "--noEmit --strict --target es2022 --module nodenext --moduleResolution nodenext --lib es2022,dom".split(" ");
  const tsc = new URL("node_modules/typescript/bin/tsc", root).pathname;
  const check = (file) => spawnSync(process.execPath, [tsc, ...options, file.pathname], { encoding: "utf8" });
  const right = check(example("mts"));
  assert.equal(right.status, 0, right.stdout);
  const file = example("mts");
  writeFileSync(file, readFileSync(file, "utf8").replace('kind: "storeApp"', 'kind: "nonsense"'));
  assert.notEqual(check(file).status, 0, "a kind that is not there has the right type");
});
