import type { AccountId } from "./AccountId";
import type { AccountKind } from "./AccountKind";
import type { KeyPlace } from "./KeyPlace";
import type { Page } from "./Page";
import type { SizeView } from "./SizeView";

export type AccountView = { id: AccountId, label: string, service: string, kind: AccountKind, key: KeyPlace, ends_at: string | null, ended: boolean, sizes: Array<SizeView>, preview_price: string | null, pages: Array<Page>, };
