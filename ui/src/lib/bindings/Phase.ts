export type Phase = "uploading" | "waiting" | "downloading" | "saving";
