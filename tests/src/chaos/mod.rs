//! The fault harness: a seed becomes a plan of faults and deaths, the plan is played on a real service in a process of
//! its own against the product's own use cases in another, which is killed and started again until it says that it is
//! done, and the books are checked at every step against what the service charged. It refuses to know how the product
//! books, queues or retries: it reads the ledger, the folder of results, and the service's own account.
//!
//! Everything that is chosen is chosen from the seed ([`dice`], [`plan`]); when a death falls between two bytes still depends
//! on the machine, so a seed that failed once is run again several times.

pub mod books;
pub mod dice;
pub mod laws;
pub mod outcome;
pub mod plan;
pub mod play;
pub mod service;
pub mod stage;
pub mod table;
mod worker;
