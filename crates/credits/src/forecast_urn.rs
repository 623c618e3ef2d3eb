//! Possible futures, drawn from the days of the window.
//!
//! A block bootstrap (Künsch 1989) over a Pólya urn: a future goes through the days that were, a few in a row at a
//! time, and each block drawn goes back into the urn with copies of itself. Blocks keep work together that takes several
//! days; copies keep how little four weeks say about the rate, so that a future that begins busy tends to stay busy. No
//! kind of use is assumed, only days that happened are drawn, and the seed is fixed. It refuses to know pockets.

use crate::Credits;
use crate::forecast_window::Window;

/// Of a block drawn, so many copies go back into the urn. One would do if next month were drawn from the same source
/// as the last (Bayesian bootstrap, Rubin 1981). It is not: use drifts and people go on holiday. With three, the band
/// holds about as often as it says.
const COPIES: usize = 3;

/// The days that may happen again.
pub(crate) struct Urn {
    /// Use on the workdays of the window, oldest first, without the silence they may end in.
    days: Vec<Credits>,
    /// Days in a row that are drawn together.
    block: usize,
    /// Workdays of unusual silence up to now.
    silence: usize,
    /// What of today's use has happened already.
    used_today: Credits,
    /// Which of the days ahead rest, today first.
    rests: Vec<bool>,
    chance: Chance,
}

impl Urn {
    /// The urn for `ahead` days, today the first.
    pub(crate) fn new(window: &Window, ahead: usize) -> Self {
        let silence = window.silence();
        let workdays = window.workdays();
        let days = workdays[..workdays.len().saturating_sub(silence)].to_vec();
        Self {
            block: cube_root(days.len()),
            days,
            silence,
            used_today: window.used_today(),
            rests: (0..ahead).map(|ahead| window.rests_in(ahead)).collect(),
            chance: Chance(0),
        }
    }

    /// Which of the days ahead rest, today first.
    pub(crate) fn rests(&self) -> &[bool] {
        &self.rests
    }

    /// Use on each of the days ahead, one future among the possible.
    pub(crate) fn future(&mut self) -> Vec<Credits> {
        let mut silent = self.chance.silence_after(self.silence);
        let mut starts = Vec::with_capacity(self.rests.len());
        let mut block = 0..0;
        let mut future = vec![Credits::ZERO; self.rests.len()];
        for (used, _) in future.iter_mut().zip(&self.rests).filter(|(_, rests)| !**rests) {
            if silent > 0 {
                silent -= 1;
                continue;
            }
            if block.is_empty() {
                let start = draw(self.days.len(), self.block, &starts, &mut self.chance);
                starts.push(start);
                block = start..start + self.block;
            }
            // The day after the last is the first: every day stands in as many blocks as any other.
            *used = block.next().and_then(|day| self.days.get(day % self.days.len())).copied().unwrap_or_default();
        }
        if let Some(rest_of_today) = future.first_mut() {
            *rest_of_today = rest_of_today.less(self.used_today);
        }
        future
    }
}

/// The first day of a block: any of `days`, or that of a block drawn before.
fn draw(days: usize, block: usize, starts: &[usize], chance: &mut Chance) -> usize {
    let copies = starts.len() * block * COPIES;
    let ball = chance.below(days + copies);
    ball.checked_sub(days).and_then(|copy| starts.get(copy % starts.len())).copied().unwrap_or(ball)
}

/// The length of blocks grows with the cube root of the days (Hall, Horowitz and Jing 1995): three for four weeks.
fn cube_root(days: usize) -> usize {
    (1..).take_while(|root| root * root * root <= days).count()
}

/// A small random number generator (SplitMix64, Steele, Lea and Flood 2014): the same futures for the same ledger.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, 0 if there is none. The remainder's bias is far below anything visible here.
    fn below(&mut self, end: usize) -> usize {
        self.next().checked_rem(end as u64).and_then(|rest| usize::try_from(rest).ok()).unwrap_or(0)
    }

    /// How many more days an unusual silence of `days` days lasts: as long again with even odds, `m` days more or
    /// longer with odds of `days` to `m` (Gott 1993). Nothing else is known about what has not happened before.
    fn silence_after(&mut self, days: usize) -> usize {
        const PARTS: usize = 1 << 16;
        let part = self.below(PARTS) + 1;
        days * (PARTS - part) / part
    }
}
