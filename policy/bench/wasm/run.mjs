// Measures the engines in WebAssembly, and adds what it measured to policy.json.
// usage: node run.mjs MODULE SMALL-MODULE POLICY.JSON
//   MODULE        all engines, optimised for speed
//   SMALL-MODULE  Baton alone, optimised for size as the package for browsers is
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modulePath, smallPath, results] = process.argv.slice(2);
const fast = await import(pathToFileURL(resolve(modulePath)));
const small = await import(pathToFileURL(resolve(smallPath)));

const seed = 4;
const devices = 2_000;
const items = 200;
const sample = 20;

const contenders = [
  ['Baton', fast, 'baton', false],
  ['Baton, optimised for size', small, 'baton', false],
  ['Cedar, unsliced, groups as conditions', fast, 'cedar', false],
  ['Cedar, sliced, groups as conditions', fast, 'cedar sliced', false],
  ['regorus machine, groups as conditions', fast, 'regorus', false],
  ['Cedar, unsliced, groups as parents', fast, 'cedar', true],
  ['Cedar, sliced, groups as parents', fast, 'cedar sliced', true],
  ['regorus machine, groups as parents', fast, 'regorus', true],
];

/** Nanoseconds of a round, round by round, for about a second; the comparison with the oracle has warmed up. */
function rounds(round) {
  const times = [];
  const begin = process.hrtime.bigint();
  while (times.length < 3 || (process.hrtime.bigint() - begin < 1_000_000_000n && times.length < 2_000)) {
    const start = process.hrtime.bigint();
    round();
    times.push(Number(process.hrtime.bigint() - start));
  }
  return times.sort((one, other) => one - other);
}

const rows = [];
function row(name, engine, decisions, times, target) {
  const ns = times[Math.floor(times.length / 2)];
  const measured = {
    case: name, engine, ns_per_decision: ns / decisions, ns, ns_best: times[0], rounds: times.length, decisions,
    devices, bytes: null, target: null, met: null,
  };
  if (target) {
    measured.target = `≤ ${target} ns`;
    measured.met = measured.ns_per_decision <= target;
  }
  rows.push(measured);
}

console.log(`WebAssembly in Node ${process.versions.node}: ${items} items, ${devices} devices, a sample of ${sample}.`);
for (const [name, module, engine, parents] of contenders) {
  const contender = new module.Contender(engine, parents, seed, devices, items, sample);
  const compared = contender.check();
  console.log(`${name}: agrees with the oracle on ${compared} decisions.`);
  // A round takes about a millisecond, so that a busy machine interrupts few of them.
  const begin = process.hrtime.bigint();
  contender.decide_many(items);
  const one = Number(process.hrtime.bigint() - begin) / items;
  const decisions = Math.min(200_000, Math.max(20, Math.round(1_000_000 / one)));
  row('WASM, loop inside', name, decisions, rounds(() => contender.decide_many(decisions)),
    engine === 'baton' ? 250 : undefined);
  row('WASM, a call for each decision', name, decisions, rounds(() => {
    for (let number = 0; number < decisions; number += 1) contender.decide(number % sample, number % items);
  }));
  // Baton's rows are about the whole fleet.
  const matrix = (engine === 'baton' ? devices : sample) * items;
  row('WASM, matrix', name, matrix, rounds(() => contender.matrix()));
  contender.free();
}

rows.sort((one, other) => order(one) - order(other));
function order(entry) {
  return ['WASM, loop inside', 'WASM, a call for each decision', 'WASM, matrix'].indexOf(entry.case);
}

const number = (ns) => (ns < 1_000 ? `${ns.toFixed(1)} ns` : `${(ns / 1_000).toFixed(2)} µs`);
let last;
for (const each of rows) {
  if (each.case !== last) console.log(`\n${each.case}`);
  last = each.case;
  const target = each.target ? `  ${each.target}: ${each.met ? 'met' : 'MISSED'}` : '';
  console.log(`  ${each.engine.padEnd(40)} ${number(each.ns_per_decision).padStart(12)} a decision${target}`);
}
const known = JSON.parse(readFileSync(results, 'utf8')).filter((entry) => !entry.case.startsWith('WASM'));
writeFileSync(results, `${JSON.stringify([...known, ...rows], undefined, 2)}\n`);
