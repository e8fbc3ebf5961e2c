use pinyin::{ToPinyin, ToPinyinMulti};

/// The sounds of each character without tones, the usual one first; `lv` for lü.
pub(super) fn of(characters: &[char]) -> Vec<Vec<String>> {
    characters
        .iter()
        .map(|c| {
            let mut sounds: Vec<String> = Vec::new();
            let usual = c.to_pinyin();
            let all = c.to_pinyin_multi().into_iter().flatten();
            for sound in usual.into_iter().chain(all) {
                let plain = sound.plain().replace('ü', "v");
                if plain.bytes().all(|b| b.is_ascii_lowercase()) && !sounds.contains(&plain) {
                    sounds.push(plain);
                }
            }
            sounds
        })
        .collect()
}
