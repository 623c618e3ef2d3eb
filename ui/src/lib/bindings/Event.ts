import type { Added } from "./Added";
import type { Banner } from "./Banner";
import type { GaugeView } from "./GaugeView";
import type { Phase } from "./Phase";
import type { PictureId } from "./PictureId";
import type { PictureView } from "./PictureView";

export type Event = { "kind": "picture", picture: PictureView, } | { "kind": "progress", picture: PictureId, phase: Phase, done: number, total: number | null, } | { "kind": "added", added: Added, } | { "kind": "hover", over: boolean, } | { "kind": "gauge", gauge: GaugeView, } | { "kind": "banner", banner: Banner, };
