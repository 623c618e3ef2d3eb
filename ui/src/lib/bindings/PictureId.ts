export type PictureId = string;
