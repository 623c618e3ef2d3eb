//! The wire format v1.0, value by value: names of fields and headers, the values a field may take, the JSON documents. Each
//! type reads and writes exactly what travels, for the client and for the practice service alike. Reading is strict, since it
//! also meets hostile input; a refusal carries the documented error code. Nothing here sends or receives.

mod account;
mod choice;
mod code;
mod colour;
mod css;
mod documents;
mod invalid;
mod length;
mod margin;
mod names;
mod placement;
mod rect;
mod roi;

pub use account::{AccountApi, AccountAttributes, AccountBody, AccountCredits, AccountData};
pub use choice::{Channels, ShadowType, Size, SubjectType, TypeLevel, WireFormat};
pub use code::ErrorCode;
pub use colour::BgColour;
pub use documents::{ErrorBody, ErrorItem, ImproveAnswer, JsonAnswer, JsonPicture};
pub use invalid::{InvalidValue, flag};
pub use length::{Length, Percent};
pub use margin::CropMargin;
pub use names::{field, header};
pub use placement::{Position, Scale, ShadowOpacity};
pub use rect::Rect;
pub use roi::Roi;
