import type { PictureId } from "./PictureId";
import type { PictureState } from "./PictureState";
import type { PreviewView } from "./PreviewView";
import type { Problem } from "./Problem";
import type { ResultView } from "./ResultView";

export type PictureView = { id: PictureId, name: string, width: number, height: number, size_bytes: number, format: string, revision: number, state: PictureState, preview: PreviewView | null, result: ResultView | null, problem: Problem | null, };
