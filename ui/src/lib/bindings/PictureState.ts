export type PictureState = "added" | "previewing" | "previewed" | "queued" | "sending" | "saving" | "saved" | "failed" | "unknown" | "paid_lost" | "paid_not_saved";
