import type { FigureView } from "./FigureView";
import type { Problem } from "./Problem";

export type GaugeView = { subscription: FigureView, rollover: FigureView, payg: FigureView, enterprise: FigureView, free_previews: FigureView, reserved: FigureView, total: FigureView, observed_at: string | null, stale: boolean, problem: Problem | null, };
