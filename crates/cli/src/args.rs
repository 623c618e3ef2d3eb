//! The command line, declared once; its help text is the documentation that scripts rely on.

mod archive;
mod export;
mod help;
mod jobs;
mod money;
mod vault;
mod watch;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clearcut_app::views::{OutputOptions, SpendChoice};
use clearcut_app::{Credits, Family, ModelFile, NameTemplate, Saving};

use crate::choices::{Background, Existing, Format, Size, Source, credits};
use crate::exit;
use crate::inputs::Wanted;

pub(crate) use self::archive::{Archive, ArchiveAction};
pub(crate) use self::export::Export;
use self::help::{CREDITS_JSON, QUOTE_JSON, REMOVE_JSON};
pub(crate) use self::jobs::{CountAs, Jobs, JobsAction, Resolve};
pub(crate) use self::money::{
    CreditsArgs, History, HistoryAction, HistoryShown, Notices, NoticesAction, Plan, PlanAction, PlanSet,
};
pub(crate) use self::vault::{Clean, Vault, VaultAction};
use self::watch::WATCH_JSON;
pub(crate) use self::watch::{Watch, WatchAction, WatchFolder};

/// Removes the background of pictures and knows what every one of them costs.
///
/// Previews are made on this computer, free of charge. Full results come from a removal service and cost credits:
/// nothing is spent before the quote was agreed to, on the terminal or by --yes or --cap. A picture that
/// was paid once is never paid again.
#[derive(Debug, Parser)]
#[command(name = "clearcut", version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The service to work with: a profile (removebg, practice, …) or an address like http://127.0.0.1:8799/v1.0.
    /// Without it, the account that was used last, and the practice account at first.
    #[arg(long, global = true, value_name = "PROFILE|PREFIX")]
    pub(crate) service: Option<String>,
    #[command(flatten)]
    pub(crate) model: Model,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which model cuts out on this computer; the settings' or the compiled-in one without these flags.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Model {
    /// Cut out on this computer with this ONNX file of the U²-Net, IS-Net or BiRefNet families
    #[arg(long, global = true, value_name = "FILE", help_heading = "On this computer")]
    pub(crate) model: Option<PathBuf>,
    /// Its family, where it is not recognised: u2net, isnet or birefnet
    #[arg(long, global = true, requires = "model", value_name = "FAMILY", help_heading = "On this computer")]
    pub(crate) model_family: Option<Family>,
    /// The longer side in pixels at which it looks, where its file leaves that open
    #[arg(long, global = true, requires = "model", value_name = "PIXELS", help_heading = "On this computer")]
    pub(crate) model_side: Option<u32>,
}

impl Model {
    /// The same for the app.
    pub(crate) fn file(self) -> Option<ModelFile> {
        let Self { model, model_family: family, model_side: side } = self;
        Some(ModelFile { path: model?, family, side })
    }
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Remove the background of pictures: the full result, for credits
    #[command(after_help = exit::HELP, after_long_help = format!("{REMOVE_JSON}\n\n{}", exit::HELP))]
    Remove(Remove),
    /// See how pictures would look: on this computer, free of charge
    #[command(after_help = exit::HELP)]
    Preview(Preview),
    /// Write finished pictures in sizes and formats, with backgrounds and shadows: free, nothing is sent
    #[command(after_help = exit::HELP)]
    Export(Box<Export>),
    /// Say what pictures would cost, from which credits, and how far the credits reach
    #[command(after_long_help = QUOTE_JSON)]
    Quote(Quote),
    /// Show the batches that wait or run, and each of their pictures
    Jobs(Jobs),
    /// Learn whether requests that went unanswered were charged
    Resolve(Resolve),
    /// Show the credits of the account: how many, from where, for how long
    #[command(after_long_help = CREDITS_JSON)]
    Credits(CreditsArgs),
    /// Watch a folder and download what comes, within a budget a day
    #[command(after_help = exit::HELP, after_long_help = format!("{WATCH_JSON}\n\n{}", exit::HELP))]
    Watch(Box<Watch>),
    /// Show the plan of the account, or say what it is
    Plan(Plan),
    /// Show what was asked of the service and what became of it
    History(History),
    /// Show, clean and limit the paid pictures that are kept on this computer
    Vault(Vault),
    /// Save everything to move to another computer, or take it over there
    Archive(Archive),
    /// Show or set what you want to be told of
    Notices(Notices),
    /// Keep keys in the system's keyring and choose the account
    Account(Account),
    /// Look for what could be wrong with this installation
    Doctor(Doctor),
    /// Run the practice service alone, for any client that speaks the wire format
    Sandbox(Sandbox),
}

