export type AccountKind = "practice" | "remove_bg" | "compatible" | "self_hosted";
