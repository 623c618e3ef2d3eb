import type { SourceView } from "./SourceView";

export type FigureView = { amount: string | null, source: SourceView, age_s: number | null, };
