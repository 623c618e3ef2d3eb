import type { Problem } from "./Problem";

export type Refused = { name: string, problem: Problem, };
