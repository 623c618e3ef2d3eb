export type BannerKind = "info" | "warning" | "error";
