//! Document numbers: year, serial and policy as three u32, sorted.

use super::{NUMBERS, word};
use crate::PackError;
use crate::format::Section;

#[derive(Clone)]
pub struct Numbers(Section);

impl Numbers {
    pub(super) fn open(section: Section, policies: usize) -> Result<Numbers, PackError> {
        let malformed = |what| PackError::Malformed { section: NUMBERS, what };
        if !section.len().is_multiple_of(12) {
            return Err(malformed("length is not a multiple of 12"));
        }
        let numbers = Numbers(section);
        if (0..numbers.len()).any(|at| numbers.at(at).2 as usize >= policies) {
            return Err(malformed("a number belongs to no policy"));
        }
        Ok(numbers)
    }

    fn len(&self) -> usize {
        self.0.len() / 12
    }

    fn at(&self, index: usize) -> (u32, u32, u32) {
        let number = |column| word(&self.0, index * 3 + column).unwrap_or(u32::MAX);
        (number(0), number(1), number(2))
    }

    /// The policies with this year (0 for orders) and serial.
    pub fn policies(&self, year: u32, serial: u32) -> impl Iterator<Item = u32> + '_ {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            let (y, s, _) = self.at(middle);
            if (y, s) < (year, serial) { low = middle + 1 } else { high = middle }
        }
        (low..self.len())
            .map(|at| self.at(at))
            .take_while(move |&(y, s, _)| (y, s) == (year, serial))
            .map(|(.., policy)| policy)
    }

    /// All numbers: year, serial, policy.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        (0..self.len()).map(|at| self.at(at))
    }
}

#[cfg(feature = "write")]
pub fn write(mut numbers: Vec<(u32, u32, u32)>) -> Vec<u8> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().flat_map(|(year, serial, policy)| [year, serial, policy]).flat_map(u32::to_le_bytes).collect()
}
