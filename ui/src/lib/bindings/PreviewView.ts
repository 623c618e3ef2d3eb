import type { PreviewSource } from "./PreviewSource";

export type PreviewView = { source: PreviewSource, width: number, height: number, };
