export type SettingsView = { output_folder: string | null, };
