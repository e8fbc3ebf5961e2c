//! Whole sessions as files: what an author or clerk sees. Re-record with `TRYCMD=overwrite cargo test -p policy-finder-cli`
//! and read the difference.

#[test]
fn the_terminal_shows_what_is_recorded() {
    trycmd::TestCases::new().case("tests/sessions/*.toml");
}
