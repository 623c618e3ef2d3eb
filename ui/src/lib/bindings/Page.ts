export type Page = "key" | "upgrade" | "top_up" | "status" | "help";
