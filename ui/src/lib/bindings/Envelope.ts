import type { Event } from "./Event";

export type Envelope = { seq: number, event: Event, };
