export type SourceView = "measured" | "entered" | "inferred" | "unknown";
