import type { AccountId } from "./AccountId";
import type { AccountView } from "./AccountView";
import type { Banner } from "./Banner";
import type { GaugeView } from "./GaugeView";
import type { PictureView } from "./PictureView";
import type { SettingsView } from "./SettingsView";

export type Overview = { accounts: Array<AccountView>, active: AccountId, gauge: GaugeView, pictures: Array<PictureView>, settings: SettingsView, banners: Array<Banner>, version: string, };
