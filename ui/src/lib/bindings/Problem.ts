import type { Code } from "./Code";

export type Problem = { code: Code, message: string, hint: string, };
