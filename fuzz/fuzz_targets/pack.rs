//! Any bytes as pack. Checksums stop plain noise, so the input also becomes the content of a well-sealed pack:
//! the first byte chooses a section of the sample; the rest either edits it (position, value) or replaces it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policy_finder_fuzz::read::{DICTIONARIES, SAMPLE, read_everything};
use policy_finder_pack::{Pack, PackWriter};

fuzz_target!(|data: &[u8]| {
    let _ = read_everything(data.to_vec());
    let [choice, rest @ ..] = data else { return };
    let sample = Pack::open(SAMPLE.clone()).expect("the sample opens");
    let open: Vec<_> = sample.sections().filter(|(tag, _)| !DICTIONARIES.contains(&tag.to_string().as_str())).collect();
    let (broken, _) = open[(choice >> 1) as usize % open.len()];
    let mut writer = PackWriter::new();
    for (tag, _) in sample.sections() {
        let mut content = sample.section(tag).expect("listed").to_vec();
        if tag == broken && choice & 1 == 1 {
            content = rest.to_vec();
        } else if tag == broken && !content.is_empty() {
            for edit in rest.chunks_exact(3) {
                let at = u16::from_le_bytes([edit[0], edit[1]]) as usize % content.len();
                content[at] = edit[2];
            }
        }
        writer.section(tag, content);
    }
    let _ = read_everything(writer.finish());
});