/// Arguments of `clearcut remove`.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The pictures: JPEG, PNG, WebP, TIFF, HEIC, AVIF, JPEG XL, BMP or GIF; patterns like 'folder/*.jpg'; @LIST for a file
    /// with one path a line, - for such a list on standard input
    #[arg(required_unless_present = "resume", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) take: Take,
    #[command(flatten)]
    pub(crate) look: Look,
    /// Save the cutouts in this folder instead of beside their originals
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) naming: Naming,
    /// Go on with what an earlier run left, and do not begin again what is saved
    #[arg(long)]
    pub(crate) resume: bool,
    /// At most so many pictures on their way at a time; without it, the number that is fastest is found, up to 16
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) parallel: Option<u8>,
    /// Do not wait a quiet minute to learn whether requests that went unanswered were charged; `clearcut resolve` does that later
    #[arg(long)]
    pub(crate) leave_unknown: bool,
    #[command(flatten)]
    pub(crate) line: Line,
    #[command(flatten)]
    pub(crate) spend: Spend,
    /// One line of JSON per FILE on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where the service stops being paid: one of the choices that `clearcut quote` lists.
#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
pub(crate) struct Line {
    /// Use pay-as-you-go where the subscription ends; this is the default
    #[arg(long)]
    use_payg: bool,
    /// Download what the subscription pays and leave the rest
    #[arg(long)]
    stop_before_payg: bool,
    /// Download what the subscription pays and cut the rest out on this computer, free
    #[arg(long)]
    rest_on_device: bool,
}

impl Line {
    /// The choice, where one was named.
    pub(crate) fn named(self) -> Option<SpendChoice> {
        let Self { use_payg, stop_before_payg, rest_on_device } = self;
        [
            (use_payg, SpendChoice::UsePayg),
            (stop_before_payg, SpendChoice::StopBeforePayg),
            (rest_on_device, SpendChoice::RestOnDevice),
        ]
        .into_iter()
        .find_map(|(named, choice)| named.then_some(choice))
    }
}

/// How FILEs are taken.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Take {
    /// Take in folders with all pictures in them; hidden files and cutouts that Clearcut saved there are left out, and the
    /// tree is kept below --out
    #[arg(long, short)]
    pub(crate) recursive: bool,
    /// The paths of lists (@LIST and -) end with NUL instead of a line end, as `find -print0` writes them
    #[arg(long, short = '0')]
    pub(crate) null: bool,
}

impl Take {
    /// These FILEs, taken so.
    pub(crate) fn of(&self, files: Vec<PathBuf>) -> Wanted {
        Wanted { files, recursive: self.recursive, null: self.null }
    }
}

/// What the files are called; without these flags as the settings say.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Naming {
    /// What the cutouts are called, {name}-cutout if not set otherwise. Fields: {name}, {ext}, {index}, {width}, {height},
    /// {date}, {parent}
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) name: Option<NameTemplate>,
    /// What is done where a file of that name exists
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) existing: Option<Existing>,
    /// Leave out of the files what the originals say beside the picture: camera, place, names, texts (EXIF, XMP, IPTC); without
    /// this flag it is kept, unless the settings say otherwise. None of it is ever sent
    #[arg(long)]
    pub(crate) strip_metadata: bool,
}

impl Naming {
    /// The same for the app, with the folder of --out.
    pub(crate) fn saving(&self, out: Option<PathBuf>) -> Saving {
        Saving {
            folder: out,
            template: self.name.clone(),
            existing: self.existing.map(Into::into),
            keep_metadata: self.strip_metadata.then_some(false),
        }
    }
}

/// What a cutout is to look like.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// How large the result is to be; there is no `auto`, because it can fall to a preview without an error
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub(crate) size: Size,
    /// The file format
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub(crate) format: Format,
    /// A background, put in on this computer free of charge: `#rrggbb`, `#rgb`, white, black or transparent
    #[arg(long, value_name = "COLOUR", default_value = "transparent")]
    pub(crate) bg: Background,
}

