use policy_finder_pack::index::Postings;

/// A set of policies, one bit each.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Set(Vec<u64>);

impl Set {
    pub fn all(policies: usize) -> Set {
        let mut bits = vec![u64::MAX; policies.div_ceil(64)];
        if let (Some(last), true) = (bits.last_mut(), !policies.is_multiple_of(64)) {
            *last = (1 << (policies % 64)) - 1;
        }
        Set(bits)
    }

    pub fn none(policies: usize) -> Set {
        Set(vec![0; policies.div_ceil(64)])
    }

    pub fn of(postings: &Postings, policies: usize) -> Set {
        let mut set = Set::none(policies);
        postings.for_each(|policy| set.0[policy as usize / 64] |= 1 << (policy % 64));
        set
    }

    /// Keeps what is in both.
    pub fn and(&mut self, other: &Set) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, other)| *mine &= other);
    }

    /// What is in both.
    pub fn both(&self, postings: &Postings) -> Set {
        let mut both = vec![0; self.0.len()];
        postings.for_each(|policy| both[policy as usize / 64] |= self.0[policy as usize / 64] & 1 << (policy % 64));
        Set(both)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&bits| bits == 0)
    }

    pub fn len(&self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().zip(0u32..).flat_map(|(&bits, word)| {
            let mut bits = bits;
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros();
                (bits != 0).then(|| {
                    bits &= bits - 1;
                    word * 64 + bit
                })
            })
        })
    }
}
