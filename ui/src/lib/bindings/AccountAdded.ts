import type { Overview } from "./Overview";

export type AccountAdded = { overview: Overview, note: string | null, };