impl Look {
    /// The same for the app.
    pub(crate) fn options(&self) -> OutputOptions {
        OutputOptions { size: self.size.into(), format: self.format.into(), background: self.bg.0.clone() }
    }
}

/// How far spending is agreed to in advance.
#[derive(Debug, Args)]
pub(crate) struct Spend {
    /// Spend at most N credits in this run; pictures beyond that are skipped and not sent
    #[arg(long, visible_alias = "cap", value_name = "N", value_parser = credits)]
    pub(crate) max_credits: Option<Credits>,
    /// Agree to the quote without being asked
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// Arguments of `clearcut preview`.
#[derive(Debug, Args)]
pub(crate) struct Preview {
    /// The pictures: JPEG, PNG, WebP, TIFF, HEIC, AVIF, JPEG XL, BMP or GIF; patterns like 'folder/*.jpg'; @LIST for a file
    /// with one path a line, - for such a list on standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) take: Take,
    /// Who makes the preview: this computer (free) or the service (at its price, unless it still has free ones)
    #[arg(long, value_enum, default_value_t)]
    pub(crate) from: Source,
    /// The file format
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub(crate) format: Format,
    /// A background: `#rrggbb`, `#rgb`, white, black or transparent
    #[arg(long, value_name = "COLOUR", default_value = "transparent")]
    pub(crate) bg: Background,
    /// Save the previews in this folder instead of beside the originals
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) spend: Spend,
    /// One line of JSON per FILE on standard output, as `remove --json` writes them
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `clearcut quote`.
#[derive(Debug, Args)]
pub(crate) struct Quote {
    /// The pictures: JPEG, PNG, WebP, TIFF, HEIC, AVIF, JPEG XL, BMP or GIF; patterns like 'folder/*.jpg'; @LIST for a file
    /// with one path a line, - for such a list on standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) take: Take,
    #[command(flatten)]
    pub(crate) look: Look,
    /// Where the cutouts would be saved, instead of beside their originals
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) naming: Naming,
    /// Say also how far N credits would reach
    #[arg(long, visible_alias = "max-credits", value_name = "N", value_parser = credits)]
    pub(crate) cap: Option<Credits>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `clearcut doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `clearcut account`.
///
/// The key is read from standard input, never from the command line, where every program on the computer could see it:
/// `clearcut account add --service removebg < key.txt`. On a terminal it is asked for and not shown.
#[derive(Debug, Args)]
pub(crate) struct Account {
    #[command(subcommand)]
    pub(crate) action: Option<AccountAction>,
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountAction {
    /// Keep a key, read from standard input, for the service named by --service
    Add {
        /// Your own name for the account
        #[arg(long)]
        label: Option<String>,
    },
    /// List the accounts on this computer
    List {
        /// One JSON document on standard output
        #[arg(long)]
        json: bool,
    },
    /// Work with this account from now on
    Use {
        /// Its name, its service or its id, as `account list` shows them
        account: String,
    },
}

/// Arguments of `clearcut sandbox`.
#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// TCP port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 8799)]
    pub(crate) port: u16,
    /// The key that clients must send; `-` reads it from standard input; without it, one is made up and printed
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Subscription credits a month
    #[arg(long, value_name = "CREDITS", default_value = "40")]
    pub(crate) subscription: String,
    /// Pay-as-you-go credits
    #[arg(long, value_name = "CREDITS", default_value = "10")]
    pub(crate) payg: String,
    /// Enterprise credits
    #[arg(long, value_name = "CREDITS", default_value = "0")]
    pub(crate) enterprise: String,
    /// Free previews a month
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) free_previews: u32,
    /// Input megapixels a minute; 0 is no limit
    #[arg(long, value_name = "MEGAPIXELS", default_value_t = 500)]
    pub(crate) rate_limit: u32,
    /// Wait before every answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) latency_ms: u64,
    /// Show the balance as it was this long ago, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) account_lag_ms: u64,
    /// Answer every removal with this file instead of running the model
    #[arg(long, value_name = "FILE")]
    pub(crate) answer: Option<PathBuf>,
    /// Rules of misbehaviour, JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Keep the account in this folder, so that it survives a restart
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
}
