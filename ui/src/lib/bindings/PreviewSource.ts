export type PreviewSource = "device" | "service";
