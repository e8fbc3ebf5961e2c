use super::varint;

/// The policies that hold a term, ascending.
///
/// Written as gaps, or as one bit a policy where that is shorter (terms of more than about an eighth of all policies).
#[derive(Clone, Copy, Debug)]
pub struct Postings<'a> {
    bytes: &'a [u8],
    dense: bool,
    policies: u32,
    /// Clauses that hold the term, less the policies that do.
    more_clauses: u32,
}

impl<'a> Postings<'a> {
    /// Reads the head of a list and moves past the list: length and form, further clauses, then the bytes in `data`.
    #[inline]
    pub(super) fn head(dictionary: &mut &[u8], policies: u32) -> Option<(usize, Postings<'a>)> {
        let length = varint::read(dictionary)?;
        let more_clauses = varint::read(dictionary)?;
        Some(((length >> 1) as usize, Postings { bytes: &[], dense: length & 1 == 1, policies, more_clauses }))
    }

    pub(super) fn with(self, bytes: &'a [u8]) -> Postings<'a> {
        Postings { bytes, ..self }
    }

    /// Calls `each` for every policy, in order.
    #[inline]
    pub fn for_each(&self, mut each: impl FnMut(u32)) {
        if self.dense {
            for (mut bits, first) in self.words().zip((0..).step_by(64)) {
                while bits != 0 {
                    let policy = first + bits.trailing_zeros();
                    if policy < self.policies {
                        each(policy);
                    }
                    bits &= bits - 1;
                }
            }
            return;
        }
        let mut rest = self.bytes;
        let mut next = 0u32;
        while let Some(gap) = varint::read(&mut rest) {
            let policy = next.saturating_add(gap);
            if policy >= self.policies {
                return;
            }
            each(policy);
            next = policy + 1;
        }
    }

    /// The bytes by eight, the first lowest; zeros after their end.
    #[inline]
    fn words(&self) -> impl Iterator<Item = u64> {
        let (words, rest) = self.bytes.as_chunks::<8>();
        let rest = rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        words.iter().map(|word| u64::from_le_bytes(*word)).chain([rest])
    }

    /// One bit a policy, where the list is written so.
    pub fn bits(&self) -> Option<&'a [u8]> {
        self.dense.then_some(self.bytes)
    }

    /// How many policies hold the term: counted, one pass over the bytes.
    #[inline]
    pub fn policies(&self) -> u32 {
        // Of a gap's bytes the last alone has no highest bit.
        let counted = if self.dense { u64::MAX } else { 0x8080_8080_8080_8080 };
        let ones: u32 = self.words().map(|word| (word & counted).count_ones()).sum();
        if self.dense { ones } else { self.bytes.len() as u32 - ones }
    }

    /// How many clauses hold the term, less the policies that do.
    pub fn more_clauses(&self) -> u32 {
        self.more_clauses
    }

    pub fn contains(&self, policy: u32) -> bool {
        if self.dense {
            return self.bytes.get(policy as usize / 8).is_some_and(|byte| byte >> (policy % 8) & 1 == 1);
        }
        let mut found = false;
        self.for_each(|p| found |= p == policy);
        found
    }

    pub fn to_vec(&self) -> Vec<u32> {
        let mut list = Vec::new();
        self.for_each(|policy| list.push(policy));
        list
    }
}

/// Collects one list; policies and clauses come in order, each as often as it likes.
#[cfg(feature = "write")]
#[derive(Clone, Default)]
pub(super) struct PostingsWriter {
    gaps: Vec<u8>,
    next: u32,
    policies: u32,
    clauses: u32,
    next_clause: u32,
}

#[cfg(feature = "write")]
impl PostingsWriter {
    pub fn add(&mut self, policy: u32, clause: u32) {
        if policy >= self.next {
            varint::write(policy - self.next, &mut self.gaps);
            self.next = policy + 1;
            self.policies += 1;
        }
        if clause >= self.next_clause {
            self.next_clause = clause + 1;
            self.clauses += 1;
        }
    }

    /// Appends the head to `dictionary` and the list to `data`.
    pub fn finish(&self, policies: u32, dictionary: &mut Vec<u8>, data: &mut Vec<u8>) {
        let bitmap = policies.div_ceil(8) as usize;
        let dense = self.gaps.len() > bitmap;
        let length = if dense { bitmap } else { self.gaps.len() };
        varint::write((length as u32) << 1 | u32::from(dense), dictionary);
        varint::write(self.clauses.saturating_sub(self.policies), dictionary);
        if !dense {
            data.extend(&self.gaps);
            return;
        }
        let start = data.len();
        data.resize(start + bitmap, 0);
        let sparse = Postings { bytes: &self.gaps, dense: false, policies, more_clauses: 0 };
        sparse.for_each(|policy| data[start + policy as usize / 8] |= 1 << (policy % 8));
    }
}
