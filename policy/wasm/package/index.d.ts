import type {
  Answer,
  Change,
  Decision,
  Explained,
  DifferenceByDeviceId as Difference,
  ItemDecision,
  Language,
  Lint,
  Planned,
  Question,
  Reply,
  Request,
  Rule,
  Side,
  Snapshot,
} from "./types.js";

export type * from "./types.js";
export type { DifferenceByDeviceId as Difference } from "./types.js";

/** What does not fit. */
export declare class PolicyError extends Error {
  /** The kind of problem, such as `missing`. */
  readonly code: string;
  /** The way to it in what was given, such as `devices[3].holder`; empty for the whole. */
  readonly path: string;
}

/** The parts of the sentences: what a code belongs to. */
export type SentencePart =
  | "reason"
  | "plan"
  | "alternative"
  | "remedy"
  | "finding"
  | "capability"
  | "requirement"
  | "enrollmentRule"
  | "danger";

/** An organisation: a snapshot made ready for questions. Every method throws a PolicyError where something does not fit. */
export declare class Policy {
  private constructor();
  /** Reads a snapshot, as an object or as JSON. */
  static load(snapshot: Snapshot | string): Policy;
  /** Asks a question as data; the methods below ask for you. */
  ask(question: Question): Reply;
  /** Whether the device gets the item, or would if `holder` held it. */
  decide(item: string, device: string, holder?: string): Decision;
  /** Every item with its decision. */
  decisions(device: string, holder?: string): ItemDecision[];
  /** Why, and what would change it; with a language, also in sentences. */
  explain(item: string, device: string, options?: { holder?: string; language?: Language }): Explained;
  /** What must change on the device for `holder` to hold it, and whether it is clean as it is. */
  plan(device: string, holder?: string): Planned;
  /** What the changes would do, made one after the other. Nothing is changed. */
  whatIf(changes: Change[]): Difference;
  /** What is wrong with the policy as a whole. */
  lint(): Lint[];
  /** The tree of a rule's text. */
  parseRule(side: Side, text: string): Rule;
  /** The text of a rule's tree. */
  printRule(side: Side, rule: Rule): string;
  /** Makes a change, and names the devices that may get something else now. */
  apply(change: Change): string[];
  /** The snapshot as it is now. */
  snapshot(): Snapshot;
  /** Gives the memory back. Nothing can be asked afterwards. */
  free(): void;
}

/** Answers a question about a device, an enrollment or Apple's table that needs no organisation. */
export declare function answer(request: Request | string): Answer;

/** The sentence for a code; the code itself where there is none. */
export declare function sentence(language: Language, part: SentencePart, code: string): string;
