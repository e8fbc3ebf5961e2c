use std::collections::{HashMap, HashSet};

use policy_finder_pack::analyzer;

use crate::model::Corpus;

/// For each policy 16 ln(1 + n), where n clauses of other policies name it: in 《》, or as a law without them.
pub(super) fn count(corpus: &Corpus) -> Vec<u8> {
    let country = analyzer::folded("中华人民共和国");
    let mut titles: HashMap<Vec<char>, u32> = HashMap::new();
    for (index, policy) in corpus.policies.iter().enumerate() {
        let title = analyzer::folded(&policy.title);
        let name = short(&title, &country);
        if name.len() >= 2 {
            titles.entry(name.to_vec()).or_insert(index as u32);
        }
    }
    let laws = titles.keys().filter(|title| title.last() == Some(&'法')).map(Vec::len);
    let laws: HashSet<usize> = laws.collect();
    let mut counts = vec![0u32; corpus.policies.len()];
    for clause in &corpus.clauses {
        let text = analyzer::folded(&clause.text);
        let mut named = HashSet::new();
        for (at, &c) in text.iter().enumerate() {
            if c == '《' {
                if let Some(length) = text[at + 1..].iter().position(|&c| c == '》')
                    && let Some(&policy) = titles.get(short(&text[at + 1..at + 1 + length], &country))
                {
                    named.insert(policy);
                }
            } else if c == '法' && text.get(at + 1).is_some_and(|c| matches!(c, '第' | '的' | '规' | '、' | ',')) {
                let names = laws.iter().filter(|&&length| length <= at + 1);
                let longest = names.filter(|&&length| titles.contains_key(&text[at + 1 - length..=at])).max();
                named.extend(longest.and_then(|length| titles.get(&text[at + 1 - length..=at])));
            }
        }
        for policy in named {
            counts[policy as usize] += u32::from(policy as usize != clause.policy);
        }
    }
    counts.into_iter().map(|n| (16.0 * f64::from(1 + n).ln()).min(255.0) as u8).collect()
}

/// A title without the name of the country, which citations may or may not have.
fn short<'a>(title: &'a [char], country: &[char]) -> &'a [char] {
    title.strip_prefix(country).unwrap_or(title)
}
