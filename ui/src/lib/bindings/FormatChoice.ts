export type FormatChoice = "png" | "jpg" | "webp" | "zip";
