//! The code that the documents show is part of files that are compiled.

use std::fs;
use std::path::Path;

#[test]
fn documents_show_compiled_code() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(package.join(path)).expect(path);
    let compiled = read("examples/register.rs") + &read("examples/guide.rs");
    for (document, least) in [("README.md", 1), ("../../docs/stubs/rust.md", 5)] {
        let text = read(document);
        let blocks: Vec<&str> = text
            .split("```rust")
            .skip(1)
            .map(|rest| {
                let code = rest.split_once('\n').expect("a fence ends its line").1;
                code.split("```").next().unwrap_or_default()
            })
            .collect();
        assert!(blocks.len() >= least, "{document} has lost its code");
        for block in blocks {
            assert!(
                compiled.contains(block),
                "not compiled, in {document}:\n{block}"
            );
        }
    }
}
