import type { BannerKind } from "./BannerKind";
import type { Page } from "./Page";

export type Banner = { id: string, kind: BannerKind, text: string, page: Page | null, };
