import type { SizeChoice } from "./SizeChoice";

export type SizeView = { size: SizeChoice, price: string, max_megapixels: string, };
