export type SizeChoice = "preview" | "medium" | "hd" | "full" | "50mp";
